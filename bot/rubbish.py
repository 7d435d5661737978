"""When Python looks for rubbish in memory.

While a program is loaded nearly everything that is made stays, and to look through it again and again takes a third of
the time.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def not_looked_for() -> Iterator[None]:
    """Within, no rubbish is looked for. Afterwards it is as it was before."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()
