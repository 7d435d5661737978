"""Databases as a release left them, kept as packed SQL under tests/deploy/released: what every later program must open.

At a release: `python -m tests.support.released VERSION` keeps those of the program as it is then.
"""

from __future__ import annotations

import asyncio
import lzma
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.rooms import Rooms, opened
from bot.settings import Settings
from service_directory.desk.accounts import Accounts
from service_directory.desk.keeping import desk_database
from service_directory.desk.people import Role
from service_directory.store import Directory, example_values
from tests.support.world import SUNDAY_NOON, Clock, Phone

RELEASED = Path(__file__).parents[1] / "deploy" / "released"
SECRET = "the secret of databases that were kept at a release"
DATABASES = ("directory", "sessions")
SERVICES = 2
CHAT = "4200000001"


def settings_of(home: Path) -> Settings:
    """An installation in a folder of a test's own."""
    return Settings.read({"FINGERPOST_HOME": str(home), "FINGERPOST_SECRET": SECRET})


@asynccontextmanager
async def served(home: Path, clock: Clock) -> AsyncIterator[Rooms]:
    """The rooms as they are when men are served."""
    async with opened(settings_of(home), clock=clock, serving=True) as rooms:
        yield rooms


async def lived_in(home: Path) -> None:
    """Two services, an account, a published version and a man in the middle of a conversation."""
    settings = settings_of(home)
    clock = Clock()
    directory = await Directory.open(settings.directory_url)
    try:
        few = {**example_values(), "services": example_values()["services"][:SERVICES]}
        await directory.load_document(few, at=SUNDAY_NOON, who="a release", why="kept", apply=True)
        accounts = Accounts(await desk_database(directory), SECRET)
        await accounts.invite("Lee Lead", "lee@example.org", [Role.LEAD], who="a release", at=SUNDAY_NOON)
    finally:
        await directory.close()
    async with served(home, clock) as rooms:
        phone = Phone(rooms, clock, chat=CHAT)
        await phone.commands("start")
        await phone.taps("Yes")


def keep(home: Path, folder: Path) -> None:
    """Write a home's databases as SQL."""
    folder.mkdir(parents=True)
    for name in DATABASES:
        connection = sqlite3.connect(home / f"{name}.sqlite")
        try:
            text = "\n".join(connection.iterdump())
            (folder / f"{name}.sql.xz").write_bytes(lzma.compress(text.encode(), preset=9))
        finally:
            connection.close()


def bring_back(folder: Path, home: Path) -> None:
    """Make a home's databases from SQL."""
    home.mkdir(parents=True, exist_ok=True)
    for name in DATABASES:
        connection = sqlite3.connect(home / f"{name}.sqlite")
        try:
            connection.executescript(lzma.decompress((folder / f"{name}.sql.xz").read_bytes()).decode())
        finally:
            connection.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(lived_in(Path(made)))
        keep(Path(made), RELEASED / sys.argv[1])
