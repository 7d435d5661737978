"""What a steward is told when she asks why a service is not shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_directory.clause_words import section_name
from service_directory.explaining import Clause, as_men_would_read, clauses, last_day_shown
from service_directory.standards import Attestation, CriterionResult, Policy, Record, Suspension, recorded_as_meeting
from tests.support.services import TODAY, all_met, attestation, days, record

POLICY = Policy()


def failing(subject: Record, policy: Policy = POLICY) -> list[Clause]:
    return [clause for clause in clauses(subject, TODAY, policy) if not clause.holds]


def with_delivery(**changes: Any) -> Record:
    """A service that is well but for what is changed in its decision on service delivery."""
    return record(attestations=(attestation("AE"), attestation("SD", **changes)))


def test_a_service_that_is_shown_has_every_clause_fulfilled_and_nothing_to_do() -> None:
    found = clauses(record(), TODAY, POLICY)
    assert [(one.number, one.section) for one in found] == [
        (1, ""),
        (2, "AE"),
        (3, "AE"),
        (4, "AE"),
        (2, "SD"),
        (3, "SD"),
        (4, "SD"),
        (5, ""),
        (6, ""),
        (7, ""),
    ]
    assert all(one.holds and not one.do for one in found)
    assert found[1].found == (
        "met, verified, by Helpline Team, decided on 25 August 2026, valid 25 August 2026 to 25 August 2027"
    )
    assert found[-2].found == "last tried on 13 November 2026, 10 days ago"


@pytest.mark.parametrize(
    ("subject", "number", "told"),
    [
        (record(status="paused"), 1, "it is paused"),
        (record(published=False), 1, "it is not published"),
        (record(do_not_list=True), 1, "it asked not to be listed"),
        (record(on_hold=True), 1, "it is on hold"),
        (record(perpetrator_service=True), 1, "it works with people who do harm"),
        (record(serves_men="unknown"), 1, "whom it serves is recorded as: unknown"),
        (record(serves_men="women_only"), 1, "whom it serves is recorded as: women only"),
        (with_delivery(outcome="not_met"), 2, "not met, verified"),
        (with_delivery(state="withdrawn"), 2, "it is withdrawn"),
        (with_delivery(decided_on=TODAY + days(1)), 2, "it is dated in the future"),
        (with_delivery(valid_from=TODAY + days(1)), 2, "it is not valid yet"),
        (with_delivery(valid_until=TODAY - days(1)), 2, "it lapsed 1 day ago"),
        (with_delivery(valid_until=TODAY - days(30)), 2, "it lapsed 30 days ago"),
        (with_delivery(valid_from=None, valid_until=None), 2, "with no dates of validity"),
        (with_delivery(results=all_met("SD")[:-1]), 3, "SD11 is not assessed"),
        (with_delivery(results=(*all_met("SD")[1:], CriterionResult("SD1", "partly"))), 3, "SD1 is partly"),
        (
            with_delivery(results=(*all_met("SD")[1:], CriterionResult("SD1", "not_applicable"))),
            3,
            "SD1 does not apply, and nobody said why",
        ),
        (with_delivery(basis="self"), 4, "self, Helpline Team"),
        (with_delivery(assessor=" "), 4, "verified, nobody is named"),
        (record(suspensions=(Suspension(TODAY),)), 5, "the service is suspended since 23 November 2026, until further"),
        (
            record(suspensions=(Suspension(TODAY, TODAY + days(2), "AE"),)),
            5,
            "AE, access and engagement, is suspended since 23 November 2026, until the end of 25 November 2026",
        ),
        (record(contact_checks=()), 6, "no way to reach it is recorded"),
        (record(contact_checks=(None,)), 6, "no way to reach it was ever tried"),
        (record(contact_checks=(TODAY + days(2),)), 6, "no way to reach it was ever tried"),
        (record(contact_checks=(TODAY - days(184),)), 6, "last tried on 23 May 2026, 184 days ago"),
    ],
)
def test_the_one_clause_that_fails_is_named_with_what_is_recorded_and_what_to_do(
    subject: Record, number: int, told: str
) -> None:
    (clause,) = failing(subject)
    assert clause.number == number
    assert told in clause.found
    assert clause.do


def test_every_failing_clause_is_named_not_only_the_first() -> None:
    subject = record(
        status="closed",
        published=False,
        attestations=(attestation("AE", basis="self", valid_until=TODAY - days(1), results=()),),
        suspensions=(Suspension(TODAY),),
        contact_checks=(),
    )
    found = failing(subject)
    assert [(one.number, one.section) for one in found] == [
        (1, ""),
        (2, "AE"),
        (3, "AE"),
        (4, "AE"),
        (2, "SD"),
        (3, "SD"),
        (4, "SD"),
        (5, ""),
        (6, ""),
    ]
    assert found[0].found == "it is closed; it is not published"
    assert found[2].found == "AE1 is not assessed; AE2 is not assessed; AE5 is not assessed"
    assert found[4].found == "nothing is recorded"


def test_silence_is_told_with_the_day_that_it_is_counted_from_and_what_to_do() -> None:
    (silent,) = failing(record(assured_on=date(2025, 11, 23)))
    assert (silent.number, silent.do) == (
        7,
        "ask the service, and record its answer with fingerpost directory still-right",
    )
    assert silent.found == "last said to be right on 23 November 2025, good until 22 November 2026"
    long_ago = tuple(
        attestation(section, decided_on=date(2025, 6, 1), basis="independent", valid_until=TODAY + days(9))
        for section in ("AE", "SD")
    )
    (never_asked,) = failing(record(attestations=long_ago))
    assert never_asked.found == (
        "last decided on, and never since said to be right, on 1 June 2025, good until 31 May 2026"
    )
    assert failing(record(attestations=long_ago, assured_on=TODAY)) == []
    assert [one.found for one in failing(record(attestations=())) if one.number == 7] == ["nobody ever said so"]


def test_decisions_that_cannot_count_are_told_from_none() -> None:
    elsewhere = failing(with_delivery(standard="MSP-SV"))
    assert elsewhere[0].found == "nothing is recorded for the standard that counts here, only for MSP-SV 1"
    assert failing(with_delivery(decided_on=None))[0].found == "nothing is decided yet"


def test_a_version_without_essential_criteria_counts_for_nothing() -> None:
    policy = Policy(accepted={"0": {"AE": ()}, "1": Policy().accepted["1"]})
    subject = record(attestations=(attestation("AE", version="0"), attestation("SD")))
    assert [(one.number, one.found) for one in failing(subject, policy)][1] == (
        3,
        "version 0 of the standard names no essential criterion",
    )


def test_an_older_yes_does_not_hide_the_newer_no() -> None:
    yes, no = attestation("SD"), attestation("SD", id="SD/02", outcome="partly", decided_on=TODAY - days(3))
    (clause,) = failing(record(attestations=(attestation("AE"), yes, no)))
    assert clause.found.startswith("partly, verified, by Helpline Team, decided on 20 November 2026")


def test_a_section_nobody_named_is_told_by_its_code() -> None:
    assert section_name("AE") == "AE, access and engagement,"
    assert section_name("XX") == "XX"


def test_the_last_day_it_is_shown_is_the_first_of_all_that_run_out() -> None:
    assert last_day_shown(record(), TODAY, POLICY) == TODAY - days(10) + days(183)
    assert last_day_shown(with_delivery(valid_until=TODAY + days(5)), TODAY, POLICY) == TODAY + days(5)
    assert last_day_shown(record(suspensions=(Suspension(TODAY + days(1)),)), TODAY, POLICY) == TODAY
    assert last_day_shown(record(status="closed"), TODAY, POLICY) is None


def test_what_men_would_read_is_told_before_everything_is_there() -> None:
    own = attestation("SD", assessor="Northern Men", basis="self", decided_on=TODAY - days(3))
    verdict = as_men_would_read(record(status="closed", attestations=(own,)), TODAY, POLICY)
    assert verdict is not None
    assert (verdict.who, verdict.recorded_on, verdict.basis) == ("Northern Men", TODAY - days(3), "self")
    both = record(suspensions=(Suspension(TODAY),), attestations=(attestation("AE"), own))
    verdict = as_men_would_read(both, TODAY, POLICY)
    assert verdict is not None
    assert (verdict.who, verdict.recorded_on) == ("Helpline Team and Northern Men", TODAY - days(90))
    assert as_men_would_read(record(attestations=()), TODAY, POLICY) is None
    assert as_men_would_read(record(attestations=(attestation("AE", assessor=" "),)), TODAY, POLICY) is None


near = st.integers(-2, 2).map(lambda number: TODAY + timedelta(days=number))
results = st.lists(
    st.builds(
        CriterionResult,
        st.sampled_from(["AE1", "AE2", "AE5", "SD1", "SD2", "SD5", "SD6", "SD11"]),
        st.sampled_from(["met", "partly", "not_applicable", "not_assessed"]),
        st.sampled_from(["", "it is said why"]),
    ),
    max_size=3,
).map(tuple)
decisions = st.builds(
    lambda section, changes, extra: replace(
        attestation(section, **changes), results=(*all_met(section)[extra:], *changes.get("results", ()))
    ),
    st.sampled_from(["AE", "SD"]),
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.sampled_from(["a", "b"]),
            "version": st.sampled_from(["1", "2"]),
            "basis": st.sampled_from(["self", "verified"]),
            "outcome": st.sampled_from(["met", "partly"]),
            "state": st.sampled_from(["confirmed", "draft"]),
            "assessor": st.sampled_from(["Team", " "]),
            "decided_on": st.none() | near,
            "valid_from": st.none() | near,
            "valid_until": st.none() | near,
            "results": results,
        },
    ),
    st.integers(0, 1),
)
records = st.builds(
    lambda changes, more: record(**{**changes, "attestations": (*more, attestation("AE", id="0"))}),
    st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from(["open", "paused"]),
            "on_hold": st.booleans(),
            "suspensions": st.lists(
                st.builds(Suspension, near, st.none() | near, st.sampled_from([None, "SD", "OE"])), max_size=2
            ).map(tuple),
            "contact_checks": st.lists(st.none() | near, max_size=2).map(tuple),
        },
    ),
    st.lists(decisions, max_size=3).map(tuple[Attestation, ...]),
)


@settings(max_examples=150)
@given(records)
def test_the_clauses_hold_exactly_when_the_rule_does(subject: Record) -> None:
    verdict = recorded_as_meeting(subject, TODAY, POLICY)
    found = clauses(subject, TODAY, POLICY)
    assert verdict.meets == all(one.holds for one in found)
    for one in found:
        assert one.holds != bool(one.do)
        assert one.holds or one.found, one
    assert verdict.meets == (last_day_shown(subject, TODAY, POLICY) is not None)
    if verdict.meets:
        assert as_men_would_read(subject, TODAY, POLICY) == verdict
