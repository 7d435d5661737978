"""The desk's tables: as the migrations leave them is as the program reads them, in both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from service_directory.desk.keeping import desk_database
from service_directory.desk.tables import DeskBase
from service_directory.store import Directory


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"include_name": lambda name, kind, _: kind != "table" or str(name).startswith("desk_")}
    )
    # Alembic's own table of which migration was the last is nobody's model.
    return [
        found
        for found in compare_metadata(context, DeskBase.metadata)
        if getattr(found[1], "name", "") != "desk_version"
    ]


async def test_the_migrations_make_exactly_the_tables_that_the_desk_reads(directory: Directory) -> None:
    desk = await desk_database(directory)
    async with desk.write() as connection:
        assert await connection.run_sync(_differences) == []


async def test_opening_it_again_changes_nothing(directory: Directory) -> None:
    await desk_database(directory)
    again = await desk_database(directory)
    async with again.read() as connection:
        assert await connection.run_sync(_differences) == []
