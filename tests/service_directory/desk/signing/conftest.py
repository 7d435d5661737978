"""The desk's tables in both databases: opened once for a module, and empty for every test."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import delete

from service_directory.database import Database
from service_directory.desk.keeping import desk_database
from service_directory.desk.tables import DeskBase
from service_directory.store import Directory
from tests.support.postgres import empty_database


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
async def tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('desk') / 'desk.db'}"
        else:
            url = stack.enter_context(empty_database(request.getfixturevalue("postgres_server")))
        directory = await Directory.open(url)
        try:
            yield await desk_database(directory)
        finally:
            await directory.close()


@pytest_asyncio.fixture(loop_scope="module")
async def database(tables: Database) -> Database:
    async with tables.write() as connection:
        for table in DeskBase.metadata.sorted_tables:
            await connection.execute(delete(table))
    return tables
