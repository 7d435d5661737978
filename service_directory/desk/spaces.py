"""The free places of refuges, with their age: for stewards, and for nobody else.

Whoever could watch a place fill would find out who is in it, so none of this is on a page that men or services see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from service_directory.database import Database
from service_directory.model import ServiceCapacityRow, ServiceRow
from service_directory.records import SPACES_DAYS
from service_directory.standards import day_in_london


@dataclass(frozen=True, slots=True)
class FreePlaces:
    """What was last said of one service's free places. `unit` is spaces_for_men or spaces_for_anyone.

    `days_old` is how long ago that was, None when nobody wrote down when; a count that is not `fresh` means nothing any
    more: ask.
    """

    service_id: str
    name: str
    unit: str
    available: int
    maximum: int | None
    checked_on: date | None
    checked_by: str
    days_old: int | None

    @property
    def fresh(self) -> bool:
        return self.days_old is not None and 0 <= self.days_old <= SPACES_DAYS


async def free_places(database: Database, at: datetime, service_id: str | None = None) -> tuple[FreePlaces, ...]:
    """The free places of all services that have any on record, or of one; the latest count first.

    Raises DatabaseError.
    """
    capacity = ServiceCapacityRow.__table__.c
    today = day_in_london(at)
    query = (
        select(*capacity, ServiceRow.name)
        .join(ServiceRow, ServiceRow.id == capacity.service_id)
        .order_by(capacity.checked_on.desc().nulls_last(), ServiceRow.name, capacity.position)
    )
    if service_id is not None:
        query = query.where(capacity.service_id == service_id)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return tuple(
        FreePlaces(
            service_id=row.service_id,
            name=row.name,
            unit=row.unit,
            available=row.available,
            maximum=row.maximum,
            checked_on=row.checked_on,
            checked_by=row.checked_by,
            days_old=None if row.checked_on is None else (today - row.checked_on).days,
        )
        for row in rows
    )
