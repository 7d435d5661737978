"""Work that is done again and again, by one process at a time, whether or not any was there when it came due.

What was last done is a row in the database, so a restart forgets nothing and does nothing twice. A process that takes
a job has it for a while; should it die, another takes it when that is over. So a job must be one that may be begun
again: each of ours keeps what it has done as it goes.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import or_, select, update

from service_directory.database import Database
from service_directory.desk.tables import JobRow
from service_directory.desk.unless_there import insert_unless_there
from service_directory.standards import LONDON

log = logging.getLogger(__name__)

#: How long a process has a job to itself; its work is ended a little before.
HELD_FOR = timedelta(minutes=30)
_WORK_WITHIN = timedelta(minutes=29)
#: How long after a failure a job is tried again.
AGAIN_AFTER = timedelta(minutes=10)

_JOBS = JobRow.__table__

Due = Callable[[datetime], str]
"""Names the last time, up to a moment, at which a job was due. Later times have names that sort later."""


def daily(at: time) -> Due:
    """Every day at a time in London."""

    def due(now: datetime) -> str:
        here = now.astimezone(LONDON)
        day = here.date() if here.time() >= at else here.date() - timedelta(days=1)
        return day.isoformat()

    return due


def weekly(weekday: int, at: time) -> Due:
    """Every week at a time in London; Monday is 0."""

    def due(now: datetime) -> str:
        here = now.astimezone(LONDON)
        day = here.date() - timedelta(days=(here.weekday() - weekday) % 7)
        if day == here.date() and here.time() < at:
            day -= timedelta(days=7)
        return day.isoformat()

    return due


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do: `work` is given the moment at which it begins. `name` is kept, so it never changes."""

    name: str
    due: Due
    work: Callable[[datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands. `done_for` names the last time that it was done for, `due_for` the last that it was due for."""

    name: str
    done_for: str
    due_for: str

    @property
    def is_behind(self) -> bool:
        return self.done_for < self.due_for


class Schedule:
    """The jobs of a desk. Any number of processes may have one each, over one database."""

    def __init__(self, database: Database, jobs: Sequence[Job], *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._jobs = tuple(jobs)
        self._clock = clock
        self._me = secrets.token_hex(8)

    async def run_due(self) -> tuple[str, ...]:
        """Do what is due and nobody else does; the names of what was done.

        A job that fails is told of in the log by the kind of its fault, never with what it was handling, and is tried
        again in a while. Raises DatabaseError when the database fails.
        """
        done = []
        for job in self._jobs:
            due_for = job.due(self._clock())
            if not await self._take(job.name, due_for):
                continue
            try:
                async with asyncio.timeout(_WORK_WITHIN.total_seconds()):
                    await job.work(self._clock())
            except asyncio.CancelledError:
                # It is stopped, not failed: whoever starts next goes on at once.
                await asyncio.shield(self._let_go(job.name))
                raise
            except Exception as fault:
                log.error("The job %s failed (%s); it is tried again.", job.name, type(fault).__name__)
                await self._let_go(job.name, held_until=self._clock() + AGAIN_AFTER)
                continue
            await self._let_go(job.name, done_for=due_for)
            done.append(job.name)
        return tuple(done)

    async def standing(self) -> tuple[Standing, ...]:
        """How every job stands, for an operator."""
        async with self._database.read() as connection:
            done = {row.name: row.done_for for row in await connection.execute(select(_JOBS))}
        return tuple(Standing(job.name, done.get(job.name, ""), job.due(self._clock())) for job in self._jobs)

    async def _take(self, name: str, due_for: str) -> bool:
        now = self._clock()
        async with self._database.read() as connection:
            known = (await connection.execute(select(_JOBS).where(_JOBS.c.name == name))).first()
            if known is not None and (known.done_for >= due_for or (known.held_until and known.held_until > now)):
                return False
        free = or_(_JOBS.c.held_until.is_(None), _JOBS.c.held_until <= now)
        taking = (
            update(JobRow)
            .where(_JOBS.c.name == name, _JOBS.c.done_for < due_for, free)
            .values(holder=self._me, held_until=now + HELD_FOR)
        )
        async with self._database.write() as connection:
            await insert_unless_there(connection, JobRow, {"name": name, "holder": "", "done_for": ""})
            return (await connection.execute(taking)).rowcount == 1

    async def _let_go(self, name: str, *, done_for: str | None = None, held_until: datetime | None = None) -> None:
        """Nobody else may have taken it meanwhile: then it is no longer ours to say what was done."""
        values = {"holder": "", "held_until": held_until} | ({} if done_for is None else {"done_for": done_for})
        async with self._database.write() as connection:
            await connection.execute(
                update(JobRow).where(_JOBS.c.name == name, _JOBS.c.holder == self._me).values(values)
            )
