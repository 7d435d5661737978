"""What stewards are told to look at, and how soon."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from service_directory.duties import Duty
from service_directory.model import Base
from service_directory.standards import Policy
from service_directory.stewarding import Stewarding
from service_directory.store import Directory
from tests.support.services import NOON, TODAY, days, written, written_attestations, written_service


@pytest.fixture
def directory_url(tmp_path: Path) -> str:
    """What is due is worked out without the database: one kind is enough."""
    return f"sqlite:///{tmp_path / 'directory.db'}"


async def due(directory: Directory, *services: dict[str, Any], within: int = 60) -> list[Duty]:
    report = await directory.load_document(written(*services), at=NOON, who="Sam", why="test", apply=True)
    assert report.rejected == ()
    return list(await Stewarding(directory).due(NOON, within=within))


def told(duties: list[Duty]) -> list[tuple[str, str, date | None]]:
    return [(one.urgency, one.kind, one.on) for one in duties]


def contact(value: str, checked: date | None) -> dict[str, Any]:
    made = {"kind": "email", "value": value, "checked": checked}
    return {name: held for name, held in made.items() if held is not None}


def decided(until: date, **changes: Any) -> list[dict[str, Any]]:
    """Both sections, of which the second is good until a day."""
    access, delivery = written_attestations()
    return [access, {**delivery, "valid_from": date(2026, 3, 2), "valid_until": until, **changes}]


async def test_nothing_is_due_for_a_service_that_is_in_order(directory: Directory) -> None:
    assert await due(directory, written_service()) == []


async def test_a_decision_that_lapsed_is_due_now_with_what_to_type(directory: Directory) -> None:
    (duty,) = await due(directory, written_service(attestations=decided(TODAY - days(1))))
    assert (duty.urgency, duty.kind, duty.on) == ("now", "attestation", TODAY - days(1))
    assert duty.says == "SD, service delivery, lapsed: it was good until 22 November 2026. Men are not shown it."
    assert "fingerpost directory attest leeds-men --section SD" in duty.do


@pytest.mark.parametrize(("until", "urgency"), [(0, "soon"), (60, "soon"), (61, None)])
async def test_a_decision_that_runs_out_within_the_days_is_due_soon(
    directory: Directory, until: int, urgency: str | None
) -> None:
    duties = await due(directory, written_service(attestations=decided(TODAY + days(until))))
    assert [one.urgency for one in duties] == ([urgency] if urgency else [])


async def test_more_days_ahead_show_more(directory: Directory) -> None:
    assert told(await due(directory, written_service(), within=98)) == [
        ("soon", "attestation", date(2027, 3, 1)),
        ("soon", "attestation", date(2027, 3, 1)),
    ]


async def test_a_lapse_is_not_urgent_where_a_decision_keeps_the_service_away_anyway(directory: Directory) -> None:
    access, delivery = decided(TODAY - days(1))
    refused = {**access, "outcome": "not_met"}
    assert told(await due(directory, written_service(attestations=[refused, delivery]))) == [
        ("later", "attestation", TODAY - days(1))
    ]


async def test_a_section_that_is_not_required_is_never_urgent(directory: Directory) -> None:
    outcomes = {**decided(TODAY - days(1))[1], "section": "OE"}
    (duty,) = await due(directory, written_service(attestations=[*written_attestations(), outcomes]))
    assert (duty.urgency, duty.says) == (
        "later",
        "OE, outcomes and evaluation, lapsed: it was good until 22 November 2026.",
    )


async def test_what_was_never_decided_and_what_cannot_count_are_due_later(directory: Directory) -> None:
    access = written_attestations(basis="self", by="Northern Men")[0]
    duties = await due(directory, written_service(attestations=[access]))
    assert [(one.urgency, one.says) for one in duties] == [
        ("later", "AE, access and engagement, is recorded as met and does not count: self, Northern Men."),
        ("later", "SD, service delivery, was never decided, so men are not shown it."),
    ]


async def test_a_decision_without_a_last_day_is_due_later(directory: Directory) -> None:
    await due(directory, written_service())
    async with directory.database.write() as connection:
        await connection.execute(update(Base.metadata.tables["attestation"]).values(valid_until=None))
    found = await Stewarding(directory).due(NOON)
    assert told(list(found)) == [("later", "attestation", None)] * 2
    assert found[0].says == "AE, access and engagement, is recorded as met without a last day, and does not count."


async def test_a_review_is_due_when_its_day_is_near_and_soon_when_it_is_over(directory: Directory) -> None:
    late = decided(date(2027, 3, 1), review_due=TODAY - days(1))
    assert told(await due(directory, written_service(attestations=late))) == [("soon", "review", TODAY - days(1))]
    near = decided(date(2027, 3, 1), review_due=TODAY + days(60))
    assert told(await due(directory, written_service(attestations=near))) == [("later", "review", TODAY + days(60))]


async def test_contacts_that_nobody_tried_in_time_are_due_now(directory: Directory) -> None:
    old = contact("hello@leedsmen.org.uk", TODAY - days(184))
    (duty,) = await due(directory, written_service(contacts=[old]))
    assert (duty.urgency, duty.kind, duty.on) == ("now", "contact", TODAY - days(1))
    assert duty.says == "No way to reach it was tried since 23 May 2026. Men are not shown it."
    (duty,) = await due(directory, written_service(contacts=[contact("hello@leedsmen.org.uk", None)]))
    assert (duty.urgency, duty.on) == ("now", None)
    assert duty.says == "No way to reach it was ever tried. Men are not shown it."


async def test_one_contact_that_nobody_tried_is_due_later_while_another_was_tried(directory: Directory) -> None:
    ways = [
        contact("a@leedsmen.org.uk", TODAY - days(10)),
        contact("b@leedsmen.org.uk", TODAY - days(184)),
        contact("c@leedsmen.org.uk", None),
    ]
    duties = await due(directory, written_service(contacts=ways))
    assert [(one.urgency, one.on, one.says) for one in duties] == [
        ("later", TODAY - days(1), "b@leedsmen.org.uk was not tried since 23 May 2026."),
        ("later", None, "c@leedsmen.org.uk was not ever tried."),
    ]


async def test_the_last_day_on_which_a_contact_counts_as_tried_is_due_soon(directory: Directory) -> None:
    ways = [contact("a@leedsmen.org.uk", TODAY - days(183)), contact("b@leedsmen.org.uk", TODAY - days(140))]
    (duty,) = await due(directory, written_service(contacts=ways))
    assert (duty.urgency, duty.on) == ("soon", TODAY + days(43))
    assert duty.says == "After 5 January 2027 no way to reach it counts as tried, and men are not shown it."


async def test_hours_that_nobody_checked_are_due_later(directory: Directory) -> None:
    (duty,) = await due(directory, written_service(hours_checked=TODAY - days(184)))
    assert (duty.urgency, duty.kind, duty.on) == ("later", "hours", TODAY - days(1))
    assert "Mo-Fr 09:00-17:00; PH off" in duty.says
    (duty,) = await due(directory, written_service(hours_checked=None))
    assert "were not ever checked" in duty.says


async def test_funding_that_ends_is_due_before_it_does_and_now_when_it_did(directory: Directory) -> None:
    assert told(await due(directory, written_service(funding_end=TODAY + days(61)))) == []
    assert told(await due(directory, written_service(funding_end=TODAY + days(60)))) == [
        ("soon", "funding", TODAY + days(60))
    ]
    (duty,) = await due(directory, written_service(funding_end=TODAY - days(1)))
    assert (duty.urgency, duty.says) == ("now", "Its funding ended on 22 November 2026.")


async def test_a_suspension_is_due_before_it_ends_and_looked_at_again_while_it_lasts(directory: Directory) -> None:
    suspensions = [
        {"from": TODAY - days(3), "section": "SD", "reason": "moving", "by": "Sam"},
        {"from": TODAY - days(2), "until": TODAY + days(2), "reason": "moving", "by": "Sam"},
        {"from": TODAY - days(5), "until": TODAY - days(4), "reason": "over", "by": "Sam"},
        {"from": TODAY + days(5), "reason": "not begun", "by": "Sam"},
        {"from": TODAY, "until": TODAY + days(61), "reason": "far off", "by": "Sam"},
    ]
    duties = await due(directory, written_service(suspensions=suspensions))
    assert [(one.urgency, one.kind, one.says) for one in duties] == [
        ("soon", "suspension", "It is suspended until the end of 25 November 2026; then men may be shown it."),
        ("later", "suspension", "SD, service delivery, is suspended since 20 November 2026, until further notice."),
    ]


async def test_a_change_that_waits_for_people_comes_first_of_all(directory: Directory) -> None:
    await due(directory, written_service(attestations=decided(TODAY - days(1))))
    proposal, decision = Base.metadata.tables["proposal"], Base.metadata.tables["proposal_decision"]
    waits = {"service_id": "leeds-men", "proposed_by": "a feed", "reason": "import"}
    async with directory.database.write() as connection:
        for number, state in ((1, "open"), (2, "approved"), (3, "open")):
            values = {"id": number, "state": state, "proposed_at": NOON - days(10 - number), **waits}
            await connection.execute(insert(proposal).values(values))
        spoke = {"proposal_id": 3, "decision": "approve", "decided_by": "Ada", "decided_at": NOON}
        await connection.execute(insert(decision).values(spoke))
    first, second, third = await Stewarding(directory).due(NOON)
    assert (first.urgency, first.kind, first.on) == ("now", "proposal", TODAY - days(9))
    assert first.says.endswith("since 14 November 2026. Proposed by a feed; approved by nobody yet.")
    assert second.says.endswith("approved by Ada.")
    assert third.kind == "attestation"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "closed"},
        {"status": "paused"},
        {"published": False},
        {"hold": "moving"},
        {"perpetrator_service": True},
        {"serves_men": "women_only"},
    ],
)
async def test_nothing_is_due_for_a_service_that_no_check_would_bring_before_men(
    directory: Directory, changes: dict[str, Any]
) -> None:
    overdue = written_service(attestations=decided(TODAY - days(1)), hours_checked=None, **changes)
    assert await due(directory, overdue) == []


async def test_a_services_own_word_is_in_order_where_the_operator_accepts_it(directory_url: str) -> None:
    accepting = await Directory.open(directory_url, policy=Policy(bases=frozenset({"self"})))
    try:
        own = written_attestations(basis="self", by="Northern Men")
        assert await due(accepting, written_service(attestations=own)) == []
    finally:
        await accepting.close()


@pytest.mark.parametrize(
    ("assured", "within", "urgency"),
    [
        (date(2026, 5, 24), 60, None),
        (date(2026, 5, 23), 60, "later"),
        (date(2026, 5, 23), 200, "soon"),
        (date(2026, 1, 23), 60, "soon"),
        (date(2025, 11, 24), 0, "soon"),
        (date(2025, 11, 23), 60, "now"),
    ],
)
async def test_a_service_that_does_not_say_that_its_entry_is_right_is_the_stewards_to_ask_after_six_months(
    directory: Directory, assured: date, within: int, urgency: str | None
) -> None:
    duties = await due(directory, written_service(assured=assured), within=within)
    found = [one for one in duties if one.kind == "unanswered"]
    assert [one.urgency for one in found] == ([] if urgency is None else [urgency])
    for one in found:
        ends = date(assured.year + 1, assured.month, assured.day) - timedelta(days=1)
        assert one.on == ends
        assert one.do == "ask the service, then: fingerpost directory still-right leeds-men"


async def test_silence_is_not_urgent_where_something_else_keeps_the_service_away(directory: Directory) -> None:
    refused = written_attestations()
    refused[1] = {**refused[1], "outcome": "not_met"}
    refused[1].pop("essential")
    duties = await due(directory, written_service(assured=date(2025, 6, 1), attestations=refused))
    assert [(one.urgency, one.kind) for one in duties] == [("later", "unanswered")]


async def test_of_a_service_of_which_nothing_was_ever_heard_only_the_missing_decisions_are_due(
    directory: Directory,
) -> None:
    duties = await due(directory, written_service(assured=None, attestations=[]))
    assert {one.kind for one in duties} == {"attestation"}
