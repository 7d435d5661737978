"""Whatever a released version left on the disk, today's program opens and serves: nothing of the directory is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.publications import MIGRATIONS as CONVERSATIONS
from bot.session_database import MIGRATIONS as SESSIONS
from service_directory.desk.accounts import Accounts
from service_directory.desk.keeping import MIGRATIONS as DESK
from service_directory.desk.keeping import desk_database
from service_directory.rows import whole_services
from service_directory.store import MIGRATIONS as DIRECTORY
from tests.support.released import CHAT, RELEASED, SECRET, SERVICES, bring_back, keep, lived_in, served
from tests.support.world import Clock, Phone

RELEASES = sorted(RELEASED.iterdir())
CHAINS = {"directory": DIRECTORY, "desk": DESK, "conversations": CONVERSATIONS, "session": SESSIONS}


def rows(home: Path, name: str, table: str) -> int:
    connection = sqlite3.connect(home / f"{name}.sqlite")
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 (our own tables)
    finally:
        connection.close()


@pytest.mark.parametrize("release", RELEASES, ids=lambda folder: folder.name)
async def test_what_a_release_kept_is_opened_by_todays_program_and_men_are_served_from_it(
    release: Path, tmp_path: Path
) -> None:
    bring_back(release, tmp_path)
    history = rows(tmp_path, "directory", "metadata")
    versions = rows(tmp_path, "directory", "flow_version")
    assert rows(tmp_path, "sessions", "session") == 1
    clock = Clock()
    async with served(tmp_path, clock) as rooms:
        async with rooms.own.database.read() as connection:
            assert len(await whole_services(connection)) == SERVICES
        (account,) = await Accounts(await desk_database(rooms.own), SECRET).all()
        assert account.name == "Lee Lead"
        phone = Phone(rooms, clock, chat=CHAT)
        await phone.commands("start")
        await phone.taps("Yes")
        assert phone.turn.messages
    assert rows(tmp_path, "directory", "metadata") >= history
    assert rows(tmp_path, "directory", "flow_version") >= versions


def test_every_chain_of_migrations_is_among_what_was_kept(tmp_path: Path) -> None:
    for release in RELEASES:
        home = tmp_path / release.name
        bring_back(release, home)
        for chain in CHAINS:
            assert rows(home, "sessions" if chain == "session" else "directory", f"{chain}_version") == 1


async def test_what_is_kept_at_a_release_can_be_brought_back(tmp_path: Path) -> None:
    await lived_in(tmp_path / "home")
    keep(tmp_path / "home", tmp_path / "kept")
    bring_back(tmp_path / "kept", tmp_path / "again")
    assert rows(tmp_path / "again", "directory", "service") == SERVICES
