"""The first new database of a kind is made by the real migrations; the next ones are made like it.

What Alembic does around its statements (reading its scripts, comparing versions) takes ten times as long as they do,
and hundreds of tests begin with new databases. A new file of SQLite gets the bytes of the first; elsewhere the
statements are run again. A database that has a version already is left to Alembic.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import AdaptedConnection, Connection, event, inspect

from service_directory.database import Database

_Statements = tuple[tuple[str, Any], ...]
_made: dict[tuple[str, Path, str], _Statements] = {}
_files: dict[tuple[str, Path], bytes] = {}


def remember_migrations(patch: pytest.MonkeyPatch) -> None:
    """From now on each kind of database is migrated from nothing once in this process."""
    by_alembic, whole = Database._upgrade, Database.migrate

    async def migrate(self: Database) -> None:
        url, kind = self.writing.url, (self.name, self.migrations)
        file = url.database
        if self.dialect != "sqlite" or not file or file == ":memory:" or url.query or os.path.exists(file):
            await whole(self)
        elif kind not in _files or not _copied(_files[kind], file):
            await whole(self)
            with closing(sqlite3.connect(file)) as made:
                _files[kind] = made.serialize()

    def upgrade(self: Database, connection: Connection) -> None:
        if inspect(connection).has_table(f"{self.name}_version"):
            by_alembic(self, connection)
            return
        kind = self.name, self.migrations, connection.dialect.name
        if kind not in _made:
            _made[kind] = _statements_of(lambda: by_alembic(self, connection), connection)
            return
        _repeat(_made[kind], connection)

    patch.setattr(Database, "migrate", migrate)
    patch.setattr(Database, "_upgrade", upgrade)


def _copied(made: bytes, file: str) -> bool:
    """Whether there is a new file now. What cannot be written is left to the program to complain of."""
    try:
        new = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except OSError:
        return False
    with open(new, "wb") as writing:
        writing.write(made)
    return True


def _statements_of(work: Callable[[], None], connection: Connection) -> _Statements:
    """What is written on the connection meanwhile."""
    written: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            written.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return tuple(written)


def _repeat(statements: _Statements, connection: Connection) -> None:
    """Run them again, many at once: to hand each to the driver takes longer than it does."""
    adapted = connection.connection.dbapi_connection
    assert isinstance(adapted, AdaptedConnection)
    adapted.run_async(
        lambda driver: (_on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql)(driver, statements)
    )


async def _on_sqlite(driver: aiosqlite.Connection, statements: _Statements) -> None:
    def run() -> None:
        for statement, parameters in statements:
            driver._conn.execute(statement, parameters)

    await driver._execute(run)  # type: ignore[no-untyped-call]


async def _on_postgresql(driver: Any, statements: _Statements) -> None:
    for has_parameters, several in groupby(statements, lambda statement: bool(statement[1])):
        if has_parameters:
            for statement, parameters in several:
                await driver.execute(statement, *parameters)
        else:
            await driver.execute(";\n".join(statement for statement, _ in several))
