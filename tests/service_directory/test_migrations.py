from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

from service_directory.database import Database
from service_directory.model import Base, ServiceAreaRow, UtcDateTime
from service_directory.store import MIGRATIONS


async def test_the_migrations_make_the_tables_of_the_model(directory_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"version_table": "directory_version", "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    database = Database.at(directory_url, name="directory", migrations=MIGRATIONS)
    try:
        await database.migrate()
        async with database.read() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await database.close()


def test_there_is_no_table_and_no_column_for_an_address() -> None:
    names = {table.name for table in Base.metadata.sorted_tables}
    names |= {column.name for table in Base.metadata.sorted_tables for column in table.c}
    assert not [name for name in names if re.search(r"address|postcode|postal|street|latitude|longitude|uprn", name)]


def test_migrations_are_part_of_the_package() -> None:
    import service_directory

    migrations = Path(service_directory.__file__).parent / "migrations"
    assert (migrations / "env.py").is_file()
    assert list((migrations / "versions").glob("v0001_*.py"))


def test_moments_are_kept_in_utc_and_come_back_aware() -> None:
    kept, dialect = UtcDateTime(), sqlite.dialect()
    summer = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    assert kept.process_bind_param(summer, dialect) == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert kept.process_bind_param(None, dialect) is None
    assert kept.process_result_value(datetime(2026, 7, 1, 11), dialect) == summer  # noqa: DTZ001
    assert kept.process_result_value(None, dialect) is None
    with pytest.raises(ValueError, match="time zone"):
        kept.process_bind_param(datetime(2026, 7, 1), dialect)  # noqa: DTZ001


def test_an_area_has_the_address_that_the_statistics_office_gave_it() -> None:
    area = ServiceAreaRow(code="E08000035")
    assert area.uri == "http://statistics.data.gov.uk/id/statistical-geography/E08000035"
