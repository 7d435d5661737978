"""Of several processes one fetches from Telegram; when it dies or stops, another goes on where it was."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.leading import LEASE, Leadership
from bot.session_database import SessionDatabase
from bot.telegram.channel import TelegramChannel
from service_directory.database import DatabaseError
from tests.bot.telegram.conftest import SWIFT, ScriptedConversation
from tests.support.botapi import FakeBotApi, Man
from tests.support.patience import PATIENCE
from tests.support.world import Clock

PACE = replace(SWIFT, claim_again=0.05)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SessionDatabase]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/s.sqlite"
    opened = SessionDatabase.at(url)
    await opened.migrate()
    yield opened
    await opened.close()


async def test_one_leads_until_it_gives_up(database: SessionDatabase) -> None:
    clock = Clock()
    first, second = Leadership(database, clock), Leadership(database, clock)
    assert await first.claim()
    assert not await second.claim()
    assert await first.claim()
    await second.give_up()
    assert await first.claim(), "nobody gives up for another"
    await first.give_up()
    assert await second.claim()


async def test_one_that_died_leads_no_longer_than_its_lease(database: SessionDatabase) -> None:
    clock = Clock()
    died, other = Leadership(database, clock), Leadership(database, clock)
    assert await died.claim()
    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert not await other.claim()
    clock.forward(seconds=1)
    assert await other.claim()
    assert not await died.claim(), "who was only slow finds that another leads"


@pytest.fixture
def man(botapi: FakeBotApi) -> Man:
    return botapi.man(4_200_000_001)


class Watched:
    """A claim that tells when it was granted and refused; dead, it is never renewed and never given up."""

    def __init__(self, leadership: Leadership) -> None:
        self._leadership = leadership
        self.granted, self.refused = asyncio.Event(), asyncio.Event()
        self.dead = False

    async def claim(self) -> bool:
        leads = not self.dead and await self._leadership.claim()
        (self.granted if leads else self.refused).set()
        return leads

    async def give_up(self) -> None:
        if not self.dead:
            await self._leadership.give_up()


@asynccontextmanager
async def a_process(
    botapi: FakeBotApi, conversation: ScriptedConversation, lead: Leadership | Watched
) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(
        botapi.token, conversation, base_url=botapi.base_url, pace=PACE, now=botapi.now, lead=lead
    )
    await channel.start_polling()
    try:
        yield channel
    finally:
        await channel.stop()


async def test_of_two_processes_one_answers_and_the_other_goes_on_when_it_stops(
    botapi: FakeBotApi, man: Man, database: SessionDatabase
) -> None:
    clock, first, second = Clock(), ScriptedConversation(), ScriptedConversation()
    async with contextlib.AsyncExitStack() as leads, contextlib.AsyncExitStack() as waits:
        await leads.enter_async_context(a_process(botapi, first, Leadership(database, clock)))
        await man.says("one")
        await first.until(lambda: first.answered != [])
        await waits.enter_async_context(a_process(botapi, second, Leadership(database, clock)))
        await man.says("two")
        await first.until(lambda: first.heard == ["one", "two"])
        assert second.heard == []
        await leads.aclose()
        await man.says("three")
        await second.until(lambda: second.heard == ["three"])


async def test_when_the_leader_dies_another_takes_what_waits(
    botapi: FakeBotApi, man: Man, database: SessionDatabase
) -> None:
    clock, first, second = Clock(), ScriptedConversation(), ScriptedConversation()
    dying, other = Watched(Leadership(database, clock)), Watched(Leadership(database, clock))
    async with a_process(botapi, first, dying), a_process(botapi, second, other):
        await man.says("one")
        await first.until(lambda: first.answered != [])
        dying.dead = True
        await asyncio.wait_for(dying.refused.wait(), PATIENCE)
        assert not other.granted.is_set()
        clock.forward(seconds=LEASE.total_seconds())
        await asyncio.wait_for(other.granted.wait(), PATIENCE)
        await man.says("two")
        await second.until(lambda: second.heard == ["two"])
        assert first.heard == ["one"]


async def test_while_the_store_is_down_the_leader_goes_on(
    botapi: FakeBotApi, man: Man, database: SessionDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = ScriptedConversation()

    async def down(*_: object) -> None:
        raise DatabaseError("the session database cannot be used")

    async with a_process(botapi, conversation, Leadership(database, Clock())):
        await man.says("one")
        await conversation.until(lambda: conversation.heard == ["one"])
        with monkeypatch.context() as broken:
            broken.setattr(database, "write", down)
            await man.says("two")
            await conversation.until(lambda: conversation.heard == ["one", "two"])
