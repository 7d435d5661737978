"""Empty databases of both kinds for measuring, and ways to fill and weigh them that a program would never use."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import asyncpg  # type: ignore[import-untyped]

from bot.benchmarks import postgresql
from bot.benchmarks.program import processor_of_all


class Store(Protocol):
    """A database. `url`: as the program is told it."""

    url: str

    async def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Put rows into a table as fast as it takes them, while nobody else has it."""
        ...

    async def rest(self) -> None:
        """Do now what it would do by and by after it was filled: what is measured next has no part in that."""
        ...

    async def ask(self, question: str) -> Any:
        """The one value that an SQL question has for an answer."""
        ...

    async def size(self) -> int:
        """The bytes that it takes on the disk."""
        ...

    async def connections(self) -> int | None:
        """How many connections to it others hold; None where that means nothing."""
        ...

    async def processor(self) -> float:
        """Seconds of the processor that its server has used; nothing where it has none."""
        ...


class SqliteStore:
    """A SQLite file."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self._path = path

    async def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 (our own names)
        with contextlib.closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            # Nobody else has the file, and who is cut off here begins again: written once is enough.
            for habit in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
                connection.execute(f"PRAGMA {habit}")
            connection.execute("BEGIN")
            connection.executemany(statement, rows)
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")

    async def rest(self) -> None:
        """Nothing is left for later."""

    async def ask(self, question: str) -> Any:
        with contextlib.closing(sqlite3.connect(self._path)) as connection:
            return connection.execute(question).fetchone()[0]

    async def size(self) -> int:
        files = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    async def connections(self) -> None:
        return None

    async def processor(self) -> float:
        return 0.0


class PostgresqlStore:
    """A database of a PostgreSQL server that listens at a socket in a folder."""

    def __init__(self, folder: str, name: str) -> None:
        self.url = f"postgresql://postgres@/{name}?{urlencode({'host': folder})}"
        self._where = {"user": "postgres", "host": folder, "database": name}

    async def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        async with self._connected() as connection:
            await connection.copy_records_to_table(table, columns=list(columns), records=rows)

    async def rest(self) -> None:
        async with self._connected() as connection:
            await connection.execute("VACUUM ANALYZE")
            await connection.execute("CHECKPOINT")

    async def ask(self, question: str) -> Any:
        async with self._connected() as connection:
            return await connection.fetchval(question)

    async def size(self) -> int:
        return int(await self.ask("SELECT pg_database_size(current_database())"))

    async def connections(self) -> int:
        others = "datname = current_database() AND pid != pg_backend_pid()"
        return int(await self.ask(f"SELECT count(*) FROM pg_stat_activity WHERE {others}"))  # noqa: S608 (our own words)

    async def processor(self) -> float:
        return processor_of_all(_first_process(Path(await self.ask("SHOW data_directory"))))

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(**self._where)
        try:
            yield connection
        finally:
            await connection.close()


def _first_process(data: Path) -> int:
    """The process that started all others of the server whose files lie here."""
    return int((data / "postmaster.pid").read_text().split()[0])


@contextlib.asynccontextmanager
async def in_postgresql(*names: str) -> AsyncIterator[tuple[PostgresqlStore, ...]]:
    """Empty databases on a server of our own, which is gone in the end.

    Raises ModuleNotFoundError where its package is missing.
    """
    with postgresql.server() as folder:
        connection = await asyncpg.connect(user="postgres", database="postgres", host=folder)
        try:
            for name in names:
                await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        yield tuple(PostgresqlStore(folder, name) for name in names)
