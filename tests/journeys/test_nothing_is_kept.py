"""Whole conversations full of marked words: afterwards the marks are in no file, log or output, and neither is he."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from bot import stepping, turns
from bot.conversation import Conversation
from bot.quiet import quiet_libraries
from bot.rooms import Rooms, opened
from bot.sealing import Sealer
from bot.session_database import SessionDatabase
from bot.sessions import Sessions
from bot.settings import Settings
from bot.signposting import Signposting
from bot.stepping import Stepping
from bot.telegram import updates
from bot.telegram.channel import TelegramChannel
from bot.telegram.requests import TelegramRequest
from bot.telegram.sending import TelegramOut
from bot.terminal import Talk, talk_jsonl
from bot.versions import PublishedVersions
from bot.web import app as web_application
from bot.web import web_app
from bot.web.handover import Handover
from bot.web.pages import Pages
from dialogs.engine import State
from safety import envelope, identity, risk
from service_directory.desk.tables import CountRow, ReportRow
from tests.bot.telegram.conftest import SWIFT
from tests.support.botapi import FakeBotApi
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.logs import log as log
from tests.support.patience import PATIENCE
from tests.support.processes import running, stopped
from tests.support.world import Clock, Phone, at_the_signposts, world

CANARY = "zanzibarquetzal"
CHAT = 5_559_876_543
USERNAME = "quokka_wombat_user"
FIRST_NAME = "Bartholomewcanary"
SPOKEN = (
    f"hello {CANARY}",
    f"my wife hits me {CANARY}",
    f"my name is {CANARY} and my number is 07700 900456",
    f"she's got a knife {CANARY}",
    f"{CANARY} road, LS6 2AB",
    f"/{CANARY}",
    f"SELECT '{CANARY}'; <script>{CANARY}</script>",
)
MARKS = (CANARY, "900456", "7700900456", str(CHAT), USERNAME, FIRST_NAME, "LS6 2AB", "ls62ab")


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path), path.read_bytes().lower()


def assert_clean(folder: Path, sessions_url: str | None, logged: str, printed: str, *more: str) -> None:
    """Nothing marked is in any file of the home, of PostgreSQL (its write-ahead log too), in the log or on screen."""
    folders = [folder, *([] if sessions_url is None else [Path(make_url(sessions_url).query["host"])])]  # type: ignore[arg-type]
    searched = [file for each in folders for file in files(each)]
    assert sessions_url is None or any("/pg_wal/" in name for name, _ in searched)
    for mark in (*MARKS, *more):
        for name, content in searched:
            assert mark.lower().encode() not in content, f"{mark} in {name}"
        assert mark.lower() not in logged.lower(), f"{mark} in the log"
        assert mark.lower() not in printed.lower(), f"{mark} in what was printed"


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All that any library logs at the most talkative level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    quiet_libraries()
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def sessions_url(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


async def test_on_telegram(
    botapi: FakeBotApi,
    tmp_path: Path,
    everything_logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    sessions_url: str | None,
) -> None:
    clock = Clock()
    botapi.now = clock
    async with world(tmp_path, clock, sessions_url=sessions_url) as rooms:
        channel = TelegramChannel(botapi.token, rooms.conversation, base_url=botapi.base_url, now=clock)
        await channel.start_polling()
        man = botapi.man(CHAT, first_name=FIRST_NAME, username=USERNAME)
        for text in ("/start", *SPOKEN):
            await man.says(text)
            await botapi.settled()
        await man.edits(await man.says("hm"), CANARY)
        await man.forwards(CANARY, of=CANARY)
        await man.sends_photo(caption=CANARY)
        await man.sends_raw({"message": {"text": CANARY, "chat": CANARY}})
        await botapi.settled()
        botapi.fail_next("sendMessage", status=500, times=1)
        await man.says(CANARY)
        await botapi.settled()
        assert_clean(tmp_path, sessions_url, everything_logged.getvalue(), "".join(capfd.readouterr()), botapi.token)
        await channel.stop()
    assert_clean(tmp_path, sessions_url, everything_logged.getvalue(), "".join(capfd.readouterr()), botapi.token)


async def test_in_the_browser(
    tmp_path: Path, everything_logged: io.StringIO, capfd: pytest.CaptureFixture[str], sessions_url: str | None
) -> None:
    async with world(tmp_path, Clock(), sessions_url=sessions_url) as rooms:
        app = web_app(
            rooms.conversation,
            lifelines=rooms.lifelines,
            exit_url="https://www.example.org/",
            session_minutes=60,
            secure_cookies=False,
        )
        transport = httpx.ASGITransport(app=app)
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url="http://chat.test", headers=headers) as browser:
            for text in SPOKEN:
                answer = await browser.post("/", data={"words": text}, follow_redirects=True)
                assert answer.is_success
                assert CANARY not in answer.text
            cookie = browser.cookies["s"] + browser.cookies["p"]
            assert len(cookie) >= 20
        await fail_and_talk(rooms, app)
        assert_clean(tmp_path, sessions_url, everything_logged.getvalue(), "".join(capfd.readouterr()), cookie)


async def fail_and_talk(rooms: Rooms, app: object) -> None:
    """Say the marked words once more while every store call fails."""

    async def fails(*_: object, **__: object) -> None:
        raise OSError(f"cannot write {CANARY}")

    rooms.sessions.find = fails  # type: ignore[method-assign, assignment]
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as browser:
        for text in SPOKEN:
            answer = await browser.post("/", data={"words": text}, headers={"Sec-Fetch-Site": "same-origin"})
            assert answer.status_code in (200, 303, 503)


async def test_what_is_reported_and_counted_holds_no_word_no_number_and_no_hour(
    tmp_path: Path,
    everything_logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reports and counters outlive him, so they are looked through row by row: services, kinds, weeks and months."""
    # Where the example directory, and so what is counted beside it, is kept.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clock = Clock()
    settings = Settings.read({"FINGERPOST_HOME": str(tmp_path / "home")})
    async with opened(settings, clock=clock, examples=True, serving=True) as rooms:
        assert rooms.noticing is not None
        man = Phone(rooms, clock, chat=str(CHAT))
        for text in SPOKEN:
            await man.says(text)
        await at_the_signposts(man)
        for label in ("No luck there", "Not for men"):
            await man.taps(label)
        await man.says(f"the first one {CANARY}")
        await man.says("1")
        await man.taps("Carry on")
        await man.taps("That's all")
        await man.says(f"not really {CANARY}")
        await man.says("not really")
        await rooms.noticing.write()
        index = await rooms.directory.index(rooms.areas, clock().date())
        async with rooms.directory.database.read() as connection:
            reports = (await connection.execute(sa.select(ReportRow.__table__))).mappings().all()
            counts = (await connection.execute(sa.select(CountRow.__table__))).mappings().all()
        (report,) = reports
        assert set(report) == {"id", "service_id", "kind", "week"}
        assert (report["kind"], report["week"]) == ("turned_away", date(2026, 11, 16))
        assert report["service_id"] in index
        assert {row["kind"].partition(":")[0] for row in counts} == {
            *("conversations", "signposts", "reported", "shown", "helped"),
        }
        for row in counts:
            assert set(row) == {"month", "region", "kind", "number"}
            assert row["month"] == date(2026, 11, 1)
            assert row["region"] in ("", "E12000003")
            assert not row["kind"].startswith("shown:") or row["kind"].removeprefix("shown:") in index
        assert_clean(tmp_path, None, everything_logged.getvalue(), "".join(capfd.readouterr()))


async def test_in_the_terminal(
    tmp_path: Path, everything_logged: io.StringIO, capfd: pytest.CaptureFixture[str], sessions_url: str | None
) -> None:
    async with world(tmp_path, Clock(), sessions_url=sessions_url) as rooms:
        # What he typed comes back on his own screen only.
        await talk_jsonl(Talk(rooms.conversation), [f"{line}\n" for line in SPOKEN], io.StringIO())
        assert_clean(tmp_path, sessions_url, everything_logged.getvalue(), "".join(capfd.readouterr()))


# --- with a fault at every stage ------------------------------------------------------------------------------------

STAGES: tuple[tuple[str, object, str], ...] = (
    ("reading the update", updates, "_stripped"),
    ("looking for a way of leaving", turns, "is_leaving"),
    ("looking for danger", risk, "screen"),
    ("looking for names and numbers", identity, "notice"),
    ("cutting a postcode", identity, "cut_postcode"),
    ("waiting in line", Sessions, "turn"),
    ("looking whether an exit was answered", Sessions, "taken"),
    ("looking whether he left", Sessions, "_marked"),
    ("finding the session", Sessions, "_session"),
    ("reading the place", State, "from_bytes"),
    ("finding his version", PublishedVersions, "resume"),
    ("stepping the flow", stepping, "step"),
    ("locating a place", Signposting, "locate"),
    ("finding services", Signposting, "find"),
    ("adding what his words call for", Stepping, "with_asides"),
    ("surrounding", envelope, "surround"),
    ("splitting a message", envelope, "units"),
    ("sending", TelegramOut, "send"),
    ("calling Telegram", TelegramRequest, "do_request"),
    ("sealing", Sealer, "seal"),
    ("opening", Sealer, "open"),
    ("committing", Sessions, "commit"),
    ("writing to the database", SessionDatabase, "write"),
    ("leaving", Sessions, "leave"),
    ("erasing", TelegramOut, "erase"),
    ("recording the erase", Sessions, "wiped"),
)


class Marked(Exception):
    """A fault that says everything there is to say."""


@contextlib.contextmanager
def failing(where: object, name: str, words: str) -> Iterator[list[str]]:
    """A stage that fails whenever it is reached; yields a list that has an entry for each time."""
    reached: list[str] = []

    def fails(*arguments: object, **named: object) -> None:
        reached.append(name)
        raise Marked(words, arguments, named) from ValueError(words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, fails)
        yield reached


@pytest.mark.parametrize(("stage", "where", "name"), STAGES, ids=[stage for stage, _, _ in STAGES])
async def test_a_fault_at_any_stage_tells_nobody_of_him(
    stage: str,
    where: object,
    name: str,
    botapi: FakeBotApi,
    tmp_path: Path,
    everything_logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    botapi.now = clock
    async with world(tmp_path, clock) as rooms:
        channel = TelegramChannel(botapi.token, rooms.conversation, base_url=botapi.base_url, now=clock, pace=SWIFT)
        rooms.conversation.erase_with("telegram", channel.erase)
        await channel.start_polling()
        man = botapi.man(CHAT, first_name=FIRST_NAME, username=USERNAME)
        await man.says("/start")
        for label in ("Yes", "Talk to someone"):
            await botapi.settled()
            await man.taps(label)
        await botapi.settled()
        with failing(where, name, f"{CANARY} {CHAT} {USERNAME} {botapi.token} LS6 2AB") as reached:
            for text in (f"leeds {CANARY}", "leeds", "/exit"):
                clock.forward(seconds=2)
                await man.says(text)
                await asyncio.sleep(0.15)
            # On a busy machine it takes longer until it comes that far.
            for _ in range(3_000):
                if reached:
                    break
                await asyncio.sleep(0.01)
        botapi.forget()
        assert reached, f"{stage} was never reached"
        clock.forward(seconds=2)
        await man.says("hello")
        await botapi.settled()
        await rooms.conversation.sweep()
        await channel.stop()
        assert_clean(tmp_path, None, everything_logged.getvalue(), "".join(capfd.readouterr()), botapi.token)
    assert_clean(tmp_path, None, everything_logged.getvalue(), "".join(capfd.readouterr()), botapi.token)


WEB_STAGES: tuple[tuple[str, object, str], ...] = (
    ("reading the form", web_application, "read_form"),
    ("making an arrival", web_application, "Typed"),
    ("the whole conversation", Conversation, "take"),
    ("showing", Conversation, "show"),
    ("writing the page", Pages, "turn"),
    ("handing over", Handover, "put"),
)


@pytest.mark.parametrize(("stage", "where", "name"), WEB_STAGES, ids=[stage for stage, _, _ in WEB_STAGES])
async def test_a_fault_behind_the_page_tells_nobody_of_him(
    stage: str,
    where: object,
    name: str,
    tmp_path: Path,
    everything_logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    async with world(tmp_path, Clock()) as rooms:
        app = web_app(
            rooms.conversation,
            lifelines=rooms.lifelines,
            exit_url="https://www.example.org/",
            session_minutes=60,
            secure_cookies=False,
        )
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url="http://chat.test", headers=headers) as browser:
            await browser.post("/", data={"words": "hello"}, follow_redirects=True)
            cookie = browser.cookies["s"] + browser.cookies["p"]
            with failing(where, name, f"{CANARY} {cookie}") as reached:
                for text in SPOKEN:
                    answer = await browser.post("/", data={"words": text}, follow_redirects=True)
                    assert CANARY not in answer.text
                assert (await browser.get("/")).status_code in (203, 503)
                await browser.post("/leave", data={"words": CANARY})
            assert reached, f"{stage} was never reached"
        assert_clean(tmp_path, None, everything_logged.getvalue(), "".join(capfd.readouterr()), cookie)


async def test_the_program_in_a_process_of_its_own_prints_and_keeps_nothing_of_him(
    tmp_path: Path, botapi: FakeBotApi
) -> None:
    variables = {"TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
    async with running(tmp_path, "--with-example-directory", **variables) as (process, said):
        man = botapi.man(CHAT, first_name=FIRST_NAME, username=USERNAME)
        for text in ("/start", *SPOKEN):
            await man.says(text)
            await botapi.settled()
        botapi.fail_next("sendMessage", status=500, times=2)
        await man.says(CANARY)
        await botapi.settled()
        address = said.partition("Fingerpost is at ")[2].split()[0]
        async with httpx.AsyncClient(
            base_url=address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=PATIENCE
        ) as browser:
            for text in SPOKEN:
                await browser.post("/", data={"words": text}, follow_redirects=True)
            await browser.get(f"/{CANARY}", params={"words": CANARY})
        assert_clean(tmp_path, None, "", said, botapi.token)
        _, rest = await stopped(process)
    assert_clean(tmp_path, None, "", said + rest, botapi.token)
