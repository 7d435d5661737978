"""What the conversation asks of the directory is answered from one state of it, and from a fresh one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.signposting import FRESH_FOR, Signposting
from bot.versions import TAKE_UP_EVERY
from dialogs.engine import Describe, Find, Found
from service_directory.areas import UK, Areas
from service_directory.matching import Index
from service_directory.standards import LONDON
from service_directory.store import DatabaseError, Directory
from tests.support.services import GLASGOW, LEEDS, NOON, days, written, written_service
from tests.support.world import Clock, Phone

AREAS = Areas.load()
ASKED = Find(("talk",), LEEDS)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
async def directory(tmp_path: Path) -> AsyncIterator[Directory]:
    opened = await Directory.open(f"sqlite:///{tmp_path / 'directory.db'}")
    await loaded(opened, "first")
    yield opened
    await opened.close()


@pytest.fixture
def signposting(directory: Directory, clock: Clock) -> Signposting:
    return Signposting(directory, AREAS, None, clock)  # type: ignore[arg-type]


async def loaded(directory: Directory, *names: str) -> None:
    document = written(*(written_service(name) for name in names))
    report = await directory.load_document(document, at=NOON, who="Sam", why="a test", apply=True)
    assert not report.rejected


def shown(found: Found) -> set[str]:
    return {card.service_id for card in found.cards}


class Slow:
    """A directory of which an index is made only when it is let go on."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.go_on = asyncio.Event()
        self.asked = asyncio.Event()
        self.made = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.directory, name)

    async def index(self, *given: Any) -> Index:
        self.made += 1
        self.asked.set()
        await self.go_on.wait()
        return await self.directory.index(*given)


def test_two_looks_fit_into_five_seconds_and_so_does_a_look_of_ones_own() -> None:
    assert timedelta(seconds=5) > 2 * TAKE_UP_EVERY
    assert timedelta(seconds=5) > FRESH_FOR


async def test_a_change_is_found_within_seconds_even_where_nothing_looks_for_changes(
    signposting: Signposting, directory: Directory, clock: Clock
) -> None:
    assert shown(await signposting.find(ASKED)) == {"first"}
    await loaded(directory, "second")
    clock.forward(seconds=FRESH_FOR.total_seconds())
    assert shown(await signposting.find(ASKED)) == {"first", "second"}


async def test_a_change_is_taken_up_before_anybody_asks(directory: Directory, clock: Clock) -> None:
    slow = Slow(directory)
    slow.go_on.set()
    signposting = Signposting(slow, AREAS, None, clock)  # type: ignore[arg-type]
    await signposting.take_up()
    await signposting.take_up()
    assert slow.made == 1
    await loaded(directory, "second")
    await signposting.take_up()
    assert shown(await signposting.find(ASKED)) == {"first", "second"}
    assert slow.made == 2


async def test_nobody_waits_while_an_index_is_made_and_all_see_it_once_it_is(
    directory: Directory, clock: Clock
) -> None:
    slow = Slow(directory)
    slow.go_on.set()
    signposting = Signposting(slow, AREAS, None, clock)  # type: ignore[arg-type]
    await signposting.take_up()
    await loaded(directory, "second")
    slow.go_on.clear()
    slow.asked.clear()
    making = asyncio.create_task(signposting.take_up())
    await slow.asked.wait()
    clock.forward(seconds=30)
    assert shown(await signposting.find(ASKED)) == {"first"}
    slow.go_on.set()
    await making
    assert shown(await signposting.find(ASKED)) == {"first", "second"}


async def test_of_many_who_come_first_at_once_one_index_is_made_for_all(directory: Directory, clock: Clock) -> None:
    slow = Slow(directory)
    signposting = Signposting(slow, AREAS, None, clock)  # type: ignore[arg-type]
    asking = [asyncio.create_task(signposting.find(ASKED)) for _ in range(5)]
    await slow.asked.wait()
    slow.go_on.set()
    assert [shown(found) for found in await asyncio.gather(*asking)] == [{"first"}] * 5
    assert slow.made == 1


async def test_what_is_suspended_is_not_shown_even_before_the_index_knows(
    signposting: Signposting, directory: Directory
) -> None:
    await signposting.take_up()
    await directory.suspend("first", at=NOON, who="Sam", why="a complaint")
    found = await signposting.find(ASKED)
    assert (found.outcome, found.cards, found.area_name) == ("none", (), "Leeds")
    assert (await signposting.describe(Describe("first", ASKED))).card is None


async def test_what_is_asked_of_one_service_is_answered_with_the_reasons_it_was_chosen_for(
    signposting: Signposting,
) -> None:
    (card,) = (await signposting.find(ASKED)).cards
    described = (await signposting.describe(Describe("first", ASKED))).card
    assert described is not None
    said = [line.key for line in described.lines]
    assert said == [line.key for line in card.lines][:-1]
    assert {"why_area", "why_men_only", "why_need"} <= set(said)
    elsewhere = (await signposting.describe(Describe("first", Find(("money",), LEEDS)))).card
    assert elsewhere is not None
    assert not any(line.key.startswith("why") for line in elsewhere.lines)


async def test_the_day_turns_without_a_change_of_the_directory(
    signposting: Signposting, directory: Directory, clock: Clock
) -> None:
    await signposting.take_up()
    last_day = written_service("first")["attestations"][0]["valid_until"]
    clock.now = NOON + (last_day - NOON.date())
    await signposting.take_up()
    assert await signposting.find(ASKED) == await Signposting(
        directory,
        AREAS,
        None,  # type: ignore[arg-type]
        clock,
    ).find(ASKED)
    clock.now += days(1)
    assert (await signposting.find(ASKED)).outcome == "none"


async def test_trouble_with_the_directory_is_told_once_and_ends(
    signposting: Signposting,
    directory: Directory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await signposting.take_up()
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):

        async def down() -> int:
            raise DatabaseError("down")

        patch.setattr(directory, "revision", down)
        await signposting.take_up()
        await signposting.take_up()
        assert caplog.text.count("It cannot be seen whether the directory has changed (DatabaseError).") == 1
        assert shown(await signposting.find(ASKED)) == {"first"}
    await signposting.take_up()
    await loaded(directory, "second")
    await signposting.take_up()
    assert shown(await signposting.find(ASKED)) == {"first", "second"}


async def test_the_demonstration_can_show_what_is_said_where_nothing_is_on_record(phone: Phone) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Money")
    await phone.says("belfast")
    assert "I have none on record near you for that. That is a gap in services, not in you." in phone.seen
    assert "There may be help that I don't know of. These lines can look further:" in phone.seen
    assert "Open now:\n\nNorthern Ireland" in phone.seen
    assert "EXAMPLE" not in phone.seen


@pytest.mark.parametrize(("area", "said"), [(LEEDS, "9am tomorrow"), (GLASGOW, "9am on Tuesday"), (None, None)])
async def test_the_hours_are_those_of_the_nation_he_is_in(
    directory: Directory, clock: Clock, signposting: Signposting, area: str | None, said: str | None
) -> None:
    clock.now = datetime(2026, 11, 29, 3, 5, tzinfo=LONDON)  # Sunday; Monday is a bank holiday in Scotland alone
    everywhere = written_service("everywhere", areas=[UK], hours_checked=date(2026, 11, 1))
    await directory.load_document(written(everywhere), at=NOON, who="Sam", why="a test", apply=True)
    cards = (await signposting.find(Find(("talk",), area))).cards
    everywhere_card = next(card for card in cards if card.service_id == "everywhere")
    opens = {line.key: line.values for line in everywhere_card.lines}
    assert opens.get("opens", {}).get("when") == said
    assert ("hours_unknown" in opens) == (said is None)
    more = (await signposting.describe(Describe("everywhere", Find(("talk",), area)))).card
    assert more is not None
    assert [line.values.get("when") for line in more.lines if line.key == "opens"] == [said] * (said is not None)
