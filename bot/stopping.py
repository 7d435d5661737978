"""Being told to stop: a process is gone within five seconds, whatever hangs.

Everything that is stopped bounds its own waits, and mostly all is over in a moment. But waits add up, a thread may be
held in a call of the system (a network file system that is away), and Python waits for its threads. So a clock runs
beside, and what has not ended by then is cut off. Nothing is lost by that which could have been kept: what was not
committed was not acknowledged either, and comes again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from typing import Final

CUT_OFF_AFTER: Final = 4.7
"""Seconds after the word to stop. The rest of the five is for the end itself, on a machine that has much to do."""

log = logging.getLogger(__name__)


class Stopping:
    """Whether this process was told to stop. Make it inside the running event loop."""

    def __init__(self, cut_off: Callable[[], None] | None = None, after: float = CUT_OFF_AFTER) -> None:
        """`cut_off` ends the process from a thread of its own, `after` so many seconds."""
        self._cut_off = cut_off or _end_now
        self._after = after
        self.asked = asyncio.Event()

    def ask(self) -> None:
        """Stop, from now on. Once is enough."""
        if self.asked.is_set():
            return
        self.asked.set()
        clock = threading.Timer(self._after, self._cut_off)
        # It must not be waited for itself.
        clock.daemon = True
        clock.start()


def _end_now() -> None:
    log.warning("Something hung while the program was to stop, and was cut off.")
    os._exit(0)
