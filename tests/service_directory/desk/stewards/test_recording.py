"""A decision on the standards: the decider is never the one who put it down, and what could not count is refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from service_directory.criteria import shipped
from service_directory.desk.entries.assessments import Assessments, Said
from service_directory.desk.stewards.waiting import decisions_waiting
from service_directory.desk.tables import AccountRow
from service_directory.rows import whole_services
from tests.support.desk import DeskWorld

AT = "/services/leeds-men"
SECTION = next(one for one in shipped().sections if one.code == "SD")


def typed(**changes: str) -> dict[str, str]:
    """A decision that section SD is met, as a steward types it."""
    results = {f"result-{one.code}": "met" for one in SECTION.criteria}
    made = {
        "basis": "verified",
        "outcome": "met",
        "by": "Helpline Team",
        "why": "read their policy, rang twice",
        "assessed": "2026-11-20",
        "evidence-1-kind": "document",
        "evidence-1-title": "Safeguarding policy of March 2026",
        "evidence-1-for": "SD1, sd2",
        **results,
    }
    return made | changes


async def of_section(world: DeskWorld) -> list[tuple[str, str, str, str]]:
    """All decisions on SD: outcome, who put it down, who decided, on whose word."""
    async with world.desk.directory.database.read() as connection:
        (service,) = await whole_services(connection, ["leeds-men"])
    return [
        (row.outcome, row.submitted_by, row.decided_by, row.basis)
        for row in sorted(service.attestations, key=lambda row: row.position)
        if row.section == "SD"
    ]


async def test_that_a_section_is_met_is_put_down_by_one_and_recorded_when_another_agrees(desk: DeskWorld) -> None:
    sam, alex = await desk.as_steward("Sam"), await desk.as_lead("Alex")
    page = await sam.get(f"{AT}/decide/SD")
    assert SECTION.criteria[0].text[:40] in page.text.replace("&#39;", "'")
    before = await of_section(desk)
    told = await sam.after(await sam.post(f"{AT}/decide/SD", typed()))
    assert "takes two people" in told.text
    assert await of_section(desk) == before
    (waiting,) = await decisions_waiting(desk.desk.database)
    assert (waiting.put_down_by, waiting.section) == ("Sam", "SD")
    assert "Look at it, and agree" in (await alex.get("/today")).text
    own = await sam.post(f"/decisions/{waiting.number}/agree")
    assert (own.status_code, "Another person agrees to it" in own.text) == (422, True)
    seen = await alex.get(f"/decisions/{waiting.number}")
    assert "Safeguarding policy of March 2026" in seen.text
    recorded = await alex.after(await alex.post(f"/decisions/{waiting.number}/agree"))
    assert "Recorded. Leeds Men is shown" in recorded.text
    assert (await of_section(desk))[-1] == ("met", "Sam", "Alex", "verified")
    assert (await alex.get(f"/decisions/{waiting.number}")).status_code == 404


async def test_that_it_is_not_met_takes_one_and_ends_its_being_shown(desk: DeskWorld) -> None:
    sam = await desk.as_steward("Sam")
    form = typed(outcome="not_met", **{"result-SD1": "not_met"})
    told = await sam.after(await sam.post(f"{AT}/decide/SD", form))
    assert "Leeds Men is not shown to men now" in told.text
    assert (await of_section(desk))[-1] == ("not_met", "Sam", "Sam", "verified")


async def test_what_would_never_count_is_refused_before_anybody_has_to_agree(little: DeskWorld) -> None:
    sam = await little.as_steward("Sam")
    for changes, told in (
        ({"result-SD1": "partly"}, "SD1 is partly"),
        ({"by": "Northern Men"}, "Assessed by: Northern Men runs this service"),
        ({"assessed": "2030-01-01"}, "Looked at on: 2030-01-01 lies in the future"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-30"}, "Valid until: lies before"),
        ({"by": ""}, "Say who assessed it"),
        ({"result-SD3": "not_applicable"}, "say why it does not apply"),
        ({"evidence-1-title": "What Mr Smith told us"}, "would tell of a person"),
        ({"outcome": "perhaps"}, "Not a valid choice"),
        ({"result-SD3": "perhaps"}, "is not one of"),
    ):
        answer = await sam.post(f"{AT}/decide/SD", typed(**changes))
        assert answer.status_code == 422, changes
        assert told in answer.text, (changes, answer.text[:3000])
        assert "fingerpost" not in answer.text
        assert "read their policy, rang twice" in answer.text
        assert 'value="SD1, sd2"' in answer.text
    assert await decisions_waiting(little.desk.database) == ()


async def test_what_was_put_down_can_be_taken_back(little: DeskWorld) -> None:
    sam = await little.as_steward("Sam")
    await sam.post(f"{AT}/decide/SD", typed())
    (waiting,) = await decisions_waiting(little.desk.database)
    assert "You put it down; another person agrees" in (await sam.get("/today")).text
    told = await sam.after(await sam.post(f"/decisions/{waiting.number}/take-back"))
    assert "Nothing was recorded" in told.text
    assert await decisions_waiting(little.desk.database) == ()


async def test_a_decision_that_ran_out_while_it_waited_is_refused_and_goes_on_waiting(little: DeskWorld) -> None:
    sam, alex = await little.as_steward("Sam"), await little.as_lead("Alex")
    await sam.post(f"{AT}/decide/SD", typed(valid_until="2026-11-30"))
    (waiting,) = await decisions_waiting(little.desk.database)
    little.clock.forward(days=20)
    alex = await little.as_lead("Alex")
    late = await alex.post(f"/decisions/{waiting.number}/agree")
    assert late.status_code == 422
    assert "Valid until: lies before the day it begins to be valid" in late.text
    (again,) = await decisions_waiting(little.desk.database)
    assert f"/desk/decisions/{again.number}/take-back" in late.text
    assert replace(again, number=waiting.number) == waiting


async def test_of_two_who_agree_at_once_one_records_it(desk: DeskWorld) -> None:
    sam = await desk.as_steward("Sam")
    await sam.post(f"{AT}/decide/SD", typed())
    (waiting,) = await decisions_waiting(desk.desk.database)
    before = len(await of_section(desk))
    others = [await desk.as_lead("Alex"), await desk.as_steward("Robin")]
    answers = await asyncio.gather(*(one.post(f"/decisions/{waiting.number}/agree") for one in others))
    assert sorted(answer.status_code for answer in answers) == [303, 404]
    assert len(await of_section(desk)) == before + 1


async def test_nobody_decides_on_what_he_sent_in_for_the_service(little: DeskWorld) -> None:
    await sent_in(little)
    office = await little.as_steward("Office")
    async with little.desk.database.write() as connection:
        await connection.execute(update(AccountRow).values(email="office@leedsmen.org.uk"))
    refused = await office.post(f"{AT}/decide/SD", typed(basis="self", outcome="partly", by="Northern Men"))
    assert (refused.status_code, "Another person decides on it" in refused.text) == (422, True)


async def sent_in(world: DeskWorld) -> Assessments:
    """A self-assessment of section SD that the service has sent in."""
    assessments = Assessments(world.desk.database)
    said = {one.code: Said("met", "", ("https://leedsmen.org.uk/policy",)) for one in SECTION.criteria}
    who = "the service (office@leedsmen.org.uk)"
    await assessments.save("leeds-men", shipped(), "SD", said, at=world.clock(), who=who)
    await assessments.send("leeds-men", shipped(), "SD")
    return assessments


async def test_what_a_service_says_of_itself_is_decided_by_a_steward(desk: DeskWorld) -> None:
    assessments = await sent_in(desk)
    sam = await desk.as_steward("Sam")
    assert f"/desk{AT}/decide/SD" in (await sam.get("/today")).text
    page = await sam.get(f"{AT}/decide/SD")
    assert "The service sent in what it says of itself" in page.text
    assert "https://leedsmen.org.uk/policy" in page.text
    answer = await sam.post(f"{AT}/decide/SD", typed(basis="self", outcome="partly", by="Northern Men"))
    assert answer.status_code == 303, answer.text
    outcome, submitted, decided, basis = (await of_section(desk))[-1]
    assert (outcome, decided, basis) == ("partly", "Sam", "self")
    assert submitted == "the service (office@leedsmen.org.uk)"
    assert await assessments.waiting() == ()


async def test_a_self_assessment_is_given_back_with_a_reason(little: DeskWorld) -> None:
    assessments = await sent_in(little)
    await little.keeper("leeds-men", "office@leedsmen.org.uk")
    sam = await little.as_steward("Sam")
    without = await sam.post(f"{AT}/decide/SD/return", {"return-reason": ""})
    assert (without.status_code, "the service reads it" in without.text) == (422, True)
    await sam.post(f"{AT}/decide/SD/return", {"return-reason": "the link is dead"})
    assert await assessments.waiting() == ()
    assert "the link is dead" in little.posted.letters[-1]["letter"].plain
    assert (await sam.post(f"{AT}/decide/SD/return", {"return-reason": "again"})).status_code == 404


async def test_there_is_no_other_section_and_no_other_decision(little: DeskWorld) -> None:
    sam = await little.as_steward("Sam")
    gone: list[Any] = [
        await sam.get(f"{AT}/decide/XX"),
        await sam.get("/decisions/7"),
        await sam.post("/decisions/7/agree"),
    ]
    assert {answer.status_code for answer in gone} == {404}
