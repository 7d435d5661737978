from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.dialects import sqlite

from service_directory.database import Database
from service_directory.model import Base, ServiceAreaRow, TaxonomyTermRow, UtcDateTime
from service_directory.rows import whole_services
from service_directory.store import MIGRATIONS, Directory
from service_directory.taxonomies import TAXONOMIES, term_id


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


async def test_an_old_directory_is_brought_up_to_date_with_all_that_it_holds(directory_url: str) -> None:
    def as_it_was(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes |= {"connection": connection, "version_table": "directory_version"}
        command.upgrade(config, "0001")
        for statement in OLD_ROWS:
            connection.execute(text(statement))

    database = Database.at(directory_url, name="directory", migrations=MIGRATIONS)
    try:
        async with database.write() as connection:
            await connection.run_sync(as_it_was)
    finally:
        await database.close()
    directory = await Directory.open(directory_url)
    try:
        async with directory._database.read() as connection:
            (service,) = await whole_services(connection)
        assert (service.name, service.organization.name, service.phones[0].number) == ("Old", "Olds", "+441132224444")
        assert (service.worker_choice, service.pets_accepted, service.phones[0].shows_on_bill) == ("unknown",) * 3
        assert (service.hides_address, service.do_not_list, service.funding_end) == (False, False, None)
        assert [(row.value, row.taxonomy_term_id) for row in service.attributes] == [("talk", "need/talk")]
        (line,) = await directory.history("old")
        assert (line.after, line.at) == ("Old", datetime(2026, 3, 1, 12, tzinfo=UTC))
    finally:
        await directory.close()


OLD_ROWS = (
    "INSERT INTO organization (id, name, description, website) VALUES ('olds', 'Olds', '', '')",
    "INSERT INTO service (id, organization_id, name, description, status, application_process, fees_description,"
    " published, hold_reason, perpetrator_service, serves_men, accommodation, assessment, bill, workers, children,"
    " access, example) VALUES ('old', 'olds', 'Old', 'Help', 'open', '', '', true, '', false, 'all', false, '', '',"
    " '', '', '', false)",
    "INSERT INTO phone (id, service_id, position, number, type, description, source, checked_by)"
    " VALUES ('old/phone/1', 'old', 0, '+441132224444', 'voice', '', '', '')",
    "INSERT INTO attribute (id, service_id, position, link_type, value)"
    " VALUES ('old/need/talk', 'old', 0, 'need', 'talk')",
    "INSERT INTO metadata (service_id, resource_type, resource_id, last_action_date, last_action_type, field_name,"
    " previous_value, replacement_value, updated_by, reason) VALUES ('old', 'service', 'old',"
    " '2026-03-01 12:00:00+00:00', 'create', 'name', '', 'Old', 'Sam', 'new')",
)


async def test_the_closed_lists_in_the_tables_are_those_of_the_program(directory: Directory) -> None:
    async with directory._database.read() as connection:
        rows = await connection.execute(select(TaxonomyTermRow.id, TaxonomyTermRow.name))
        terms = {row.id: row.name for row in rows}
    assert set(terms) == {term_id(listed, code) for listed, codes in TAXONOMIES.items() for code in codes}
    assert all(terms.values())


def test_only_one_table_has_room_for_an_address_and_none_for_a_point_on_a_map() -> None:
    tables = Base.metadata.sorted_tables
    assert [table.name for table in tables if re.search(r"address|postal|street", table.name)] == ["address"]
    columns = {column.name for table in tables if table.name != "address" for column in table.c}
    assert [name for name in columns if re.search(r"address|postcode|postal|street", name)] == ["hides_address"]
    every = columns | {column.name for column in Base.metadata.tables["address"].c}
    assert not [name for name in every if re.search(r"latitude|longitude|uprn|geo", name)]


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
