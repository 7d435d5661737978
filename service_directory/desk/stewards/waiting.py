"""Decisions on the standards that wait for their second person: put down by one steward, agreed to by another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select

from service_directory.database import Database
from service_directory.desk.logbook import note
from service_directory.desk.tables import DecisionRow

_DECISIONS = DecisionRow.__table__
#: The fields of a decision that are days.
DAYS = ("assessed", "valid_from", "valid_until", "review_due")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision that a section is met. `written` is it in the shape of an attestation of a directory document."""

    number: int
    service_id: str
    section: str
    written: Mapping[str, Any]
    why: str
    put_down_by: str
    put_down_at: datetime


async def decisions_waiting(database: Database, service_id: str | None = None) -> tuple[Waiting, ...]:
    """Those that wait, of all services or of one, the oldest first. Raises DatabaseError."""
    columns = _DECISIONS.c
    query = select(*columns).order_by(columns.id)
    if service_id is not None:
        query = query.where(columns.service_id == service_id)
    async with database.read() as connection:
        return tuple(_waiting(row) for row in await connection.execute(query))


async def decision_waiting(database: Database, number: int) -> Waiting | None:
    """One of them; None when it waits no more. Raises DatabaseError."""
    async with database.read() as connection:
        row = (await connection.execute(select(*_DECISIONS.c).where(_DECISIONS.c.id == number))).first()
    return None if row is None else _waiting(row)


async def put_down(
    database: Database, service_id: str, section: str, written: Mapping[str, Any], *, why: str, who: str, at: datetime
) -> int:
    """Have a decision wait for another person. Raises DatabaseError."""
    values = {
        "service_id": service_id,
        "section": section,
        "content": json.dumps(written, default=_day_as_text, ensure_ascii=False),
        "why": why,
        "put_down_by": who,
        "put_down_at": at,
    }
    async with database.write() as connection:
        made = await connection.execute(insert(DecisionRow).values(values).returning(_DECISIONS.c.id))
        return int(made.scalar_one())


async def take(database: Database, number: int, *, who: str, at: datetime, what: str, about: str) -> bool:
    """Take one out of the waiting ones; False when somebody was quicker. Raises DatabaseError."""
    async with database.write() as connection:
        gone = await connection.execute(delete(DecisionRow).where(_DECISIONS.c.id == number))
        if gone.rowcount:
            await note(connection, at=at, who=who, what=what, about=about)
        return bool(gone.rowcount)


def _day_as_text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no part of a decision")


def _waiting(row: Any) -> Waiting:
    written = json.loads(row.content)
    written |= {name: date.fromisoformat(written[name]) for name in DAYS if written.get(name)}
    return Waiting(row.id, row.service_id, row.section, written, row.why, row.put_down_by, row.put_down_at)
