"""What the databases tell whoever steals them: alone, with the secret and the keys, and a week later.

The thief of these tests is given more than he could find: everything that was ever sealed, as if no page of any file
or log had ever been overwritten.
"""

from __future__ import annotations

import base64
import contextlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from bot import session_tables as tables
from bot.arrival import Address, Erased
from bot.rooms import Rooms
from bot.sealing import Keyring, SealBroken, Sealer
from bot.sessions import MIGRATIONS
from service_directory.database import Database
from tests.support.world import Clock, Phone, at_the_signposts, world

TALKING, LEFT, KEEPER, QUIET, BROWSING = 7_412_345_601, 7_412_345_602, 7_412_345_603, 7_412_345_604, 7_412_345_605
EVERYBODY = (TALKING, LEFT, KEEPER, QUIET, BROWSING)
KEY_FILES = ("session-keys.json", "trace-keys.json", "trace-name-keys.json", "mark-keys.json")
# The parts of an answer, a place and a danger that would be readable if anything were.
READABLE = (b"main", b"places", b"talk", b"E08000035", b"where", b"immediate_danger", b"danger", b"telegram", b"Leeds")


@dataclass
class Sealed:
    """One thing that was sealed, and for whom."""

    purpose: str
    data: bytes
    for_chat: str | None


@dataclass
class Thief:
    """Has the disk as it was at some moment, and all that was ever on it."""

    rooms: Rooms
    sessions_url: str | None
    ever_sealed: list[Sealed] = field(default_factory=list)

    @property
    def files(self) -> dict[str, bytes]:
        """The session database's files: SQLite's with its log, or PostgreSQL's whole folder."""
        if self.sessions_url is None:
            found = self.rooms.settings.home.glob("sessions.sqlite*")
        else:
            found = Path(str(make_url(self.sessions_url).query["host"])).rglob("*")
        read = {}
        for path in found:
            with contextlib.suppress(OSError):  # PostgreSQL takes files away while it works
                if path.is_file():
                    read[str(path)] = path.read_bytes()
        return read

    async def rows(self, table: sa.Table) -> list[dict[str, object]]:
        """What stands in a table now."""
        database = Database.at(self.rooms.settings.sessions_url, name="session", migrations=MIGRATIONS)
        async with database.read() as connection:
            rows = [dict(row._mapping) for row in (await connection.execute(sa.select(table))).all()]
        await database.close()
        return rows

    def sealers(self, secret: str | None = None) -> list[Sealer]:
        """One for each key file, as it is now."""
        home = self.rooms.settings.home
        return [Sealer(secret or self.rooms.settings.secret, Keyring(home / name)) for name in KEY_FILES]

    def opened(self, sealed: list[Sealed], *, knowing: tuple[int, ...] = (), secret: str | None = None) -> list[bytes]:
        """What he can open of what was sealed, with every key there is, for whoever's chat he knows."""
        owners = [None, *(Address("telegram", str(chat)) for chat in knowing)]
        found = []
        for sealer in self.sealers(secret):
            for number in sealer.keyring.live():
                for each in sealed:
                    for owner in owners:
                        with contextlib.suppress(SealBroken):
                            found.append(sealer.open(number, each.purpose, each.data, owner=owner))
        return found

    def chats_in(self, opened: list[bytes]) -> set[int]:
        """Whom what he opened names."""
        text = b"\n".join(opened).decode()
        return {chat for chat in EVERYBODY if str(chat) in text}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def sessions_url(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def everything_sealed(monkeypatch: pytest.MonkeyPatch) -> list[Sealed]:
    """All that the program seals, whether it stays or not."""
    ever: list[Sealed] = []
    seal = Sealer.seal

    def noted(self: Sealer, number: int, purpose: str, data: bytes, *, owner: Address | None = None) -> bytes:
        sealed = seal(self, number, purpose, data, owner=owner)
        ever.append(Sealed(purpose, sealed, None if owner is None else owner.chat))
        return sealed

    monkeypatch.setattr(Sealer, "seal", noted)
    return ever


async def all_goes(chat: str, ids: Sequence[int]) -> Erased:
    """A messenger that deletes whatever it is asked to."""
    return Erased(gone=len(ids))


async def they_talk(rooms: Rooms, clock: Clock) -> None:
    """One went quiet two hours ago; now one is talking, one left in danger, one keeps his chat, one is on the web."""
    rooms.conversation.erase_with("telegram", all_goes)
    await at_the_signposts(Phone(rooms, clock, str(QUIET)))
    clock.forward(hours=2)
    await rooms.conversation.sweep()

    left = Phone(rooms, clock, str(LEFT))
    await at_the_signposts(left)
    await left.says("shes got a knife")
    clock.forward(seconds=5)
    await left.says("x")

    keeper = Phone(rooms, clock, str(KEEPER))
    await at_the_signposts(keeper)
    for label in ("Keep a number", "Keep this chat", "Yes"):
        await keeper.taps(label)

    await at_the_signposts(Phone(rooms, clock, str(TALKING)))
    await at_the_signposts(Phone(rooms, clock, str(BROWSING), channel="web"))


async def test_with_the_database_alone_he_learns_neither_who_talked_nor_what_was_answered(
    tmp_path: Path, sessions_url: str | None, everything_sealed: list[Sealed]
) -> None:
    clock = Clock()
    async with world(tmp_path, clock, sessions_url=sessions_url) as rooms:
        thief = Thief(rooms, sessions_url, everything_sealed)
        await they_talk(rooms, clock)
        contents = b"".join(thief.files.values())
        # His copy is a real one: what was sealed for a man who has left is still in it. PostgreSQL keeps it in pieces.
        assert any(each.data[:1024] in contents for each in everything_sealed if each.for_chat == str(LEFT))
        for chat in EVERYBODY:
            for form in (str(chat).encode(), struct.pack("<q", chat), struct.pack(">q", chat)):
                assert form not in contents
        for row in [*await thief.rows(tables.session), *await thief.rows(tables.trace), *await thief.rows(tables.mark)]:
            written = repr(row).encode()
            assert not any(words in written for words in READABLE)
        # Without the keys nothing opens, whether the secret is known or not; nor with the keys and another secret.
        assert thief.opened(everything_sealed, knowing=EVERYBODY, secret="another secret of good length " * 2) == []
        for name in KEY_FILES:
            (rooms.settings.home / name).rename(tmp_path / name)
        assert thief.opened(everything_sealed, knowing=EVERYBODY) == []
        for name in KEY_FILES:
            (tmp_path / name).rename(rooms.settings.home / name)


async def test_no_length_and_no_name_tells_one_man_from_another(
    tmp_path: Path, sessions_url: str | None, everything_sealed: list[Sealed]
) -> None:
    clock = Clock()
    async with world(tmp_path, clock, sessions_url=sessions_url) as rooms:
        thief = Thief(rooms, sessions_url, everything_sealed)
        one, another = Phone(rooms, clock, str(TALKING)), Phone(rooms, clock, str(LEFT))
        await one.commands("start")
        await at_the_signposts(another)
        await another.says("shes got a knife")
        rows = [*await thief.rows(tables.session), *await thief.rows(tables.trace)]
        assert len(rows) == 4
        assert len({len(bytes(row["sealed"])) for row in rows}) == 1  # type: ignore[call-overload]
        before = {row["who"] for row in rows}
        assert len(before) == 4
        # An hour later he goes by other names: two copies of the disk do not say that it is the same man.
        clock.forward(minutes=61)
        await one.commands("start")
        await another.commands("start")
        assert not before & {row["who"] for row in await thief.rows(tables.session)}


async def test_with_the_secret_and_the_keys_he_learns_of_the_chats_that_await_their_erase_and_of_no_others(
    tmp_path: Path, sessions_url: str | None, everything_sealed: list[Sealed]
) -> None:
    clock = Clock()
    async with world(tmp_path, clock, sessions_url=sessions_url) as rooms:
        thief = Thief(rooms, sessions_url, everything_sealed)
        await they_talk(rooms, clock)
        standing = [Sealed("trace", bytes(row["sealed"]), None) for row in await thief.rows(tables.trace)]  # type: ignore[call-overload]
        assert thief.chats_in(thief.opened(standing)) == {TALKING, KEEPER}
        # Of him who went quiet two hours ago nothing opens any more, though all that was ever sealed is at hand.
        assert QUIET not in thief.chats_in(thief.opened(everything_sealed, knowing=(QUIET,)))
        # On the web nobody's chat is kept anywhere: what was answered opens only with the cookie in his browser.
        assert BROWSING not in thief.chats_in(thief.opened(everything_sealed))


async def test_one_who_keeps_his_chat_keeps_no_key_alive_that_opens_what_is_left_of_others(
    tmp_path: Path, sessions_url: str | None, everything_sealed: list[Sealed]
) -> None:
    clock = Clock()
    async with world(tmp_path, clock, sessions_url=sessions_url) as rooms:
        thief = Thief(rooms, sessions_url, everything_sealed)
        await they_talk(rooms, clock)
        clock.forward(hours=3)
        await rooms.conversation.sweep()
        opened = thief.opened(everything_sealed, knowing=EVERYBODY)
        assert thief.chats_in(opened) == {KEEPER}
        # Nor what he answered himself: only which messages are to go when he leaves.
        assert all(json.loads(each)[:2] == ["telegram", str(KEEPER)] for each in opened)


async def test_a_week_later_there_is_nothing_to_learn_with_everything_in_hand(
    tmp_path: Path, sessions_url: str | None, everything_sealed: list[Sealed]
) -> None:
    clock = Clock()
    async with world(tmp_path, clock, sessions_url=sessions_url) as rooms:
        thief = Thief(rooms, sessions_url, everything_sealed)
        await they_talk(rooms, clock)
        keys_then = [key for sealer in thief.sealers() for key in sealer.keyring.live().values()]
        assert len(keys_then) >= 4
        for _ in range(7):
            clock.forward(days=1)
            await rooms.conversation.sweep()
        assert thief.opened(everything_sealed, knowing=EVERYBODY) == []
        assert all(not sealer.keyring.live() for sealer in thief.sealers())
        for table in (tables.session, tables.trace, tables.mark, tables.lane):
            assert await thief.rows(table) == []
        on_disk = b"".join(
            [*thief.files.values(), *(path.read_bytes() for path in rooms.settings.home.glob("*-keys*"))]
        )
        for key in keys_then:
            assert key not in on_disk
            assert base64.b64encode(key) not in on_disk
