"""The tables of a new SQLite database, made at once instead of by one migration after another.

Beside the migrations lies `newest.sql`: what they lead to, from nothing. It is written by them
(`python -m service_directory.build.newest_tables`) and never by hand; a test compares the two. Where it is of another
revision, or the database is not a new one, the migrations do the work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from service_directory.revisions import newest

FILE = "newest.sql"
_HEAD = "-- Revision {}. Written by the migrations: python -m service_directory.build.newest_tables\n"

_INDEX = "CREATE INDEX", "CREATE UNIQUE INDEX"


def make_new_tables(connection: Connection, table: str, migrations: Path) -> bool:
    """Make the newest tables of a folder of migrations, if there are none yet, and note their revision in Alembic's
    `table`; False when that is for the migrations to do."""
    file = migrations / FILE
    if connection.dialect.name != "sqlite" or not file.exists() or inspect(connection).has_table(table):
        return False
    revision = newest(migrations)
    head, _, statements = file.read_text(encoding="utf-8").partition("\n")
    if f"{head}\n" != _HEAD.format(revision):
        return False
    for statement in _single(statements):
        connection.exec_driver_sql(statement)
    key = f"CONSTRAINT {table}_pkc PRIMARY KEY (version_num)"
    connection.execute(text(f"CREATE TABLE {table} (\n\tversion_num VARCHAR(32) NOT NULL, \n\t{key}\n)"))
    connection.execute(text(f"INSERT INTO {table} VALUES (:revision)"), {"revision": revision})  # noqa: S608 (our own)
    return True


def written(database: sqlite3.Connection, table: str, migrations: Path) -> str:
    """The text of `newest.sql` for a database that the migrations have just made; `table` is Alembic's in it."""
    return _HEAD.format(newest(migrations)) + "".join(f"{one}\n" for one in _joined(_dump(database, table)))


def _dump(database: sqlite3.Connection, table: str) -> Iterator[str]:
    left_out = "BEGIN TRANSACTION;", "COMMIT;", f"CREATE TABLE {table} ", f'INSERT INTO "{table}" '
    kept = [statement for statement in database.iterdump() if not statement.startswith(left_out)]
    # A migration that makes a table anew makes its indexes in any order.
    yield from sorted(kept, key=lambda statement: statement if statement.startswith(_INDEX) else "")


def _joined(statements: Iterable[str]) -> Iterator[str]:
    """Rows of one table that follow each other go in together."""
    before = ""
    for statement in statements:
        into, values, row = statement.partition(" VALUES(")
        if before and values and before.startswith(f"{into} VALUES("):
            before = f"{before[:-1]},\n({row}"
            continue
        if before:
            yield before
        before = statement
    if before:
        yield before


def _single(statements: str) -> Iterator[str]:
    """The statements of a script, one by one."""
    begun = ""
    for line in statements.splitlines(keepends=True):
        begun += line
        if line.endswith(";\n") and sqlite3.complete_statement(begun):
            yield begun
            begun = ""
