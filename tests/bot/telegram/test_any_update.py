"""Whatever comes in at the door, it is stripped or passed over and never comes again; and no log knows of whom."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.arrival import Arrival, Commanded, Tapped, Typed, Unreadable
from bot.telegram.updates import Blocked, Received, Uninvited, read, update_id
from bot.telegram.webhook import MOST_BYTES, SECRET_HEADER, webhook_route
from tests.support.bad_updates import CHAT, GOOD, MARK, spoilt
from tests.support.logs import log as log
from tests.support.longer import examples
from tests.support.one_process import PACE, Process
from tests.support.small_telegram import SmallTelegram
from tests.support.world import Clock, world

SECRET = "only-telegram-knows-this"


def unseen(log: io.StringIO) -> bool:
    """Is there nothing of him in what was logged so far?"""
    return not any(mark in log.getvalue() for mark in (MARK, str(CHAT), "7700900456"))


def test_what_gets_through_the_door_is_of_the_kinds_that_it_says(log: io.StringIO) -> None:
    @examples(400)
    @given(spoilt())
    def spoil(update: dict[str, Any]) -> None:
        received = read(update)
        assert (received is None) is (update_id(update) is None)
        assert received is None or well_formed(received)
        assert unseen(log)

    spoil()


def well_formed(received: Received) -> bool:
    """Is everything of the type that the rest of the program counts on?"""
    match received.what:
        case Arrival(address=address, what=what, sent_at=sent_at, message=message):
            fits = isinstance(address.chat, str) and address.chat.lstrip("-").isdecimal() and content_fits(what)
            fits = fits and (sent_at is None or (isinstance(sent_at, datetime) and sent_at.tzinfo is not None))
            return fits and (message is None or type(message) is int) and isinstance(received.tap, str | None)
        case Blocked(address=address, at=at):
            return address.chat.lstrip("-").isdecimal() and isinstance(at, datetime)
        case Uninvited(chat=chat):
            return type(chat) is int and isinstance(received.tap, str | None)
        case nothing:
            return nothing is None and isinstance(received.tap, str | None)


def content_fits(what: Typed | Commanded | Tapped | Unreadable) -> bool:
    match what:
        case Typed(text=text):
            return isinstance(text, str)
        case Tapped(token=token, on=on):
            return isinstance(token, str) and (on is None or type(on) is int)
        case Commanded(name=name, rest=rest):
            return isinstance(name, str) and isinstance(rest, str)
        case Unreadable(kind=kind):
            return isinstance(kind, str)


@dataclass(frozen=True)
class Door:
    """The webhook before the whole program, without a network."""

    runner: asyncio.Runner
    app: Starlette

    def answers(self, body: bytes, secret: str = SECRET) -> int:
        """The status with which a body is answered."""

        async def posted() -> int:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://door.test") as client:
                header = (SECRET_HEADER.encode(), secret.encode())
                return (await client.post("/telegram", content=body, headers=[header])).status_code

        return self.runner.run(posted())


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    clock = Clock()
    with asyncio.Runner() as runner:
        opened = world(tmp_path / "lent", clock)
        rooms = runner.run(opened.__aenter__())
        process = runner.run(Process.begin(tmp_path / "home", rooms, clock, SmallTelegram(clock)))
        yield Door(runner, Starlette(routes=[webhook_route("/telegram", SECRET, process.intake, pace=PACE)]))
        runner.run(process.sessions.close())
        runner.run(opened.__aexit__(None, None, None))


@pytest.mark.parametrize("update", GOOD, ids=lambda update: next(iter(update), "nothing"))
def test_what_telegram_sends_is_settled(door: Door, update: dict[str, Any], log: io.StringIO) -> None:
    assert door.answers(json.dumps({"update_id": 7, **update}).encode()) == 200
    assert unseen(log)


def test_no_update_however_spoilt_comes_again_for_ever(door: Door, log: io.StringIO) -> None:
    @examples(100)
    @given(spoilt(), st.integers(1, 2**40))
    def spoil(update: dict[str, Any], number: int) -> None:
        body = json.dumps(update | {"update_id": number}).encode()
        assert door.answers(body) == 200
        assert unseen(log)

    spoil()


def test_no_bytes_however_strange_come_again_for_ever(door: Door, log: io.StringIO) -> None:
    @examples(50)
    @given(
        st.binary(max_size=60)
        | st.builds(
            lambda at, bad: _cut(json.dumps(GOOD[0]).encode(), at, bad), st.integers(0, 300), st.binary(max_size=3)
        )
    )
    def spoil(body: bytes) -> None:
        assert door.answers(body) == 200
        assert unseen(log)

    spoil()


def _cut(body: bytes, at: int, bad: bytes) -> bytes:
    return body[:at] + bad + body[at + 1 :]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"update_id": 5, "message": {"text": MARK * 60_000}}).encode(),
        json.dumps({"update_id": 6, **GOOD[0], "more": "x" * (MOST_BYTES - 2_000)}).encode(),
        b'{"update_id": 7, "message": ' + b"[" * 900_000,
        b'{"update_id": ' + b"9" * 900_000 + b"}",
        b'{"update_id": 1e400}',
        b'{"update_id": 8, "update_id": 9}',
        b'\xef\xbb\xbf{"update_id": 10}',
        json.dumps({"update_id": 11}).encode("utf-16"),
        b'{"update_id": 12, "message": {"text": "\xc3\x28"}}',
        b'{"update_id": 13, "message": NaN}',
        b"\x00" * 1_000,
    ],
    ids=lambda body: f"{body[:20]!r} and {len(body)} bytes",
)
def test_bodies_of_up_to_a_megabyte_are_settled(door: Door, body: bytes, log: io.StringIO) -> None:
    assert len(body) <= MOST_BYTES
    assert door.answers(body) == 200
    assert unseen(log)


def test_without_the_secret_nothing_is_even_read(door: Door) -> None:
    @examples(30)
    @given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40), st.binary(max_size=60))
    def knock(secret: str, body: bytes) -> None:
        assert door.answers(body, secret) == (200 if secret == SECRET else 403)

    knock()
