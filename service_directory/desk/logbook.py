"""What was done at the desk besides changing an entry: who came, was invited, switched or published what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import Database
from service_directory.desk.tables import LogRow

_LOG = LogRow.__table__.c


@dataclass(frozen=True, slots=True)
class Logged:
    """One line."""

    at: datetime
    who: str
    what: str
    about: str


async def note(connection: AsyncConnection, *, at: datetime, who: str, what: str, about: str = "") -> None:
    """Write a line, in the transaction of what it tells of. `what` is at most 32 characters."""
    await connection.execute(insert(LogRow).values(at=at, who=who, what=what, about=about))


async def lines(database: Database, *, most: int = 200) -> tuple[Logged, ...]:
    """The latest lines, the newest first. Raises DatabaseError."""
    query = select(_LOG.at, _LOG.who, _LOG.what, _LOG.about).order_by(_LOG.id.desc()).limit(most)
    async with database.read() as connection:
        return tuple(Logged(*row) for row in await connection.execute(query))
