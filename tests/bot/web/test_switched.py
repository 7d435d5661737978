"""What leads switch off, as the web chat shows it: a pause, and a helpline that does not answer."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.rooms import Rooms
from bot.web.app import web_app
from service_directory.desk.switches import BOT, lifeline_switch
from tests.support.world import Clock, world

MESSAGE = "We are putting something right. Please come back after 2pm."


@pytest.fixture
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with world(tmp_path_factory.mktemp("switched"), Clock()) as opened:
        yield opened


def browser(rooms: Rooms) -> httpx.AsyncClient:
    app = web_app(
        rooms.conversation,
        lifelines=lambda: rooms.switchboard.lifelines,
        exit_url="https://weather.example.org/",
        session_minutes=60,
        secure_cookies=False,
        clock=Clock(),
    )
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://chat.test", follow_redirects=True)


async def test_a_paused_chat_says_so_on_every_page_and_still_answers_danger(rooms: Rooms) -> None:
    async with browser(rooms) as man:
        begun = await man.post("/", data={"begin": "1"})
        assert "Is it OK to chat here now?" in begun.text
        await rooms.switches.off(BOT, message=MESSAGE, why="a test", who="Lee Lead", at=Clock()())
        await rooms.switchboard.take_up()
        for page in (await man.get("/"), await man.post("/", data={"words": "hello", "nonce": "1" * 32})):
            assert MESSAGE in page.text
            assert "Leave now" in page.text
            assert "0808 800 1170" in page.text
        danger = await man.post("/", data={"words": "she has a knife", "nonce": "2" * 32})
        assert "999" in danger.text
        assert MESSAGE not in danger.text
        assert MESSAGE not in (await man.get("/")).text


async def test_a_closed_helpline_is_said_to_be_closed_in_the_bar_and_where_something_fails(rooms: Rooms) -> None:
    async with browser(rooms) as man:
        assert "Free helpline" in (await man.get("/")).text
        await rooms.switches.off(lifeline_switch("helpline"), message="", why="a test", who="Lee Lead", at=Clock()())
        await rooms.switchboard.take_up()
        page = html.unescape((await man.get("/")).text)
        assert "Helpline, closed for now" in page
        assert "Free helpline" not in page
        assert "Men's helpline, closed for now" in html.unescape((await man.get("/nothing")).text)
