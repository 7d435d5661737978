"""How long a test waits for what happens by itself."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 90.0
"""Seconds. A machine that is shared stands still for half a minute now and then, which is no fault of the program. What
happens ends the wait at once, so that only a test that fails waits as long as this. The tests' own limit is longer."""
