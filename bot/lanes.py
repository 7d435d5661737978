"""Lanes keep one man's turns in order, in this process and across processes.

Within a process those who wait stand in a queue; across processes a row says who holds the lane: a lease
with an end, never a transaction held open while something is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot import session_tables as tables
from bot.sealing import new_holder
from bot.session import as_milliseconds
from bot.session_database import SessionDatabase
from service_directory.database import DatabaseError

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=25)
"""A turn ends within 20 seconds; what still holds a lane after this is dead."""

_ASK_AGAIN_AFTER = timedelta(milliseconds=50)
"""How often it is looked whether another process has given a lane back."""

Clock = Callable[[], datetime]


class LaneBusy(Exception):
    """Another turn of the same man did not end in time."""


class Lanes:
    """Who holds which lane. A lane's number is :meth:`bot.sealing.Sealer.lanes`'."""

    def __init__(self, database: SessionDatabase) -> None:
        self._database = database
        self._queues: dict[int, _Queue] = {}

    @contextlib.asynccontextmanager
    async def hold(self, number: int, clock: Clock, patience: timedelta) -> AsyncIterator[None]:
        """Hold a lane, after those of this process who asked before.

        Raises :class:`LaneBusy` when another process does not give it back within ``patience`` of its being
        this one's turn.
        """
        queue = self._queues.setdefault(number, _Queue())
        queue.length += 1
        try:
            async with queue.lock:
                holder = await self._lease(number, clock, clock() + patience)
                try:
                    yield
                finally:
                    await self._release(number, holder)
        finally:
            queue.length -= 1
            if not queue.length:
                self._queues.pop(number, None)

    async def _lease(self, number: int, clock: Clock, until: datetime) -> str:
        holder = new_holder()
        while True:
            now = clock()
            ends_at = as_milliseconds(now + LEASE)
            claim = self._database.insert(tables.lane).values(number=number, holder=holder, ends_at=ends_at)
            claim = claim.on_conflict_do_update(
                index_elements=[tables.lane.c.number],
                set_={"holder": holder, "ends_at": ends_at},
                where=tables.lane.c.ends_at <= as_milliseconds(now),
            )
            async with self._database.write() as connection:
                await connection.execute(claim)
                mine = sa.select(tables.lane.c.holder).where(tables.lane.c.number == number)
                if (await connection.execute(mine)).scalar() == holder:
                    return holder
            if now >= until:
                raise LaneBusy
            await asyncio.sleep(_ASK_AGAIN_AFTER.total_seconds())

    async def _release(self, number: int, holder: str) -> None:
        mine = sa.delete(tables.lane).where(tables.lane.c.number == number, tables.lane.c.holder == holder)
        try:
            async with self._database.write() as connection:
                await connection.execute(mine)
        except DatabaseError:
            # The turn is done; the lease ends by itself.
            log.warning("A lane could not be given back; it is free again when its lease ends.")


@dataclass(slots=True)
class _Queue:
    """Those of this process who wait for one lane, first come first served."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0
