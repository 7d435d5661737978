"""The areas: what there is, and what lies in what."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.areas import NATIONS, NORTHERN_IRELAND, UK, Area, Areas

AREAS = Areas.load()
CODES = st.sampled_from(sorted(AREAS))


def test_every_council_of_the_united_kingdom_is_there() -> None:
    councils = Counter(area.code[:3] for area in AREAS.values() if area.kind == "council")
    assert councils == {"E06": 63, "E07": 164, "E08": 36, "E09": 33, "W06": 22, "S12": 32, "N09": 11}


def test_nations_regions_counties_and_police_areas_are_there() -> None:
    kinds = Counter((area.kind, area.code[:3]) for area in AREAS.values() if area.kind != "council")
    assert kinds == {
        ("country", "K02"): 1,
        ("country", "E92"): 1,
        ("country", "W92"): 1,
        ("country", "S92"): 1,
        ("country", "N92"): 1,
        ("region", "E12"): 9,
        ("county", "E10"): 21,
        ("county", "E11"): 6,
        ("police", "E23"): 39,
        ("police", "W15"): 4,
        ("police", "S23"): 1,
        ("police", "PSN"): 1,
    }


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("E07000086", ("E07000086", "E10000014", "E23000030", "E12000008", "E92000001", UK)),
        ("E08000036", ("E08000036", "E11000006", "E23000010", "E12000003", "E92000001", UK)),
        ("E06000015", ("E06000015", "E23000018", "E12000004", "E92000001", UK)),
        ("E09000001", ("E09000001", "E23000034", "E12000007", "E92000001", UK)),
        ("E06000025", ("E06000025", "E23000036", "E12000009", "E92000001", UK)),
        ("W06000023", ("W06000023", "W15000004", "W92000004", UK)),
        ("S12000036", ("S12000036", "S23000009", "S92000003", UK)),
        ("N09000003", ("N09000003", "PSNI", "N92000002", UK)),
        ("E10000017", ("E10000017", "E23000003", "E12000002", "E92000001", UK)),
        ("E23000036", ("E23000036", "E12000009", "E92000001", UK)),
        (UK, (UK,)),
    ],
)
def test_a_chain_runs_from_the_area_itself_out_to_the_united_kingdom(code: str, chain: tuple[str, ...]) -> None:
    assert AREAS.chain(code) == chain


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Cumberland", "E06000063"),
        ("Westmorland and Furness", "E06000064"),
        ("North Yorkshire", "E06000065"),
        ("Somerset", "E06000066"),
        ("North Northamptonshire", "E06000061"),
        ("West Northamptonshire", "E06000062"),
        ("Barnsley", "E08000038"),
        ("Sheffield", "E08000039"),
    ],
)
def test_recent_reorganisations_are_taken_in(name: str, code: str) -> None:
    assert AREAS[code].name == name


@pytest.mark.parametrize("code", ["E07000026", "E07000163", "E07000187", "E08000016", "E08000019", "E10000006"])
def test_councils_and_counties_that_are_no_more_are_gone(code: str) -> None:
    assert code not in AREAS


@given(CODES)
def test_a_chain_ends_at_the_united_kingdom_through_one_nation(code: str) -> None:
    chain = AREAS.chain(code)
    assert chain[0] == code
    assert chain[-1] == UK
    assert len(set(chain)) == len(chain)
    nations = [part for part in chain if part in NATIONS]
    assert nations == ([] if code == UK else [AREAS.nation(code)])


@given(CODES)
def test_what_an_area_lies_in_lies_in_what_comes_after(code: str) -> None:
    parents = AREAS[code].parents
    for place, parent in enumerate(parents):
        assert set(AREAS[parent].parents) <= set(parents[place + 1 :])


@given(CODES)
def test_the_councils_of_an_area_have_it_in_their_chain(code: str) -> None:
    inside = AREAS.councils(code)
    assert inside
    for council in AREAS:
        if AREAS[council].kind == "council":
            assert (code in AREAS.chain(council)) == (council in inside)


def test_every_council_lies_in_exactly_one_police_area() -> None:
    for area in AREAS.values():
        if area.kind == "council":
            assert [AREAS[parent].kind for parent in area.parents].count("police") == 1


def test_a_council_is_named_with_the_county_people_know_it_by() -> None:
    assert AREAS["E06000020"].county == "Shropshire"
    assert AREAS["E06000015"].county == "Derbyshire"
    assert AREAS["N09000003"].county == ""


def test_an_unknown_code_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        AREAS.chain("E99999999")
    with pytest.raises(KeyError):
        AREAS.nation("")
    with pytest.raises(KeyError):
        AREAS.councils("nowhere")


def test_an_area_in_something_that_is_no_area_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Areas([Area("N09000003", "Belfast", "council", NORTHERN_IRELAND, ("nowhere",))])
