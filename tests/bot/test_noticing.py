"""What a turn comes to besides an answer: reports passed on once, counters written late, and nobody held up for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import noticing
from bot.arrival import NotSent, Taken
from bot.noticing import Looked, Noticing
from bot.rooms import Rooms, opened
from bot.settings import Settings
from dialogs.engine import Find, Found, Report
from service_directory.database import DatabaseError
from service_directory.desk.counts import Counts
from service_directory.desk.reports import Reports
from service_directory.desk.tables import CountRow, ReportRow
from tests.support.world import Clock, Phone, at_the_signposts

MONDAY = date(2026, 11, 16)
NOVEMBER = date(2026, 11, 1)
YORKSHIRE = "E12000003"


@contextlib.asynccontextmanager
async def serving(folder: Path, clock: Clock) -> AsyncIterator[Rooms]:
    settings = Settings.read({"FINGERPOST_HOME": str(folder / "home")})
    async with opened(settings, clock=clock, examples=True, serving=True) as rooms:
        yield rooms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def rooms(tmp_path: Path, clock: Clock) -> AsyncIterator[Rooms]:
    async with serving(tmp_path, clock) as rooms:
        yield rooms


@pytest.fixture
def phone(rooms: Rooms, clock: Clock) -> Phone:
    return Phone(rooms, clock)


def own(rooms: Rooms) -> Noticing:
    assert rooms.noticing is not None
    return rooms.noticing


async def reports(rooms: Rooms) -> list[tuple[str, str, date]]:
    async with rooms.directory.database.read() as connection:
        rows = (await connection.execute(sa.select(ReportRow.__table__))).all()
    return [(row.service_id, row.kind, row.week) for row in rows]


async def counters(rooms: Rooms) -> dict[tuple[str, str], int]:
    async with rooms.directory.database.read() as connection:
        rows = (await connection.execute(sa.select(CountRow.__table__))).all()
    assert {row.month for row in rows} <= {NOVEMBER}
    return {(row.kind, row.region): row.number for row in rows}


def shown_to(phone: Phone) -> list[str]:
    """The names of the services in the last turn."""
    return [m.text.splitlines()[1] for m in phone.turn.messages if "EXAMPLE" in m.text]


async def turned_away_by_the_first(phone: Phone) -> str:
    await at_the_signposts(phone)
    await phone.taps("No luck there")
    await phone.taps("Not for men")
    name = next(label for label in phone.labels if label not in ("None of these", "Skip", "Why?", "Back"))
    await phone.taps(name)
    return name


async def test_he_who_was_turned_away_is_told_it_is_not_right_and_shown_others(phone: Phone, rooms: Rooms) -> None:
    await at_the_signposts(phone)
    before = phone.seen
    await phone.taps("No luck there")
    await phone.taps("Not for men")
    name = phone.labels[0]
    await phone.taps(name)
    assert "I have passed that on" in phone.seen
    assert "That isn't right" in phone.seen
    ((service, kind, week),) = await reports(rooms)
    assert (kind, week) == ("turned_away", MONDAY)
    await phone.taps("Carry on")
    assert name.rstrip("…") in before
    assert name.rstrip("…") not in phone.seen
    assert service not in phone.seen


async def test_a_turn_that_comes_again_passes_nothing_on_twice(phone: Phone, rooms: Rooms) -> None:
    await at_the_signposts(phone)
    await phone.taps("No luck there")
    await phone.taps("Dead number")
    (on,) = [i for i, m in phone.standing.items() if not isinstance(m, str) and "Which one was it?" in m.text]
    message = phone.standing[on]
    assert not isinstance(message, str)
    token = message.rows[0][0].token
    # It was answered and could not be sent: nothing was committed, and nothing is passed on.
    phone.failure = NotSent("the line is down")
    with pytest.raises(NotSent):
        await phone.taps_token(token, on=on, update="one")
    assert await reports(rooms) == []
    phone.failure = None
    assert await phone.taps_token(token, on=on, update="one") is Taken.ANSWERED
    assert await phone.taps_token(token, on=on, update="one") is Taken.REPEATED
    assert len(await reports(rooms)) == 1


async def test_a_store_that_is_down_does_not_hold_him_up(
    phone: Phone, rooms: Rooms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def down(*_: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(Reports, "add", down)
    await turned_away_by_the_first(phone)
    assert "That isn't right" in phone.seen
    assert "A report on a service could not be kept (DatabaseError)" in caplog.text
    # It is counted all the same.
    await own(rooms).write()
    assert (await counters(rooms))["reported:turned_away", ""] == 1


async def test_what_happens_is_counted_by_region_and_kind_and_written_late(phone: Phone, rooms: Rooms) -> None:
    await at_the_signposts(phone)
    await phone.taps("That's all")
    await phone.taps("Not really")
    assert await counters(rooms) == {}
    await own(rooms).write()
    counted = await counters(rooms)
    shown = {kind for kind, _ in counted if kind.startswith("shown:")}
    assert len(shown) == 3
    assert counted == {
        ("conversations", ""): 1,
        ("signposts:talk", YORKSHIRE): 1,
        ("helped:no", ""): 1,
        **{(kind, ""): 1 for kind in shown},
    }
    await own(rooms).write()
    assert await counters(rooms) == counted


async def test_the_end_question_can_be_passed_over_and_is_counted_once(phone: Phone, rooms: Rooms) -> None:
    for answer in ("Skip", "Yes", "Yes"):
        await at_the_signposts(phone)
        await phone.taps("That's all")
        await phone.taps(answer)
        assert "you deserve to be taken seriously" in phone.seen
    await own(rooms).write()
    assert (await counters(rooms))["helped:yes", ""] == 1


async def test_starting_again_is_no_new_conversation_and_forgets_no_report(phone: Phone, rooms: Rooms) -> None:
    name = await turned_away_by_the_first(phone)
    await at_the_signposts(phone)
    assert name.rstrip("…") not in phone.seen
    await own(rooms).write()
    assert (await counters(rooms))["conversations", ""] == 1


async def test_what_is_looked_for_in_vain_is_counted_by_need_and_region_and_trouble_is_not(
    rooms: Rooms, clock: Clock
) -> None:
    ours = own(rooms)
    nothing, trouble = Found(outcome="none"), Found(outcome="unavailable")
    looked = [
        Looked(Find(("stay",), "W06000015"), nothing),
        Looked(Find((), None), nothing),
        Looked(Find(("stay",), "W06000015"), trouble),
    ]
    await ours.after_turn(looked, begun=False)
    await ours.write()
    assert await counters(rooms) == {("none:stay", "W92000004"): 1, ("none:any", ""): 1}


async def test_a_batch_that_cannot_be_written_is_kept_for_the_next_time(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = own(rooms)

    async def down(*_: object) -> None:
        raise DatabaseError("gone")

    await ours.after_turn((), begun=True)
    with monkeypatch.context() as while_down:
        while_down.setattr("service_directory.desk.counts.Counts.add", down)
        await ours.write()
        await ours.after_turn((), begun=True)
    assert await counters(rooms) == {}
    await ours.write()
    assert await counters(rooms) == {("conversations", ""): 2}


async def test_a_fault_of_ours_in_noting_is_logged_and_fails_no_turn(
    rooms: Rooms, caplog: pytest.LogCaptureFixture
) -> None:
    await own(rooms).after_turn([Report("", "rude")], begun=False)
    assert "could not be noted, by a fault of ours (KeyError" in caplog.text


async def test_a_batch_is_counted_in_the_month_in_which_it_is_written(rooms: Rooms, clock: Clock) -> None:
    clock.now = datetime(2026, 10, 31, 23, 50, tzinfo=UTC)
    await own(rooms).after_turn((), begun=True)
    clock.now = datetime(2026, 11, 1, 0, 10, tzinfo=UTC)
    await own(rooms).write()
    assert await counters(rooms) == {("conversations", ""): 1}


async def test_batches_are_written_by_themselves_and_the_last_one_in_the_end(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, written = own(rooms), asyncio.Event()
    soonest, latest = noticing.WRITE_AFTER
    add = Counts.add

    async def add_and_tell(self: Counts, month: date, counted: Mapping[tuple[str, str], int]) -> None:
        await add(self, month, counted)
        if counted:
            written.set()

    monkeypatch.setattr(Counts, "add", add_and_tell)
    monkeypatch.setattr(noticing, "WRITE_AFTER", (soonest * 0, latest * 0))
    async with ours.running():
        await ours.after_turn((), begun=True)
        await written.wait()
    monkeypatch.setattr(noticing, "WRITE_AFTER", (soonest, latest))
    async with ours.running():
        await ours.after_turn((), begun=True)
    assert await counters(rooms) == {("conversations", ""): 2}


def test_the_moment_of_a_batch_is_by_chance_and_never_soon() -> None:
    moments = {noticing._by_chance(*noticing.WRITE_AFTER) for _ in range(200)}
    assert len(moments) > 100
    assert all(20 * 60 <= moment <= 60 * 60 for moment in moments)


async def test_nothing_is_noted_in_a_preview(tmp_path: Path, clock: Clock) -> None:
    settings = Settings.read({"FINGERPOST_HOME": str(tmp_path / "home")})
    async with opened(settings, clock=clock, examples=True) as rooms:
        assert rooms.noticing is None
        await turned_away_by_the_first(Phone(rooms, clock))
