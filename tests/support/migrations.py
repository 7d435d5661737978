"""The first new database of a kind is made by the real migrations; the next ones by the statements that these ran.

What Alembic does around the statements (reading its scripts, comparing versions) takes ten times as long as they do,
and hundreds of tests begin with new databases. A database that has a version already is left to Alembic.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import AdaptedConnection, Connection, event, inspect

from service_directory.database import Database

_Statements = tuple[tuple[str, Any], ...]
_made: dict[tuple[str, Path, str], _Statements] = {}


def remember_migrations(patch: pytest.MonkeyPatch) -> None:
    """From now on each kind of database is migrated from nothing once in this process."""
    by_alembic = Database._upgrade

    def upgrade(self: Database, connection: Connection) -> None:
        if inspect(connection).has_table(f"{self.name}_version"):
            by_alembic(self, connection)
            return
        kind = self.name, self.migrations, connection.dialect.name
        if kind not in _made:
            _made[kind] = _statements_of(lambda: by_alembic(self, connection), connection)
            return
        _repeat(_made[kind], connection)

    patch.setattr(Database, "_upgrade", upgrade)


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
    """Run them again: on SQLite all of them in one go, because to hand each to the driver's thread takes longer."""
    if connection.dialect.name != "sqlite":
        for statement, parameters in statements:
            connection.exec_driver_sql(statement, parameters)
        return

    async def repeat(driver: aiosqlite.Connection) -> None:
        def run() -> None:
            for statement, parameters in statements:
                driver._conn.execute(statement, parameters)

        await driver._execute(run)  # type: ignore[no-untyped-call]

    adapted = connection.connection.dbapi_connection
    assert isinstance(adapted, AdaptedConnection)
    adapted.run_async(repeat)
