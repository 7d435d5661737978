"""What men say of a service: the number did not work, it is closed, he was turned away because he is a man.

Kept is which service, which of the three, and the Monday of the week: no word, no place, no hour, nothing of whom.
Stewards see it from the first one on, and it is deleted when they have handled it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from service_directory.database import Database
from service_directory.desk.tables import ReportRow
from service_directory.standards import day_in_london

MOST_OF_A_KIND: Final = 200
"""How many reports of one kind on one service are kept in a week: more tell a steward nothing, and fill the disk."""

FLOOD: Final = 10
"""More than this many of one kind on one service in a week may be somebody who plays, and are said to be many."""


class ReportKind(StrEnum):
    """What a man can say of a service."""

    NUMBER = "number"
    CLOSED = "closed"
    TURNED_AWAY = "turned_away"


SAID: Final = {
    ReportKind.NUMBER: "The number did not work",
    ReportKind.CLOSED: "It is closed",
    ReportKind.TURNED_AWAY: "Turned away because he is a man",
}
"""Each kind as a steward reads it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Reports of one kind on one service in one week: `week` is its Monday, `number` how many there were."""

    service_id: str
    kind: ReportKind
    week: date
    number: int

    @property
    def said(self) -> str:
        """The kind, as a steward reads it."""
        return SAID[self.kind]

    @property
    def is_flood(self) -> bool:
        """So many in a week that it may be one person again and again."""
        return self.number > FLOOD


def week_of(at: datetime) -> date:
    """The Monday, in London, of the week in which a moment (aware) lies."""
    day = day_in_london(at)
    return day - timedelta(days=day.weekday())


class Reports:
    """The reports in the desk's tables. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, service_id: str, kind: ReportKind | str, at: datetime) -> None:
        """Keep one report, dated by its week. Raises ValueError for a kind there is not.

        Of a flood no more than MOST_OF_A_KIND are kept.
        """
        which, week = ReportKind(kind).value, week_of(at)
        there = sa.select(sa.func.count()).select_from(ReportRow).where(*_like(service_id, which, week))
        async with self._database.write() as connection:
            if (await connection.execute(there)).scalar_one() < MOST_OF_A_KIND:
                await connection.execute(sa.insert(ReportRow).values(service_id=service_id, kind=which, week=week))

    async def waiting(self, service_id: str | None = None) -> tuple[Waiting, ...]:
        """What nobody has handled yet, of all services or of one: the latest week first, then the most."""
        number = sa.func.count().label("number")
        query = sa.select(ReportRow.service_id, ReportRow.kind, ReportRow.week, number)
        if service_id is not None:
            query = query.where(ReportRow.service_id == service_id)
        query = query.group_by(ReportRow.service_id, ReportRow.kind, ReportRow.week).order_by(
            ReportRow.week.desc(), number.desc(), ReportRow.service_id, ReportRow.kind
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Waiting(row.service_id, ReportKind(row.kind), row.week, row.number) for row in rows)

    async def handle(self, service_id: str, kind: ReportKind | str, week: date) -> int:
        """Delete the reports of one kind on one service in one week; how many there were (0: somebody was quicker)."""
        what = sa.delete(ReportRow).where(*_like(service_id, str(ReportKind(kind)), week))
        async with self._database.write() as connection:
            return (await connection.execute(what)).rowcount


def _like(service_id: str, kind: str, week: date) -> tuple[sa.ColumnElement[bool], ...]:
    return ReportRow.service_id == service_id, ReportRow.kind == kind, ReportRow.week == week
