"""A backup brings back all of the directory, from either database into either, or changes nothing."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select, text

from service_directory import backups
from service_directory.backup_files import DATABASE, BackupError, digest_of, look_into
from service_directory.backups import DIRECTORY, Part, back_up, held, restore
from service_directory.database import Database
from service_directory.model import Base
from service_directory.stewarding import Stewarding
from service_directory.store import MIGRATIONS, Directory
from tests.support.services import NOON, written, written_service

LATER = NOON + timedelta(hours=1)


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Directory]:
    """A second directory, as new."""
    opened = await Directory.open(f"sqlite:///{tmp_path / 'other.db'}")
    yield opened
    await opened.close()


async def filled(directory: Directory) -> None:
    """A directory with services, history, a suspension that came and went, and a lifeline that was rung."""
    document = written(written_service(), written_service("york-men", name="York Men"))
    await directory.load_document(document, at=NOON, who="Sam", why="first", apply=True)
    await directory.suspend("york-men", at=NOON, who="Sam", why="rings out")
    await Stewarding(directory).resume("york-men", at=NOON, who="Ada", why="answered")
    await directory.record_check("samaritans", "Sam", NOON.date())


async def contents(directory: Directory) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables but the number that grows with every change."""
    found = {}
    async with directory.database.read() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name != "revision":
                rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
                found[table.name] = [dict(row) for row in rows.mappings()]
    return found


async def put_back(directory: Directory, file: Path, *, replace: bool = False) -> None:
    await restore(directory, file, replace=replace, at=LATER, who="Sam", why="the machine broke")


def rewritten(file: Path, **changes: Any) -> Path:
    """The same backup with other things said of it; `database` are other bytes of its database."""
    other = file.with_name("rewritten.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        new.writestr(DATABASE, changes.pop("database", old.read(DATABASE)))
        new.writestr("backup.json", json.dumps({**json.loads(old.read("backup.json")), **changes}))
    return other


def changed(file: Path, folder: Path, *statements: str) -> Path:
    """The same backup with its database changed, and a digest that fits."""
    copy = folder / "changed.sqlite"
    with zipfile.ZipFile(file) as archive:
        copy.write_bytes(archive.read(DATABASE))
    connection = sqlite3.connect(copy)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return rewritten(file, database=copy.read_bytes(), sha256=digest_of(copy))


async def test_what_is_restored_is_what_was_backed_up(directory: Directory, other: Directory, tmp_path: Path) -> None:
    await filled(directory)
    before = await contents(directory)
    made = await back_up(directory, tmp_path / "backup.zip", at=NOON)
    assert made.rows["service"] == len(before["service"])
    assert look_into(tmp_path / "backup.zip") == made

    # Into SQLite, whichever database it came from.
    await put_back(other, tmp_path / "backup.zip")
    after = await contents(other)
    told = after["metadata"].pop()
    assert after == before
    assert (told["last_action_type"], told["updated_by"]) == ("restore", "Sam")
    assert list(await other.still_shown(["york-men", "leeds-men"], NOON)) == ["york-men", "leeds-men"]
    assert await other.lifeline_checks() == await directory.lifeline_checks()

    # And back into the database it came from, in the place of what was written since.
    await directory.suspend("leeds-men", at=LATER, who="Sam", why="a slip")
    number = await directory.revision()
    await put_back(directory, tmp_path / "backup.zip", replace=True)
    again = await contents(directory)
    assert again["metadata"].pop() == told
    assert again == before
    assert await directory.revision() > number
    # Life goes on: new rows get numbers that nobody has.
    await directory.suspend("leeds-men", at=LATER, who="Sam", why="in earnest")
    await directory.record_check("samaritans", "Ada", LATER.date())
    assert len(await directory.lifeline_checks()) == 2


async def test_two_backups_of_the_same_directory_have_the_same_digest(directory: Directory, tmp_path: Path) -> None:
    await filled(directory)
    one = await back_up(directory, tmp_path / "one.zip", at=NOON)
    assert one.digest == (await back_up(directory, tmp_path / "two.zip", at=LATER)).digest


async def test_a_directory_that_holds_anything_is_not_replaced_unless_told(other: Directory, tmp_path: Path) -> None:
    assert await held(other) == ""
    await back_up(other, tmp_path / "empty.zip", at=NOON)
    await other.load_document(written(), at=NOON, who="Sam", why="first", apply=True)
    before = await contents(other)
    with pytest.raises(BackupError, match="not empty: it holds 1 services and 1 organizations"):
        await put_back(other, tmp_path / "empty.zip")
    assert await contents(other) == before
    await put_back(other, tmp_path / "empty.zip", replace=True)
    assert await other.is_empty()


async def test_a_restore_that_fails_in_the_middle_leaves_all_as_it_was(
    directory: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(directory)
    await back_up(directory, tmp_path / "backup.zip", at=NOON)
    before, number = await contents(directory), await directory.revision()

    async def fails(*anything: Any) -> None:
        raise RuntimeError("the machine is switched off")

    # When all is deleted and copied, at the very end.
    monkeypatch.setattr(backups, "_count_on", fails)
    with pytest.raises(RuntimeError):
        await put_back(directory, tmp_path / "backup.zip", replace=True)
    assert (await contents(directory), await directory.revision()) == (before, number)


async def test_a_backup_that_fails_leaves_no_file(
    other: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*anything: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "pack", fails)
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(BackupError, match=r"one\.zip cannot be used: No space left on device"):
        await back_up(other, folder / "one.zip", at=NOON)
    assert list(folder.iterdir()) == []


async def test_a_backup_is_never_written_over_another(other: Directory, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_text("mine")
    with pytest.raises(BackupError, match="exists already"):
        await back_up(other, tmp_path / "there.zip", at=NOON)
    assert (tmp_path / "there.zip").read_text() == "mine"


async def test_what_is_damaged_or_no_backup_at_all_is_told_and_changes_nothing(
    other: Directory, tmp_path: Path
) -> None:
    await back_up(other, tmp_path / "backup.zip", at=NOON)
    whole = (tmp_path / "backup.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.zip").write_text("not a zip at all")
    with zipfile.ZipFile(tmp_path / "holiday.zip", "w") as archive:
        archive.writestr("photo.jpg", "sea")
    before = await contents(other)
    for file, told in (
        (tmp_path / "cut.zip", "is not a backup of a directory, or it is damaged"),
        (tmp_path / "text.zip", "is not a backup of a directory, or it is damaged"),
        (tmp_path / "holiday.zip", "is not a backup of a directory, or it is damaged"),
        (rewritten(tmp_path / "backup.zip", sha256="0" * 64), "its digest is not the one that it was made with"),
        (tmp_path / "nowhere.zip", "No such file"),
    ):
        with pytest.raises(BackupError, match=told):
            await put_back(other, file, replace=True)
    assert await contents(other) == before


async def test_a_backup_of_a_newer_program_is_told_and_changes_nothing(other: Directory, tmp_path: Path) -> None:
    await back_up(other, tmp_path / "backup.zip", at=NOON)
    with pytest.raises(BackupError, match="was made by a newer version of Fingerpost"):
        await put_back(other, rewritten(tmp_path / "backup.zip", fingerpost_backup=2))
    newer = changed(tmp_path / "backup.zip", tmp_path, "UPDATE directory_version SET version_num = 'v9999'")
    with pytest.raises(BackupError, match="was written by a newer version of Fingerpost"):
        await put_back(other, newer)


async def test_what_does_not_hang_together_is_told(other: Directory, tmp_path: Path) -> None:
    await filled(other)
    await back_up(other, tmp_path / "backup.zip", at=NOON)
    torn = changed(tmp_path / "backup.zip", tmp_path, "DELETE FROM organization")
    with pytest.raises(BackupError, match="does not hang together"):
        await put_back(other, torn, replace=True)


async def test_an_older_backup_is_brought_up_to_date(other: Directory, tmp_path: Path) -> None:
    """As one from before the second migration: the newer tables come as they begin, the rows as they were."""
    path = tmp_path / "old.sqlite"
    old = Database.at(f"sqlite:///{path}", name="directory", migrations=MIGRATIONS)
    async with old.write() as connection:
        await connection.run_sync(_first_tables)
        await connection.execute(
            text("INSERT INTO organization (id, name, description, website) VALUES ('northern-men', 'N', '', '')")
        )
    await old.close()
    _single_file(path)
    await back_up(other, tmp_path / "new.zip", at=NOON)
    await put_back(other, rewritten(tmp_path / "new.zip", database=path.read_bytes(), sha256=digest_of(path)))
    found = await contents(other)
    assert [row["id"] for row in found["organization"]] == ["northern-men"]
    assert found["taxonomy_term"]


def _first_tables(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = "directory_version"
    command.upgrade(config, "0001")


def _single_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


async def test_tables_of_others_in_the_same_database_never_come_along(other: Directory, tmp_path: Path) -> None:
    """As sessions do, where an operator keeps both in one place."""
    async with other.database.write() as connection:
        await connection.execute(text("CREATE TABLE session (who TEXT, sealed TEXT)"))
        await connection.execute(text("INSERT INTO session VALUES ('somebody', 'zanzibarquetzal')"))
    await back_up(other, tmp_path / "backup.zip", at=NOON)
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert archive.namelist() == ["backup.json", DATABASE]
        kept = archive.read(DATABASE)
    assert b"zanzibarquetzal" not in kept
    assert b"CREATE TABLE session" not in kept


async def test_what_was_redacted_does_not_come_along_in_old_pages(other: Directory, tmp_path: Path) -> None:
    async with other.database.write() as connection:
        organization = Base.metadata.tables["organization"]
        await connection.execute(insert(organization).values(id="a", name="zanzibarquetzal"))
    async with other.database.write() as connection:
        await connection.execute(text("UPDATE organization SET name = 'A'"))
    await back_up(other, tmp_path / "backup.zip", at=NOON)
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert b"zanzibarquetzal" not in archive.read(DATABASE)


async def test_a_part_that_only_adds_keeps_what_is_there(
    directory: Directory, other: Directory, tmp_path: Path
) -> None:
    tables = MetaData()
    page = Table("page", tables, Column("id", String(8), primary_key=True), Column("words", String(8)))
    number = Table("number", tables, Column("id", Integer, primary_key=True, autoincrement=False))
    part = Part("directory", DIRECTORY.migrations, tables, adds_only=number)

    async def with_rows(owner: Directory, *ids: str, numbered: bool) -> None:
        async with owner.database.write() as connection:
            await connection.run_sync(tables.create_all)
            for row_id in ids:
                await connection.execute(insert(page).values(id=row_id, words=f"{row_id}{len(ids)}"))
            if numbered:
                await connection.execute(insert(number).values(id=1))

    async def pages(owner: Directory) -> list[tuple[str, str]]:
        async with owner.database.read() as connection:
            return [(row.id, row.words) for row in await connection.execute(select(page).order_by(page.c.id))]

    # A copy is migrated, and these tables have no migration: they are made in it by hand.
    await with_rows(other, "a", "b", numbered=True)
    file = tmp_path / "backup.zip"
    await back_up(other, file, at=NOON)
    file = changed(
        file,
        tmp_path,
        "CREATE TABLE page (id TEXT, words TEXT)",
        "CREATE TABLE number (id INTEGER)",
        "INSERT INTO page VALUES ('a', 'a2'), ('b', 'b2')",
        "INSERT INTO number VALUES (1)",
    )
    await with_rows(directory, "a", numbered=False)
    both = (DIRECTORY, part)
    await restore(directory, file, parts=both, at=NOON, who="Sam", why="test")
    assert await pages(directory) == [("a", "a1"), ("b", "b2")]

    # Now it has a number of its own, and is left alone.
    async with directory.database.write() as connection:
        await connection.execute(page.delete())
    await restore(directory, file, parts=both, replace=True, at=NOON, who="Sam", why="test")
    assert await pages(directory) == []
