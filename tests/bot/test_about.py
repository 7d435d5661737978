"""Everyone who asks is told who runs this, whom to ask, where to complain, what the law says, and which bot is real."""

from __future__ import annotations

import asyncio
import io
import json
import re
from pathlib import Path

import httpx

from bot.about import About
from bot.rooms import Rooms
from bot.telegram.channel import TelegramChannel
from bot.terminal import Talk, talk_jsonl
from bot.web import web_app
from dialogs.texts import ABOUT
from tests.bot.telegram.conftest import ScriptedConversation
from tests.support.botapi import FakeBotApi
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.patience import PATIENCE
from tests.support.world import Clock, Phone, world

NAMED = {
    "OPERATOR": "The Larch Trust, charity 1234567",
    "PRIVACY_CONTACT": "privacy@larch.example",
    "COMPLAINTS": "complaints@larch.example or 0161 496 0001",
    "PUBLIC_URL": "https://chat.larch.example",
}


async def test_a_man_on_any_channel_is_told_who_runs_this_and_what_he_can_ask_for(tmp_path: Path) -> None:
    clock = Clock()
    async with world(tmp_path, clock, **NAMED) as rooms:
        rooms.about.handle = "larch_chat_bot"
        for channel in ("telegram", "web", "terminal"):
            phone = Phone(rooms, clock, channel=channel)
            await phone.says("/privacy")
            for name in ("OPERATOR", "PRIVACY_CONTACT", "COMPLAINTS"):
                assert NAMED[name] in phone.seen
            assert "ICO" in phone.seen
            await phone.taps("Your rights")
            assert "legitimate interests" in phone.seen
            assert "consent" in phone.seen
            assert "see what is kept" in phone.seen
            assert "https://chat.larch.example, @larch_chat_bot (Telegram)" in phone.seen
            await phone.taps("What is kept")
            assert "What you type isn't kept" in phone.seen


async def test_the_terminal_tells_it_too(tmp_path: Path) -> None:
    async with world(tmp_path, Clock(), **NAMED) as rooms:
        out = io.StringIO()
        await talk_jsonl(Talk(rooms.conversation), ["/privacy\n"], out)
    told = json.loads(out.getvalue().splitlines()[-1])["replies"][0]["text"]
    assert all(NAMED[name] in told for name in ("OPERATOR", "PRIVACY_CONTACT", "COMPLAINTS"))


async def test_the_page_about_privacy_tells_it_all(tmp_path: Path) -> None:
    async with world(tmp_path, Clock(), **NAMED) as rooms:
        # Numbers and addresses can be tapped there; here the words are compared.
        page = re.sub(r"</?(a|span)\b[^>]*>", "", await _page(rooms))
    for words in (
        *NAMED.values(),
        "Information Commissioner",
        "legitimate interests",
        "explicit consent",
        "deleted or no longer used",
        "not kept",
        "it is a copy",
    ):
        assert words in page


async def test_what_the_operator_has_not_said_is_not_made_up(tmp_path: Path) -> None:
    clock = Clock()
    async with world(tmp_path, clock) as rooms:
        phone = Phone(rooms, clock)
        await phone.says("/privacy")
        assert phone.seen.count("not named yet") == 3
        assert (await _page(rooms)).count("not named yet") == 4


async def test_what_the_operator_wrote_is_never_read_as_markup_or_a_slot(tmp_path: Path) -> None:
    clock = Clock()
    async with world(tmp_path, clock, OPERATOR="Larch <b>& {helpline}</b>") as rooms:
        phone = Phone(rooms, clock)
        await phone.says("/privacy")
        assert "Larch <b>& {helpline}</b>" in phone.seen
        assert "Larch &lt;b&gt;&amp; {helpline}&lt;/b&gt;" in await _page(rooms)


async def _page(rooms: Rooms) -> str:
    app = web_app(
        rooms.conversation,
        lifelines=rooms.lifelines,
        exit_url="https://www.example.org/",
        session_minutes=60,
        secure_cookies=False,
        about=rooms.about,
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as browser:
        assert '<a href="/privacy" data-part>' in (await browser.get("/")).text
        part = await browser.get("/privacy", headers={"X-Part": "1"})
        assert "<html" not in part.text
        assert part.headers["x-kind"] == "aside"
        return (await browser.get("/privacy")).text


async def test_telegram_is_asked_for_the_bots_own_name(botapi: FakeBotApi) -> None:
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    channel = TelegramChannel(
        botapi.token, ScriptedConversation(), base_url=botapi.base_url, now=botapi.now, named=told.set_result
    )
    await channel.start_polling()
    async with asyncio.timeout(PATIENCE):
        assert await told == botapi.me["username"]
    await channel.stop()


def test_the_slots_are_those_that_texts_may_use() -> None:
    assert set(About("a", "b", "c", "d").slots()) == set(ABOUT)
    assert About().slots() == {}
    assert About(handle="larch_chat_bot").genuine == "@larch_chat_bot (Telegram)"
