"""Whether a database has the newest tables already, which is nearly always so.

Alembic could tell, but it is a tenth of what the program loads, and needed only where something has to be done.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


@cache
def newest(migrations: Path) -> str:
    """The revision in a folder of migrations that no other builds on."""
    files = (migrations / "versions").glob("*.py")
    named: list[tuple[str, str]] = [found for file in files for found in _NAMED.findall(file.read_text())]
    older = {revision for what, revision in named if what == "down_revision"}
    (last,) = {revision for what, revision in named if what == "revision"} - older
    return last


def is_newest(connection: Connection, table: str, migrations: Path) -> bool:
    """Does Alembic's `table` in a database say that its tables are the newest of a folder of migrations?"""
    if not inspect(connection).has_table(table):
        return False
    kept = connection.execute(text(f'SELECT version_num FROM "{table}"')).scalars()  # noqa: S608 (a name of our own)
    return list(kept) == [newest(migrations)]
