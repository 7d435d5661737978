"""Nobody can lead men elsewhere alone: a new number, web address or email of a live service needs two people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service_directory.changes import Change, Row
from service_directory.importing.proposals import NotDone
from service_directory.rows import organization_rows
from service_directory.store import Directory, Report
from tests.support.services import NOON, days, written, written_service

CHECKED = date(2026, 11, 2)
OFFICE = {"kind": "phone", "value": "0113 222 4444", "label": "Office", "checked": CHECKED}
MAIL = {"kind": "email", "value": "hello@leedsmen.org.uk", "checked": CHECKED}
OTHER = {"kind": "phone", "value": "0113 222 5555", "label": "Office", "checked": CHECKED}


async def load(directory: Directory, who: str = "Sam", apply: bool = True, **changes: Any) -> Report:
    document = written(written_service(**changes))
    return await directory.load_document(document, at=NOON, who=who, why="they moved", apply=apply)


async def shown(directory: Directory) -> list[str]:
    views = await directory.still_shown(["leeds-men"], NOON)
    return [contact.display for contact in views["leeds-men"].contacts]


async def word(directory: Directory, number: int, who: str, approve: bool = True) -> str:
    proposal = await directory.decide(number, approve=approve, at=NOON, who=who, why="rang it")
    return proposal.state


async def test_a_new_number_of_a_live_service_waits_for_two_different_people(directory: Directory) -> None:
    await load(directory)
    told = await load(directory, contacts=[OTHER, MAIL], apply=False)
    assert (told.proposed, await directory.proposals()) == (("service leeds-men",), ())
    report = await load(directory, contacts=[OTHER, MAIL], name="Leeds Men's Line")
    assert (report.changed, report.proposed) == (("service leeds-men",),) * 2
    assert await shown(directory) == ["0113 222 4444", "hello@leedsmen.org.uk"]
    (proposal,) = await directory.proposals()
    assert (proposal.proposed_by, proposal.reason) == ("Sam", "they moved")
    assert [(one.field, one.before, one.after) for one in proposal.fields] == [
        ("number", "+441132224444", "+441132225555")
    ]
    assert await word(directory, proposal.number, "Alex") == "open"
    assert await shown(directory) == ["0113 222 4444", "hello@leedsmen.org.uk"]
    with pytest.raises(NotDone, match="another person"):
        await word(directory, proposal.number, "  ALEX ")
    assert await word(directory, proposal.number, "Robin") == "approved"
    assert await shown(directory) == ["0113 222 5555", "hello@leedsmen.org.uk"]
    assert await directory.proposals() == ()
    last = (await directory.history("leeds-men"))[-1]
    assert (last.field, last.after) == ("number", "+441132225555")
    assert "Alex and Robin" in last.why


async def test_who_proposed_never_approves_alone(small: Directory) -> None:
    await load(small)
    await load(small, contacts=[OTHER, MAIL])
    (proposal,) = await small.proposals()
    assert await word(small, proposal.number, "Sam") == "open"
    with pytest.raises(NotDone):
        await word(small, proposal.number, "sam")
    assert await shown(small) == ["0113 222 4444", "hello@leedsmen.org.uk"]


async def test_so_does_the_web_address_of_its_organization(directory: Directory) -> None:
    await load(directory)

    async def website() -> tuple[str, str]:
        async with directory.database.read() as connection:
            row = (await organization_rows(connection))["northern-men"]
        return str(row.values["name"]), str(row.values["website"])

    moved = {"id": "northern-men", "name": "Men of the North", "website": "https://elsewhere.org.uk"}
    document = written(written_service(), organizations=[moved])
    asked: dict[str, Any] = {"at": NOON, "who": "Sam", "why": "they moved", "apply": True}
    report = await directory.load_document(document, **asked)
    assert (report.changed, report.proposed) == (("organization northern-men",), ("service leeds-men",))
    assert await website() == ("Men of the North", "")
    (proposal,) = await directory.proposals()
    await word(directory, proposal.number, "Alex")
    assert await word(directory, proposal.number, "Robin") == "approved"
    assert await website() == ("Men of the North", "https://elsewhere.org.uk")


async def test_an_organization_without_a_live_service_can_move_at_once(small: Directory) -> None:
    await load(small, published=False, attestations=None)
    moved = [{"id": "northern-men", "name": "Northern Men", "website": "https://elsewhere.org.uk"}]
    report = await small.load_document(
        written(written_service(published=False, attestations=None), organizations=moved),
        at=NOON,
        who="Sam",
        why="they moved",
        apply=True,
    )
    assert (report.changed, report.proposed) == (("organization northern-men",), ())


async def test_one_no_is_enough(small: Directory) -> None:
    await load(small)
    await load(small, contacts=[OTHER, MAIL])
    (proposal,) = await small.proposals()
    assert await word(small, proposal.number, "Alex", approve=False) == "rejected"
    with pytest.raises(NotDone, match="rejected already"):
        await word(small, proposal.number, "Robin")
    assert [one.state for one in await small.proposals(settled=True)] == ["rejected"]


async def test_what_was_changed_meanwhile_overtakes_a_proposal(small: Directory) -> None:
    await load(small)
    await load(small, contacts=[OTHER, MAIL])
    (proposal,) = await small.proposals()
    await load(small, contacts=[MAIL])
    await word(small, proposal.number, "Alex")
    with pytest.raises(NotDone, match="overtaken"):
        await word(small, proposal.number, "Robin")
    assert await shown(small) == ["hello@leedsmen.org.uk"]


@pytest.mark.parametrize(
    "contacts",
    [
        [OFFICE, {**MAIL, "value": "other@leedsmen.org.uk"}],
        [OFFICE, MAIL, OTHER],
        [OFFICE, MAIL, {"kind": "website", "value": "https://www.leedsmen.org.uk", "checked": CHECKED}],
        [OFFICE, {"kind": "webchat", "value": "https://chat.leedsmen.org.uk", "checked": CHECKED}],
    ],
)
async def test_so_does_every_address_that_leads_elsewhere(small: Directory, contacts: list[dict[str, Any]]) -> None:
    await load(small)
    report = await load(small, contacts=contacts)
    assert (report.changed, report.proposed) == ((), ("service leeds-men",))
    assert await shown(small) == ["0113 222 4444", "hello@leedsmen.org.uk"]


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        ([MAIL, OFFICE], ["hello@leedsmen.org.uk", "0113 222 4444"]),
        ([OFFICE], ["0113 222 4444"]),
        ([{**OFFICE, "checked": CHECKED + days(3), "label": "Desk"}, MAIL], ["0113 222 4444", "hello@leedsmen.org.uk"]),
    ],
)
async def test_what_leads_nowhere_new_needs_nobody_else(
    small: Directory, contacts: list[dict[str, Any]], expected: list[str]
) -> None:
    await load(small)
    report = await load(small, contacts=contacts)
    assert (report.changed, report.proposed) == (("service leeds-men",), ())
    assert await shown(small) == expected


async def test_closing_a_service_for_a_moment_opens_no_back_door(small: Directory) -> None:
    await load(small)
    await load(small, status="closed", published=False)
    report = await load(small, status="closed", published=False, contacts=[OTHER])
    assert report.proposed == ("service leeds-men",)


async def test_what_was_never_before_men_can_be_changed_at_once(small: Directory) -> None:
    draft: dict[str, Any] = {"published": False, "attestations": None}
    await load(small, **draft)
    report = await load(small, contacts=[OTHER], **draft)
    assert (report.changed, report.proposed) == (("service leeds-men",), ())


async def test_the_same_proposal_is_written_down_once(small: Directory) -> None:
    await load(small)
    await load(small, contacts=[OTHER, MAIL])
    await load(small, contacts=[OTHER, MAIL], who="Alex")
    assert len(await small.proposals()) == 1


async def test_a_change_can_be_proposed_by_itself(small: Directory) -> None:
    await load(small)
    row = Row("phone", "leeds-men/phone/1", "leeds-men", {})
    change = Change("update", row, (("number", "+441132224444", "+441132225555"),))
    asked: dict[str, Any] = {"at": NOON, "who": "Sam", "why": "a man told us", "source": "a call"}
    number = await small.propose("leeds-men", [change], **asked)
    assert await small.propose("leeds-men", [change], **asked) is None
    assert number is not None
    assert await word(small, number, "Alex") == "open"
    settled = await small.decide(number, approve=True, at=NOON, who="Robin", tried=NOON.date())
    assert settled.state == "approved"
    views = await small.still_shown(["leeds-men"], NOON)
    assert [(one.display, one.checked_on) for one in views["leeds-men"].contacts if one.kind == "phone"] == [
        ("0113 222 5555", NOON.date())
    ]


async def test_a_proposal_needs_a_service_a_person_and_a_reason(small: Directory) -> None:
    with pytest.raises(KeyError):
        await small.propose("nobody", (), at=NOON, who="Sam", why="test", source="a call")
    with pytest.raises(ValueError, match="history"):
        await small.propose("nobody", (), at=NOON, who=" ", why="test", source="a call")
