"""Where the desk keeps its things: its own tables in the directory's database, brought up to date when opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from service_directory.database import Database
from service_directory.store import Directory

MIGRATIONS = Path(__file__).parent / "migrations"


async def desk_database(directory: Directory) -> Database:
    """The desk's tables beside a directory's, under the same connections: closing the directory closes them.

    Raises DatabaseError when they cannot be brought up to date.
    """
    database = replace(directory.database, name="desk", migrations=MIGRATIONS)
    await database.migrate()
    return database
