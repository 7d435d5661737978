"""All that can be written of a service is kept under HSDS's names, told in history, and read back the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from service_directory.areas import Areas
from service_directory.documents import read_document
from service_directory.model import (
    CriterionEvidenceRow,
    EvidenceRow,
    OrganizationRow,
    OtherMarkRow,
    ServiceRow,
)
from service_directory.rows import whole_services
from service_directory.store import Directory, Report
from tests.support.services import NOON, TODAY, days, written, written_attestations, written_service

AREAS = Areas.load()
CHECKED = date(2026, 11, 20)
ORGANIZATION = {
    "id": "northern-men",
    "name": "Northern Men",
    "also_known_as": "NM",
    "description": "For men of the north.",
    "website": "https://www.northern-men.org.uk",
    "email": "hello@northern-men.org.uk",
    "charity_number": "1234567",
    "company_number": "01234567",
}
WHOLE: dict[str, Any] = {
    "also_known_as": "LM",
    "who": "Men over 18",
    "interpreters": "By phone",
    "alert": "Closed on Friday",
    "assessment_told": True,
    "worker_choice": "choice",
    "gay_and_bi_men": "A worker for gay and bi men",
    "trans_men": "Trans men are men here",
    "children_accepted": "some",
    "pets": "Small ones",
    "pets_accepted": False,
    "local_applicants": "refused",
    "anonymous_contact": True,
    "funding_end": date(2027, 3, 31),
    "access_routes": ["self", "police"],
    "costs": [
        {"option": "Counselling", "amount": 12.5, "description": "a session", "from": TODAY, "until": TODAY + days(90)}
    ],
    "locations": [
        {
            "type": "physical",
            "name": "The Old Chapel",
            "description": "Round the back",
            "transport": "Bus 5",
            "access": "Step-free",
            "address": {"line_1": "12 Station Road", "town": "Otley", "county": "Yorkshire", "postcode": "LS21 3HX"},
        }
    ],
    "contacts": [{"kind": "phone", "value": "0113 222 4444", "bill": False, "checked": CHECKED}],
    "evidence": [
        {"id": "page", "kind": "url", "title": "Their page for men", "locator": "https://leedsmen.org.uk/men",
         "sha256": "a" * 64, "captured": CHECKED, "expires": TODAY + days(365)},
        {"id": "visit", "kind": "visit", "title": "A visit in March"},
    ],
    "attestations": [
        {**written_attestations()[0], "role": "commissioner", "submitted_by": "Sam", "decided_by": "Alex",
         "scope": "the helpline only",
         "criteria": {"AE1": {"result": "met", "evidence": ["page", "visit"]}, "AE7": "partly"}},
        written_attestations()[1],
    ],
    "other_marks": [
        {"scheme": "MSP Quality Standards", "issuer": "LimeCulture", "level": "Quality Mark",
         "issued": date(2026, 1, 1), "expires": date(2029, 1, 1), "verify_url": "https://limeculture.co.uk"},
    ],
}  # fmt: skip
REFUGE: dict[str, Any] = {
    "accommodation": True,
    "accommodation_kinds": ["refuge", "dispersed"],
    "spaces": [
        {"for": "men", "available": 2, "of": 6, "checked": TODAY, "checked_by": "duty desk"},
        {"for": "anyone", "available": 1, "checked": TODAY - days(8)},
    ],
}


async def load(directory: Directory, **changes: Any) -> Report:
    document = written(written_service(**changes), organizations=[ORGANIZATION])
    report = await directory.load_document(document, at=NOON, who="Sam", why="test", apply=True)
    assert [str(one) for one in report.rejected] == []
    return report


async def whole(directory: Directory) -> ServiceRow:
    async with directory.database.read() as connection:
        (service,) = await whole_services(connection)
    return service


def complaints(**changes: Any) -> list[str]:
    document = read_document(written(written_service(**changes)), today=TODAY, areas=AREAS)
    return [str(one).removeprefix("service leeds-men, ") for one in document.rejected]


async def test_everything_is_kept_and_loading_it_again_changes_nothing(directory: Directory) -> None:
    await load(directory, **WHOLE)
    service = await whole(directory)
    said = {name: getattr(service, name) for name in ("alternate_name", "eligibility_description", "alert", "pets")}
    assert list(said.values()) == ["LM", "Men over 18", "Closed on Friday", "Small ones"]
    assert (service.sexuality_inclusion, service.trans_inclusion, service.interpretation_services) == (
        "A worker for gay and bi men",
        "Trans men are men here",
        "By phone",
    )
    ticked = (service.assessment_told, service.worker_choice, service.children_accepted, service.pets_accepted)
    assert ticked == ("yes", "choice", "some", "no")
    assert (service.local_applicants, service.anonymous_contact, service.funding_end) == (
        "refused",
        "yes",
        date(2027, 3, 31),
    )
    assert {(row.link_type, row.value) for row in service.attributes} >= {
        ("access_route", "self"),
        ("access_route", "police"),
    }
    (cost,) = service.cost_options
    assert (cost.amount, cost.currency, cost.amount_description) == (Decimal("12.5"), "GBP", "a session")
    (place,), (joined,), (address,) = service.locations, service.service_at_locations, service.addresses
    assert (place.location_type, place.name, joined.location_id, address.location_id) == (
        "physical",
        "The Old Chapel",
        place.id,
        place.id,
    )
    assert (address.address_1, address.city, address.postal_code) == ("12 Station Road", "Otley", "LS21 3HX")
    assert service.phones[0].shows_on_bill == "no"
    (mark,) = service.other_marks
    assert (mark.scheme, mark.level, mark.expires_on) == ("MSP Quality Standards", "Quality Mark", date(2029, 1, 1))
    judged = next(row for row in service.attestations if row.section == "AE")
    assert (judged.assessor_role, judged.submitted_by, judged.decided_by, judged.scope_note) == (
        "commissioner",
        "Sam",
        "Alex",
        "the helpline only",
    )
    assert (await load(directory, **WHOLE)).changed == ()
    fields = {line.field for line in await directory.history("leeds-men")}
    assert {"worker_choice", "postal_code", "verify_url", "sha256", "amount_pence", "taxonomy_term_id"} <= fields


async def test_evidence_speaks_for_the_criteria_that_point_to_it_and_is_never_deleted(directory: Directory) -> None:
    await load(directory, **WHOLE)

    async def links() -> set[tuple[str, str]]:
        async with directory.database.read() as connection:
            link = CriterionEvidenceRow
            rows = await connection.execute(select(link.criterion_result_id, link.evidence_id))
            return {(row.criterion_result_id.rsplit("/", 1)[1], row.evidence_id.rsplit("/", 1)[1]) for row in rows}

    assert await links() == {("AE1", "page"), ("AE1", "visit")}
    await load(directory, **{**WHOLE, "evidence": None, "attestations": None})
    assert await links() == {("AE1", "page"), ("AE1", "visit")}
    again = [{**WHOLE["attestations"][0], "criteria": {"AE1": {"result": "met", "evidence": ["page"]}}}]
    await load(directory, **{**WHOLE, "attestations": again})
    assert await links() == {("AE1", "page")}
    async with directory.database.read() as connection:
        assert len((await connection.execute(select(EvidenceRow.id))).all()) == 2
        assert len((await connection.execute(select(OtherMarkRow.id))).all()) == 1
        organization = (await connection.execute(select(*OrganizationRow.__table__.c))).one()
    assert (organization.alternate_name, organization.charity_number, organization.company_number) == (
        "NM",
        "1234567",
        "01234567",
    )


async def test_free_places_are_for_stewards_and_men_and_the_public_read_ask(directory: Directory) -> None:
    await load(directory, **REFUGE)
    men, anyone = sorted(await directory.refuge_spaces("leeds-men", NOON), key=lambda one: one.unit, reverse=True)
    assert (men.unit, men.available, men.maximum, men.checked_by) == ("spaces_for_men", 2, 6, "duty desk")
    # A count of eight days ago says nothing any more: ask.
    assert (anyone.unit, anyone.available) == ("spaces_for_anyone", None)
    (later, _) = sorted(
        await directory.refuge_spaces("leeds-men", NOON + days(8)), key=lambda one: one.unit, reverse=True
    )
    assert later.available is None
    view = (await directory.still_shown(["leeds-men"], NOON))["leeds-men"]
    assert view.spaces == "ask"
    assert not {"capacities", "available", "maximum"} & set(asdict(view))
    with pytest.raises(Exception, match="capacities"):
        _ = (await whole(directory)).capacities
    await load(directory)
    assert (await directory.still_shown(["leeds-men"], NOON))["leeds-men"].spaces == ""
    assert await directory.refuge_spaces("nobody", NOON) == ()


async def test_a_place_that_fills_changes_nothing_that_anybody_else_can_see(directory: Directory) -> None:
    await load(directory, **REFUGE)
    before = await directory.open_data(AREAS, NOON)
    full = [{**REFUGE["spaces"][0], "available": 0}, REFUGE["spaces"][1]]
    report = await directory.load_document(
        written(written_service(**{**REFUGE, "spaces": full}), organizations=[ORGANIZATION]),
        at=NOON + days(1),
        who="Sam",
        why="a man moved in",
        apply=True,
    )
    assert report.changed == ("service leeds-men",)
    after = await directory.open_data(AREAS, NOON + days(1))
    assert published(before) == published(after)
    assert "available" not in published(after)


def published(snapshot: Any) -> str:
    """Everything that open data says of the services, as one text."""
    return json.dumps([entry.whole for entry in snapshot.entries], sort_keys=True, default=str)


@pytest.mark.parametrize("whose", ["service", "organization"])
async def test_who_asked_not_to_be_listed_is_not(directory: Directory, whose: str) -> None:
    unlisted: dict[str, Any] = {"do_not_list": True}
    document = written(
        written_service(**(unlisted if whose == "service" else {})),
        organizations=[{**ORGANIZATION, **(unlisted if whose == "organization" else {})}],
    )
    await directory.load_document(document, at=NOON, who="Sam", why="they asked", apply=True)
    assert await directory.still_shown(["leeds-men"], NOON) == {}
    assert len(await directory.index(AREAS, TODAY)) == 0


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"worker_choice": True}, "worker_choice: “yes” is not one of choice, on_request, no, unknown"),
        ({"pets_accepted": "cats"}, "pets_accepted: “cats” is not one of yes, some, no, unknown"),
        ({"anonymous_contact": 1}, "anonymous_contact: “1” is not one of yes, no, unknown"),
        ({"access_routes": ["post"]}, "access_routes: “post” is not one of self, professional, police, council"),
        ({"accommodation_kinds": ["refuge"]}, "accommodation_kinds: is for a service with accommodation: yes"),
        ({"spaces": REFUGE["spaces"]}, "spaces: belong to a service with accommodation: yes"),
        ({"costs": [{"amount": "5"}]}, "costs 1, amount: must be a number of pounds, such as 12.50"),
        ({"costs": [{"amount": True}]}, "costs 1, amount: must be a number of pounds, such as 12.50"),
        ({"locations": [{"type": "house"}]}, "locations 1, type: “house” is not one of physical, postal, virtual"),
        (
            {"locations": [{"type": "virtual", "address": WHOLE["locations"][0]["address"]}]},
            "locations 1, address, line_1: a virtual place has no address",
        ),
        (
            {"locations": [{"type": "physical", "address": {"town": "Otley", "postcode": "LS21 3HX"}}]},
            "locations 1, address, line_1: is missing",
        ),
        (
            {"evidence": [{"id": "x", "kind": "visit", "title": "Spoke to Ms Featherstone"}]},
            "evidence 1, title: “Ms Featherstone” would tell of a person; evidence names nobody",
        ),
        (
            {"evidence": [{"id": "x", "kind": "document", "title": "x", "locator": "from jo@leedsmen.org.uk"}]},
            "evidence 1, locator: “jo@leedsmen.org.uk” would tell of a person; evidence names nobody",
        ),
        (
            {"evidence": [{"id": "x", "kind": "url", "title": "x"}]},
            "evidence 1, locator: is missing",
        ),
        (
            {"evidence": [{"id": "x", "kind": "visit", "title": "x", "sha256": "1234"}]},
            "evidence 1, sha256: must be 64 digits from 0 to 9 and a to f",
        ),
        ({"evidence": [{"id": "x", "kind": "visit", "title": "x"}] * 2}, "evidence 2, id: stands twice"),
        ({"other_marks": [{"issuer": "LimeCulture"}]}, "other_marks 1, scheme: is missing"),
    ],
)
def test_a_mistake_in_what_is_new_is_named_like_any_other(changes: dict[str, Any], complaint: str) -> None:
    assert complaints(**changes) == [complaint]


@pytest.mark.parametrize(
    ("spaces", "complaint"),
    [
        ([{"for": "men", "available": 7, "of": 6}], "spaces 1, available: is more than there are"),
        ([{"for": "men"}], "spaces 1, available: is missing; write how many are free"),
        ([{"for": "men", "available": 1}] * 2, "spaces 2, for: stands twice"),
        ([{"for": "boys", "available": 1}], "spaces 1, for: “boys” is not one of men, anyone"),
    ],
)
def test_a_mistake_in_free_places_is_named(spaces: list[dict[str, Any]], complaint: str) -> None:
    assert complaints(**{**REFUGE, "spaces": spaces}) == [complaint]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"submitted_by": "Sam Hill", "decided_by": " sam  hill"},
            "attestations 1, decided_by: is the one who submitted it; a second person decides",
        ),
        ({"note": "Ask Dr Jones"}, "attestations 1, note: “Dr Jones” would tell of a person; say it without"),
        ({"scope": "0113 222 4444"}, "attestations 1, scope: “0113 222 4444” would tell of a person; say it without"),
        (
            {"criteria": {"AE1": {"result": "met", "evidence": ["page"]}}},
            "attestations 1, criteria: AE1 points to evidence page, which is not written down",
        ),
        (
            {"standard": "MSP-SV"},
            "attestations 1, standard: MSP-SV, version 1, is not known here; load that version first, or write another "
            "scheme's mark under other_marks",
        ),
        (
            {"version": "2"},
            "attestations 1, standard: MDAN-DA, version 2, is not known here; load that version first, or write "
            "another scheme's mark under other_marks",
        ),
    ],
)
def test_a_mistake_in_a_judgement_is_named(changes: dict[str, Any], complaint: str) -> None:
    judged = [{**written_attestations()[0], **changes}, written_attestations()[1]]
    assert complaints(attestations=judged) == [complaint]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"who": "Men near 12 Station Road"}, "who"),
        ({"contacts": [{"kind": "website", "value": "https://refuge.org.uk/12-station-road"}]}, "contacts"),
        ({"evidence": [{"id": "flat-3", "kind": "visit", "title": "A visit"}]}, "evidence"),
        ({"pets": "The vet at LS21 3HX"}, "pets"),
        ({"also_known_as": "12 Station Road"}, "also_known_as"),
        ({"alert": "Now at Flat 3"}, "alert"),
        ({"costs": [{"option": "12 Station Road"}]}, "costs"),
        ({"locations": [{"type": "virtual", "description": "12 Station Road"}]}, "locations"),
        ({"hours_source": "a sign at 12 Station Road"}, "hours"),
        ({"hold": "moves to 12 Station Road"}, "hold"),
        ({"suspensions": [{"from": TODAY, "reason": "12 Station Road is not safe"}]}, "suspensions"),
        ({"evidence": [{"id": "x", "kind": "visit", "title": "A visit to 12 Station Road"}]}, "evidence"),
        ({"other_marks": [{"scheme": "12 Station Road"}]}, "other_marks"),
        ({"attestations": [{**written_attestations()[0], "note": "seen at LS21 3HX"}]}, "attestations"),
        (
            {
                "attestations": [
                    {**written_attestations()[0], "criteria": {"AE7": {"result": "met", "reason": "Flat 3"}}}
                ]
            },
            "attestations",
        ),
        ({"spaces": [{"for": "men", "available": 1, "source": "12 Station Road"}]}, "spaces"),
    ],
)
def test_no_text_at_all_about_where_men_stay_may_say_where_it_is(changes: dict[str, Any], field: str) -> None:
    (told,) = complaints(accommodation=True, **changes)
    assert told.startswith(f"{field}: “")
    assert told.endswith("looks like an address; say nothing of where men stay")


def test_nor_may_what_is_written_of_an_organization() -> None:
    organization = {"id": "northern-men", "name": "Northern Men", "description": "Find us at 12 Station Road."}
    document = read_document(written(organizations=[organization]), today=TODAY, areas=AREAS)
    assert [str(one) for one in document.rejected] == [
        "organization northern-men, description: “12 Station Road” looks like an address; an organization's is not kept"
    ]


def test_other_services_may_hide_theirs() -> None:
    assert complaints(hides_address=True, happens="Ring at 12 Station Road") == [
        "happens: “12 Station Road” looks like an address; say nothing of where men stay"
    ]


def test_nor_may_the_id_of_a_service_which_is_printed_on_buttons() -> None:
    document = read_document(written(written_service("12-station-road", accommodation=True)), today=TODAY, areas=AREAS)
    assert [str(one) for one in document.rejected] == [
        "service 12-station-road, id: “12 station road” looks like an address; say nothing of where men stay"
    ]
