"""What was ever changed, by whom and why; and which lifelines were rung when. Used by store.py and stewarding.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.model import LifelineCheckRow, MetadataRow


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line of history: who changed which field of what, when, from what to what, and why."""

    at: datetime
    who: str
    what: str
    action: str
    field: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class LifelineCheck:
    """Somebody rang a lifeline on a day and found it as printed."""

    key: str
    who: str
    on: date


async def history_of(connection: AsyncConnection, service_id: str) -> tuple[Recorded, ...]:
    """Every change ever made to a service, oldest first."""
    columns = MetadataRow.__table__.c
    query = select(*columns).where(columns.service_id == service_id).order_by(columns.id)
    return tuple(recorded(row) for row in await connection.execute(query))


def recorded(row: SqlRow[Any]) -> Recorded:
    """A row of the history, read."""
    return Recorded(
        at=row.last_action_date,
        who=row.updated_by,
        what=f"{row.resource_type} {row.resource_id}",
        action=row.last_action_type,
        field=row.field_name,
        before=row.previous_value,
        after=row.replacement_value,
        why=row.reason,
    )


async def keep_check(connection: AsyncConnection, check: LifelineCheck) -> None:
    """Keep that a lifeline was rung."""
    values = {"lifeline_key": check.key, "checked_on": check.on, "checked_by": check.who}
    await connection.execute(insert(LifelineCheckRow).values(values))


async def kept_checks(connection: AsyncConnection) -> tuple[LifelineCheck, ...]:
    """Every check of a lifeline, in the order in which they were recorded."""
    columns = LifelineCheckRow.__table__.c
    rows = await connection.execute(select(*columns).order_by(columns.id))
    return tuple(LifelineCheck(row.lifeline_key, row.checked_by, row.checked_on) for row in rows)
