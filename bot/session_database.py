"""The session database as its stores use it: short transactions that end in time, or count as failed.

A transaction is a plain function that runs :mod:`bot.statements`. PostgreSQL is reached over the network, so there the
function runs beside everything else (it waits for each statement without holding anybody up). A SQLite file is reached
from threads of its own, where what waits is committed together (:mod:`service_directory.sqlite_file`). A function may
be called again when nothing of its first call was kept.

However often a transaction asks for keys, their files are looked at once in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeVar

from bot.sealing import one_look
from bot.statements import InPostgresql, InSqlite, Transaction
from service_directory.database import Database, DatabaseError
from service_directory.sqlite_file import SqliteFile

ANSWERS_WITHIN = timedelta(seconds=5)
"""A database that takes longer counts as one that failed: a man must not wait for it."""

MIGRATIONS = Path(__file__).parent / "migrations"

_PRAGMAS: Final = ("secure_delete=ON",)
"""Deleted rows are overwritten, as far as SQLite can."""

if TYPE_CHECKING:
    from service_directory.postgresql_server import PostgresqlServer

Done = TypeVar("Done")


class SessionDatabase:
    """Transactions on the tables of :mod:`bot.session_tables`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        if database.dialect == "sqlite":
            self._store: SqliteFile | PostgresqlServer = SqliteFile(database, _PRAGMAS)
        else:
            # Loaded for those who have a server.
            from service_directory.postgresql_server import PostgresqlServer

            self._store = PostgresqlServer(database)

    @classmethod
    def at(cls, url: str) -> Self:
        """The database at a SQLAlchemy URL. Raises DatabaseError when that cannot be read; connects to nothing yet."""
        return cls(Database.at(url, name="session", migrations=MIGRATIONS, pragmas=_PRAGMAS))

    async def migrate(self) -> None:
        """Bring the tables up to date. Raises DatabaseError when the database cannot be opened or written."""
        await self._database.migrate()

    async def close(self) -> None:
        if isinstance(self._store, SqliteFile):
            await self._store.close()
        await self._database.close()

    async def read(self, work: Callable[[Transaction], Done]) -> Done:
        """What a function reads in a transaction that sees one snapshot.

        Raises DatabaseError when the database fails or is too slow.
        """
        store = self._store
        if isinstance(store, SqliteFile):
            return await _in_time(store.read(lambda connection: _done(work, InSqlite(connection))))
        return await _in_time(store.read(lambda session: _done(work, InPostgresql(session))))

    async def write(self, work: Callable[[Transaction], Done], latch: Callable[[], int] | None = None) -> Done:
        """What a function does in a transaction that is committed at its end, or leaves nothing when it raises; with a
        latch, one in which a man's leaving and his turn's end cannot pass unseen.

        Raises DatabaseError as :meth:`read` does, and what the function raises. One that was too slow may be
        committed all the same.
        """
        store = self._store
        if isinstance(store, SqliteFile):
            return await _in_time(store.write(lambda connection: _done(work, InSqlite(connection))))
        return await _in_time(store.write(lambda session: _done(work, InPostgresql(session)), latch and latch()))


def _done(work: Callable[[Transaction], Done], within: Transaction) -> Done:
    with one_look():
        return work(within)


async def _in_time(transaction: Awaitable[Done]) -> Done:
    """Raises DatabaseError when a transaction does not end in time."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()) as limit:
            return await transaction
    except TimeoutError:
        if limit.expired():
            raise DatabaseError("the session database did not answer in time") from None
        raise
