"""An import is staged, told and applied: whole or not at all, and never past two people where men would be sent."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service_directory.areas import Areas
from service_directory.importing.files import read_files
from service_directory.importing.proposals import NotDone, Proposal, Proposals
from service_directory.importing.staging import Report, Staging
from service_directory.model import MetadataRow, PhoneRow, ServiceRow, StagedEntryRow
from service_directory.store import Directory, example_document
from tests.support.feeds import (
    LEEDS_URI,
    ORGANIZATION_ID,
    OTHER_ID,
    OTHER_PHONE,
    PHONE,
    SERVICE_ID,
    THIRD_PHONE,
    organization,
    page,
    service,
)
from tests.support.services import NOON, TODAY, written, written_service

NUMBERS = {PHONE: "0113 222 4444", OTHER_PHONE: "0113 222 5555", THIRD_PHONE: "0113 222 6666"}


class Steward:
    """Imports values into a directory the way the command does."""

    def __init__(self, directory: Directory, areas: Areas) -> None:
        self.directory = directory
        self.staging = Staging(directory.database)
        self.proposals = Proposals(directory.database)
        self._areas = areas

    async def dry(self, *services: Any, source: str = "feed") -> Report:
        begun = await self.staging.begin(source, "files", at=NOON, who="importer")
        data = json.dumps(page(*services)).encode()
        reading = read_files({"feed.json": data}, source=source, areas=self._areas, today=TODAY)
        await self.staging.add(begun.number, "feed.json", reading)
        return await self.staging.report(begun.number)

    async def takes(self, *services: Any, source: str = "feed") -> Report:
        report = await self.dry(*services, source=source)
        return await self.staging.apply(report.number, at=NOON, who="importer", why="monthly import")

    async def publishes(self, service_id: str = SERVICE_ID, **changes: Any) -> None:
        """Write the service down as one that men are shown."""
        contacts = [
            {"kind": "phone", "value": NUMBERS[PHONE], "checked": TODAY},
            {"kind": "email", "value": "talking@airevalley.org.uk", "checked": TODAY},
        ]
        entry = written_service(
            service_id, organization=ORGANIZATION_ID, name="Talking in Leeds", contacts=contacts, languages=None
        )
        document = written(entry | changes, organizations=[{"id": ORGANIZATION_ID, "name": "Aire Valley Support"}])
        report = await self.directory.load_document(document, at=NOON, who="steward", why="known", apply=True)
        assert not report.rejected

    async def shown(self, service_id: str = SERVICE_ID) -> list[str]:
        """The numbers and addresses that men are shown of a service; empty when it is not shown."""
        view = (await self.directory.still_shown([service_id], NOON)).get(service_id)
        return [] if view is None else [contact.value for contact in view.contacts]

    async def waiting(self) -> tuple[Proposal, ...]:
        return await self.proposals.waiting()


@pytest.fixture
async def steward(directory: Directory, areas: Areas) -> Steward:
    return Steward(directory, areas)


@pytest.fixture
async def quick(tmp_path: Path, areas: Areas) -> AsyncIterator[Steward]:
    """The same over SQLite alone."""
    opened = await Directory.open(f"sqlite:///{tmp_path / 'quick.db'}")
    yield Steward(opened, areas)
    await opened.close()


def names(report: Report, kind: str) -> list[str]:
    return [entry.name for entry in getattr(report, kind)]


def calling(number: str, **changes: Any) -> dict[str, Any]:
    return service(contacts=[{"phones": [{"number": NUMBERS[number]}]}], **changes)


async def test_an_import_is_told_first_then_taken_whole_and_the_second_time_changes_nothing(steward: Steward) -> None:
    both = (service(), service(OTHER_ID, name="Housing advice", organization=organization(id="77")))
    told = await steward.dry(*both, service(OTHER_ID, name=""))
    assert names(told, "new") == ["Talking in Leeds", "Housing advice"]
    assert [str(one) for one in told.rejected] == [
        "feed.json, item 3, name: is missing, and nothing can be shown without it"
    ]
    assert await steward.directory.is_empty()
    taken = await steward.staging.apply(told.number, at=NOON, who="importer", why="monthly")
    assert taken.applied
    assert names(taken, "new") == names(told, "new")
    again = await steward.takes(*both)
    assert (names(again, "new"), names(again, "changed")) == ([], [])
    assert len(again.unchanged) == 2
    assert (await steward.directory.history(SERVICE_ID))[0].who == "importer"
    with pytest.raises(NotDone, match="applied already"):
        await steward.staging.apply(taken.number, at=NOON, who="importer", why="twice")


async def test_nothing_that_comes_in_is_shown_to_anybody_until_a_steward_decides(steward: Steward) -> None:
    await steward.takes(service())
    assert await steward.shown() == []
    async with steward.directory.database.read() as connection:
        row = (await connection.execute(select(*ServiceRow.__table__.c))).one()
        phone = (await connection.execute(select(*PhoneRow.__table__.c))).one()
    assert not row.published
    assert "waits for a steward" in row.hold_reason
    assert (row.serves_men, phone.checked_on) == ("unknown", None)
    await steward.publishes()
    assert PHONE in await steward.shown()


async def test_a_changed_number_of_a_live_service_waits_for_two_different_people(steward: Steward) -> None:
    await steward.takes(service())
    await steward.publishes()
    report = await steward.takes(calling(OTHER_PHONE))
    assert names(report, "changed") == ["Talking in Leeds"]
    assert await steward.shown() == [PHONE, "talking@airevalley.org.uk"]
    (proposal,) = await steward.waiting()
    assert report.proposals == (proposal.number,)
    assert ("number", PHONE, OTHER_PHONE) in [(one.field, one.before, one.after) for one in proposal.fields]
    once = await steward.proposals.approve(proposal.number, who="Ann", at=NOON)
    assert once.state == "open"
    with pytest.raises(NotDone, match="needs another person"):
        await steward.proposals.approve(proposal.number, who=" ANN ", at=NOON)
    assert PHONE in await steward.shown()
    twice = await steward.proposals.approve(proposal.number, who="Ben", at=NOON, tried=TODAY)
    assert (twice.state, twice.approved_by) == ("approved", ("Ann", "Ben"))
    assert await steward.shown() == [OTHER_PHONE, "talking@airevalley.org.uk"]
    assert any("approved by Ann and Ben" in line.why for line in await steward.directory.history(SERVICE_ID))
    assert await steward.waiting() == ()


async def test_who_proposed_it_cannot_approve_it_alone(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes()
    await quick.takes(calling(OTHER_PHONE))
    (proposal,) = await quick.waiting()
    assert proposal.proposed_by == "importer"
    assert (await quick.proposals.approve(proposal.number, who="Importer", at=NOON)).state == "open"
    assert PHONE in await quick.shown()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "other@airevalley.org.uk"}, "email"),
        ({"url": "https://elsewhere.org.uk"}, "url"),
        ({"description": "Somebody else to talk to."}, "description"),
        ({"name": "Talking in Hull"}, "name"),
        ({"organization": organization(website="https://elsewhere.org.uk")}, "website"),
        ({"organization": organization(name="Somebody Else")}, "name"),
        ({"service_areas": [{"uri": LEEDS_URI}, {"name": "Nationwide"}]}, "code"),
        ({"contacts": [], "phones": [{"number": n} for n in NUMBERS.values()]}, "number"),
        ({"contacts": []}, "number"),
    ],
    ids=["email", "url", "text", "name", "site", "organization", "area", "more numbers", "no number"],
)
async def test_nothing_that_men_are_shown_of_a_live_service_is_changed_by_an_import_itself(
    quick: Steward, changes: dict[str, Any], field: str
) -> None:
    await quick.takes(service())
    await quick.publishes()
    before = await quick.directory.still_shown([SERVICE_ID], NOON)
    await quick.takes(service(**changes))
    assert await quick.directory.still_shown([SERVICE_ID], NOON) == before
    (proposal,) = await quick.waiting()
    assert field in {one.field for one in proposal.fields}
    for who in ("Ann", "Ben"):
        await quick.proposals.approve(proposal.number, who=who, at=NOON, tried=TODAY)
    assert (await quick.takes(service(**changes))).changed == ()


async def test_what_hides_a_live_service_is_done_at_once(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes()
    await quick.takes(service(status="temporarily closed"))
    assert await quick.shown() == []
    assert await quick.waiting() == ()
    await quick.takes(service(status="active"))
    assert await quick.shown() == []
    assert len(await quick.waiting()) == 1


async def test_the_same_change_is_proposed_once_and_one_the_source_takes_back_is_overtaken(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes()
    await quick.takes(calling(OTHER_PHONE))
    await quick.takes(calling(OTHER_PHONE))
    assert len(await quick.waiting()) == 1
    await quick.takes(calling(THIRD_PHONE))
    assert [one.state for one in await quick.proposals.waiting(settled=True)] == ["overtaken", "open"]


async def test_a_steward_s_correction_is_not_undone_by_the_next_import(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes(helps="In a steward's better words.")
    report = await quick.takes(service())
    assert names(report, "unchanged") == ["Talking in Leeds"]
    assert await quick.waiting() == ()


async def test_a_service_that_is_not_shown_is_simply_updated_and_its_new_number_is_unchecked(quick: Steward) -> None:
    await quick.takes(service())
    report = await quick.takes(calling(OTHER_PHONE, description="Said otherwise.", languages=[], schedules=[]))
    assert names(report, "changed") == ["Talking in Leeds"]
    assert await quick.waiting() == ()
    changed = {(line.field, line.after) for line in await quick.directory.history(SERVICE_ID)}
    assert {("number", OTHER_PHONE), ("description", "Said otherwise.")} <= changed


async def test_a_rejected_proposal_needs_one_person_and_a_reason_and_does_not_come_back(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes()
    await quick.takes(calling(OTHER_PHONE))
    (proposal,) = await quick.waiting()
    with pytest.raises(NotDone, match="say why"):
        await quick.proposals.reject(proposal.number, who="Ann", at=NOON, reason=" ")
    with pytest.raises(NotDone, match="say who you are"):
        await quick.proposals.approve(proposal.number, who=" ", at=NOON)
    done = await quick.proposals.reject(proposal.number, who="Ann", at=NOON, reason="rang it: wrong house")
    assert done.state == "rejected"
    with pytest.raises(NotDone, match="is rejected already"):
        await quick.proposals.approve(proposal.number, who="Ben", at=NOON)
    with pytest.raises(NotDone, match="no proposal 99"):
        await quick.proposals.reject(99, who="Ben", at=NOON, reason="x")
    await quick.takes(calling(OTHER_PHONE))
    assert await quick.waiting() == ()


async def test_a_proposal_is_overtaken_when_the_service_was_changed_meanwhile(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes()
    await quick.takes(calling(OTHER_PHONE))
    await quick.publishes(contacts=[{"kind": "phone", "value": NUMBERS[THIRD_PHONE], "checked": TODAY}])
    proposal, of_steward = await quick.waiting()
    for who in ("Ann", "Ben"):
        await quick.proposals.approve(of_steward.number, who=who, at=NOON, tried=TODAY)
    await quick.proposals.approve(proposal.number, who="Ann", at=NOON)
    with pytest.raises(NotDone, match="overtaken: number of phone"):
        await quick.proposals.approve(proposal.number, who="Ben", at=NOON)
    assert await quick.shown() == [THIRD_PHONE]
    assert await quick.waiting() == ()


async def test_a_source_that_meets_a_steward_s_own_service_for_the_first_time_only_proposes(quick: Steward) -> None:
    await quick.publishes("leeds-men")
    report = await quick.takes(calling(OTHER_PHONE, id="leeds-men"))
    assert [entry.service_id for entry in report.changed] == ["leeds-men"]
    assert await quick.shown("leeds-men") == [PHONE, "talking@airevalley.org.uk"]
    (proposal,) = await quick.waiting()
    assert ("number", OTHER_PHONE) in {(one.field, one.after) for one in proposal.fields}


async def test_our_own_export_comes_back_as_our_own_services(quick: Steward) -> None:
    from service_directory.open_referral.identifiers import public_id

    await quick.publishes("leeds-men")
    report = await quick.dry(service(public_id("service", "leeds-men")))
    assert [entry.service_id for entry in report.changed] == ["leeds-men"]


async def test_services_that_may_be_there_twice_are_pointed_out_and_never_merged(quick: Steward) -> None:
    await quick.takes(service())
    twin = service("9", name="Talking in  LEEDS.", organization=organization(id="9", name="A.V.S."), url=None)
    report = await quick.takes(twin, source="another")
    assert names(report, "new") == ["Talking in LEEDS."]
    (likeness,) = report.duplicates
    assert likeness.other.id == SERVICE_ID
    assert {one.partition(" ")[0] for one in likeness.shared} == {"phone", "domain", "name"}


async def test_what_is_on_the_do_not_list_does_not_come_in_by_any_door(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes(do_not_list=True)
    report = await quick.dry(service())
    assert [one.message for one in report.rejected] == ["is on the do-not-list"]
    twin = service("9", organization=organization(id="9", name="Other"))
    report = await quick.dry(twin, source="another")
    assert report.rejected[0].message.endswith("which is on the do-not-list")


async def test_no_word_about_where_a_known_refuge_is_comes_in_or_is_staged(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes(accommodation=True)
    report = await quick.dry(service(description="Find us at 14 Mill Lane."))
    assert [one.field for one in report.rejected] == ["description"]
    taken = await quick.staging.apply(report.number, at=NOON, who="importer", why="monthly import")
    assert taken.rejected == report.rejected
    async with quick.directory.database.read() as connection:
        staged = str((await connection.execute(select(*StagedEntryRow.__table__.c))).all())
    assert "Mill Lane" not in f"{report}{taken}{staged}"


async def test_real_services_never_come_into_a_directory_of_examples(quick: Steward) -> None:
    await quick.directory.load_document(example_document(), at=NOON, who="x", why="y", apply=True)
    report = await quick.takes(service())
    assert [one.message for one in report.rejected] == [
        "this directory holds examples; start a new one for real services"
    ]


async def test_of_reports_that_were_not_applied_only_the_last_is_kept(quick: Steward) -> None:
    first = await quick.dry(service())
    second = await quick.dry(service())
    with pytest.raises(NotDone, match=f"import {first.number} is discarded already"):
        await quick.staging.apply(first.number, at=NOON, who="importer", why="late")
    with pytest.raises(NotDone, match="there is no import 99"):
        await quick.staging.report(99)
    assert await quick.staging.waiting(second.number) == 1


async def test_a_reading_that_was_interrupted_goes_on_where_it_stopped(quick: Steward, areas: Areas) -> None:
    begun = await quick.staging.begin("feed", "feed", at=NOON, who="importer", resume=True)
    data = json.dumps(page(service())).encode()
    reading = read_files({"page 1": data}, source="feed", areas=areas, today=TODAY)
    await quick.staging.add(begun.number, "1", reading)
    with pytest.raises(NotDone, match="not read to its end"):
        await quick.staging.apply(begun.number, at=NOON, who="importer", why="too early")
    again = await quick.staging.begin("feed", "feed", at=NOON, who="importer", resume=True)
    assert (again.number, again.pages) == (begun.number, frozenset({"1"}))


_KILLED = """
import asyncio, sys, time
from datetime import datetime, timezone
from service_directory.importing.staging import Staging
from service_directory.store import Directory

async def main():
    directory = await Directory.open(sys.argv[1])
    def stop(done):
        print("in the middle", flush=True)
        time.sleep(600)
    await Staging(directory.database).apply(
        int(sys.argv[2]), at=datetime.now(timezone.utc), who="importer", why="killed", progress=stop
    )

asyncio.run(main())
"""


async def test_a_process_that_is_killed_in_the_middle_of_writing_leaves_nothing_half_done(
    steward: Steward, directory_url: str
) -> None:
    many = [service(str(number), name=f"Service {number}") for number in range(520)]
    report = await steward.dry(*many)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KILLED, directory_url, str(report.number), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"in the middle\n"
    process.kill()
    await process.communicate()
    assert await steward.directory.is_empty()
    taken = await steward.staging.apply(report.number, at=NOON, who="importer", why="again")
    assert len(taken.new) == 520


async def test_staging_holds_no_address_no_name_of_a_person_and_no_markup(quick: Steward) -> None:
    place = {"location": {"addresses": [{"address_1": "14 Kirkgate", "postal_code": "LS1 6BY"}]}}
    contact = {"name": "Person Surname", "phones": [{"number": NUMBERS[PHONE]}]}
    await quick.dry(service(service_at_locations=[place], contacts=[contact], description="<b>Here</b>"))
    async with quick.directory.database.read() as connection:
        said = str((await connection.execute(select(*StagedEntryRow.__table__.c))).all())
    for word in ("Kirkgate", "LS1", "Surname", "<b>"):
        assert word not in said


async def test_the_steps_of_the_work_are_told_to_whoever_watches(quick: Steward) -> None:
    told: list[int] = []
    report = await quick.dry(service(), service(OTHER_ID))
    await quick.staging.report(report.number, told.append)
    await quick.staging.apply(report.number, at=NOON, who="importer", why="watched", progress=told.append)
    assert sum(told) == 4


async def test_hours_areas_costs_and_languages_follow_a_source_while_nobody_is_shown_the_service(
    quick: Steward,
) -> None:
    first = service(cost_options=[{"option": "Group", "amount": 2}, {"option": "Alone", "amount": 5}])
    await quick.takes(first)
    second = service(
        schedules=[{"byday": "SA", "opens_at": "10:00", "closes_at": "12:00"}],
        service_areas=[{"name": "Wales"}],
        languages=[{"name": "Welsh"}, {"name": "English"}],
        cost_options=[{"option": "Group", "amount": 3}, {"option": "Alone", "amount": 5}],
        contacts=[],
        maximum_age=65,
    )
    report = await quick.takes(second)
    (entry,) = report.changed
    assert set(entry.changes) == {
        "schedule opening_hours: Mo-Fr 09:00-17:00 -> Sa 10:00-12:00",
        "service_area: W92000004 (new)",
        "service_area: E08000035 (gone)",
        "language: Welsh (new)",
        "language: Polish (gone)",
        "cost_option: Group (new)",
        "cost_option: Group (gone)",
        "phone: +441132224444 (gone)",
        "service maximum_age: nothing -> 65",
    }
    again = await quick.takes(service(schedules=[], minimum_age=None))
    assert "schedule" not in " ".join(again.changed[0].changes)
    assert "service minimum_age: 18 -> nothing" in again.changed[0].changes


async def test_hours_that_a_source_tells_for_the_first_time_are_added(quick: Steward) -> None:
    await quick.takes(service(schedules=[]))
    report = await quick.takes(service())
    assert report.changed[0].changes == ("schedule: Mo-Fr 09:00-17:00 (new)",)


async def test_a_service_that_a_steward_put_under_another_organization_stays_there(quick: Steward) -> None:
    await quick.takes(service())
    document = written(
        written_service(SERVICE_ID, organization="other", name="Talking in Leeds", published=False),
        organizations=[{"id": "other", "name": "Another"}],
    )
    await quick.directory.load_document(document, at=NOON, who="steward", why="moved", apply=True)
    report = await quick.takes(service(organization=organization(name="Renamed")))
    assert "organization" not in str(report.changed)


async def test_services_of_one_organization_bring_it_in_once_also_without_an_id(quick: Steward, areas: Areas) -> None:
    rows = b"name,organisation,phone\nOne,Aire Valley Support,0113 222 4444\nTwo,Aire valley support,0113 222 5555\n"
    for _ in range(2):
        begun = await quick.staging.begin("table", "files", at=NOON, who="importer")
        reading = read_files({"services.csv": rows}, source="table", areas=areas, today=TODAY)
        await quick.staging.add(begun.number, "services.csv", reading)
        await quick.staging.report(begun.number)
        report = await quick.staging.apply(begun.number, at=NOON, who="importer", why="table")
    assert len(report.unchanged) == 2
    async with quick.directory.database.read() as connection:
        owners = list(await connection.scalars(select(ServiceRow.organization_id)))
    assert len(set(owners)) == 1


async def test_a_name_that_changes_for_all_services_of_an_organization_is_changed_once(quick: Steward) -> None:
    both = (service(), service(OTHER_ID, name="Housing advice"))
    await quick.takes(*both)
    renamed = organization(name="Aire Valley Men")
    await quick.takes(*({**one, "organization": renamed} for one in both))
    meta = MetadataRow.__table__.c
    query = select(meta.replacement_value).where(meta.resource_id == ORGANIZATION_ID, meta.field_name == "name")
    async with quick.directory.database.read() as connection:
        names_told = list(await connection.scalars(query))
    assert names_told == ["Aire Valley Support", "Aire Valley Men"]
    assert not (await quick.takes(*({**one, "organization": renamed} for one in both))).changed


async def test_a_new_service_does_not_rename_an_organization_that_men_are_shown(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes()
    before = await quick.directory.still_shown([SERVICE_ID], NOON)
    await quick.takes(service(OTHER_ID, name="Housing advice", organization=organization(name="Somebody Else")))
    assert await quick.directory.still_shown([SERVICE_ID], NOON) == before
    (proposal,) = await quick.waiting()
    assert ("organization", "Somebody Else") in [(one.resource_type, one.after) for one in proposal.fields]


async def test_what_a_source_no_longer_lists_is_told_and_nothing_is_done_about_it(quick: Steward) -> None:
    await quick.takes(service(), service(OTHER_ID, name="Housing advice"))
    report = await quick.takes(service())
    assert [entry.name for entry in report.gone] == ["Housing advice"]
    assert [entry.name for entry in (await quick.takes(service())).gone] == ["Housing advice"]
    assert (await quick.takes(service(OTHER_ID, name="Housing advice"), source="another")).gone == ()


async def test_staging_keeps_only_what_the_next_comparison_needs(quick: Steward) -> None:
    for text in ("One.", "Two.", "Three."):
        await quick.takes(service(description=text, status="?"))
    entry = StagedEntryRow.__table__.c
    async with quick.directory.database.read() as connection:
        outcomes = list(await connection.scalars(select(entry.outcome).order_by(entry.id)))
    assert outcomes == ["changed", "note", "page"]


async def test_a_service_that_is_barred_takes_nothing_from_the_next_one_of_its_organization(quick: Steward) -> None:
    await quick.takes(service())
    await quick.publishes(do_not_list=True)
    whose = organization(id="77", name="New Organization")
    barred = service("1", organization=whose)
    fine = service("2", name="Housing advice", organization=whose, url=None, email=None, contacts=[])
    report = await quick.takes(barred, fine, source="another")
    assert (len(report.rejected), names(report, "new")) == (1, ["Housing advice"])


async def test_nothing_comes_in_of_an_organization_that_is_on_the_do_not_list(quick: Steward) -> None:
    await quick.takes(service())
    barred = {"id": ORGANIZATION_ID, "name": "Aire Valley Support", "do_not_list": True}
    document = written(organizations=[barred], services=[])
    await quick.directory.load_document(document, at=NOON, who="steward", why="they asked", apply=True)
    report = await quick.dry(service(), service(OTHER_ID, name="Housing advice", contacts=[], url=None, email=None))
    assert [(one.field, one.message) for one in report.rejected] == [("organization", "is on the do-not-list")] * 2
