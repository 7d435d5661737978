"""What stewards do with the directory: attest, check, suspend, resume, ask why, look back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from service_directory.criteria import shipped
from service_directory.judging import read_decision
from service_directory.model import ServiceRow
from service_directory.standards import Policy
from service_directory.standing import NotDone
from service_directory.stewarding import Stewarding
from service_directory.store import Directory
from tests.support.services import NOON, TODAY, days, written, written_attestations, written_service

WHO: dict[str, Any] = {"at": NOON, "who": "Sam", "why": "test"}


def decision(**changes: Any) -> dict[str, Any]:
    """A decision that section SD is met, as a steward writes it. A change to None takes a field away."""
    made: dict[str, Any] = {
        "section": "SD",
        "basis": "verified",
        "outcome": "met",
        "by": "Helpline Team",
        "decided_by": "Ada",
        "essential": "met",
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


async def load(directory: Directory, *services: dict[str, Any]) -> Stewarding:
    report = await directory.load_document(written(*services), at=NOON, who="Lee", why="load", apply=True)
    assert report.rejected == ()
    return Stewarding(directory)


async def half_attested(directory: Directory) -> Stewarding:
    """A service of which only section AE was ever decided."""
    return await load(directory, written_service(attestations=written_attestations()[:1]))


async def shown(directory: Directory) -> bool:
    return bool(await directory.still_shown(["leeds-men"], NOON))


@pytest.fixture
async def light(tmp_path: Path) -> AsyncIterator[Directory]:
    """A directory in SQLite alone, where the database makes no difference."""
    opened = await Directory.open(f"sqlite:///{tmp_path / 'directory.db'}")
    yield opened
    await opened.close()


# --- attesting


async def test_a_decision_is_recorded_and_the_service_is_shown(directory: Directory) -> None:
    stewards = await half_attested(directory)
    assert not await shown(directory)
    told = await stewards.attest("leeds-men", decision(), **WHO)
    assert await shown(directory)
    assert told.view is not None
    assert (told.view.recorded_by, told.view.recorded_when) == ("Helpline Team", "March 2026")
    assert told.last_day == date(2027, 3, 1)
    assert told == await stewards.why("leeds-men", NOON)


async def test_the_dates_that_nobody_gave_are_filled_in_by_the_basis(light: Directory) -> None:
    stewards = await half_attested(light)
    await stewards.attest("leeds-men", decision(), **WHO)
    await stewards.attest("leeds-men", decision(basis="independent", decided=date(2026, 11, 23)), **WHO)
    found = {(line.recorded.what[-4:], line.recorded.field): line.recorded.after for line in await stewards.history()}
    assert found["3/01", "decided_on"] == found["3/01", "valid_from"] == "2026-11-23"
    assert found["3/01", "valid_until"] == "2027-11-22"
    assert found["3/01", "review_due"] == "2027-09-23"
    assert found["3/01", "submitted_by"] == "Sam"
    # The second on one day has an id of its own, and is the later.
    assert found["3/02", "valid_until"] == "2029-11-22"


async def test_a_decision_that_begins_on_a_leap_day_has_an_end(light: Directory) -> None:
    stewards = await half_attested(light)
    leap = date(2024, 2, 29)
    told = await stewards.attest("leeds-men", decision(basis="independent", decided=leap), **WHO)
    assert told.clauses[4].found.endswith("valid 29 February 2024 to 27 February 2027")


async def test_a_newer_no_takes_the_service_away_at_once_and_needs_one_person(light: Directory) -> None:
    stewards = await load(light)
    assert await shown(light)
    told = await stewards.attest("leeds-men", decision(outcome="not_met", decided_by=None, essential=None), **WHO)
    assert told.view is None
    assert told.last_day is None
    assert not await shown(light)
    assert [clause.number for clause in told.clauses if not clause.holds] == [2, 3]


async def test_a_decision_of_today_outweighs_an_older_one_of_today(light: Directory) -> None:
    stewards = await load(light)
    await stewards.attest("leeds-men", decision(outcome="partly", decided_by=None), **WHO)
    assert not await shown(light)
    await stewards.attest("leeds-men", decision(), **WHO)
    assert await shown(light)


async def test_what_is_only_tried_is_not_recorded_and_told_all_the_same(directory: Directory) -> None:
    stewards = await half_attested(directory)
    number = await directory.revision()
    told = await stewards.attest("leeds-men", decision(), apply=False, **WHO)
    assert told.view is not None
    assert not await shown(directory)
    assert await directory.revision() == number


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"section": None}, "section: is missing; it is one of LG, AE, SD, OE."),
        ({"basis": "hearsay"}, "basis: “hearsay” is not one of self, verified, independent."),
        ({"by": None}, "by (the assessor): is missing."),
        ({"decided_by": None}, "decided_by: is missing. That a section is met takes two people"),
        ({"decided_by": " SAM "}, "decided_by: SAM also records it."),
        ({"decided": TODAY + days(1)}, "decided: 2026-11-24 lies in the future."),
        ({"valid_until": TODAY - days(1)}, "valid_until: lies before the day it begins to be valid."),
        ({"by": "northern men"}, "Northern Men runs this service."),
        ({"basis": "self"}, "its own word counts only where the operator sets"),
        ({"essential": None}, "SD1 is not assessed; SD2 is not assessed"),
        ({"criteria": {"SD5": "partly"}}, "SD5 is partly"),
        ({"criteria": {"AE1": "met"}}, "criteria, AE1: is not a criterion of section SD."),
        ({"criteria": {"SD5": {"result": "not_applicable"}}}, "criteria, SD5, reason: is missing"),
        ({"version": "9"}, "standard: MDAN-DA, version 9, is not known here"),
        ({"standard": "MSP-SV"}, "standard: MSP-SV, version 1, is not known here"),
        ({"assesed": TODAY}, "assesed: there is no such field; did you mean assessed?"),
        ({"note": "Ask Mr Smith"}, "“Mr Smith” would tell of a person"),
        (
            {"decided": date(2026, 3, 1), "valid_until": date(2026, 11, 22)},
            "it lapsed 1 day ago",
        ),
    ],
)
async def test_what_the_rule_would_never_accept_is_refused_with_the_reason(
    light: Directory, changes: dict[str, Any], told: str
) -> None:
    stewards = await half_attested(light)
    number = await light.revision()
    with pytest.raises(NotDone) as refused:
        await stewards.attest("leeds-men", decision(**changes), **WHO)
    assert told in str(refused.value)
    assert await light.revision() == number


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.dates() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5) | st.just("SD5"), inner, max_size=2)
    ),
    max_leaves=4,
)
field_names = st.sampled_from(
    ["section", "basis", "outcome", "by", "decided", "valid_from", "valid_until", "review_due", "criteria", "evidence"]
)


@settings(max_examples=120)
@given(st.dictionaries(field_names | st.text(max_size=5), anything, max_size=3))
def test_whatever_is_written_in_a_decision_is_read_or_told_never_a_crash(changes: dict[str, Any]) -> None:
    whose = SimpleNamespace(name="Northern Men", alternate_name="")
    service = SimpleNamespace(id="leeds-men", name="Leeds Men", alternate_name="", example=False, organization=whose)
    written_down, standards = {**decision(), **changes}, {shipped().id: shipped()}
    read = read_decision(written_down, cast(ServiceRow, service), (), standards, today=TODAY, who="Sam")
    assert bool(read.rows) != bool(read.mistakes)
    assert all(mistake.endswith((".", "?.")) for mistake in read.mistakes)


async def test_an_older_decision_is_refused_once_there_is_a_newer_one(light: Directory) -> None:
    stewards = await load(light)
    with pytest.raises(NotDone, match="a newer decision on SD is recorded, of 2 March 2026, and only the latest"):
        await stewards.attest("leeds-men", decision(decided=date(2026, 2, 1)), **WHO)
    with pytest.raises(NotDone, match="a newer decision on SD"):
        await stewards.attest("leeds-men", decision(decided=date(2026, 2, 1), outcome="not_met"), **WHO)


async def test_a_decision_is_made_under_the_newest_version_that_counts(light: Directory) -> None:
    stewards = await half_attested(light)
    source = files("service_directory") / "data" / "standards" / "mdan-da-1.yaml"
    newer = {**yaml.safe_load(source.read_text(encoding="utf-8")), "version": "2", "replaces": ["1"]}
    await light.load_standard(newer, at=NOON, who="Lee", why="the real text", apply=True)
    with pytest.raises(NotDone, match="version 1 of the standard does not; 2 does"):
        await stewards.attest("leeds-men", decision(version="1"), **WHO)
    told = await stewards.attest("leeds-men", decision(), **WHO)
    assert [clause.section for clause in told.clauses if not clause.holds] == ["AE", "AE", "AE"]
    told = await stewards.attest("leeds-men", decision(section="AE"), **WHO)
    assert told.view is not None


async def test_a_decision_may_begin_later_than_today(light: Directory) -> None:
    stewards = await half_attested(light)
    told = await stewards.attest("leeds-men", decision(valid_from=TODAY + days(3)), **WHO)
    assert told.view is None
    assert [clause.found.rpartition("; ")[2] for clause in told.clauses if not clause.holds] == ["it is not valid yet"]


async def test_sections_that_are_not_required_are_recorded_as_they_are(light: Directory) -> None:
    stewards = await load(light)
    told = await stewards.attest("leeds-men", decision(section="OE", basis="self", essential=None), **WHO)
    assert told.view is not None


async def test_a_decision_comes_with_its_evidence(light: Directory) -> None:
    stewards = await half_attested(light)
    written_down = decision(
        evidence=[{"id": "policy", "kind": "document", "title": "Safeguarding policy"}],
        criteria={"SD11": {"result": "met", "evidence": ["policy"]}},
    )
    await stewards.attest("leeds-men", written_down, **WHO)
    again = decision(criteria={"SD11": {"result": "met", "evidence": ["policy"]}})
    await stewards.attest("leeds-men", again, **WHO)
    links = [line for line in await stewards.history() if line.recorded.field == "evidence_id"]
    assert [line.recorded.after for line in links] == ["leeds-men/evidence/policy"] * 2
    with pytest.raises(NotDone, match="points to evidence visit, which is not written down"):
        await stewards.attest("leeds-men", decision(criteria={"SD11": {"result": "met", "evidence": ["visit"]}}), **WHO)


async def test_a_services_own_word_is_recorded_where_the_operator_accepts_it(tmp_path: Path) -> None:
    accepting = await Directory.open(
        f"sqlite:///{tmp_path / 'own.db'}", policy=Policy(bases=frozenset({"verified", "self"}))
    )
    try:
        told = await (await half_attested(accepting)).attest("leeds-men", decision(basis="self"), **WHO)
        assert told.view is not None
        assert told.view.self_assessed
    finally:
        await accepting.close()


# --- suspending and resuming


async def test_a_suspended_service_is_not_shown_from_this_moment_and_is_when_resumed(directory: Directory) -> None:
    stewards = await load(directory)
    told = await stewards.suspend("leeds-men", **WHO)
    assert told.view is None
    assert not await shown(directory)
    told = await stewards.resume("leeds-men", at=NOON, who="Ada", why="answered again")
    assert told.view is not None
    assert await shown(directory)
    last = (await stewards.history("leeds-men"))[-1].recorded
    assert (last.who, last.field, last.after, last.why) == ("Ada", "closed_by", "Ada", "answered again")
    # Begun anew on the same day, it is nobody's to have ended.
    await stewards.suspend("leeds-men", **WHO)
    assert not await shown(directory)
    assert (await stewards.history("leeds-men"))[-1].recorded.after == ""


async def test_one_section_is_suspended_and_resumed_by_itself(light: Directory) -> None:
    stewards = await load(light)
    await stewards.suspend("leeds-men", section="SD", until=TODAY + days(9), **WHO)
    await stewards.suspend("leeds-men", section="OE", **WHO)
    with pytest.raises(NotDone, match="AE, access and engagement, is not suspended today"):
        await stewards.resume("leeds-men", section="AE", **WHO)
    assert (await stewards.resume("leeds-men", section="SD", **WHO)).view is not None
    assert (await stewards.resume("leeds-men", **WHO)).view is not None
    with pytest.raises(NotDone, match="It is not suspended today"):
        await stewards.resume("leeds-men", **WHO)


async def test_a_suspension_is_made_longer_but_not_shorter_by_another(light: Directory) -> None:
    stewards = await load(light)
    await stewards.suspend("leeds-men", until=TODAY + days(2), **WHO)
    with pytest.raises(NotDone, match="suspended already, since 23 November 2026, until the end of 25 November 2026"):
        await stewards.suspend("leeds-men", until=TODAY + days(1), **WHO)
    await stewards.suspend("leeds-men", until=TODAY + days(5), **WHO)
    await stewards.suspend("leeds-men", **WHO)
    with pytest.raises(NotDone, match="until further notice"):
        await stewards.suspend("leeds-men", until=TODAY + days(9), **WHO)
    with pytest.raises(NotDone, match="22 November 2026 is over"):
        await stewards.suspend("leeds-men", until=TODAY - days(1), **WHO)


async def test_a_suspension_that_has_not_begun_stays(light: Directory) -> None:
    ahead = {"from": TODAY + days(1), "reason": "moving", "by": "Sam"}
    stewards = await load(light, written_service(suspensions=[ahead]))
    await stewards.suspend("leeds-men", **WHO)
    told = await stewards.resume("leeds-men", **WHO)
    assert told.last_day == TODAY


# --- checking


async def test_a_check_brings_a_service_back_that_nobody_had_tried(directory: Directory) -> None:
    old = [
        {"kind": "phone", "value": "0113 222 4444", "checked": TODAY - days(184)},
        {"kind": "website", "value": "https://www.leedsmen.org.uk/", "checked": TODAY - days(200)},
    ]
    stewards = await load(directory, written_service(contacts=old))
    assert not await shown(directory)
    told = await stewards.checked("leeds-men", on=TODAY - days(1), ways=["01132224444"], **WHO)
    assert told.last_day == date(2027, 3, 1)
    for way in ("+441132224444", "www.leedsmen.org.uk", "0113 222 4444"):
        await stewards.checked("leeds-men", on=TODAY, ways=[way], **WHO)
    last = (await stewards.history("leeds-men"))[-1].recorded
    assert (last.what, last.field, last.after) == ("contact leeds-men/website/1", "checked_by", "Sam")


async def test_hours_are_checked_too(light: Directory) -> None:
    stewards = await load(light, written_service(hours_checked=None))
    assert [duty.kind for duty in await stewards.due(NOON)] == ["hours"]
    await stewards.checked("leeds-men", on=TODAY, hours=True, **WHO)
    assert await stewards.due(NOON) == ()


async def test_a_check_that_cannot_be_is_refused(light: Directory) -> None:
    stewards = await load(light, written_service(hours=None, hours_checked=None))
    cases: list[tuple[dict[str, Any], str]] = [
        ({"on": TODAY + days(1), "ways": ["0113 222 4444"]}, "24 November 2026 lies in the future"),
        ({"on": TODAY, "ways": ["999"]}, "reached by '999'. Recorded are: 0113 222 4444, hello@leedsmen.org.uk"),
        ({"on": date(2026, 11, 1), "ways": ["0113 222 4444"]}, "checked later than that already, on 2 November 2026"),
        ({"on": TODAY, "hours": True}, "It has no hours on record"),
    ]
    for asked, told in cases:
        with pytest.raises(NotDone) as refused:
            await stewards.checked("leeds-men", **asked, **WHO)
        assert told in str(refused.value)


# --- names, reasons, history


async def test_a_service_that_does_not_exist_is_told_with_what_may_have_been_meant(light: Directory) -> None:
    with pytest.raises(NotDone, match="The directory is empty"):
        await Stewarding(light).why("leeds-men", NOON)
    stewards = await load(light, written_service(), written_service("york-room", name="The York Room"))
    for asked, told in (
        ("leeds-man", "Did you mean leeds-men?"),
        ("York", "Did you mean york-room?"),
        ("zanzibar", "There is no service 'zanzibar'."),
    ):
        with pytest.raises(NotDone) as refused:
            await stewards.suspend(asked, **WHO)
        assert str(refused.value).endswith(told)
    with pytest.raises(NotDone, match="There is no service 'zanzibar'"):
        await stewards.history("zanzibar")


async def test_a_reason_that_would_tell_of_a_person_is_refused(light: Directory) -> None:
    stewards = await load(light)
    reason: dict[str, Any] = {"at": NOON, "who": "Sam", "why": "Mrs Jones shouted at a man"}
    with pytest.raises(NotDone, match="“Mrs Jones”, which would tell of a person"):
        await stewards.suspend("leeds-men", **reason)
    with pytest.raises(NotDone):
        await stewards.resume("leeds-men", **reason)
    with pytest.raises(NotDone):
        await stewards.attest("leeds-men", decision(), **reason)


async def test_history_tells_who_changed_what_when_from_what_to_what_and_why(directory: Directory) -> None:
    stewards = await load(directory)
    later = NOON + timedelta(days=2)
    paused = written(written_service(status="paused"))
    await directory.load_document(paused, at=later, who="Ada", why="moving house", apply=True)
    (line,) = await stewards.history("leeds-men", since=later.date())
    one = line.recorded
    assert (line.service_id, one.at, one.who, one.why) == ("leeds-men", later, "Ada", "moving house")
    assert (one.what, one.action, one.field, one.before, one.after) == (
        "service leeds-men",
        "update",
        "status",
        "open",
        "paused",
    )
    everything = await stewards.history()
    assert {line.service_id for line in everything} == {"", "leeds-men"}
    assert everything[-1] == line
    assert await stewards.history(since=date(2027, 1, 1)) == ()
    assert await stewards.history("leeds-men", since=date(2027, 1, 1)) == ()
