"""The clock of this machine jumps: men are still answered, nobody is ignored, nothing waits for a time that is over."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.lanes import LEASE, LaneBusy, Lanes
from bot.leading import Leadership
from bot.session_database import SessionDatabase
from bot.statements import Transaction
from bot.telegram.clocks import Clocks
from tests.endurance.faults.conftest import inside, is_asked_where, only_all_clear
from tests.support.botapi import FakeBotApi
from tests.support.world import Clock

FIRST = "Is it OK to chat here now?"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def sessions(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SessionDatabase]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/s.sqlite"
    opened = SessionDatabase.at(url)
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("way", "jump"),
    [
        ("polling", timedelta(hours=1)),
        ("polling", timedelta(hours=-1)),
        ("webhook", timedelta(hours=1)),
        ("webhook", timedelta(minutes=-30)),
        ("polling", timedelta(days=3)),
    ],
)
async def test_a_man_is_answered_and_can_leave_however_wrong_our_clock_is(
    tmp_path: Path, botapi: FakeBotApi, way: str, jump: timedelta
) -> None:
    ours, theirs = Clock(), Clock()
    botapi.now = theirs
    man, leaver = botapi.man(5_550_001), botapi.man(5_550_002)
    async with inside(tmp_path, botapi, way, clock=ours):
        await is_asked_where(man)
        await is_asked_where(leaver)
        await botapi.settled()
        ours.now += jump
        for clock in (ours, theirs):
            clock.forward(seconds=5)
        # Whoever is heard first tells it: any answer of Telegram's does.
        await botapi.man(5_550_003).says("/start")
        await botapi.settled()
        before = len(man.chat.from_bot)
        await man.says("leeds")
        await man.sees(lambda standing: sum(1 for each in standing if each.from_bot) > before)
        await botapi.settled()
        # His session may be over by our clock, or idle: he then begins anew, and is never left without a word.
        told = man.chat.from_bot[-1].text
        assert any(words in told for words in ("decide anything now", FIRST, "OK to chat now?")), told
        assert "0808 800 1170" in told
        await leaver.taps("Leave now")
        await leaver.sees(only_all_clear)
        await botapi.settled()
        for clock in (ours, theirs):
            clock.forward(seconds=60)
        await leaver.says("hello")
        await leaver.sees(FIRST)
        await botapi.settled()


async def test_a_message_that_did_wait_is_known_for_it_by_telegrams_clock(tmp_path: Path, botapi: FakeBotApi) -> None:
    ours, theirs = Clock(), Clock()
    ours.forward(hours=-1)
    botapi.now = theirs
    man = botapi.man()
    async with inside(tmp_path, botapi, "polling", clock=ours):
        await is_asked_where(botapi.man(5_550_009))
        await botapi.settled()
        await man.says("she has a knife", sent_at=theirs() - timedelta(minutes=15))
        await man.sees(lambda standing: any("Go on" in each.buttons for each in standing))
        await botapi.settled()


async def test_when_the_clock_goes_back_nobody_waits_for_a_lease_of_before(sessions: SessionDatabase) -> None:
    clock = Clock()
    died, other = Leadership(sessions, clock), Leadership(sessions, clock)
    assert await died.claim()
    clock.forward(hours=-1)
    assert await other.claim()
    assert not await died.claim()


async def test_nor_does_a_man_for_a_turn_of_a_process_that_died(sessions: SessionDatabase) -> None:
    clock = Clock()

    def nothing(_: Transaction) -> None:
        """Nothing is looked at."""

    async with Lanes(sessions).hold([4242], clock, timedelta(0), nothing):
        with pytest.raises(LaneBusy):
            async with Lanes(sessions).hold([4242], clock, timedelta(0), nothing):
                pass
        clock.now -= LEASE
        with pytest.raises(LaneBusy):
            async with Lanes(sessions).hold([4242], clock, timedelta(0), nothing):
                pass
        clock.forward(hours=-1)
        async with Lanes(sessions).hold([4242], clock, timedelta(0), nothing):
            pass


@pytest.mark.parametrize(
    "before", [datetime(2026, 3, 29, 0, 59, 50, tzinfo=UTC), datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC)]
)
async def test_when_summer_time_begins_or_ends_in_the_middle_of_a_conversation_it_goes_on(
    tmp_path: Path, botapi: FakeBotApi, before: datetime
) -> None:
    clock = Clock(before)
    botapi.now = clock
    man = botapi.man()
    async with inside(tmp_path, botapi, "polling", clock=clock):
        await is_asked_where(man)
        await botapi.settled()
        clock.forward(seconds=20)
        await man.says("leeds")
        await man.sees("Recorded as meeting")
        await botapi.settled()


def test_the_operator_is_told_once_that_a_clock_is_wrong(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    clocks = Clocks(clock)
    with caplog.at_level(logging.ERROR, "bot"):
        for told in ("", "nonsense", "Sun, 22 Nov 2026 11:59:30 GMT"):
            clocks.told(told)
        assert not clocks.ahead
        assert not caplog.records
        for second in range(3):
            clocks.told(f"Sun, 22 Nov 2026 11:00:0{second} GMT")
        assert len(caplog.records) == 1
        assert clocks.ahead == timedelta(minutes=59, seconds=58)
        clock.forward(minutes=-60)
        clocks.told("Sun, 22 Nov 2026 11:00:05 GMT")
        assert not clocks.ahead
