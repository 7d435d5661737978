"""How the directory's database is reached and brought up to date. SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

#: Alembic's own table, named so that sessions can share a database with the directory.
VERSION_TABLE = "directory_version"

_SQLITE = "sqlite+aiosqlite"
_POSTGRESQL = "postgresql+asyncpg"
_DRIVERS = {
    "sqlite": _SQLITE,
    _SQLITE: _SQLITE,
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,
    _POSTGRESQL: _POSTGRESQL,
}
_BUSY_SECONDS = 15
_MIGRATION_LOCK = 0x46696E67  # any number will do that nobody else in the database uses


class DirectoryError(Exception):
    """The directory cannot be used; the message says why, in words for an operator."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database under two habits: `reading` sees one snapshot, `writing` waits its turn.

    A service is read in several statements; without the snapshot a half-changed one could be seen.
    """

    reading: AsyncEngine
    writing: AsyncEngine

    @classmethod
    def at(cls, url: str) -> Database:
        """Raises DirectoryError for a URL that cannot be understood. Connects to nothing yet."""
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise DirectoryError("the directory's URL cannot be read; it looks like sqlite:///file.db") from None
        driver = _DRIVERS.get(parsed.drivername)
        if driver is None:
            raise DirectoryError(f"the directory can be kept in sqlite or postgresql, not in {parsed.drivername}")
        parsed = parsed.set(drivername=driver)
        if driver == _POSTGRESQL:
            engine = create_async_engine(parsed, pool_pre_ping=True)
            return cls(engine.execution_options(isolation_level="REPEATABLE READ"), engine)
        engine = _sqlite_engine(parsed)
        return cls(engine.execution_options(reading=True), engine)

    async def close(self) -> None:
        await self.writing.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one snapshot. Raises DirectoryError when the database fails."""
        async with _plainly(), self.reading.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end, or leaves nothing. Raises DirectoryError likewise."""
        async with _plainly(), self.writing.begin() as connection:
            yield connection

    async def migrate(self) -> None:
        """Bring the tables up to date. Raises DirectoryError when it cannot be opened or written."""
        async with self.write() as connection:
            if connection.dialect.name == "postgresql":
                # Several processes may start at once; who comes second finds the work done.
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            await connection.run_sync(_upgrade)


@asynccontextmanager
async def _plainly() -> AsyncIterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise DirectoryError(f"the directory's database cannot be used: {plain_reason(error)}") from error


def plain_reason(error: BaseException) -> str:
    """What went wrong, in one line, without the SQL or the URL."""
    original: object = getattr(error, "orig", None) or error
    return (str(original).strip().splitlines() or [type(original).__name__])[0]


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        # Python's sqlite3 begins transactions late and commits them before DDL; "begin" below does it right.
        connection.isolation_level = None
        cursor = connection.cursor()
        try:
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
                cursor.execute(f"PRAGMA {pragma}")
        finally:
            cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
