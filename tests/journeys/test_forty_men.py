"""Whole journeys of men, written from what men in the research say and not from the conversations: the real program,
its screening, its directory of examples and its sessions, at the hour and on the day they come.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest
import pytest_asyncio

from bot.rooms import Rooms
from tests.support.men import CHANNELS, NATIONS, Journey, Man, read_journey
from tests.support.world import Clock, world

JOURNEYS = tuple(read_journey(path) for path in sorted((Path(__file__).parent / "men").glob("*.yaml")))

TOPICS = (
    "the main road",
    "getting in touch",
    "no answer",
    "turned away",
    "danger now",
    "cannot speak",
    "leaving today",
    "children in the house",
    "his suicide",
    "another's suicide",
    "threats of suicide",
    "the neck",
    "head injury",
    "housing in England",
    "housing in Wales",
    "housing in Scotland",
    "housing in Northern Ireland",
    "his children",
    "false allegations",
    "police",
    "protection orders",
    "keeping a record",
    "marac",
    "money",
    "work",
    "phone and tech",
    "sexual violence",
    "stalking",
    "forced marriage",
    "honour",
    "immigration",
    "gay men",
    "trans men",
    "disabled men",
    "Deaf men",
    "older men",
    "family",
    "young men",
    "faith",
    "a friend",
    "his own behaviour",
    "both at once",
    "just reading",
    "other men",
    "keeping a number",
    "this bot",
    "complaints",
    "vanishing",
    "identifiers",
)
"""What men come with: every journey names what it is about, and together they leave nothing out."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Rooms, Clock]]:
    """The program, opened once for all: each man has a chat of his own."""
    clock = Clock()
    async with world(tmp_path_factory.mktemp("men"), clock) as rooms:
        yield rooms, clock


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("journey", JOURNEYS, ids=[journey.name for journey in JOURNEYS])
async def test_he_gets_what_he_came_for(journey: Journey, opened: tuple[Rooms, Clock]) -> None:
    await Man(*opened, journey).lives_it()


def test_there_are_at_least_forty_and_each_has_its_own_name() -> None:
    assert len(JOURNEYS) >= 40
    assert len({journey.title for journey in JOURNEYS}) == len(JOURNEYS)


def test_no_topic_is_left_out_and_none_is_unheard_of() -> None:
    assert {topic for journey in JOURNEYS for topic in journey.topics} == set(TOPICS)


def test_they_come_from_every_nation_and_by_every_channel() -> None:
    for nation in NATIONS:
        assert sum(journey.nation == nation for journey in JOURNEYS) >= 5
    for channel in CHANNELS:
        assert sum(journey.channel == channel for journey in JOURNEYS) >= 3


def test_they_come_at_night_at_noon_at_weekends_and_on_bank_holidays_of_each_nation() -> None:
    assert sum(journey.when.time() < time(5) for journey in JOURNEYS) >= 6
    assert sum(time(11, 30) <= journey.when.time() < time(13, 30) for journey in JOURNEYS) >= 6
    assert sum(journey.when.weekday() >= 5 for journey in JOURNEYS) >= 6
    assert {journey.nation for journey in JOURNEYS if journey.holiday} == set(NATIONS)
