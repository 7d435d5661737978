"""What is switched off in one process is off in the others within seconds, and on again as soon, while a man talks."""

from __future__ import annotations

import asyncio
import html
from pathlib import Path

import httpx

from bot.versions import TAKE_UP_EVERY
from tests.support.botapi import FakeBotApi
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.patience import PATIENCE
from tests.support.processes import command, free_port, running

MESSAGE = "We are putting something right. Please come back after 2pm."
WHO = ("--who", "Lee Lead")


async def reads(address: str, words: str) -> None:
    """Wait until a stranger who has begun the chat reads these words."""
    async with httpx.AsyncClient(follow_redirects=True, timeout=PATIENCE) as browser, asyncio.timeout(PATIENCE):
        while words not in html.unescape((await browser.post(address, data={"begin": "1"})).text):
            browser.cookies.clear()
            await asyncio.sleep(0.2)


def test_two_looks_fit_into_five_seconds() -> None:
    assert 2 * TAKE_UP_EVERY.total_seconds() < 5


async def test_a_pause_from_outside_reaches_telegram_and_the_web_and_ends_as_soon(
    tmp_path: Path, botapi: FakeBotApi
) -> None:
    home = tmp_path / "home"
    telegram = {"TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
    ports = [str(free_port()), str(free_port())]
    webs = [f"http://127.0.0.1:{port}/" for port in ports]
    man = botapi.man()
    async with (
        running(home, "--with-example-directory", PORT=ports[0], **telegram),
        running(home, "--with-example-directory", PORT=ports[1]),
    ):
        await man.says("/start")
        await man.sees("Is it OK to chat here now?")
        await man.taps("Yes")
        await man.sees("What would help most right now?")
        code, said = await command(home, "desk", "pause", MESSAGE, "--why", "a test", *WHO)
        assert code == 0, said
        for each in webs:
            await reads(each, MESSAGE)
        await man.taps("Talk to someone")
        await man.sees(MESSAGE)
        await man.says("she has a knife")
        await man.sees("999")
        await botapi.settled()
        code, said = await command(home, "desk", "resume", *WHO)
        assert code == 0, said
        for each in webs:
            await reads(each, "Is it OK to chat here now?")
        await man.taps("Carry on")
        await man.sees("OK to chat now?")
        await man.taps("Go on")
        await man.sees("What would help most right now?")
        await botapi.settled()
