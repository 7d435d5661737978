"""A new database is made at once, exactly as the migrations would make it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

import bot
import service_directory
from service_directory.build.newest_tables import newest_tables
from service_directory.database import Database
from service_directory.new_tables import FILE

BOT, DIRECTORY = (Path(str(package.__file__)).parent for package in (bot, service_directory))
FOLDERS = {
    "directory": DIRECTORY / "migrations",
    "desk": DIRECTORY / "desk" / "migrations",
    "session": BOT / "migrations",
    "conversations": BOT / "publication_migrations",
}


async def made(file: Path, name: str, migrations: Path) -> list[str]:
    """What is in a database when it has been brought up to date, sorted."""
    database = Database.at(f"sqlite:///{file}", name=name, migrations=migrations)
    try:
        await database.migrate()
    finally:
        await database.close()
    connection = sqlite3.connect(file)
    try:
        return sorted(connection.iterdump())
    finally:
        connection.close()


@pytest.mark.parametrize("name", FOLDERS)
def test_the_file_of_new_tables_is_what_the_migrations_make(name: str) -> None:
    assert (FOLDERS[name] / FILE).read_text(encoding="utf-8") == newest_tables(name, FOLDERS[name]), (
        f"python -m service_directory.build.newest_tables {name}=FOLDER"
    )


@pytest.mark.parametrize("name", FOLDERS)
async def test_a_new_database_is_as_the_migrations_make_it(name: str, tmp_path: Path) -> None:
    alone = tmp_path / "migrations"
    shutil.copytree(FOLDERS[name], alone, ignore=shutil.ignore_patterns(FILE))
    at_once = await made(tmp_path / "at_once.sqlite", name, FOLDERS[name])
    assert at_once == await made(tmp_path / "step_by_step.sqlite", name, alone)
    assert len(at_once) > 4


async def test_a_file_of_another_revision_is_not_used(tmp_path: Path) -> None:
    stale = tmp_path / "migrations"
    shutil.copytree(FOLDERS["session"], stale)
    head, _, rest = (stale / FILE).read_text(encoding="utf-8").partition("\n")
    (stale / FILE).write_text(f"{head.replace('s004', 's003')}\nCREATE TABLE wrong (number INTEGER);\n{rest}")
    assert not any("wrong" in statement for statement in await made(tmp_path / "sessions.sqlite", "session", stale))


async def test_two_kinds_of_tables_may_share_a_file_and_one_may_be_older(tmp_path: Path) -> None:
    file = tmp_path / "directory.sqlite"
    for name in ("directory", "conversations", "desk"):
        await made(file, name, FOLDERS[name])
    again = await made(file, "directory", FOLDERS["directory"])
    versions = {"directory_version", "conversations_version", "desk_version"}
    assert {word for statement in again for word in statement.split('"')} >= versions
