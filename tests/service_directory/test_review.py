"""Ways round the promises of the directory that a stranger looked for, and that are closed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from service_directory.areas import Areas
from service_directory.changes import Change, Row, Value
from service_directory.documents import read_document
from service_directory.importing.files import read_files
from service_directory.importing.proposals import NotDone
from service_directory.importing.staging import Report as Imported
from service_directory.importing.staging import Staging
from service_directory.store import Directory, Report
from service_directory.taxonomies import NEED, term_id
from tests.support.services import NOON, written, written_attestations, written_service

CHECKED = date(2026, 11, 2)
OFFICE = {"kind": "phone", "value": "0113 222 4444", "label": "Office", "checked": CHECKED}
MAIL = {"kind": "email", "value": "hello@leedsmen.org.uk", "checked": CHECKED}
OTHER = {"kind": "phone", "value": "0113 222 5555", "label": "Office", "checked": CHECKED}


async def load(directory: Directory, why: str = "they moved", organizations: Any = None, **changes: Any) -> Report:
    more = {} if organizations is None else {"organizations": organizations}
    document = written(written_service(**changes), **more)
    return await directory.load_document(document, at=NOON, who="Sam", why=why, apply=True)


async def test_nobody_withdraws_the_judgements_for_a_moment_to_change_the_number_alone(small: Directory) -> None:
    await load(small)
    hidden: dict[str, Any] = {"status": "closed", "attestations": written_attestations(state="withdrawn")}
    await load(small, **hidden)
    report = await load(small, contacts=[OTHER], **hidden)
    assert report.proposed == ("service leeds-men",)
    moved = [{"id": "northern-men", "name": "Northern Men", "website": "https://elsewhere.org.uk"}]
    report = await load(small, organizations=moved, **hidden)
    assert report.proposed == ("service leeds-men",)


async def test_nobody_alone_puts_a_live_service_under_an_organization_that_leads_elsewhere(small: Directory) -> None:
    await load(small)
    both = [
        {"id": "northern-men", "name": "Northern Men"},
        {"id": "other-men", "name": "Men of the South", "website": "https://elsewhere.org.uk"},
    ]
    report = await load(small, organizations=both, organization="other-men", name="Leeds Men's Line")
    assert (report.new, report.changed) == (("organization other-men",), ("service leeds-men",))
    assert report.proposed == ("service leeds-men",)
    assert (await small.still_shown(["leeds-men"], NOON))["leeds-men"].organization == "Northern Men"
    (proposal,) = await small.proposals()
    for who in ("Alex", "Robin"):
        await small.decide(proposal.number, approve=True, at=NOON, who=who)
    assert (await small.still_shown(["leeds-men"], NOON))["leeds-men"].organization == "Men of the South"


async def test_a_service_moves_at_once_to_an_organization_that_leads_nowhere_new(small: Directory) -> None:
    await load(small)
    both = [{"id": "northern-men", "name": "Northern Men"}, {"id": "other-men", "name": "Men of the South"}]
    report = await load(small, organizations=both, organization="other-men")
    assert (report.changed, report.proposed) == (("service leeds-men",), ())


async def test_a_number_that_was_taken_out_of_a_proposal_is_never_written(small: Directory) -> None:
    await load(small)
    await load(small, contacts=[OFFICE, MAIL, OTHER])
    (proposal,) = await small.proposals()
    await small.redact(["0113 222 5555"], at=NOON, who="Sam", why="it is a private number")
    await small.decide(proposal.number, approve=True, at=NOON, who="Alex")
    with pytest.raises(NotDone, match="overtaken: words were taken out"):
        await small.decide(proposal.number, approve=True, at=NOON, who="Robin", tried=NOON.date())
    shown = await small.still_shown(["leeds-men"], NOON)
    assert [one.display for one in shown["leeds-men"].contacts] == ["0113 222 4444", "hello@leedsmen.org.uk"]


async def test_a_reason_for_a_proposal_or_a_word_on_it_never_tells_where_men_stay(small: Directory) -> None:
    await load(small, accommodation=True, needs=["stay"])
    with pytest.raises(ValueError, match="address"):
        await load(small, why="they moved to 12 High Street", accommodation=True, needs=["stay"], contacts=[OTHER])
    await load(small, accommodation=True, needs=["stay"], contacts=[OTHER])
    (proposal,) = await small.proposals()
    for approve in (True, False):
        with pytest.raises((ValueError, NotDone), match="address"):
            await small.decide(proposal.number, approve=approve, at=NOON, who="Alex", why="went to 12 High Street")


async def test_a_new_number_does_not_take_over_the_check_of_the_old_one(small: Directory) -> None:
    await load(small)
    row = Row("phone", "leeds-men/phone/1", "leeds-men", {})
    change = Change("update", row, (("number", "+441132224444", "+441132225555"),))
    number = await small.propose("leeds-men", [change], at=NOON, who="Sam", why="a man told us", source="a call")
    assert number is not None
    for who in ("Alex", "Robin"):
        await small.decide(number, approve=True, at=NOON, who=who)
    views = await small.still_shown(["leeds-men"], NOON)
    assert [one.checked_on for one in views["leeds-men"].contacts if one.kind == "phone"] == [None]


@pytest.mark.parametrize(
    "changes",
    [
        {"contacts": [{**OFFICE, "label": "or ring 0113 222 5555"}, MAIL]},
        {"languages": ["en", {"code": "yo", "name": "Yoruba, ring 0113 222 5555"}]},
        {"attestations": written_attestations(by="Ring 0113 222 5555")},
        {"contacts": [{**OFFICE, "label": "Accredited helpline"}, MAIL]},
        {"hours": 'Mo-Fr 09:00-17:00 "ring 0113 222 5555"'},
    ],
)
async def test_nothing_that_men_read_holds_a_number_or_claims_more(small: Directory, changes: dict[str, Any]) -> None:
    report = await load(small, **changes)
    assert report.rejected


@pytest.mark.parametrize(
    "claim", ["Men's help, ring 0113 222 5555", "The accredited helpline", "See www.elsewhere.org.uk"]
)
async def test_nor_does_the_name_of_its_organization(small: Directory, claim: str) -> None:
    report = await load(small, organizations=[{"id": "northern-men", "name": claim}])
    assert [one.field for one in report.rejected][:1] == ["name"]


async def test_an_accreditation_body_may_say_what_it_found(small: Directory) -> None:
    report = await load(small, attestations=written_attestations(by="Northern Accreditation Service"))
    assert report.rejected == ()


async def taken_in(directory: Directory, name: str, data: bytes) -> Imported:
    staging = Staging(directory.database)
    begun = await staging.begin("council", "files", at=NOON, who="Sam")
    await staging.add(begun.number, name, read_files({name: data}, source="council", areas=Areas.load(), today=CHECKED))
    await staging.report(begun.number)
    return await staging.apply(begun.number, at=NOON, who="Sam", why="import")


async def test_a_map_of_a_refuge_keeps_out_that_refuge_and_no_other_service(small: Directory) -> None:
    rows = (
        b"name,accommodation,phone,website\n"
        b"Leeds Refuge,yes,0113 222 4444,https://www.google.com/maps/place/x\n"
        b"Leeds Talk,no,0113 222 5555,\n"
    )
    report = await taken_in(small, "services.csv", rows)
    assert [one.name for one in report.new] == ["Leeds Talk"]
    assert [one.field for one in report.rejected] == ["contacts"]


@pytest.mark.parametrize(
    "organization",
    [
        {"id": "o1", "name": "Refuge at 12 High Street"},
        {"id": "o1", "name": "Refuges", "website": "https://www.google.com/maps/place/x"},
    ],
)
async def test_nothing_of_an_imported_organization_leads_to_a_door(small: Directory, organization: Any) -> None:
    service = {"id": "s1", "name": "Leeds Refuge", "status": "active", "organization": organization}
    service["phones"] = [{"number": "0113 222 4444"}]
    await taken_in(small, "services.json", json.dumps([service]).encode())
    async with small.database.read() as connection:
        kept = (await connection.execute(text("SELECT name, website FROM organization"))).all()
        staged = list(await connection.scalars(text("SELECT content FROM staged_entry")))
    assert len(kept) == 1
    assert "High Street" not in str(kept) + str(staged)
    assert "maps" not in str(kept) + str(staged)


async def test_nor_does_that_of_a_table(small: Directory) -> None:
    rows = b"name,organisation,organisation website,phone\n"
    rows += b"Leeds Talk,Refuge at 12 High Street,https://www.google.com/maps/place/x,0113 222 4444\n"
    await taken_in(small, "services.csv", rows)
    async with small.database.read() as connection:
        assert (await connection.execute(text("SELECT name, website FROM organization"))).all() == [("Leeds Talk", "")]


@pytest.mark.parametrize("last", ["[*a7]", "&itself [*itself]"])
def test_a_document_that_repeats_itself_without_end_is_refused(last: str) -> None:
    lines = ["directory: 1", "services:", "  - id: leeds-men", "    a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"    a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 8)]
    found = read_document("\n".join([*lines, f"    areas: {last}"]), today=CHECKED, areas=())
    assert [one.entry for one in found.rejected] == ["the document"]
    assert "repeats parts of itself" in found.rejected[0].message


def test_a_document_may_say_once_what_two_services_share() -> None:
    shared = "directory: 1\nservices:\n  - {id: a, areas: &both [E08000035]}\n  - {id: b, areas: *both}"
    found = read_document(shared, today=CHECKED, areas=("E08000035",))
    assert "repeats" not in str(found.rejected)


async def test_what_was_said_before_men_stayed_there_is_forgotten_everywhere(small: Directory) -> None:
    await load(small)
    await small.suspend("leeds-men", at=NOON, who="Sam", why="nobody was at 12 High Street")
    await load(small, why="they moved to 12 High Street", contacts=[OTHER])
    await load(small, accommodation=True, needs=["stay"])
    async with small.database.read() as connection:
        for query in (
            "SELECT reason FROM suspension",
            "SELECT reason FROM proposal",
            "SELECT reason FROM metadata",
            "SELECT replacement_value FROM metadata",
        ):
            assert "High Street" not in " ".join(await connection.scalars(text(query))), query
        assert list(await connection.scalars(text("SELECT reason FROM suspension"))) == ["nobody was at [redacted]"]


async def test_nobody_makes_a_service_hidden_while_what_men_read_says_where_it_is(small: Directory) -> None:
    await load(small, helps="Call in at 12 High Street, any day.")
    row = Row("attribute", "leeds-men/need/stay", "leeds-men", {})
    values: dict[str, Value] = {
        "link_type": NEED,
        "value": "stay",
        "taxonomy_term_id": term_id(NEED, "stay"),
        "position": 2,
    }
    change = Change("create", row, tuple((name, None, value) for name, value in values.items()))
    number = await small.propose("leeds-men", [change], at=NOON, who="Sam", why="a man told us", source="a call")
    assert number is not None
    await small.decide(number, approve=True, at=NOON, who="Alex")
    with pytest.raises(ValueError, match="looks like an address"):
        await small.decide(number, approve=True, at=NOON, who="Robin")
    assert [one.state for one in await small.proposals()] == ["open"]


async def test_an_import_that_would_hide_a_service_with_a_place_leaves_out_that_one_alone(small: Directory) -> None:
    place = {"type": "physical", "address": {"line_1": "12 High Street", "town": "Leeds", "postcode": "LS1 4AB"}}
    await load(small, published=False, attestations=None, needs=["talk"], locations=[place])
    rows = b"id,name,needs,phone\nleeds-men,Leeds Men,talk; stay,0113 222 4444\nother,Leeds Talk,talk,0113 222 6666\n"
    report = await taken_in(small, "services.csv", rows)
    assert [one.name for one in report.new] == ["Leeds Talk"]
    assert [one.field for one in report.rejected] == ["needs"]
