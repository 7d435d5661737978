"""An INSERT that does nothing where such a row is there already, in the words of either database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.desk.tables import DeskBase
from service_directory.inserting import insert_of


async def insert_unless_there(connection: AsyncConnection, table: type[DeskBase], row: Mapping[str, Any]) -> bool:
    """Insert a row; False when one that may be there only once was there before."""
    insert = insert_of(connection.dialect.name)
    done = await connection.execute(insert(table).values(row).on_conflict_do_nothing())
    return bool(done.rowcount == 1)
