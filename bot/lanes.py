"""Lanes keep one man's turns in order, in this process and across processes.

Within a process those who wait stand in a queue; across processes a row says who holds the lane: a lease
with an end, never a transaction held open while something is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

import sqlalchemy as sa

from bot import session_tables as tables
from bot.sealing import new_holder
from bot.session import as_milliseconds
from bot.session_database import SessionDatabase
from bot.statements import Bound, Statement, Transaction
from service_directory.database import DatabaseError

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=25)
"""A turn ends within 20 seconds; what still holds a lane after this is dead."""

_ASK_AGAIN_AFTER = timedelta(milliseconds=50)
"""How often it is looked whether another process has given a lane back."""

Clock = Callable[[], datetime]

Seen = TypeVar("Seen")
Look = Callable[[Transaction], Seen]
"""What is read in the transaction that takes the lanes."""


def _claim(bound: Bound) -> sa.Executable:
    made = bound.insert(tables.lane)
    taken: sa.Executable = made.on_conflict_do_update(
        index_elements=[tables.lane.c.number],
        set_={"holder": made.excluded.holder, "ends_at": made.excluded.ends_at},
        where=(tables.lane.c.ends_at <= bound["now"])
        | (tables.lane.c.ends_at > bound["never"])
        | (tables.lane.c.holder == bound["holder"]),
    ).returning(tables.lane.c.number)
    return taken


CLAIM: Final = Statement(_claim)
"""Take a lane that nobody holds any more, or hold it for longer; no row while another has it. See :func:`lease`."""

_CLOCKS_DIFFER = timedelta(minutes=1)
"""More than the clocks of the hosts may: no lease that is made now can end so much later than another."""


def lease(now: datetime, length: timedelta) -> dict[str, int]:
    """What a claim goes by. A lease that ends later than any of now could was made before a clock was set back; nobody
    may have to wait for its end.
    """
    ends_at = now + length
    return {
        "now": as_milliseconds(now),
        "ends_at": as_milliseconds(ends_at),
        "never": as_milliseconds(ends_at + _CLOCKS_DIFFER),
    }


GIVE_BACK: Final = Statement(
    lambda bound: sa.delete(tables.lane).where(
        tables.lane.c.number.in_(bound["numbers"]), tables.lane.c.holder == bound["holder"]
    )
)


class LaneBusy(Exception):
    """Another turn of the same man did not end in time."""


class Lanes:
    """Who holds which lane. A lane's number is :meth:`bot.sealing.Sealer.lanes`'."""

    def __init__(self, database: SessionDatabase) -> None:
        self._database = database
        self._queues: dict[int, _Queue] = {}
        self._giving_back: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Wait until all that is being given back has been. Comes before the database is closed."""
        while self._giving_back:
            await asyncio.wait(self._giving_back)

    @contextlib.asynccontextmanager
    async def hold(
        self, numbers: Sequence[int], clock: Clock, patience: timedelta, look: Look[Seen]
    ) -> AsyncIterator[Held[Seen]]:
        """Hold a man's lanes, after those of this process who asked before, and see what ``look`` reads in the
        transaction that takes them.

        Raises :class:`LaneBusy` when another process does not give them back within ``patience`` of its being
        this one's turn.
        """
        async with contextlib.AsyncExitStack() as queued:
            for number in numbers:
                await queued.enter_async_context(self._queued(number))
            held = await self._lease(numbers, clock, clock() + patience, look)
            try:
                yield held
            finally:
                await self._release(held)

    @contextlib.asynccontextmanager
    async def _queued(self, number: int) -> AsyncIterator[None]:
        """This process's own turn at a lane."""
        queue = self._queues.setdefault(number, _Queue())
        queue.length += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.length -= 1
            if not queue.length:
                self._queues.pop(number, None)

    async def _lease(self, numbers: Sequence[int], clock: Clock, until: datetime, look: Look[Seen]) -> Held[Seen]:
        holder = new_holder()
        while True:
            now = clock()
            try:
                return await self._database.write(functools.partial(self._claim, numbers, holder, now, look))
            except _Taken:
                if now >= until:
                    raise LaneBusy from None
            except (asyncio.CancelledError, DatabaseError):
                self._give_back_later(Held(tuple(numbers), holder, None))
                raise
            await asyncio.sleep(_ASK_AGAIN_AFTER.total_seconds())

    def _claim(
        self, numbers: Sequence[int], holder: str, now: datetime, look: Look[Seen], transaction: Transaction
    ) -> Held[Seen]:
        """Take all of them or, by an exception that undoes it, none: two who hold one each would wait for ever."""
        terms = lease(now, LEASE)
        for number in numbers:
            if not transaction.run(CLAIM, number=number, holder=holder, **terms):
                raise _Taken
        return Held(tuple(numbers), holder, look(transaction))

    def _give_back_later(self, held: Held[None]) -> None:
        """Give back what may have been taken all the same, without keeping anyone waiting: whoever asked for it has no
        time left, or the database is slow or down."""

        async def give_back() -> None:
            # It was known to be in trouble before.
            with contextlib.suppress(DatabaseError):
                await self._database.write(held.give_back)

        giving = asyncio.create_task(give_back())
        self._giving_back.add(giving)
        giving.add_done_callback(self._giving_back.discard)

    async def _release(self, held: Held[Seen]) -> None:
        if held.given_back:
            return
        try:
            await self._database.write(held.give_back)
        except DatabaseError:
            # The turn is done; the lease ends by itself.
            log.warning("A lane could not be given back; it is free again when its lease ends.")


@dataclass(slots=True)
class Held(Generic[Seen]):
    """Lanes that are held for one man, and what was seen when they were taken."""

    numbers: tuple[int, ...]
    holder: str
    seen: Seen
    given_back: bool = False
    """True once a transaction is committed that gave them back: nothing is left to do."""

    def give_back(self, transaction: Transaction) -> None:
        """Give them back within a transaction of the caller's."""
        transaction.run(GIVE_BACK, numbers=self.numbers, holder=self.holder)


class _Taken(Exception):
    """Another process holds one of the lanes."""


@dataclass(slots=True)
class _Queue:
    """Those of this process who wait for one lane, first come first served."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0
