from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_directory.areas import Areas
from service_directory.matching import Query, match
from service_directory.records import view_of
from service_directory.standards import Policy, Verdict
from service_directory.store import DatabaseError, Directory, LifelineCheck, Report
from tests.support.services import LEEDS, NOON, TODAY, days, written, written_attestations, written_service

AREAS = Areas.load()


async def load(directory: Directory, *services: dict[str, Any], apply: bool = True, **changes: Any) -> Report:
    return await directory.load_document(written(*services, **changes), at=NOON, who="Sam", why="test", apply=apply)


async def offered(directory: Directory, at: datetime = NOON, **asked: Any) -> list[str]:
    """The services that matching finds in an index made now."""
    query = Query(**{"needs": ("talk",), "area": LEEDS, "at": at, **asked})
    matches = match(await directory.index(AREAS, at.date()), query)
    return [signpost.service_id for signpost in matches.signposts]


async def test_a_new_directory_is_empty(directory: Directory) -> None:
    assert await directory.is_empty()
    assert not await directory.holds_examples()
    assert await directory.revision() == 0
    assert len(await directory.index(AREAS, TODAY)) == 0
    assert await directory.still_shown(["leeds-men"], NOON) == {}


async def test_looking_at_a_document_changes_nothing(directory: Directory) -> None:
    report = await load(directory, apply=False)
    assert report == Report(("organization northern-men", "service leeds-men"), (), (), (), applied=False)
    assert await directory.is_empty()
    assert await directory.revision() == 0


async def test_a_loaded_service_is_found_and_shown(directory: Directory) -> None:
    report = await load(directory)
    assert report.applied
    assert await offered(directory) == ["leeds-men"]
    view = (await directory.still_shown(["leeds-men"], NOON))["leeds-men"]
    assert (view.name, view.organization, view.serves_men) == ("Leeds Men", "Northern Men", "men_only")
    assert (view.recorded_by, view.recorded_when, view.self_assessed) == ("Helpline Team", "March 2026", False)
    assert view.needs == ("talk", "health")
    assert view.languages == ("English", "Polish")
    assert (view.opening.state, view.opening.words) == ("open", "5pm")
    assert view.checked_on == date(2026, 11, 2)
    assert not view.example
    phone, email = view.contacts
    assert (phone.kind, phone.value, phone.display, phone.label) == (
        "phone",
        "+441132224444",
        "0113 222 4444",
        "Office",
    )
    assert (email.kind, email.value, email.display) == ("email", "hello@leedsmen.org.uk", "hello@leedsmen.org.uk")


async def test_contacts_keep_their_order_and_their_own_hours(directory: Directory) -> None:
    checked = date(2026, 11, 2)
    await load(
        directory,
        written_service(
            hours=None,
            hours_checked=None,
            contacts=[
                {"kind": "website", "value": "https://www.leedsmen.org.uk/", "checked": checked},
                {"kind": "text", "value": "07400 123456", "hours": "24/7", "hours_checked": checked},
                {"kind": "whatsapp", "value": "07400 123457"},
                {
                    "kind": "phone",
                    "value": "0113 222 4444",
                    "hours": "Sa 10:00-12:00; PH off",
                    "hours_checked": checked,
                },
            ],
        ),
    )
    view = (await directory.still_shown(["leeds-men"], NOON))["leeds-men"]
    assert [(one.kind, one.hours.state) for one in view.contacts] == [
        ("website", "unknown"),
        ("text", "always"),
        ("whatsapp", "unknown"),
        ("phone", "closed"),
    ]
    assert view.contacts[0].display == "www.leedsmen.org.uk"
    # The hours that come first stand for the whole service.
    assert view.opening.state == "always"


async def test_loading_the_same_again_changes_nothing(directory: Directory) -> None:
    await load(directory)
    history = await directory.history("leeds-men")
    report = await load(directory)
    assert (report.new, report.changed) == ((), ())
    assert report.unchanged == ("organization northern-men", "service leeds-men")
    assert await directory.revision() == 1
    assert await directory.history("leeds-men") == history


async def test_a_change_is_written_and_told_in_history_by_field(directory: Directory) -> None:
    await load(directory)
    before = len(await directory.history("leeds-men"))
    contacts = [{"kind": "phone", "value": "0113 222 4444", "checked": date(2026, 11, 20), "label": "Office"}]
    report = await load(directory, written_service(contacts=contacts, name="Leeds Men's Line"))
    assert report.changed == ("service leeds-men",)
    assert await directory.revision() == 2
    lines = (await directory.history("leeds-men"))[before:]
    assert {(line.what, line.action, line.field, line.before, line.after) for line in lines} == {
        ("service leeds-men", "update", "name", "Leeds Men", "Leeds Men's Line"),
        ("phone leeds-men/phone/1", "update", "checked_on", "2026-11-02", "2026-11-20"),
        ("contact leeds-men/email/1", "delete", "kind", "email", ""),
        ("contact leeds-men/email/1", "delete", "email", "hello@leedsmen.org.uk", ""),
        ("contact leeds-men/email/1", "delete", "position", "1", ""),
        ("contact leeds-men/email/1", "delete", "checked_on", "2026-11-02", ""),
    }
    assert {(line.at, line.who, line.why) for line in lines} == {(NOON.astimezone(UTC), "Sam", "test")}
    view = (await directory.still_shown(["leeds-men"], NOON))["leeds-men"]
    assert [one.display for one in view.contacts] == ["0113 222 4444"]


async def test_an_organization_can_change_its_name(directory: Directory) -> None:
    await load(directory)
    report = await load(directory, organizations=[{"id": "northern-men", "name": "Men of the North"}])
    assert report.changed == ("organization northern-men",)
    assert (await directory.still_shown(["leeds-men"], NOON))["leeds-men"].organization == "Men of the North"


async def test_a_document_that_leaves_out_judgements_and_suspensions_does_not_undo_them(directory: Directory) -> None:
    await load(directory, written_service(suspensions=[{"from": TODAY}]))
    report = await load(directory, written_service(attestations=None))
    assert report.unchanged == ("organization northern-men", "service leeds-men")
    assert await offered(directory) == []
    ended = written_service(attestations=None, suspensions=[{"from": TODAY, "until": TODAY}])
    await load(directory, ended)
    assert await offered(directory, NOON + days(1)) == ["leeds-men"]


async def test_an_older_import_cannot_bring_back_what_was_refused_since(directory: Directory) -> None:
    await load(directory)
    refused = [{**one, "outcome": "not_met", "decided": date(2026, 11, 20)} for one in written_attestations()]
    await load(directory, written_service(attestations=refused))
    assert await offered(directory) == []
    await load(directory)
    assert await offered(directory) == []


async def test_a_criterion_left_out_of_a_rewritten_judgement_is_no_longer_met(directory: Directory) -> None:
    await load(directory)
    attestations = written_attestations(essential=None)
    attestations = [{name: value for name, value in one.items() if value} for one in attestations]
    await load(directory, written_service(attestations=attestations))
    assert await directory.still_shown(["leeds-men"], NOON) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "paused"},
        {"status": "closed"},
        {"serves_men": "women_only"},
        {"serves_men": "unknown"},
        {"perpetrator_service": True},
        {"published": False},
        {"hold": "waiting for a call back"},
        {"suspensions": [{"from": TODAY}]},
        {"attestations": []},
        {"attestations": written_attestations()[:1]},
        {"attestations": written_attestations(basis="self")},
        {"attestations": written_attestations(outcome="partly")},
        {"attestations": written_attestations(valid_until=TODAY - days(1))},
        {"attestations": written_attestations(state="withdrawn")},
        {"other_marks": [{"scheme": "MSP Quality Standards", "issuer": "LimeCulture"}], "attestations": []},
        {"do_not_list": True},
        {"contacts": [{"kind": "phone", "value": "0113 222 4444", "checked": TODAY - days(184)}]},
        {"contacts": [{"kind": "phone", "value": "0113 222 4444"}]},
    ],
)
async def test_a_service_that_fails_the_rule_is_neither_found_nor_shown(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    directory = await Directory.open(f"sqlite:///{tmp_path / 'directory.db'}")
    try:
        report = await load(directory, written_service(**changes))
        assert report.rejected == ()
        assert await offered(directory) == []
        assert await directory.still_shown(["leeds-men"], NOON) == {}
    finally:
        await directory.close()


async def test_what_is_suspended_between_match_and_show_is_not_shown(directory: Directory) -> None:
    await load(directory, written_service("a"), written_service("b"))
    found = await offered(directory)
    assert set(found) == {"a", "b"}
    await directory.suspend("a", at=NOON, who="Sam", why="the number rings elsewhere")
    assert list(await directory.still_shown(found, NOON)) == ["b"]
    assert (await directory.history("a"))[-1].why == "the number rings elsewhere"


async def test_a_suspension_can_end_and_be_prolonged(directory: Directory) -> None:
    await load(directory)
    await directory.suspend("leeds-men", at=NOON, who="Sam", why="moving house", until=TODAY, section="SD")
    assert await offered(directory) == []
    assert await offered(directory, NOON + days(1)) == ["leeds-men"]
    await directory.suspend("leeds-men", at=NOON, who="Sam", why="moving house", until=TODAY + days(1), section="SD")
    assert await offered(directory, NOON + days(1)) == []
    assert await directory.revision() == 3


async def test_a_service_that_does_not_exist_cannot_be_suspended(directory: Directory) -> None:
    with pytest.raises(KeyError):
        await directory.suspend("nobody", at=NOON, who="Sam", why="test")


async def test_what_expires_overnight_is_not_shown_in_the_morning(directory: Directory) -> None:
    await load(directory, written_service(attestations=written_attestations(valid_until=TODAY)))
    late = NOON.replace(hour=23, minute=59)
    assert list(await directory.still_shown(["leeds-men"], late)) == ["leeds-men"]
    assert await directory.still_shown(["leeds-men"], late + timedelta(minutes=1)) == {}


async def test_what_is_shown_comes_in_the_order_asked_and_once(directory: Directory) -> None:
    await load(directory, *(written_service(name) for name in ("a", "b", "c")))
    assert list(await directory.still_shown(["c", "nobody", "a", "c"], NOON)) == ["c", "a"]


async def test_a_services_own_word_counts_where_the_operator_accepts_it(directory_url: str) -> None:
    policy = Policy(bases=frozenset({"self", "verified", "independent"}))
    directory = await Directory.open(directory_url, policy=policy)
    try:
        own = written_attestations(basis="self", by="Northern Men")
        await load(directory, written_service(attestations=own))
        view = (await directory.still_shown(["leeds-men"], NOON))["leeds-men"]
        assert view.self_assessed
        assert await offered(directory) == ["leeds-men"]
    finally:
        await directory.close()


async def test_a_view_is_never_made_against_the_rule(directory: Directory) -> None:
    with pytest.raises(ValueError, match="cannot be shown"):
        view_of(Nameless(), Verdict(meets=False, why_not="suspended"), NOON)  # type: ignore[arg-type]


class Nameless:
    id = "leeds-men"


@pytest.mark.parametrize("by", [" northern men ", "Northern Men Ltd.", "The NM", "Leeds Men", "leeds  men's line"])
async def test_an_organizations_word_on_itself_is_not_taken_for_an_outsiders(directory: Directory, by: str) -> None:
    service = written_service(attestations=written_attestations(by=by), also_known_as="Leeds Men's Line")
    named = [{"id": "northern-men", "name": "Northern Men", "also_known_as": "NM"}]
    report = await load(directory, service, organizations=named)
    assert [str(one) for one in report.rejected] == [
        "service leeds-men, attestations: an organization's word on its own service has the basis self"
    ]
    assert await directory.is_empty()


async def test_a_name_that_only_begins_alike_is_somebody_elses(directory: Directory) -> None:
    report = await load(directory, written_service(attestations=written_attestations(by="Northern Men's Commissioner")))
    assert report.rejected == ()


async def test_a_service_needs_its_organization(directory: Directory) -> None:
    report = await load(directory, organizations=[])
    assert [str(one) for one in report.rejected] == [
        "service leeds-men, organization: there is no organization northern-men; add it first"
    ]
    await load(directory)
    assert (await load(directory, organizations=[])).rejected == ()


async def test_a_rejected_entry_leaves_the_service_as_it_was(directory: Directory) -> None:
    await load(directory)
    report = await load(directory, written_service(status="?"), written_service("new"))
    assert report.new == ("service new",)
    assert len(report.rejected) == 1
    assert set(await offered(directory)) == {"leeds-men", "new"}


EXAMPLE: dict[str, Any] = {
    "example": True,
    "organizations": [{"id": "example-org", "name": "Example Org"}],
    "services": [
        written_service(
            "example-men",
            organization="example-org",
            name="Example Men",
            contacts=[{"kind": "phone", "value": "01632 960123", "checked": {"days_ago": 1}}],
        )
    ],
}


async def test_examples_are_known_for_what_they_are(directory: Directory) -> None:
    await load(directory, **EXAMPLE)
    assert await directory.holds_examples()
    assert (await directory.still_shown(["example-men"], NOON))["example-men"].example


async def test_examples_and_real_services_never_mix(directory: Directory) -> None:
    await load(directory, **EXAMPLE)
    report = await load(directory)
    assert (report.new, len(report.rejected)) == ((), 2)
    assert "start a new one for real services" in str(report.rejected[0])
    assert await directory.revision() == 1


async def test_nor_are_examples_added_to_real_services(directory: Directory) -> None:
    await load(directory)
    report = await load(directory, **EXAMPLE)
    assert (report.new, len(report.rejected)) == ((), 2)
    assert not await directory.holds_examples()


@pytest.mark.parametrize("missing", ["who", "why"])
async def test_nothing_changes_without_a_name_and_a_reason(directory: Directory, missing: str) -> None:
    given = {"who": "Sam", "why": "test", missing: " "}
    with pytest.raises(ValueError, match="history"):
        await directory.load_document(written(), at=NOON, apply=True, **given)


async def test_lifeline_checks_are_kept_in_order(directory: Directory) -> None:
    await directory.record_check("samaritans", "Sam", date(2026, 11, 1))
    await directory.record_check("mankind", "Alex", date(2026, 11, 2))
    assert await directory.lifeline_checks() == (
        LifelineCheck("samaritans", "Sam", date(2026, 11, 1)),
        LifelineCheck("mankind", "Alex", date(2026, 11, 2)),
    )


async def test_everything_is_there_after_closing_and_opening_again(directory_url: str) -> None:
    first = await Directory.open(directory_url)
    await load(first)
    await first.close()
    second = await Directory.open(directory_url)
    try:
        assert await offered(second) == ["leeds-men"]
        assert await second.revision() == 1
    finally:
        await second.close()


async def test_several_processes_can_start_and_write_at_once(directory_url: str) -> None:
    opened = await asyncio.gather(*(Directory.open(directory_url) for _ in range(3)))
    try:
        await asyncio.gather(*(load(each, written_service(f"s{number}")) for number, each in enumerate(opened)))
        assert await opened[0].revision() == 3
        assert set(await offered(opened[1])) == {"s0", "s1", "s2"}
    finally:
        for each in opened:
            await each.close()


async def test_a_document_is_loaded_whole_or_not_at_all(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_power(*_: object, **__: object) -> None:
        raise RuntimeError("out of power")

    monkeypatch.setattr("service_directory.rows._history", out_of_power)
    with pytest.raises(RuntimeError, match="out of power"):
        await load(directory)
    assert await directory.is_empty()
    assert await directory.revision() == 0


async def test_many_services_are_loaded_in_one_go(directory: Directory) -> None:
    many = [written_service(f"s{number}") for number in range(520)]
    assert len((await load(directory, *many)).new) == 521
    assert len(await directory.index(AREAS, TODAY)) == 520
    assert len((await load(directory, *many)).unchanged) == 521


async def test_an_index_leaves_out_what_has_lapsed_for_good_and_keeps_what_is_to_come(directory: Directory) -> None:
    coming = written_attestations(valid_from=TODAY + days(5))
    lapsed = written_attestations(valid_until=TODAY - days(1))
    await load(
        directory, written_service("coming", attestations=coming), written_service("lapsed", attestations=lapsed)
    )
    index = await directory.index(AREAS, TODAY)
    assert ("coming" in index, "lapsed" in index, index.revision) == (True, False, 1)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "cannot be read"),
        ("mysql://localhost/x", "not in mysql"),
        ("sqlite:////nowhere/at/all/directory.db", "unable to open database file"),
        ("postgresql://nobody:secret@127.0.0.1:1/x", "cannot be used"),
    ],
)
async def test_a_database_that_cannot_be_opened_is_told_plainly_and_without_its_password(url: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why) as caught:
        await Directory.open(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_lost_revision_number_is_told_plainly(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "directory.db"
    directory = await Directory.open(f"sqlite:///{path}")
    try:
        with sqlite3.connect(path) as connection:
            connection.execute("DELETE FROM revision")
        connection.close()
        with pytest.raises(DatabaseError, match="backup"):
            await directory.revision()
    finally:
        await directory.close()
