"""What services are called, for figures that know them by their ids."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from service_directory.database import Database
from service_directory.model import ServiceRow


async def names_of(database: Database, ids: Collection[str]) -> dict[str, str]:
    """The names of these services, as far as there are such. Raises DatabaseError when the database fails."""
    if not ids:
        return {}
    query = sa.select(ServiceRow.id, ServiceRow.name).where(ServiceRow.id.in_(list(ids)))
    async with database.read() as connection:
        return {id_: name for id_, name in (await connection.execute(query)).all()}
