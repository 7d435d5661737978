"""Waiting for something to become true without sleeping and looking again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Changes:
    """Wakes whoever waits each time something changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Tell all who wait to look again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, check: Callable[[], bool], *, within: float, otherwise: Callable[[], str]) -> None:
        """Return once ``check()`` holds; after ``within`` seconds raise AssertionError saying ``otherwise()``."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while not check():
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiting.add(waiter)
            try:
                async with asyncio.timeout_at(end):
                    await waiter
            except TimeoutError:
                raise AssertionError(f"after {within} s: {otherwise()}") from None
            finally:
                self._waiting.discard(waiter)
