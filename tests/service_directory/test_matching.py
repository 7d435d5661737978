from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.benchmarks import made_up
from bot.benchmarks.scan import scan
from service_directory.areas import NATIONS, UK, Areas
from service_directory.matching import NEEDS, Entry, Hours, Index, Matches, Query, Reason, explain, match
from service_directory.standards import LONDON, Policy, Record, Suspension, recorded_as_meeting, spells
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


def test_to_say_the_kingdom_is_to_say_nothing() -> None:
    services = [covering("leeds", LEEDS), covering("wales", NATIONS[1]), covering("uk", UK)]
    assert found(*services, area=UK, limit=9) == found(*services, area=None, limit=9)


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
    assert {one.service_id for one in index} == {"near", "uk"}


def test_in_as_many_days_as_there_are_equals_each_is_first_once_and_among_three_thrice() -> None:
    equals = [entry(f"equal-{number}") for number in range(7)]
    # The turns are counted from the first of January of the year 1.
    first_day = next(at for at in (NOON + days(number) for number in range(7)) if at.toordinal() % 7 == 0)
    shown = [ids(found(*equals, at=first_day + days(number))) for number in range(7)]
    assert Counter(three[0] for three in shown) == {one.service_id: 1 for one in equals}
    assert Counter(one for three in shown for one in three) == {one.service_id: 3 for one in equals}


def test_hundreds_of_equals_take_turns_too() -> None:
    equals = [entry(f"equal-{number}") for number in range(300)]
    index = Index(AREAS, equals)
    first_day = next(at for at in (NOON + days(number) for number in range(300)) if at.toordinal() % 300 == 0)
    shown = [ids(match(index, Query(("talk",), LEEDS, first_day + days(number))))[0] for number in range(300)]
    assert sorted(shown) == sorted(one.service_id for one in equals)


def test_seven_equals_do_not_each_keep_their_day_of_the_week() -> None:
    equals = [entry(f"equal-{number}") for number in range(7)]
    assert len({ids(found(*equals, at=NOON + days(7 * week)))[0] for week in range(7)}) == 7


def test_who_is_open_now_comes_first_at_noon_and_in_the_evening() -> None:
    office = [entry(f"office-{number}", hours=Hours("Mo-Fr 09:00-17:00; PH off", TODAY)) for number in range(3)]
    night = [entry(f"night-{number}", hours=Hours("Mo-Fr 17:00-24:00; PH off", TODAY)) for number in range(3)]
    assert {one[:5] for one in ids(found(*office, *night))} == {"offic"}
    assert {one[:5] for one in ids(found(*office, *night, at=NOON + timedelta(hours=8)))} == {"night"}


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=LONDON), False),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), True),  # half past two in London: the clocks have gone forward
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), False),  # half past one, for the second time
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), True),
    ],
)
def test_open_now_goes_by_the_clock_in_london_on_the_days_it_is_changed(at: datetime, is_open: bool) -> None:
    hours = Hours("Mo-Su 02:00-04:00; PH off", at.date())
    reasons = found(entry("near", hours=hours), at=at).signposts[0].reasons
    assert (Reason("why_open") in reasons) == is_open


def test_on_a_bank_holiday_of_his_nation_only_those_who_say_so_are_open() -> None:
    august = datetime(2026, 8, 31, 12, tzinfo=LONDON)  # a bank holiday, but not in Scotland
    office = Hours("Mo-Fr 09:00-17:00; PH off", august.date())
    keeps = Hours("Mo-Fr 09:00-17:00; PH 10:00-14:00", august.date())
    leeds = found(entry("a", hours=office), entry("b", hours=keeps), at=august)
    assert ids(leeds) == ["b", "a"]
    glasgow = found(covering("a", GLASGOW, hours=office), at=august, area=GLASGOW)
    assert Reason("why_open") in glasgow.signposts[0].reasons


def test_a_holiday_that_his_nation_does_not_keep_closes_no_line_to_him() -> None:
    andrew = datetime(2026, 11, 30, 12, tzinfo=LONDON)  # a bank holiday in Scotland alone
    uk_wide = covering("a", UK, hours=Hours("Mo-Fr 09:00-17:00; PH off", andrew.date()))
    assert Reason("why_open") in found(uk_wide, at=andrew, area=LEEDS).signposts[0].reasons
    assert Reason("why_open") not in found(uk_wide, at=andrew, area=GLASGOW).signposts[0].reasons
    assert Reason("why_open") not in found(uk_wide, at=andrew, area=None).signposts[0].reasons


def test_what_he_prefers_and_gets_is_among_the_reasons() -> None:
    texting = entry("near", contacts=frozenset({"text"}), languages=frozenset({"pl"}))
    reasons = found(texting, contact="text", language="pl").signposts[0].reasons
    assert Reason("why_contact", "text") in reasons
    assert Reason("why_language", "pl") in reasons
    other = found(texting, contact="phone", language="cy").signposts[0].reasons
    assert {"why_contact", "why_language"}.isdisjoint(reason.key for reason in other)


def test_naming_all_the_councils_of_a_county_is_to_cover_the_county() -> None:
    kent = "E10000016"
    districts = AREAS.councils(kent)
    whole = covering("whole", *districts)
    but_one = covering("but-one", *districts[1:])
    matches = found(whole, but_one, covering("uk", UK), area=kent)
    assert ids(matches) == ["whole", "uk"]
    assert matches.signposts[0].reasons[0] == Reason("why_area", "Kent")


def test_to_cover_a_police_area_is_to_cover_the_county_that_is_the_same() -> None:
    county = "E11000006"
    matches = found(covering("police", WEST_YORKSHIRE), area=county)
    assert (matches.outcome, matches.signposts[0].reasons[0]) == ("found", Reason("why_area", "West Yorkshire"))


def test_to_cover_scotland_is_not_to_be_nearer_because_one_police_force_does_too() -> None:
    matches = found(covering("scotland", NATIONS[2]), area=GLASGOW)
    assert matches.signposts[0].reasons[0] == Reason("why_nation", "Scotland")


def test_an_area_that_a_reform_did_away_with_does_no_harm() -> None:
    assert ids(found(covering("old", "E07000026", LEEDS))) == ["old"]


def test_somewhere_to_stay_is_ranked_by_distance_for_him_who_wants_to_talk() -> None:
    refuge = covering("refuge", UK, accommodation=True, men_only=True)
    assert ids(found(refuge, entry("near"))) == ["near", "refuge"]


def test_any_one_service_can_be_explained_however_far_down_it_stands() -> None:
    index = Index(AREAS, [*(entry(f"near-{number}", men_only=True) for number in range(9)), covering("uk", UK)])
    query = Query(("talk",), LEEDS, NOON)
    everything = {signpost.service_id: signpost for signpost in match(index, query, 99).signposts}
    assert {one: explain(index, query, one) for one in everything} == everything
    assert explain(index, query, "nobody") is None
    assert explain(index, Query(("money",), LEEDS, NOON), "uk") is None
    assert explain(index, Query(("talk",), CORNWALL, NOON), "near-1") is None


def test_an_index_made_ready_for_a_day_answers_as_one_that_was_not_and_for_any_other_day() -> None:
    services = list(made_up.services(AREAS, 200))
    ready, fresh = Index(AREAS, services), Index(AREAS, services)
    ready.prepare(TODAY)
    for number in (0, 1, 5, -3, 0, 40, 1):
        query = Query(("talk",), LEEDS, NOON + days(number))
        assert match(ready, query) == match(fresh, query)


@settings(max_examples=60)
@given(
    st.integers(min_value=0, max_value=60),
    st.lists(st.sampled_from(NEEDS), max_size=3, unique=True).map(tuple),
    st.none() | st.sampled_from(["X99999999", *sorted(AREAS)]),
    st.integers(min_value=-24 * 40, max_value=24 * 40).map(lambda hours: NOON + timedelta(hours=hours)),
    st.sampled_from([None, "text"]),
    st.sampled_from([None, "pl"]),
    st.sampled_from([None, 16, 40, 70]),
)
def test_matching_finds_what_looking_at_every_service_finds(
    tenth: int,
    needs: tuple[str, ...],
    area: str | None,
    at: datetime,
    contact: str | None,
    language: str | None,
    age: int | None,
) -> None:
    query = Query(needs, area, at, language, contact, age)
    index = _made_up(tenth)
    assert ids(match(index, query, 9)) == scan(AREAS, list(index), query, 9)


@cache
def _made_up(tenth: int) -> Index:
    return Index(AREAS, made_up.services(AREAS, 10 * tenth))


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
        covered = {UK, *NATIONS} if query.where is None else set(AREAS.chain(query.where))
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


@settings(max_examples=30)
@given(st.sets(st.integers(0, 59)), st.sets(st.integers(0, 59)), st.integers(0, 9), QUERIES)
def test_an_index_changed_here_and_there_is_the_index_made_anew(
    gone: set[int], otherwise: set[int], new: int, query: Query
) -> None:
    first, second = list(made_up.services(AREAS, 60)), list(made_up.services(AREAS, 130))[70:]
    # What changes covers elsewhere and answers other needs from then on, under the same name.
    changed = [replace(second[number], service_id=first[number].service_id) for number in otherwise - gone]
    coming = [*changed, *(replace(second[number], service_id=f"new-{number}") for number in range(new))]
    leaving = [first[number].service_id for number in gone]
    before = Index(AREAS, first)
    kept = match(before, query, 99)
    index = Index(AREAS, coming, before=before, gone=leaving)
    untouched = [one for number, one in enumerate(first) if number not in gone | otherwise]
    anew = Index(AREAS, [*untouched, *coming])
    assert list(index) == list(anew)
    for area in (query.area, *sorted(AREAS)[::40]):
        asked = replace(query, area=area)
        assert match(index, asked, 99) == match(anew, asked, 99)
    assert match(before, query, 99) == kept
