"""A turn on the web is cancelled or killed at any of its awaits; he sends the form again, and is where he should be."""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.arrival import Address
from bot.lanes import LEASE
from bot.rooms import Rooms
from bot.web.security import COOKIE, PAGE_COOKIE
from tests.support.awaits import Awaits, Harm
from tests.support.harmed_turns import CANARY, Kept, kept_of, spread
from tests.support.logs import log as log
from tests.support.one_process import Process, one_process
from tests.support.small_telegram import SmallTelegram
from tests.support.world import Clock, world

HELPLINE = "0808 800 1170"
CHAT = "bPdX4uVqLw0cN3sY" + "7hKfTzR1aMgE5jQi"
HIM = Address("web", CHAT)
BEFORE = ("yes", "talk to someone")
FORMS = {"an answer": "leeds", "danger": f"she's got a knife {CANARY}", "nonsense": f"hm {CANARY}"}
MOST = 10


@dataclass(frozen=True)
class Outcome:
    """How it ends when nothing goes wrong."""

    kept: Kept
    awaits: int


def browser(process: Process) -> httpx.AsyncClient:
    """His browser, with the cookies of his chat."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(process.web(), raise_app_exceptions=False),
        base_url="http://chat.test",
        cookies={COOKIE: CHAT[:16], PAGE_COOKIE: CHAT[16:]},
        headers={"Sec-Fetch-Site": "same-origin"},
    )


async def sends(client: httpx.AsyncClient, words: str, nonce: str, *, by_script: bool = True) -> str:
    """He posts a form, and reads what comes of it: at once, or on the page that he is sent to fetch."""
    form = {"words": words, "nonce": nonce.ljust(16, "n")}
    answer = await client.post(
        "/", data=form, headers={"x-part": ""} if by_script else {}, follow_redirects=not by_script
    )
    return answer.text


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    async with world(tmp_path / "lent", Clock()) as opened:
        await opened.signposting.take_up()
        yield opened


@pytest.mark.parametrize("harm", ["cancel", "kill"])
@pytest.mark.parametrize("by_script", [True, False], ids=["by script", "handed over"])
@pytest.mark.parametrize("form", list(FORMS))
async def test_harmed_at_any_await_the_same_form_leads_him_where_he_should_be(
    form: str, by_script: bool, harm: Harm, rooms: Rooms, tmp_path: Path, log: io.StringIO
) -> None:
    clock, telegram = Clock(), SmallTelegram(Clock())
    before = tmp_path / "before"
    async with one_process(before, rooms, clock, telegram) as process, browser(process) as client:
        for words in BEFORE:
            clock.forward(seconds=20)
            assert HELPLINE in await sends(client, words, words.replace(" ", ""))
    words = FORMS[form]
    expected = await _undisturbed(before, tmp_path / "undisturbed", rooms, words, by_script=by_script)
    for at in spread(expected.awaits, MOST):
        folder = tmp_path / str(at)
        shutil.copytree(before, folder)
        try:
            await _harmed(folder, rooms, words, expected, Awaits(harm, at), by_script=by_script)
        except AssertionError as fault:
            raise AssertionError(f"{harm} at await {at} of {expected.awaits}: {fault}") from fault
        shutil.rmtree(folder)
    for mark in (CANARY, CHAT[:16], CHAT[16:], "leeds"):
        assert mark not in log.getvalue()


async def _undisturbed(before: Path, folder: Path, rooms: Rooms, words: str, *, by_script: bool) -> Outcome:
    shutil.copytree(before, folder)
    clock = Clock()
    clock.forward(minutes=1)
    async with one_process(folder, rooms, clock, SmallTelegram(clock)) as process, browser(process) as client:
        awaits = Awaits()
        assert HELPLINE in str(await awaits.run(sends(client, words, "harmed", by_script=by_script)))
        return Outcome(kept_of(await process.session(HIM)), awaits.reached)


async def _harmed(
    folder: Path, rooms: Rooms, words: str, expected: Outcome, awaits: Awaits, *, by_script: bool
) -> None:
    clock = Clock()
    clock.forward(minutes=1)
    process = await Process.begin(folder, rooms, clock, SmallTelegram(clock))
    client = browser(process)
    await awaits.run(sends(client, words, "harmed", by_script=by_script))
    await process.sessions.close()
    clock.now += LEASE
    async with one_process(folder, rooms, clock, SmallTelegram(clock)) as other, browser(other) as again:
        page = await sends(again, words, "harmed", by_script=by_script)
        assert HELPLINE in page
        assert CANARY not in page
        assert kept_of(await other.session(HIM)) == expected.kept
        # Nobody is held up by a lane of the dead: the next form is answered too.
        assert HELPLINE in await sends(again, "back", "next")
        answer = await again.post("/leave")
        assert answer.status_code == 303
        assert await other.session(HIM) is None
    await awaits.bury()
    await client.aclose()
    await process.sessions.close()
