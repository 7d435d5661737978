"""Telegram turns everybody away for a while, or is slow: each man is answered once, and a slow one delays no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest

from bot.web.app import web_app
from tests.endurance.faults.conftest import HELPLINE, HURRIED, inside, is_asked_where
from tests.support.botapi import FakeBotApi, Man
from tests.support.patience import PATIENCE
from tests.support.world import served

WAYS = ("polling", "webhook")


def to(man: Man) -> Callable[[Mapping[str, object]], bool]:
    """Is it this man's chat that a request is about?"""
    return lambda fields: fields.get("chat_id") in (man.chat.id, str(man.chat.id))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seconds", [1, 300], ids=["that turns may wait for", "longer than a turn"])
async def test_in_a_storm_of_429_each_man_is_answered_once(
    tmp_path: Path, botapi: FakeBotApi, way: str, seconds: int
) -> None:
    men = [botapi.man(5_550_001 + number) for number in range(8)]
    async with inside(tmp_path, botapi, way) as rooms:
        botapi.fail_next("sendMessage", status=429, retry_after=seconds, times=20)
        for man in men:
            await man.says("/start")
        page = web_app(
            rooms.conversation,
            lifelines=rooms.lifelines,
            exit_url="https://www.example.org/",
            session_minutes=60,
            secure_cookies=False,
        )
        # Who talks by another way notices nothing.
        async with (
            served(page) as here,
            httpx.AsyncClient(base_url=here, follow_redirects=True, timeout=PATIENCE) as browser,
        ):
            answer = await browser.post("/", data={"begin": "1"})
            assert "Is it OK to chat here now?" in answer.text
            assert HELPLINE in answer.text
        await asyncio.gather(*(man.sees("Is it OK to chat here now?") for man in men))
        await botapi.settled()
        assert [len(man.chat.from_bot) for man in men] == [1] * len(men)
        await asyncio.gather(*(man.taps("Yes") for man in men))
        await asyncio.gather(*(man.sees("What would help most right now?") for man in men))
        await botapi.settled()


@pytest.mark.parametrize("way", WAYS)
async def test_a_man_to_whom_nothing_can_be_sent_delays_no_other_and_is_answered_later(
    tmp_path: Path, botapi: FakeBotApi, way: str
) -> None:
    slow, other = botapi.man(5_550_001), botapi.man(5_550_002)
    async with inside(tmp_path, botapi, way, pace=HURRIED):
        await is_asked_where(slow)
        await botapi.settled()
        botapi.hang_next("sendMessage", times=1000, when=to(slow))
        waits = await slow.says("leeds")
        await is_asked_where(other)
        await other.says("leeds")
        await other.sees("Recorded as meeting")
        assert not waits.acknowledged
        botapi.forget()
        await slow.sees("Recorded as meeting")
        await botapi.settled()


@pytest.mark.parametrize("way", WAYS)
async def test_slow_sends_keep_the_order_of_what_each_man_says(tmp_path: Path, botapi: FakeBotApi, way: str) -> None:
    men = [botapi.man(5_550_001 + number) for number in range(4)]
    async with inside(tmp_path, botapi, way):
        botapi.slow_next("*", seconds=0.1, times=60)
        for man in men:
            await man.says("/start")
            await man.says("yes")
            await man.says("talk to someone")
            await man.says("leeds")
        await asyncio.gather(*(man.sees("You don't have to decide anything now.") for man in men))
        await botapi.settled()
        for man in men:
            said = [message.text for message in man.chat.from_bot]
            asked = ("Is it OK to chat", "What would help", "Roughly where", "EXAMPLE")
            places = [next(number for number, text in enumerate(said) if words in text) for words in asked]
            assert places == sorted(places)
