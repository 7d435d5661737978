from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.standards import (
    ESSENTIAL,
    Attestation,
    CriterionResult,
    Policy,
    Record,
    Suspension,
    day_in_london,
    recorded_as_meeting,
    spells,
)
from tests.support.services import TODAY, all_met, attestation, days, record

POLICY = Policy()


def asked(subject: Record, on: date = TODAY, policy: Policy = POLICY) -> bool:
    verdict = recorded_as_meeting(subject, on, policy)
    # A verdict never leaves its reader guessing.
    assert verdict.meets == (verdict.why_not is None) == (verdict.who is not None)
    return verdict.meets


def both(**changes: Any) -> Record:
    return record(attestations=(attestation("AE", **changes), attestation("SD", **changes)))


def test_a_service_that_fulfils_everything_is_recorded_as_meeting() -> None:
    verdict = recorded_as_meeting(record(), TODAY, POLICY)
    assert verdict.meets
    assert verdict.who == "Helpline Team"
    assert verdict.recorded_on == TODAY - days(90)
    assert verdict.basis == "verified"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "paused"},
        {"status": "closed"},
        {"status": ""},
        {"published": False},
        {"on_hold": True},
        {"perpetrator_service": True},
        {"serves_men": "women_only"},
        {"serves_men": "unknown"},
        {"serves_men": ""},
    ],
)
def test_a_service_that_is_not_on_offer_to_men_does_not_meet_the_rule(changes: dict[str, Any]) -> None:
    assert not asked(record(**changes))


def test_a_service_for_everybody_serves_men() -> None:
    assert asked(record(serves_men="all"))


def test_the_last_valid_day_counts_and_the_next_day_does_not() -> None:
    subject = both(valid_until=TODAY)
    assert asked(subject, TODAY)
    assert not asked(subject, TODAY + days(1))


def test_the_first_valid_day_counts_and_the_day_before_does_not() -> None:
    subject = both(decided_on=TODAY - days(30), valid_from=TODAY)
    assert asked(subject, TODAY)
    assert not asked(subject, TODAY - days(1))


def test_in_summer_the_day_ends_at_midnight_in_london_not_in_utc() -> None:
    subject = replace(both(valid_until=date(2026, 6, 30)), contact_checks=(date(2026, 6, 1),))
    subject = replace(
        subject,
        attestations=tuple(
            replace(one, decided_on=date(2026, 1, 1), valid_from=date(2026, 1, 1)) for one in subject.attestations
        ),
    )
    assert asked(subject, day_in_london(datetime(2026, 6, 30, 22, 59, tzinfo=UTC)))
    assert not asked(subject, day_in_london(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)))


def test_in_winter_the_day_ends_at_midnight_in_utc_too() -> None:
    subject = both(valid_until=date(2026, 12, 31))
    assert asked(subject, day_in_london(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)))
    assert not asked(subject, day_in_london(datetime(2027, 1, 1, 0, 0, tzinfo=UTC)))


def test_a_moment_without_a_time_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        day_in_london(datetime(2026, 6, 30))  # noqa: DTZ001


@pytest.mark.parametrize("section", ["AE", "SD"])
def test_one_of_the_two_sections_is_not_enough(section: str) -> None:
    assert not asked(record(attestations=(attestation(section),)))


def test_the_other_two_sections_are_not_required() -> None:
    assert asked(record(attestations=(*record().attestations, attestation("OE", results=(), outcome="not_met"))))


def test_a_version_that_is_not_accepted_does_not_count() -> None:
    assert not asked(both(version="2"))
    assert asked(both(version="2"), policy=Policy(accepted={"1": ESSENTIAL, "2": ESSENTIAL}))


def test_another_standards_mark_does_not_count() -> None:
    assert not asked(both(standard="MSP-SV"))


def test_another_standards_newer_refusal_does_not_count_either() -> None:
    refused = attestation("SD", id="x", standard="MSP-SV", outcome="not_met", decided_on=TODAY)
    assert asked(record(attestations=(*record().attestations, refused)))


def test_a_newer_refusal_beats_an_older_yes_that_is_still_in_date() -> None:
    refused = attestation("SD", outcome="not_met", decided_on=TODAY - days(1))
    assert not asked(record(attestations=(*record().attestations, refused)))
    assert not asked(record(attestations=(refused, *record().attestations)))


def test_a_newer_yes_beats_an_older_refusal() -> None:
    refused = attestation("SD", outcome="not_met", decided_on=TODAY - days(200))
    assert asked(record(attestations=(*record().attestations, refused)))


def test_of_two_decisions_on_one_day_the_higher_id_counts() -> None:
    refused = attestation("SD", id="SD/02", outcome="not_met")
    assert not asked(record(attestations=(*record().attestations, refused)))
    assert asked(record(attestations=(*record().attestations, replace(refused, id="SD/00"))))


def test_a_newer_decision_that_has_lapsed_is_not_replaced_by_an_older_one_still_in_date() -> None:
    lapsed = attestation("SD", decided_on=TODAY - days(20), valid_until=TODAY - days(1))
    assert not asked(record(attestations=(*record().attestations, lapsed)))


def test_a_draft_without_a_decision_changes_nothing() -> None:
    draft = attestation("SD", id="SD/99", state="draft", outcome="not_met", decided_on=None)
    assert asked(record(attestations=(*record().attestations, draft)))


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "suspended", "withdrawn", "superseded", ""])
def test_only_a_confirmed_decision_counts(state: str) -> None:
    assert not asked(both(state=state))


@pytest.mark.parametrize("outcome", ["partly", "not_met", ""])
def test_only_the_outcome_met_counts(outcome: str) -> None:
    assert not asked(both(outcome=outcome))


@pytest.mark.parametrize("missing", ["valid_from", "valid_until", "decided_on"])
def test_a_missing_date_means_no(missing: str) -> None:
    assert not asked(both(**{missing: None}))


def test_a_decision_dated_in_the_future_means_no() -> None:
    assert not asked(both(decided_on=TODAY + days(1)))


def test_nobody_named_as_assessor_means_no() -> None:
    assert not asked(both(assessor=" "))


@pytest.mark.parametrize("criterion", [code for codes in ESSENTIAL.values() for code in codes])
@pytest.mark.parametrize("result", ["partly", "not_met", "not_assessed", ""])
def test_every_essential_criterion_has_to_be_met(criterion: str, result: str) -> None:
    section = criterion[:2]
    results = tuple(
        CriterionResult(one.criterion, result if one.criterion == criterion else "met") for one in all_met(section)
    )
    others = tuple(one for one in record().attestations if one.section != section)
    assert not asked(record(attestations=(*others, attestation(section, results=results))))


def test_an_essential_criterion_that_is_not_mentioned_is_not_met() -> None:
    assert not asked(record(attestations=(attestation("AE"), attestation("SD", results=all_met("SD")[:-1]))))


def test_a_criterion_recorded_twice_has_to_be_met_twice() -> None:
    twice = (*all_met("SD"), CriterionResult("SD1", "partly"))
    assert not asked(record(attestations=(attestation("AE"), attestation("SD", results=twice))))


def test_not_applicable_counts_with_a_reason_only() -> None:
    for reason, expected in (("they have no waiting room", True), (" ", False)):
        results = (CriterionResult("AE1", "not_applicable", reason), *all_met("AE")[1:])
        assert asked(record(attestations=(attestation("AE", results=results), attestation("SD")))) is expected


def test_a_gap_in_what_is_not_essential_does_no_harm() -> None:
    results = (*all_met("SD"), CriterionResult("SD8", "not_met"))
    assert asked(record(attestations=(attestation("AE"), attestation("SD", results=results))))


def test_a_services_own_word_counts_only_if_the_operator_says_so() -> None:
    subject = both(basis="self")
    accepting = Policy(bases=frozenset({"self", "verified", "independent"}))
    assert not asked(subject)
    assert recorded_as_meeting(subject, TODAY, accepting).basis == "self"


def test_one_section_on_the_services_own_word_makes_the_whole_self_assessed() -> None:
    subject = record(attestations=(attestation("AE", basis="self"), attestation("SD")))
    accepting = Policy(bases=frozenset({"self", "verified", "independent"}))
    assert recorded_as_meeting(subject, TODAY, accepting).basis == "self"


def test_the_weaker_of_two_bases_and_the_older_of_two_dates_are_told() -> None:
    older = attestation("SD", basis="independent", assessor="Assessors", decided_on=TODAY - days(95))
    verdict = recorded_as_meeting(record(attestations=(attestation("AE"), older)), TODAY, POLICY)
    assert verdict.basis == "verified"
    assert verdict.recorded_on == TODAY - days(95)
    assert verdict.who == "Helpline Team and Assessors"


def test_an_unknown_basis_means_no() -> None:
    assert not asked(both(basis="hearsay"))


@pytest.mark.parametrize("section", [None, "AE", "SD"])
def test_a_suspension_counts_from_its_first_day_to_its_last_both_included(section: str | None) -> None:
    subject = record(suspensions=(Suspension(TODAY, TODAY + days(2), section),))
    assert [asked(subject, TODAY + days(number)) for number in range(-1, 4)] == [True, False, False, False, True]


def test_a_suspension_without_an_end_goes_on() -> None:
    subject = record(suspensions=(Suspension(TODAY - days(5)),))
    assert not asked(subject, TODAY + days(100))


@pytest.mark.parametrize("section", ["LG", "OE"])
def test_a_suspension_of_a_section_that_is_not_required_does_no_harm(section: str) -> None:
    assert asked(record(suspensions=(Suspension(TODAY, None, section),)))


@pytest.mark.parametrize("section", ["", "XX", "ae"])
def test_a_suspension_of_a_section_nobody_knows_stops_the_whole_service(section: str) -> None:
    assert not asked(record(suspensions=(Suspension(TODAY, None, section),)))


def test_a_suspension_that_was_lifted_on_its_first_day_covers_none() -> None:
    assert asked(record(suspensions=(Suspension(TODAY, TODAY - days(1)),)))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # The clocks go forward on 29 March 2026 and back on 25 October 2026, both at one o'clock UTC.
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 0, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_on_the_days_the_clocks_change_it_is_still_midnight_in_london_that_ends_the_day(
    moment: datetime, day: date
) -> None:
    assert day_in_london(moment) == day
    begun = {"decided_on": date(2026, 1, 1), "valid_from": date(2026, 1, 1)}
    until = replace(both(**begun, valid_until=day), contact_checks=(day,))
    assert asked(until, day_in_london(moment))
    before = replace(both(**begun, valid_until=day - days(1)), contact_checks=(day,))
    assert not asked(before, day_in_london(moment))


def test_a_newer_decision_that_is_not_valid_yet_is_not_replaced_by_an_older_one_still_in_date() -> None:
    coming = attestation("SD", decided_on=TODAY, valid_from=TODAY + days(1))
    assert not asked(record(attestations=(*record().attestations, coming)))
    assert asked(record(attestations=(*record().attestations, coming)), TODAY + days(1))


@pytest.mark.parametrize(("older", "newer", "expected"), [("met", "partly", False), ("partly", "met", True)])
def test_of_two_that_overlap_the_later_decision_counts_alone(older: str, newer: str, expected: bool) -> None:
    long = {"valid_from": TODAY - days(60), "valid_until": TODAY + days(300)}
    two = (
        attestation("SD", id="SD/01", decided_on=TODAY - days(50), outcome=older, **long),
        attestation("SD", id="SD/00", decided_on=TODAY - days(49), outcome=newer, **long),
    )
    assert asked(record(attestations=(attestation("AE"), *two))) is expected
    assert asked(record(attestations=(attestation("AE"), *reversed(two)))) is expected


def test_it_is_not_enough_that_every_section_was_met_at_some_time() -> None:
    access = attestation("AE", valid_until=TODAY - days(1))
    delivery = attestation("SD", valid_from=TODAY)
    subject = record(attestations=(access, delivery))
    assert not any(asked(subject, TODAY + days(number)) for number in range(-3, 4))


def test_a_contact_checked_183_days_ago_counts_and_184_days_ago_does_not() -> None:
    assert asked(record(contact_checks=(TODAY - days(183),)))
    assert not asked(record(contact_checks=(TODAY - days(184),)))


def test_one_checked_contact_among_several_is_enough() -> None:
    assert asked(record(contact_checks=(None, TODAY - days(400), TODAY)))


@pytest.mark.parametrize("checks", [(), (None,), (TODAY + days(1),)])
def test_no_contact_checked_by_today_means_no(checks: tuple[date | None, ...]) -> None:
    assert not asked(record(contact_checks=checks))


@pytest.mark.parametrize(
    "accepted", [{}, {"1": {}}, {"1": {"AE": ESSENTIAL["AE"]}}, {"1": {"AE": ESSENTIAL["AE"], "SD": ()}}]
)
def test_where_nobody_knows_what_is_essential_nothing_is_met(accepted: dict[str, dict[str, tuple[str, ...]]]) -> None:
    assert not asked(record(), policy=Policy(accepted=accepted))


def test_a_judgement_is_held_to_the_criteria_of_its_own_version() -> None:
    stricter = {"AE": (*ESSENTIAL["AE"], "AE6"), "SD": ESSENTIAL["SD"]}
    accepting = Policy(accepted={"1": ESSENTIAL, "2": stricter})
    assert asked(record(), policy=accepting)
    assert not asked(both(version="2"), policy=accepting)
    quiet = attestation("AE", version="2", results=(*all_met("AE"), CriterionResult("AE6", "met")))
    assert asked(record(attestations=(quiet, attestation("SD", version="2"))), policy=accepting)


def test_a_newer_judgement_under_another_accepted_version_replaces_the_older() -> None:
    accepting = Policy(accepted={"1": ESSENTIAL, "2": ESSENTIAL})
    refused = attestation("SD", version="2", outcome="not_met", decided_on=TODAY - days(1))
    assert not asked(record(attestations=(*record().attestations, refused)), policy=accepting)


def test_a_service_that_asked_not_to_be_listed_is_not_shown() -> None:
    assert not asked(record(do_not_list=True))


def test_an_entry_of_which_nobody_says_for_twelve_months_that_it_is_right_is_not_shown() -> None:
    subject = replace(both(valid_until=TODAY + days(800)), assured_on=TODAY)
    ends = TODAY.replace(year=TODAY.year + 1)
    checked = replace(subject, contact_checks=(ends - days(1),))
    assert asked(checked, ends - days(1))
    assert not asked(checked, ends)
    assert asked(replace(checked, assured_on=TODAY + days(1)), ends)
    assert recorded_as_meeting(checked, ends, POLICY).why_not == "nobody said lately that the entry is still right"


def test_without_a_word_from_the_service_the_twelve_months_count_from_the_last_decision() -> None:
    decided = TODAY - days(90)
    subject = replace(both(valid_until=TODAY + days(800)), contact_checks=(TODAY + days(200),))
    ends = decided.replace(year=decided.year + 1)
    assert asked(subject, ends - days(1))
    assert not asked(subject, ends)
    other = attestation("OE", results=(), outcome="partly", decided_on=TODAY)
    assert asked(replace(subject, attestations=(*subject.attestations, other)), ends)


def test_what_was_said_by_the_service_counts_more_than_a_later_decision() -> None:
    assert not asked(record(assured_on=TODAY - days(370)))


def test_a_word_that_is_dated_in_the_future_proves_nothing() -> None:
    long_ago = both(decided_on=TODAY - days(400), valid_from=TODAY - days(400))
    assert not asked(replace(long_ago, assured_on=TODAY + days(1)))
    assert asked(replace(long_ago, assured_on=TODAY))


def test_from_29_february_twelve_months_are_over_on_the_28th() -> None:
    subject = replace(
        both(decided_on=date(2028, 2, 1), valid_from=date(2028, 2, 1), valid_until=date(2030, 1, 1)),
        assured_on=date(2028, 2, 29),
        contact_checks=(date(2029, 2, 20),),
    )
    assert asked(subject, date(2029, 2, 27))
    assert not asked(subject, date(2029, 2, 28))


def test_the_rule_can_be_asked_about_the_first_and_the_last_day_of_the_calendar() -> None:
    assert not asked(record(), date.min)
    assert not asked(record(), date.max)


def test_dates_at_the_end_of_the_calendar_do_no_harm() -> None:
    subject = both(valid_until=date.max)
    assert spells(subject, POLICY)[-1].last == TODAY - days(10) + days(183)


NEAR = st.integers(min_value=-8, max_value=8).map(lambda number: TODAY + days(number))
A_YEAR_AGO = NEAR.map(lambda day: day - days(365))
ATTESTATIONS = st.builds(
    attestation,
    st.sampled_from(["AE", "SD", "OE"]),
    id=st.sampled_from(["a", "b", "c"]),
    outcome=st.sampled_from(["met", "met", "met", "not_met"]),
    state=st.sampled_from(["confirmed", "confirmed", "confirmed", "withdrawn"]),
    version=st.sampled_from(["1", "1", "2"]),
    basis=st.sampled_from(["verified", "independent", "self"]),
    decided_on=st.none() | NEAR | A_YEAR_AGO,
    valid_from=st.none() | NEAR,
    valid_until=st.none() | NEAR,
)
RECORDS = st.builds(
    record,
    attestations=st.lists(ATTESTATIONS, max_size=6).map(
        lambda made: (
            *made,
            attestation("AE", decided_on=TODAY - days(8)),
            attestation("SD", decided_on=TODAY - days(8)),
        )
    ),
    suspensions=st.lists(
        st.builds(Suspension, NEAR, st.none() | NEAR, st.sampled_from([None, "AE", "LG"])), max_size=2
    ).map(tuple),
    contact_checks=st.lists(st.none() | NEAR, max_size=3).map(tuple),
    assured_on=st.none() | NEAR | A_YEAR_AGO,
)


@given(subject=RECORDS, lasts=st.integers(min_value=0, max_value=6))
def test_spells_say_of_every_day_what_the_rule_says(subject: Record, lasts: int) -> None:
    policy = Policy(contact_days=lasts)
    found = spells(subject, policy)
    for number in range(-12, 20):
        day = TODAY + days(number)
        verdict = recorded_as_meeting(subject, day, policy)
        told = [spell.verdict for spell in found if spell.first <= day <= spell.last]
        assert told == ([verdict] if verdict.meets else [])


@given(subject=RECORDS, number=st.integers(min_value=-10, max_value=10))
def test_what_meets_the_rule_really_has_both_sections_in_date(subject: Record, number: int) -> None:
    day = TODAY + days(number)
    if not recorded_as_meeting(subject, day, POLICY).meets:
        return
    for section in ("AE", "SD"):
        decided = [
            one for one in subject.attestations if one.section == section and one.version == "1" and one.decided_on
        ]
        latest: Attestation = max(decided, key=lambda one: (one.decided_on or date.min, one.id))
        assert (latest.state, latest.outcome) == ("confirmed", "met")
        assert latest.basis in POLICY.bases
        assert latest.valid_from is not None
        assert latest.valid_until is not None
        assert latest.valid_from <= day <= latest.valid_until
    assert not any(one.section in (None, "AE", "SD") and one.covers(day) for one in subject.suspensions)
    assert any(check is not None and check <= day <= check + days(183) for check in subject.contact_checks)
    heard = [one.decided_on for one in subject.attestations if one.decided_on is not None and one.decided_on <= day]
    if subject.assured_on is not None and subject.assured_on <= day:
        heard = [subject.assured_on]
    assert day < max(heard).replace(year=max(heard).year + 1)
