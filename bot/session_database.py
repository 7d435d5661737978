"""The session database as its stores use it: short transactions that end in time, or count as failed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import Database, DatabaseError

ANSWERS_WITHIN = timedelta(seconds=5)
"""A database that takes longer counts as one that failed: a man must not wait for it."""

MIGRATIONS = Path(__file__).parent / "migrations"


class SessionDatabase:
    """Transactions on the tables of :mod:`bot.session_tables`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert: Any = postgresql.insert if database.dialect == "postgresql" else sqlite.insert

    @classmethod
    def at(cls, url: str) -> Self:
        """The database at a SQLAlchemy URL. Raises DatabaseError when that cannot be read; connects to nothing yet."""
        # Deleted rows are overwritten, as far as SQLite can.
        return cls(Database.at(url, name="session", migrations=MIGRATIONS, pragmas=("secure_delete=ON",)))

    async def migrate(self) -> None:
        """Bring the tables up to date. Raises DatabaseError when the database cannot be opened or written."""
        await self._database.migrate()

    async def close(self) -> None:
        await self._database.close()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one snapshot. Raises DatabaseError when the database fails or is too slow."""
        async with _in_time(), self._database.read() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def write(self, latch: int | None = None) -> AsyncIterator[AsyncConnection]:
        """A transaction; with a latch, one in which a man's leaving and his turn's end cannot pass unseen.

        Raises DatabaseError as :meth:`read` does.
        """
        async with _in_time(), self._database.write() as connection:
            if latch is not None and connection.dialect.name == "postgresql":
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(latch)))
            yield connection

    def insert(self, table: sa.Table) -> Any:
        """An INSERT that can say what happens ``on_conflict``, in the words of this database."""
        return self._insert(table)


@contextlib.asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Raises DatabaseError when a transaction does not end in time."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()) as limit:
            yield
    except TimeoutError:
        if limit.expired():
            raise DatabaseError("the session database did not answer in time") from None
        raise
