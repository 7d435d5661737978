"""What a turn comes to besides an answer: a report that is passed on, and counters that are raised.

Both happen once the turn is committed, so that a turn which is repeated after a crash does neither twice, and neither
can hold him up or fail his turn. A report is written at once. Counters are gathered in memory and written in batches,
at a moment by chance between twenty and sixty minutes after the last batch and when the process stops: no row in the
database tells when anything was. A process that is killed loses one batch at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.quiet import describe
from bot.stores import STORE_TROUBLE, STORE_WITHIN, in_time
from dialogs.engine import Find, Found, Report
from dialogs.steps.report import OF_A_SERVICE
from service_directory.areas import Areas
from service_directory.desk.counts import (
    ANY_NEED,
    CONVERSATIONS,
    HELPED,
    NONE,
    REPORTED,
    SHOWN,
    SIGNPOSTS,
    Counts,
    region_of,
)
from service_directory.desk.reports import Reports
from service_directory.standards import day_in_london

log = logging.getLogger(__name__)

WRITE_AFTER = timedelta(minutes=20), timedelta(minutes=60)
"""A batch of counters is written at a moment by chance between these."""

LAST_BATCH_WITHIN = timedelta(seconds=2)
"""A process that is told to stop does not wait longer for its last batch."""

_HELPED = {"helped": "yes", "not_helped": "no"}


@dataclass(frozen=True, slots=True)
class Looked:
    """Services were looked for, and this came of it."""

    request: Find
    found: Found


Happening = Report | Looked


class Noticing:
    """The reports and counters of one process. What is counted is kept by month, region and kind, never by man."""

    def __init__(
        self,
        reports: Reports,
        counts: Counts,
        areas: Areas,
        clock: Callable[[], datetime],
    ) -> None:
        self._reports = reports
        self._counts = counts
        self._areas = areas
        self._clock = clock
        self._counted: Counter[tuple[str, str]] = Counter()

    async def after_turn(self, happened: Iterable[Happening], *, begun: bool) -> None:
        """A turn was committed in which this happened; `begun`: it was a stranger's first. Never raises."""
        try:
            if begun:
                self._count(CONVERSATIONS)
            for one in happened:
                match one:
                    case Report():
                        await self._report(one)
                    case Looked():
                        self._looked(one)
        except Exception as fault:
            log.error("What a turn came to could not be noted, by a fault of ours (%s).", describe(fault))

    async def write(self, *, within: timedelta = STORE_WITHIN) -> None:
        """Write what was counted, under the month of now. On trouble it is kept for the next time. Never raises."""
        counted, self._counted = self._counted, Counter()
        # The month in which a batch is written, not that in which it was counted: a month that is over never changes.
        month = day_in_london(self._clock()).replace(day=1)
        try:
            async with asyncio.timeout(within.total_seconds()):
                await in_time(self._counts.add(month, counted))
        except Exception as trouble:
            log.error("Counters could not be written (%s); they are kept for the next time.", describe(trouble))
            self._counted.update(counted)

    async def run(self) -> None:
        """Write batch after batch, until cancelled."""
        while True:
            await asyncio.sleep(_by_chance(*WRITE_AFTER))
            await self.write()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Batch after batch is written meanwhile, and the last one in the end."""
        task = asyncio.create_task(self.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self.write(within=LAST_BATCH_WITHIN)

    async def _report(self, report: Report) -> None:
        if report.kind not in OF_A_SERVICE:
            self._count(f"{HELPED}:{_HELPED[report.kind]}")
            return
        self._count(f"{REPORTED}:{report.kind}")
        try:
            await in_time(self._reports.add(report.service_id, report.kind, self._clock()))
        except STORE_TROUBLE as trouble:
            log.error("A report on a service could not be kept (%s).", type(trouble).__name__)

    def _looked(self, looked: Looked) -> None:
        kind = {"found": SIGNPOSTS, "widened": SIGNPOSTS, "none": NONE}.get(looked.found.outcome)
        if kind is None:
            return
        region = region_of(self._areas, looked.request.area)
        for need in looked.request.needs or (ANY_NEED,):
            self._count(f"{kind}:{need}", region)
        for card in looked.found.cards:
            self._count(f"{SHOWN}:{card.service_id}")

    def _count(self, kind: str, region: str = "") -> None:
        self._counted[kind, region] += 1


def _by_chance(soonest: timedelta, latest: timedelta) -> float:
    """Seconds, by chance between the two: nobody shall know from a batch when what is in it was."""
    least, most = int(soonest.total_seconds()), int(latest.total_seconds())
    return least + secrets.randbelow(most - least + 1)
