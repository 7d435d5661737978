"""An INSERT that does nothing where such a row is there already, in the words of either database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.desk.tables import DeskBase


async def insert_unless_there(connection: AsyncConnection, table: type[DeskBase], row: Mapping[str, Any]) -> bool:
    """Insert a row; False when one that may be there only once was there before."""
    if connection.dialect.name == "postgresql":
        done = await connection.execute(postgresql.insert(table).values(row).on_conflict_do_nothing())
    else:
        done = await connection.execute(sqlite.insert(table).values(row).on_conflict_do_nothing())
    return bool(done.rowcount == 1)
