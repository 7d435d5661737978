"""When a store is in trouble, and how long to wait for one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from bot.sealing import KeyFileError
from service_directory.database import DatabaseError

STORE_WITHIN = timedelta(seconds=6)
"""A store that takes longer counts as one that is down: who leaves must not wait for it."""

STORE_TROUBLE = (DatabaseError, OSError, KeyFileError)
"""What the stores raise when they cannot be reached or read (a TimeoutError is an OSError)."""

_Result = TypeVar("_Result")

_abandoned: set[asyncio.Future[Any]] = set()


async def in_time(work: Coroutine[Any, Any, _Result]) -> _Result:
    """What a store answers, or TimeoutError. What hangs is left to itself: it may not even end when told to."""
    task = asyncio.ensure_future(work)
    _abandoned.add(task)
    task.add_done_callback(_settled)
    done, _ = await asyncio.wait({task}, timeout=STORE_WITHIN.total_seconds())
    if not done:
        task.cancel()
        raise TimeoutError
    return task.result()


def _settled(task: asyncio.Future[Any]) -> None:
    _abandoned.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, so that asyncio does not log it
