"""The network is cut in every way: nothing is lost, nobody is answered from a state that never was, and all goes on by
itself when it is whole again.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot import session_database
from bot.arrival import Address
from tests.endurance.faults.conftest import HELPLINE, HURRIED, TROUBLE, inside, is_asked_where, only_all_clear
from tests.support.botapi import FakeBotApi, Man
from tests.support.patience import PATIENCE
from tests.support.unsteady_postgres import UnsteadyServer
from tests.support.wire import CUTS, Cut, wire

WAYS = ("polling", "webhook")


async def fetched_again(api: FakeBotApi) -> None:
    """Wait until a fetch has come."""
    before = len(api.calls_of("getUpdates"))
    await api.changes.until(
        lambda: len(api.calls_of("getUpdates")) > before, within=PATIENCE, otherwise=lambda: "nothing was fetched"
    )


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("way", WAYS)
async def test_between_the_program_and_telegram(tmp_path: Path, botapi: FakeBotApi, way: str, cut: Cut) -> None:
    man = botapi.man()
    parts = urlsplit(botapi.base_url)
    assert parts.hostname
    assert parts.port
    async with (
        wire(parts.hostname, parts.port) as cable,
        inside(tmp_path, botapi, way, pace=HURRIED, base_url=f"http://127.0.0.1:{cable.port}/bot") as rooms,
    ):
        await is_asked_where(man)
        await botapi.settled()
        await cable.cut(cut)
        sent = await man.says("leeds")
        # Long enough for every wait of the program to end at least once.
        await asyncio.sleep(1)
        assert not sent.acknowledged
        await cable.mend()
        await man.sees("You don't have to decide anything now.")
        await botapi.settled()
        assert sent.acknowledged
        place = await rooms.conversation.place(Address("telegram", str(man.chat.id)))
        await man.taps("Leave now")
        await man.sees(lambda standing: [each.text for each in standing][-1:] == ["All clear."])
        await botapi.settled()
    assert place[0] == "main"


@pytest.mark.parametrize("cut", ["silent", "unanswered"])
async def test_a_long_poll_that_hears_nothing_any_more_is_noticed_and_begun_anew(
    tmp_path: Path, botapi: FakeBotApi, cut: Cut
) -> None:
    parts = urlsplit(botapi.base_url)
    async with (
        wire(str(parts.hostname), int(parts.port or 0)) as cable,
        inside(tmp_path, botapi, "polling", pace=HURRIED, base_url=f"http://127.0.0.1:{cable.port}/bot"),
    ):
        await fetched_again(botapi)
        await cable.cut(cut)
        # What is connected stays dead, as when a firewall forgot it: only a new connection hears anything.
        await cable.mend()
        await fetched_again(botapi)
        man = botapi.man()
        await man.says("/start")
        await man.sees("Is it OK to chat here now?")
        await botapi.settled()


@pytest.mark.postgres
@pytest.mark.parametrize("cut", CUTS)
async def test_between_the_program_and_its_sessions(
    tmp_path: Path,
    botapi: FakeBotApi,
    server_to_break: UnsteadyServer,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    cut: Cut,
) -> None:
    man, leaver = botapi.man(5_550_001), botapi.man(5_550_002)
    async with wire("127.0.0.1", server_to_break.port) as cable:
        url = server_to_break.url(database, port=cable.port)
        async with inside(tmp_path, botapi, "polling", sessions_url=url):
            await is_asked_where(man)
            await is_asked_where(leaver)
            await botapi.settled()
            await cable.cut(cut)
            monkeypatch.setattr(session_database, "ANSWERS_WITHIN", timedelta(seconds=0.5))
            await man.says("leeds")
            await man.sees(TROUBLE)
            assert HELPLINE in man.chat.from_bot[-1].text
            await leaver.taps("Leave now")
            await leaver.sees(only_all_clear)
            await botapi.settled()
            await cable.mend()
            # Enough for a machine that has much to do, and so much is spent on each connection that is dead.
            monkeypatch.setattr(session_database, "ANSWERS_WITHIN", timedelta(seconds=2))
            await is_answered_again(man)
            await botapi.settled()


async def is_answered_again(man: Man) -> None:
    """He asks until he is answered: each connection that is dead is found out once."""
    for _ in range(30):
        before = len(man.chat.from_bot)
        await man.says("leeds")
        await man.sees(lambda standing: sum(1 for each in standing if each.from_bot) > before)  # noqa: B023
        if any("Recorded as meeting" in message.text for message in man.chat.from_bot):
            return
    raise AssertionError("he is not answered any more")
