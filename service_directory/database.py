"""How a database is reached and brought up to date: SQLite by default, PostgreSQL by URL.

The directory lives in one such database, and the sessions of ``bot`` in another.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from service_directory.new_tables import make_new_tables
from service_directory.revisions import is_newest
from service_directory.sqlite_connection import connect

_SQLITE = "sqlite+aiosqlite"
_POSTGRESQL = "postgresql+asyncpg"
_DRIVERS = {
    "sqlite": _SQLITE,
    _SQLITE: _SQLITE,
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,
    _POSTGRESQL: _POSTGRESQL,
}
# A locked SQLite file cannot be waited for with a time limit of our own, and a turn has twenty seconds in all.
BUSY_SECONDS = 4
_SCRUB = "scrub"
_MIGRATION_LOCK = 0x46696E67  # any number will do that nobody else in the database uses


class DatabaseError(Exception):
    """A database cannot be used; the message says which and why, in words for an operator."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database under two habits: `reading` sees one snapshot, `writing` waits its turn.

    A service is read in several statements; without the snapshot a half-changed one could be seen. `name` is
    what it holds ("directory"); it also names Alembic's own table, so that two can share one PostgreSQL database.
    """

    name: str
    migrations: Path
    reading: AsyncEngine
    writing: AsyncEngine

    @classmethod
    def at(cls, url: str, *, name: str, migrations: Path, pragmas: Sequence[str] = ()) -> Database:
        """The database at a SQLAlchemy URL. `pragmas` are further settings for SQLite.

        `pooling=transaction` in a PostgreSQL URL says that a pooler stands between, which may give every transaction
        another connection. Raises DatabaseError for a URL that cannot be understood. Connects to nothing yet.
        """
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise DatabaseError(f"the {name} database's URL cannot be read; it looks like sqlite:///file.db") from None
        driver = _DRIVERS.get(parsed.drivername)
        if driver is None:
            raise DatabaseError(f"the {name} database can be kept in sqlite or postgresql, not in {parsed.drivername}")
        parsed = parsed.set(drivername=driver)
        if driver == _POSTGRESQL:
            engine = _postgresql_engine(parsed, name)
            return cls(name, migrations, engine.execution_options(isolation_level="REPEATABLE READ"), engine)
        engine = _sqlite_engine(parsed, pragmas)
        return cls(name, migrations, engine.execution_options(reading=True), engine)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.writing.dialect.name

    async def close(self) -> None:
        await self.writing.dispose()

    def unusable(self, error: BaseException) -> DatabaseError:
        """That the database failed, in words for an operator."""
        return DatabaseError(f"the {self.name} database cannot be used: {plain_reason(error)}")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one snapshot. Raises DatabaseError when the database fails."""
        async with self._plainly(), self.reading.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end, or leaves nothing. Raises DatabaseError likewise.

        What asked for it inside (scrub_after) is scrubbed once all is committed.
        """
        async with self._plainly(), self.writing.begin() as connection:
            connection.info.pop(_SCRUB, None)
            yield connection
            scrub = connection.info.pop(_SCRUB, False)
        if scrub:
            try:
                await self.scrub()
            except DatabaseError as error:
                told = "everything was written, but what was taken out may still lie in the files; redact it again"
                raise DatabaseError(f"{told}: {error}") from error

    async def migrate(self) -> None:
        """Bring the tables up to date. Raises DatabaseError when it cannot be opened or written."""
        if self.dialect == "sqlite":
            # Asked here first: the asynchronous driver leaves a thread behind when a file cannot be opened.
            async with self._plainly():
                await asyncio.to_thread(_try_to_open, self.writing.url.database or ":memory:")
        async with self.write() as connection:
            if connection.dialect.name == "postgresql":
                # Several processes may start at once; who comes second finds the work done.
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            await connection.run_sync(self._upgrade)

    async def scrub(self) -> None:
        """Leave nothing in the database's files of what is no longer in its tables. Raises DatabaseError.

        SQLite keeps old pages in its write-ahead log and in free pages; PostgreSQL keeps old rows until they are
        vacuumed. Neither reaches backups, replicas, archives of either log, or what a file system keeps of its own.
        """
        if self.dialect == "sqlite":
            async with self._plainly():
                await asyncio.to_thread(_scrub_sqlite, self.writing.url.database or ":memory:")
            return
        engine = self.writing.execution_options(isolation_level="AUTOCOMMIT")
        async with self._plainly(), engine.connect() as connection:
            tables = await connection.run_sync(lambda found: inspect(found).get_table_names())
            for table in tables:
                await connection.exec_driver_sql(f'VACUUM FULL "{table}"')

    def _upgrade(self, connection: Connection) -> None:
        version_table = f"{self.name}_version"
        if is_newest(connection, version_table, self.migrations):
            return
        if make_new_tables(connection, version_table, self.migrations):
            return
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(self.migrations))
        config.attributes["connection"] = connection
        config.attributes["version_table"] = version_table
        try:
            command.upgrade(config, "head")
        except CommandError:
            # Alembic does not know where to begin.
            raise DatabaseError(
                f"the {self.name} database was written by a newer version of Fingerpost; use that one, or a newer one"
            ) from None

    @asynccontextmanager
    async def _plainly(self) -> AsyncIterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise self.unusable(error) from error


def scrub_after(connection: AsyncConnection) -> None:
    """Have the database scrubbed when the transaction of this connection is committed: words were redacted in it."""
    connection.info[_SCRUB] = True


def _try_to_open(path: str) -> None:
    sqlite3.connect(path, timeout=BUSY_SECONDS).close()


def _scrub_sqlite(path: str) -> None:
    """Write the file anew, and empty the write-ahead log. What others still read holds it up for a few seconds."""
    if path == ":memory:":
        return
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            blocked = connection.execute(statement).fetchone()
            if blocked and blocked[0]:
                raise sqlite3.OperationalError("somebody is still reading old pages; scrub it again in a minute")
    finally:
        connection.close()


def plain_reason(error: BaseException) -> str:
    """What went wrong, in one line, without the SQL or the URL."""
    original: object = getattr(error, "orig", None) or error
    return (str(original).strip().splitlines() or [type(original).__name__])[0]


def _postgresql_engine(url: URL, name: str) -> AsyncEngine:
    pooling = url.query.get("pooling")
    if pooling not in (None, "transaction"):
        raise DatabaseError(f"the {name} database's URL can say pooling=transaction, or nothing of pooling")
    # Loaded for those who have a server.
    from service_directory.postgresql_connection import Connection as PostgresqlConnection

    arguments: dict[str, Any] = {"connection_class": PostgresqlConnection}
    if pooling is not None:
        # A named statement stays on the server's connection that it was prepared on, where the next transaction may
        # not come, and another client's may. asyncpg sends an unnamed one anew whenever it runs; SQLAlchemy must not
        # keep it either.
        arguments |= {
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": str,
            "statement_cache_size": 0,
        }
    engine = create_async_engine(url.difference_update_query(["pooling"]), pool_size=10, connect_args=arguments)

    @event.listens_for(engine.sync_engine, "checkout")
    def see_that_it_is_open(connection: Any, record: object, proxy: object) -> None:
        # The driver is told when a server ends a connection. To ask the server instead, as SQLAlchemy can
        # (`pool_pre_ping`), takes three more journeys for each transaction.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine


def set_up(connection: Any, pragmas: Sequence[str]) -> None:
    """Have a connection to SQLite write as this program's do. `pragmas` are further settings."""
    cursor = connection.cursor()
    try:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def _sqlite_engine(url: URL, pragmas: Sequence[str]) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": BUSY_SECONDS, "async_creator_fn": connect})
    _prepare_sqlite(engine.sync_engine, pragmas)
    return engine


def _prepare_sqlite(engine: Engine, pragmas: Sequence[str]) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        # Python's sqlite3 begins transactions late and commits them before DDL; "begin" below does it right.
        connection.isolation_level = None
        set_up(connection, pragmas)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
