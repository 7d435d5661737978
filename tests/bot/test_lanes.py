"""A lane is given back whatever happens in it, and one that cannot be given back holds nobody up for long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot.session_database
from bot.lanes import LEASE, LaneBusy, Lanes
from bot.session_database import SessionDatabase
from bot.statements import Transaction
from service_directory.database import DatabaseError

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AT_ONCE = timedelta(0)
HIS = 4242


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SessionDatabase]:
    opened = SessionDatabase.at(f"sqlite:///{tmp_path}/sessions.sqlite")
    await opened.migrate()
    yield opened
    await opened.close()


def nothing(_: Transaction) -> None:
    """Nothing is looked at as a lane is taken."""


async def is_free(database: SessionDatabase, now: datetime) -> bool:
    """Could another process have the lane?"""
    try:
        async with Lanes(database).hold([HIS], lambda: now, AT_ONCE, nothing):
            return True
    except LaneBusy:
        return False


async def test_a_lane_is_given_back_when_the_turn_in_it_fails(database: SessionDatabase) -> None:
    async def turn() -> None:
        async with Lanes(database).hold([HIS], lambda: NOON, AT_ONCE, nothing):
            assert not await is_free(database, NOON)
            raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="a fault"):
        await turn()
    assert await is_free(database, NOON)


async def test_who_gave_up_waiting_holds_up_nobody(database: SessionDatabase) -> None:
    lanes = Lanes(database)
    async with Lanes(database).hold([HIS], lambda: NOON, AT_ONCE, nothing):
        with pytest.raises(LaneBusy):
            async with lanes.hold([HIS], lambda: NOON, AT_ONCE, nothing):
                pass
    async with lanes.hold([HIS], lambda: NOON, AT_ONCE, nothing):
        pass


async def test_a_turn_is_done_though_its_lane_could_not_be_given_back(
    database: SessionDatabase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise DatabaseError("the session database cannot be used")

    with monkeypatch.context() as down:
        async with Lanes(database).hold([HIS], lambda: NOON, AT_ONCE, nothing):
            down.setattr(database, "write", fails)
    assert "could not be given back" in caplog.text
    assert not await is_free(database, NOON)
    assert await is_free(database, NOON + LEASE)


async def test_a_lane_that_goes_back_with_the_turn_is_free_when_that_is_committed(database: SessionDatabase) -> None:
    async with Lanes(database).hold([HIS], lambda: NOON, AT_ONCE, nothing) as lane:
        await database.write(lane.give_back)
        lane.given_back = True
        assert await is_free(database, NOON)
        async with Lanes(database).hold([HIS], lambda: NOON, AT_ONCE, nothing):
            # What was given back once is another's now, and is not taken from him at the end.
            pass


async def test_a_turn_that_could_not_be_kept_gives_its_lane_back_all_the_same(database: SessionDatabase) -> None:
    async def turn() -> None:
        async with Lanes(database).hold([HIS], lambda: NOON, AT_ONCE, nothing) as lane:

            def keep(transaction: Transaction) -> None:
                lane.give_back(transaction)
                raise ValueError("it could not be kept")

            await database.write(keep)

    with pytest.raises(ValueError, match="could not be kept"):
        await turn()
    assert await is_free(database, NOON)


async def test_of_two_lanes_one_that_is_taken_leaves_the_other_free(database: SessionDatabase) -> None:
    """At the turn of an hour a man has two. Who held one and waited for the other could wait for ever."""
    async with Lanes(database).hold([HIS], lambda: NOON, AT_ONCE, nothing):
        with pytest.raises(LaneBusy):
            async with Lanes(database).hold([HIS - 1, HIS], lambda: NOON, AT_ONCE, nothing):
                pass
        async with Lanes(database).hold([HIS - 1], lambda: NOON, AT_ONCE, nothing):
            pass


async def test_a_lane_that_was_taken_for_a_turn_that_was_cut_off_meanwhile_is_given_back(
    database: SessionDatabase,
) -> None:
    """What the database is doing is done all the same."""
    lanes, slow = Lanes(database), Slow()
    turn = asyncio.create_task(_take(lanes, slow))
    await asyncio.to_thread(slow.looks.wait, 60)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    slow.goes_on.set()
    await lanes.close()
    assert await is_free(database, NOON)


async def test_a_lane_that_was_taken_too_slowly_is_given_back(
    database: SessionDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    lanes, slow = Lanes(database), Slow()
    with monkeypatch.context() as impatient:
        impatient.setattr(bot.session_database, "ANSWERS_WITHIN", timedelta(seconds=0.05))
        with pytest.raises(DatabaseError, match="in time"):
            await _take(lanes, slow)
    slow.goes_on.set()
    await lanes.close()
    assert await is_free(database, NOON)


class Slow:
    """A look that takes as long as it is told to, within the transaction that takes the lane."""

    def __init__(self) -> None:
        self.looks, self.goes_on = threading.Event(), threading.Event()

    def __call__(self, _: Transaction) -> None:
        self.looks.set()
        self.goes_on.wait(60)


async def _take(lanes: Lanes, look: Slow) -> None:
    async with lanes.hold([HIS], lambda: NOON, AT_ONCE, look):
        raise AssertionError("the lane was not waited for")
