"""The made-up directory: enough for a demonstration anywhere, at any time, and nothing in it that could mislead."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import yaml

from service_directory.areas import NATIONS, Areas
from service_directory.matching import NEEDS, Index, Query, match
from service_directory.numbers import is_drama
from service_directory.standards import LONDON, Policy
from service_directory.store import Directory, Report, example_document
from tests.support.services import BELFAST, CARDIFF, CORNWALL, GLASGOW, LEEDS, NOON

AREAS = Areas.load()
MANCHESTER, BIRMINGHAM, NEWCASTLE, LAMBETH, NORWICH = "E08000003", "E08000025", "E08000021", "E09000022", "E07000148"
SELF_TOO = Policy(bases=frozenset({"self", "verified", "independent"}))
NOT_SHOWN = {
    "example-leeds-suspended": "suspended",
    "example-leeds-women": "not recorded as open to men",
    "example-leeds-change": "people who do harm",
    "example-manchester-self": "self",
    "example-birmingham-lapsed": "lapsed",
    "example-hackney-partly": "partly",
    "example-newcastle-unassessed": "nothing is recorded",
    "example-cornwall-stale": "no contact was checked",
    "example-plymouth-unheard": "nobody said lately",
    "example-swansea-withdrawn": "withdrawn",
    "example-highland-paused": "not open",
    "example-fife-turned": "not_met",
    "example-derry-gap": "SD11",
}


async def loaded(folder: Path, at: datetime, policy: Policy | None = None) -> tuple[Directory, Report]:
    directory = await Directory.open(f"sqlite:///{folder / 'examples.db'}", policy=policy)
    report = await directory.load_document(example_document(), at=at, who="Sam", why="examples", apply=True)
    return directory, report


@pytest.fixture
async def examples(tmp_path: Path) -> AsyncIterator[Directory]:
    directory, report = await loaded(tmp_path, NOON)
    assert [str(one) for one in report.rejected] == []
    yield directory
    await directory.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """What is matched in, made once."""

    async def made() -> Index:
        directory, _ = await loaded(tmp_path_factory.mktemp("examples"), NOON)
        try:
            return await directory.index(AREAS, NOON.date())
        finally:
            await directory.close()

    return asyncio.run(made())


def names() -> list[str]:
    return [one["id"] for one in yaml.safe_load(example_document())["services"]]


async def test_examples_are_flagged_and_named_as_examples(examples: Directory) -> None:
    assert await examples.holds_examples()
    for view in (await examples.still_shown(names(), NOON)).values():
        assert view.example
        assert view.name.startswith("Example ")
        assert view.organization.startswith("Example ")
        assert view.recorded_by.startswith("Example ")


async def test_every_service_is_shown_but_those_that_show_how_one_is_not(examples: Directory) -> None:
    every = names()
    assert set(every) - set(await examples.still_shown(every, NOON)) == set(NOT_SHOWN)


async def test_a_services_own_word_is_shown_where_the_operator_accepts_it(tmp_path: Path) -> None:
    directory, _ = await loaded(tmp_path, NOON, SELF_TOO)
    try:
        view = (await directory.still_shown(["example-manchester-self"], NOON))["example-manchester-self"]
        assert view.self_assessed
    finally:
        await directory.close()


@pytest.mark.parametrize("year", [2026, 2028, 2040])
async def test_the_demonstration_never_expires(tmp_path: Path, year: int) -> None:
    at = datetime(year, 3, 1, 3, 0, tzinfo=LONDON)
    directory, report = await loaded(tmp_path, at)
    try:
        assert report.rejected == ()
        assert len(await directory.still_shown(names(), at)) == len(names()) - len(NOT_SHOWN)
    finally:
        await directory.close()


@pytest.mark.parametrize(
    "area",
    [None, *NATIONS, LEEDS, MANCHESTER, BIRMINGHAM, NEWCASTLE, LAMBETH, NORWICH, CORNWALL, CARDIFF, GLASGOW, BELFAST],
)
def test_every_need_finds_three_services_everywhere(index: Index, area: str | None) -> None:
    for need in NEEDS:
        nothing = need == "money" and area in (NATIONS[3], BELFAST)
        assert len(match(index, Query((need,), area, NOON)).signposts) == (0 if nothing else 3), need


def test_what_is_said_where_there_is_none_can_be_seen_too(index: Index) -> None:
    nowhere = {code for code in AREAS if match(index, Query(("money",), code, NOON)).outcome == "none"}
    assert nowhere == {code for code, area in AREAS.items() if area.nation == NATIONS[3]}


@pytest.mark.parametrize("need", NEEDS)
def test_in_leeds_each_need_shows_what_comes_first_and_why(index: Index, need: str) -> None:
    tuesday = NOON + timedelta(days=1)
    in_leeds = [one for one in index if need in one.needs and LEEDS in one.areas]
    assert len(in_leeds) >= (1 if need == "stay" else 2)
    first = match(index, Query((need,), LEEDS, tuesday)).signposts[0]
    assert index[first.service_id].men_only
    assert first.widened_to is None


@pytest.mark.parametrize("hour", [12, 20])
def test_to_be_for_men_counts_for_more_than_to_be_open(index: Index, hour: int) -> None:
    shown = match(index, Query(("money",), LEEDS, NOON.replace(hour=hour))).signposts
    assert shown[0].service_id == "example-leeds-housing"


@pytest.mark.parametrize(
    ("asked", "second"),
    [
        ({"language": "pl"}, "example-leeds-money"),
        ({"language": "ur"}, "example-leeds-family"),
        ({"contact": "text"}, "example-leeds-money"),
    ],
)
def test_among_those_for_all_what_he_prefers_decides(index: Index, asked: dict[str, Any], second: str) -> None:
    for day in range(2):
        shown = match(index, Query(("money",), LEEDS, NOON + timedelta(days=day), **asked)).signposts
        assert shown[1].service_id == second


def test_both_plenty_and_nothing_nearby_are_seen(index: Index) -> None:
    assert match(index, Query(("talk",), LEEDS, NOON)).outcome == "found"
    cornwall = match(index, Query(("talk",), CORNWALL, NOON))
    assert (cornwall.outcome, cornwall.signposts[0].widened_to) == ("widened", "E12000009")


async def test_open_closed_always_and_unknown_are_all_seen(examples: Directory) -> None:
    evening = NOON + timedelta(hours=8)
    views = (await examples.still_shown(names(), evening)).values()
    assert {view.opening.state for view in views} == {"open", "closed", "always", "unknown"}


def test_every_number_is_kept_for_drama_and_every_address_lies_under_example_org() -> None:
    text = example_document()
    numbers = re.findall(r'value: "([0-9 ]+)"', text)
    assert len(numbers) > 50
    assert all(is_drama(phonenumbers.parse(number, "GB")) for number in numbers)
    addresses = re.findall(r"(?:https?://|@)([A-Za-z0-9.-]+)", text)
    assert addresses
    assert all(address.endswith("example.org") for address in addresses)


def test_it_claims_nothing_that_nobody_recorded() -> None:
    assert not re.search(r"\b(accredited|approved|vetted|quality[- ]mark|safe)\b", example_document(), re.IGNORECASE)


async def test_every_reason_not_to_be_shown_is_there(examples: Directory) -> None:
    from service_directory.records import record_of
    from service_directory.rows import whole_services
    from service_directory.standards import recorded_as_meeting

    async with examples._database.read() as connection:
        services = await whole_services(connection, list(NOT_SHOWN))
    for service in services:
        verdict = recorded_as_meeting(record_of(service), NOON.date(), Policy())
        assert NOT_SHOWN[service.id] in str(verdict.why_not)
