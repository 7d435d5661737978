"""SIGTERM ends a process within seconds and cleanly, whatever hangs; what it leaves is done by the next."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

import pytest

from tests.endurance.faults.conftest import Serving, is_asked_where
from tests.support.botapi import FakeBotApi
from tests.support.patience import PATIENCE
from tests.support.unsteady_postgres import UnsteadyServer


@pytest.mark.postgres
@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_with_a_database_that_hangs_and_turns_in_hand(
    botapi: FakeBotApi, serving: Serving, unsteady: UnsteadyServer, database: str, way: str
) -> None:
    url = unsteady.url(database)
    stores = {"SESSIONS_URL": url, "DIRECTORY_URL": url}
    man, other = botapi.man(5_550_001), botapi.man(5_550_002)
    async with serving(way, **stores) as first:
        await is_asked_where(man)
        await botapi.settled()
        unsteady.hang()
        await man.says("leeds")
        await other.says("/start")
        await asyncio.sleep(0.5)
        await first.stops(cut_off=True)
    unsteady.go_on()
    async with serving(way, **stores) as second:
        await man.sees("Recorded as meeting")
        await other.sees("Is it OK to chat here now?")
        await botapi.settled()
        await second.stops()


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_with_telegram_that_hangs_and_turns_in_hand(botapi: FakeBotApi, serving: Serving, way: str) -> None:
    man = botapi.man()
    async with serving(way) as first:
        await is_asked_where(man)
        await botapi.settled()
        for method in ("*", "getUpdates"):
            botapi.hang_next(method, times=1000)
        before = len(botapi.calls_of("sendMessage"))
        await man.says("leeds")
        await botapi.changes.until(
            lambda: len(botapi.calls_of("sendMessage")) > before, within=PATIENCE, otherwise=lambda: "nothing was sent"
        )
        await first.stops()
    botapi.forget()
    async with serving(way) as second:
        await man.sees("Recorded as meeting")
        await botapi.settled()
        await second.stops()


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_turn_that_is_being_sent_is_sent_kept_and_acknowledged(
    botapi: FakeBotApi, serving: Serving, way: str
) -> None:
    man = botapi.man()
    async with serving(way) as first:
        await is_asked_where(man)
        await botapi.settled()
        botapi.slow_next("sendMessage", seconds=0.3)
        before = len(botapi.calls_of("sendMessage"))
        sent = await man.says("leeds")
        await botapi.changes.until(
            lambda: len(botapi.calls_of("sendMessage")) > before, within=PATIENCE, otherwise=lambda: "nothing was sent"
        )
        await first.stops()
    await man.sees("You don't have to decide anything now.")
    if way == "polling":
        # A webhook's 200 comes before the connection goes; the fake has read it by now, or soon will have.
        assert sent.acknowledged
    await botapi.settled()
    shown = len(man.chat.from_bot)
    async with serving(way) as second:
        await man.says("/privacy")
        await man.sees("No person reads this chat")
        assert len(man.chat.from_bot) == shown + 1
        await second.stops()


async def test_with_browsers_that_send_slowly_hold_on_or_wait_for_an_answer(serving: Serving) -> None:
    async with serving("") as fingerpost, contextlib.AsyncExitStack() as stack:
        host, port = urlsplit(fingerpost.address).hostname, urlsplit(fingerpost.address).port
        for sends in (
            b"",
            b"GET / HT",
            b"GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: chat.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 100\r\n\r\nwords=she",
        ):
            reader, writer = await asyncio.open_connection(host, port)
            stack.callback(writer.close)
            writer.write(sends)
            if b"GET / HTTP" in sends:
                assert (await reader.readline()).startswith(b"HTTP/1.1 20")
        await fingerpost.stops()
