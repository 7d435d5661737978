from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.areas import NATIONS, UK, Areas
from service_directory.matching import NEEDS, Entry, Hours, Index, Matches, Query, Reason, match
from service_directory.standards import Policy, Record, Suspension, recorded_as_meeting, spells
from tests.support.services import (
    BELFAST,
    CARDIFF,
    CORNWALL,
    GLASGOW,
    LEEDS,
    NOON,
    TODAY,
    WEST_YORKSHIRE,
    YORKSHIRE,
    always,
    attestation,
    days,
    entry,
    record,
)

AREAS = Areas.load()
ENGLAND = NATIONS[0]
OPEN = Hours("24/7", TODAY)
SHUT = Hours("Sa 09:00-10:00; PH off", TODAY)


def found(*entries: Entry, limit: int = 3, **asked: Any) -> Matches:
    query = Query(**{"needs": ("talk",), "area": LEEDS, "at": NOON, **asked})
    return match(Index(AREAS, entries), query, limit)


def ids(matches: Matches) -> list[str]:
    return [signpost.service_id for signpost in matches.signposts]


def covering(service_id: str, *codes: str, **changes: Any) -> Entry:
    return entry(service_id, areas=frozenset(codes), **changes)


def test_a_service_in_his_area_is_found_with_its_reasons() -> None:
    matches = found(entry("near", men_only=True, hours=OPEN))
    assert matches.outcome == "found"
    assert matches.widened_to is None
    assert matches.signposts[0].reasons == (
        Reason("why_area", "Leeds"),
        Reason("why_men_only"),
        Reason("why_open"),
        Reason("why_need", "talk"),
    )


def test_nothing_is_found_where_nothing_is() -> None:
    assert found() == Matches("none")
    assert found(entry("near"), area=CORNWALL) == Matches("none")
    assert found(entry("near"), needs=("money",)) == Matches("none")
    assert found(entry("near"), limit=0) == Matches("none")


def test_an_area_that_does_not_exist_finds_nothing() -> None:
    assert found(covering("uk", UK), area="X99999999") == Matches("none")


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        found(entry("near"), at=datetime(2026, 11, 23, 12))  # noqa: DTZ001


def test_from_near_to_far() -> None:
    matches = found(
        covering("uk", UK),
        covering("nation", ENGLAND),
        covering("region", YORKSHIRE),
        covering("police", WEST_YORKSHIRE),
        covering("council", LEEDS),
        limit=9,
    )
    assert ids(matches) == ["council", "police", "region", "nation", "uk"]
    assert [(signpost.reasons[0].key, signpost.widened_to) for signpost in matches.signposts] == [
        ("why_area", None),
        ("why_widened", WEST_YORKSHIRE),
        ("why_widened", YORKSHIRE),
        ("why_nation", ENGLAND),
        ("why_nation", UK),
    ]
    assert (matches.outcome, matches.widened_to) == ("widened", UK)


def test_it_goes_no_farther_than_it_needs_to() -> None:
    near = [covering(f"near-{number}", LEEDS) for number in range(3)]
    matches = found(*near, covering("nation", ENGLAND, men_only=True, hours=OPEN))
    assert matches.outcome == "found"
    assert set(ids(matches)) == {"near-0", "near-1", "near-2"}


def test_where_there_is_nothing_nearby_it_says_how_far_it_looked() -> None:
    matches = found(covering("nation", ENGLAND), area=CORNWALL)
    assert (matches.outcome, matches.widened_to) == ("widened", ENGLAND)


def test_a_service_of_another_place_is_never_offered() -> None:
    assert ids(found(covering("cardiff", CARDIFF), covering("glasgow", GLASGOW))) == []


def test_a_service_that_covers_several_areas_counts_once_and_by_the_nearest() -> None:
    matches = found(covering("all", UK, LEEDS, ENGLAND))
    assert ids(matches) == ["all"]
    assert matches.signposts[0].reasons[0] == Reason("why_area", "Leeds")


def test_asked_about_a_whole_region_it_offers_what_covers_the_whole_of_it() -> None:
    matches = found(covering("leeds", LEEDS), covering("region", YORKSHIRE), covering("uk", UK), area=YORKSHIRE)
    assert ids(matches) == ["region", "uk"]


def test_for_a_nation_its_own_come_before_those_of_the_kingdom() -> None:
    matches = found(covering("uk", UK), covering("nation", ENGLAND), area=ENGLAND)
    assert [signpost.reasons[0] for signpost in matches.signposts] == [
        Reason("why_nation", "England"),
        Reason("why_nation", "the UK"),
    ]
    assert (matches.outcome, matches.widened_to) == ("widened", UK)


def test_when_nobody_knows_where_he_is_the_whole_kingdom_comes_first_then_nations_and_nothing_else() -> None:
    matches = found(
        covering("leeds", LEEDS),
        covering("wales", NATIONS[1], men_only=True, hours=OPEN),
        covering("uk", UK),
        area=None,
        limit=9,
    )
    assert ids(matches) == ["uk", "wales"]
    assert matches.outcome == "found"
    assert [signpost.reasons[0] for signpost in matches.signposts] == [
        Reason("why_nation", "the UK"),
        Reason("why_nation", "Wales"),
    ]


@pytest.mark.parametrize(
    ("area", "police", "name"),
    [
        (GLASGOW, "S23000009", "Scotland"),
        (BELFAST, "PSNI", "Northern Ireland"),
        ("E09000022", "E23000001", "the Metropolitan Police area"),
        (LEEDS, WEST_YORKSHIRE, "West Yorkshire"),
    ],
)
def test_a_man_is_never_told_that_a_service_covers_a_police_force(area: str, police: str, name: str) -> None:
    matches = found(covering("police", police), area=area)
    assert matches.widened_to == police
    assert matches.signposts[0].reasons[0] == Reason("why_widened", name)


def test_a_place_to_stay_is_never_preferred_for_being_near() -> None:
    near = covering("near", LEEDS, accommodation=True, needs=frozenset({"stay"}))
    far = covering("far", UK, accommodation=True, needs=frozenset({"stay"}), men_only=True)
    matches = found(near, far, needs=("stay",))
    assert ids(matches) == ["far", "near"]
    assert matches.outcome == "found"


def test_equal_places_to_stay_near_and_far_take_turns_too() -> None:
    places = [
        covering("near", LEEDS, accommodation=True, needs=frozenset({"stay"})),
        covering("far", UK, accommodation=True, needs=frozenset({"stay"})),
    ]
    firsts = {ids(found(*places, needs=("stay",), at=NOON + days(number)))[0] for number in range(20)}
    assert firsts == {"near", "far"}


@pytest.mark.parametrize(
    ("better", "worse", "asked"),
    [
        ({"men_only": True}, {"hours": OPEN}, {}),
        ({"hours": OPEN}, {"contacts": frozenset({"text"})}, {"contact": "text"}),
        ({"hours": OPEN}, {"hours": SHUT}, {}),
        ({"hours": OPEN}, {"hours": Hours("24/7", None)}, {}),
        ({"contacts": frozenset({"text"})}, {"languages": frozenset({"pl"})}, {"contact": "text", "language": "pl"}),
        ({"languages": frozenset({"pl"})}, {"checked_on": TODAY}, {"language": "pl"}),
        ({"checked_on": TODAY - days(31)}, {"checked_on": TODAY - days(32)}, {}),
        ({"checked_on": TODAY - days(92)}, {"checked_on": TODAY - days(93)}, {}),
        ({"checked_on": TODAY - days(180)}, {"checked_on": None}, {}),
        ({"needs": frozenset({"talk", "money"})}, {"men_only": True}, {"needs": ("talk", "money")}),
    ],
)
def test_among_the_equally_near(better: dict[str, Any], worse: dict[str, Any], asked: dict[str, Any]) -> None:
    plain = {"checked_on": TODAY - days(60)}
    pair = [entry("a", **{**plain, **worse}), entry("b", **{**plain, **better})]
    assert ids(found(*pair, **asked)) == ["b", "a"]
    swapped = [entry("a", **{**plain, **better}), entry("b", **{**plain, **worse})]
    assert ids(found(*swapped, **asked)) == ["a", "b"]


def test_equals_take_turns_by_the_day_and_keep_their_place_all_day() -> None:
    equals = [entry(name) for name in ("a", "b", "c")]
    morning = ids(found(*equals, at=NOON - timedelta(hours=6)))
    assert morning == ids(found(*equals, at=NOON + timedelta(hours=6)))
    assert {ids(found(*equals, at=NOON + days(number)))[0] for number in range(40)} == {"a", "b", "c"}


def test_without_a_need_any_service_will_do() -> None:
    matches = found(entry("talk"), needs=())
    assert [reason.key for reason in matches.signposts[0].reasons] == ["why_area"]


def test_each_need_it_answers_is_a_reason_in_the_order_he_gave() -> None:
    matches = found(entry("both", needs=frozenset({"talk", "money"})), needs=("money", "stay", "talk"))
    assert [reason.value for reason in matches.signposts[0].reasons if reason.key == "why_need"] == ["money", "talk"]


@pytest.mark.parametrize(("age", "expected"), [(None, True), (17, False), (18, True), (65, True), (66, False)])
def test_an_age_rules_out_only_when_he_gave_it(age: int | None, expected: bool) -> None:
    assert bool(ids(found(entry("near", minimum_age=18, maximum_age=65), age=age))) is expected


def test_a_service_is_found_on_the_days_the_rule_holds_and_no_others() -> None:
    (spell,) = always()
    limited = entry("near", spells=(replace(spell, first=TODAY, last=TODAY),))
    assert ids(found(limited)) == ["near"]
    assert ids(found(limited, at=NOON + days(1))) == []
    assert ids(found(limited, at=NOON - days(1))) == []


def test_an_index_can_be_looked_into() -> None:
    index = Index(AREAS, [entry("near"), covering("uk", UK)], revision=7)
    assert (len(index), index.revision, "near" in index, "far" in index) == (2, 7, True, False)
    assert index["near"].service_id == "near"
    assert index.nations("uk") == NATIONS


CODES = st.sampled_from([LEEDS, WEST_YORKSHIRE, YORKSHIRE, ENGLAND, UK, CARDIFF, NATIONS[1], GLASGOW, "PSNI"])
NEAR_DAYS = st.integers(min_value=-5, max_value=5).map(lambda number: TODAY + days(number))


@st.composite
def recorded(draw: st.DrawFn) -> tuple[Record, Entry]:
    """A service with its record, some of which fail the rule for one reason or another."""
    subject = record(
        service_id=draw(st.text(alphabet="abcdef", min_size=1, max_size=4)),
        status=draw(st.sampled_from(["open", "open", "paused"])),
        serves_men=draw(st.sampled_from(["men_only", "all", "all", "women_only"])),
        perpetrator_service=draw(st.sampled_from([False, False, True])),
        attestations=(attestation("AE", valid_until=draw(NEAR_DAYS)), attestation("SD", valid_until=draw(NEAR_DAYS))),
        suspensions=draw(st.lists(st.builds(Suspension, NEAR_DAYS, st.none() | NEAR_DAYS), max_size=1).map(tuple)),
    )
    made = entry(
        subject.service_id,
        needs=draw(st.frozensets(st.sampled_from(NEEDS), min_size=1, max_size=3)),
        areas=draw(st.frozensets(CODES, min_size=1, max_size=3)),
        men_only=subject.serves_men == "men_only",
        accommodation=draw(st.booleans()),
        spells=spells(subject, Policy()),
        hours=draw(st.sampled_from([None, OPEN, SHUT, Hours("Mo-Fr 09:00-17:00", TODAY)])),
        minimum_age=draw(st.sampled_from([None, 18])),
    )
    return subject, made


QUERIES = st.builds(
    Query,
    needs=st.lists(st.sampled_from(NEEDS), max_size=3, unique=True).map(tuple),
    area=st.none() | CODES | st.sampled_from([CORNWALL, BELFAST]),
    at=st.integers(min_value=-200, max_value=200).map(lambda hours: NOON + timedelta(hours=hours)),
    language=st.sampled_from([None, "pl"]),
    contact=st.sampled_from([None, "text"]),
    age=st.sampled_from([None, 16, 40]),
)
SERVICES = st.lists(recorded(), max_size=6, unique_by=lambda pair: pair[0].service_id)


@given(SERVICES, QUERIES)
def test_no_service_that_fails_the_rule_or_a_filter_ever_comes_out(
    services: list[tuple[Record, Entry]], query: Query
) -> None:
    by_id = {subject.service_id: (subject, made) for subject, made in services}
    matches = match(Index(AREAS, [made for _, made in services]), query)
    on = query.at.date()
    for signpost in matches.signposts:
        subject, made = by_id[signpost.service_id]
        assert recorded_as_meeting(subject, on, Policy()).meets
        assert not subject.perpetrator_service
        assert not query.needs or made.needs & set(query.needs)
        covered = {UK, *NATIONS} if query.area is None else set(AREAS.chain(query.area))
        assert made.areas & covered
        assert query.age is None or made.minimum_age is None or query.age >= made.minimum_age


@given(SERVICES, QUERIES, st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_directory(
    services: list[tuple[Record, Entry]], query: Query, shuffler: Any
) -> None:
    entries = [made for _, made in services]
    first = match(Index(AREAS, entries), query)
    shuffler.shuffle(entries)
    assert match(Index(AREAS, entries), query) == first


@given(SERVICES, QUERIES)
def test_the_first_three_are_the_first_three_of_all(services: list[tuple[Record, Entry]], query: Query) -> None:
    index = Index(AREAS, [made for _, made in services])
    everything = match(index, query, 100).signposts
    assert match(index, query, 3).signposts == everything[:3]
    assert len({signpost.service_id for signpost in everything}) == len(everything)


@given(SERVICES, QUERIES)
def test_the_outcome_agrees_with_the_signposts(services: list[tuple[Record, Entry]], query: Query) -> None:
    matches = match(Index(AREAS, [made for _, made in services]), query)
    widened = [signpost.widened_to for signpost in matches.signposts if signpost.widened_to is not None]
    assert (matches.outcome == "none") == (not matches.signposts)
    assert (matches.outcome == "widened") == bool(widened)
    assert matches.widened_to is None or matches.widened_to in widened
