"""Connections to SQLite that go to their thread once for each statement.

SQLite is asked in a thread of the connection's own, so that nobody waits for the disk. aiosqlite goes there four times
for a statement: for a cursor, to run it, for its rows, and to close the cursor. To go there and back takes longer than
most statements do.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import aiosqlite

AHEAD: Final = 256
"""So many rows are fetched with the statement itself; more of them once they are asked for."""


class Connection(aiosqlite.Connection):
    """aiosqlite's, with cursors that do so."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A cursor that has nothing open yet."""
        return Cursor(self)


class Cursor:
    """As much of a cursor as SQLAlchemy uses. Raises what sqlite3 does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        self._rows: deque[Any] = deque()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement, and fetch the first of its rows."""
        await self._run(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement with each of these in turn."""
        await self._run(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchone(self) -> Any:
        """The next row; None after the last."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows, as many as there are of so many."""
        wanted = self.arraysize if size is None else size
        if len(self._rows) < wanted and (cursor := self._open):
            await self._in_its_thread(lambda: self._fetch(cursor, max(wanted, AHEAD)))
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        if cursor := self._open:
            await self._in_its_thread(lambda: self._fetch(cursor, None))
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def close(self) -> None:
        """Let go of what is open; after the last row nothing is."""
        self._rows.clear()
        if self._open is not None:
            await self._in_its_thread(self._close)

    async def _in_its_thread(self, errand: Callable[[], None]) -> None:
        await self._connection._execute(errand)  # type: ignore[no-untyped-call]

    async def _run(self, statement: Callable[[sqlite3.Cursor], object]) -> None:
        self._rows.clear()

        def errand() -> None:
            self._close()
            self._open = cursor = self._connection._conn.cursor()
            try:
                statement(cursor)
                self.description = cursor.description
                self._fetch(cursor, AHEAD)
            except BaseException:
                self._close()
                raise

        await self._in_its_thread(errand)

    # --- in the thread ------------------------------------------------------------------------------------------

    def _fetch(self, cursor: sqlite3.Cursor, size: int | None) -> None:
        """So many more rows, or all; after the last the cursor is closed."""
        fetched = cursor.fetchall() if size is None else cursor.fetchmany(size)
        self._rows.extend(fetched)
        # Only after the last row is it known how many were written.
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        if size is None or len(fetched) < size:
            self._close()

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def connect(file: str, **options: Any) -> Connection:
    """A connection to a file, with options of sqlite3's. Await it to open it."""
    connection = Connection(lambda: sqlite3.connect(file, **options), iter_chunk_size=AHEAD)
    # A program that ends does not wait for it.
    connection._thread.daemon = True
    return connection
