"""A steward finds a service however he spells it, and is shown the likeliest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.desk.stewards.finding import Catalogue, Known, words


def known(service_id: str, name: str, organization: str = "Northern Men", places: tuple[str, ...] = ()) -> Known:
    return Known(service_id, name, "", organization, places, frozenset(), frozenset(), suspended=False)


SHELF = Catalogue(
    [
        known("leeds", "Leeds Men's Line", places=("Leeds", "West Yorkshire", "England")),
        known("bristol", "Bristol Listening", "Men of the West", ("Bristol, City of", "England")),
        known("cafe", "Café for Dads", "Sefton Fathers", ("Sefton", "England")),
        known("cardiff", "Dyn Cardiff", "Safer Wales", ("Cardiff", "Wales")),
        known("harbour", "The Harbour", "Leeds Harbour Trust", ("York", "England")),
    ]
)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("leeds", "leeds"),
        ("Leds mens", "leeds"),
        ("mens lien", "leeds"),
        ("bristl", "bristol"),
        ("CAFE", "cafe"),
        ("saferwales", None),
        ("safer whales", "cardiff"),
        ("yorkshire", "leeds"),
        ("harb", "harbour"),
        ("leeds harbour", "harbour"),
        ("leds mens lne", "leeds"),
        ("zzzzzz", None),
        ("leeds zzzzzz", None),
    ],
)
def test_slips_beginnings_and_places_are_enough(asked: str, first: str | None) -> None:
    assert next(iter(SHELF.find(asked)), None) == first


def test_its_own_name_tells_more_than_its_organizations() -> None:
    assert SHELF.find("leeds") == ["leeds", "harbour"]


def test_nothing_asked_is_everything_by_name() -> None:
    assert SHELF.find("  ?! ") == ["bristol", "cafe", "cardiff", "leeds", "harbour"]


def test_a_service_that_changed_is_found_as_it_is_now_and_the_catalogue_before_stays_as_it_was() -> None:
    after = Catalogue([known("leeds", "Aire Men", places=("Leeds",)), known("new", "Leeds Dads")], before=SHELF)
    assert (after.find("line"), after.find("aire"), after.find("dads")) == ([], ["leeds"], ["cafe", "new"])
    assert (SHELF.find("line")[0], SHELF.find("aire")) == ("leeds", [])
    same = Catalogue([SHELF.services["leeds"]], before=SHELF)
    assert same.find("leds mens") == ["leeds"]


@given(st.text(max_size=40))
def test_whatever_is_typed_finds_only_services_that_are_there(asked: str) -> None:
    assert set(SHELF.find(asked)) <= set(SHELF.services)


@given(st.sampled_from(sorted(SHELF.services)))
def test_every_service_is_found_by_its_own_name(service: str) -> None:
    name = SHELF.services[service].name
    assert words(name)
    assert service in SHELF.find(name)
