"""A backup holds what of the desk is to last, and a restore signs everybody out."""

from __future__ import annotations

import contextlib
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from service_directory.backup_files import DATABASE
from service_directory.backups import DIRECTORY, back_up, restore
from service_directory.desk.accounts import Accounts
from service_directory.desk.keeping import desk_database
from service_directory.desk.kept import DESK
from service_directory.desk.links import Links
from service_directory.desk.people import Role
from service_directory.desk.second_factor import SecondFactor
from service_directory.desk.tables import DeskBase, LinkRow
from service_directory.desk.visits import Visits
from service_directory.store import Directory

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "a secret that is long enough for anybody"
PARTS = (DIRECTORY, DESK)


async def test_accounts_come_back_and_nobody_is_signed_in_as_anybody_else(
    directory: Directory, small: Directory, tmp_path: Path
) -> None:
    old, new = await desk_database(directory), await desk_database(small)
    sam = await Accounts(old, SECRET).invite("Sam", "sam@example.org", [Role.LEAD], who="an operator", at=AT)
    await SecondFactor(old, SECRET).begin(sam.number)
    await Visits(old, SECRET).begin("account", sam.number, AT, proved=True)
    await back_up(directory, tmp_path / "backup.zip", parts=PARTS, at=AT)

    other = await Accounts(new, SECRET).invite("Other", "other@example.org", [Role.EDITOR], who="an operator", at=AT)
    assert other.number == sam.number
    visit = await Visits(new, SECRET).begin("account", other.number, AT, proved=True)
    await Links(new, SECRET).make("sign_in", other.number, AT, timedelta(hours=1))
    await restore(small, tmp_path / "backup.zip", parts=PARTS, at=AT, who="Sam", why="the machine broke")

    assert await Accounts(new, SECRET).all() == (sam,)
    assert await SecondFactor(new, SECRET).enrolment(sam.number, issuer="x") is not None
    assert await Visits(new, SECRET).visitor(visit, AT) is None
    async with new.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(LinkRow)) == 0


async def test_nothing_that_passes_is_in_a_backup(small: Directory, tmp_path: Path) -> None:
    database = await desk_database(small)
    await Visits(database, SECRET).begin("account", 1, AT)
    await Links(database, SECRET).make("sign_in", 1, AT, timedelta(hours=1))
    await back_up(small, tmp_path / "backup.zip", parts=PARTS, at=AT)
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        (tmp_path / "copy.sqlite").write_bytes(archive.read(DATABASE))
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.sqlite")) as copy:
        for name in DeskBase.metadata.tables.keys() - DESK.tables.tables.keys():
            assert copy.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,), name  # noqa: S608


def test_what_is_kept_is_said_of_every_table() -> None:
    """A table that is added has to be thought of."""
    assert set(DESK.tables.tables) == {
        "desk_account",
        "desk_keeper",
        "desk_keeper_request",
        "desk_entry_draft",
        "desk_decision",
        "desk_reminder",
        "desk_assessment_draft",
        "desk_count",
        "desk_log",
    }
