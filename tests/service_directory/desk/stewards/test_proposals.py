"""Stewards decide on what services send in: they see what would change, and no word of theirs is ever lost."""

from __future__ import annotations

import re

from sqlalchemy import update

from service_directory.changes import Change, Row
from service_directory.desk.tables import AccountRow
from service_directory.importing.proposals import THE_SERVICE
from service_directory.rows import service_rows
from tests.support.desk import DeskWorld

KEEPER = "office@leedsmen.org.uk"
HELPS = "Someone to talk to in Leeds and Bradford, on any evening of the week."


async def sent_in(world: DeskWorld, **after: str) -> int:
    """What the service says of itself otherwise; the number of the proposal."""
    table = "phone" if "number" in after else "service"
    async with world.desk.directory.database.read() as connection:
        rows = (await service_rows(connection, ["leeds-men"]))["leeds-men"]
    row = next(row for row in rows if row.table == table)
    change = Change("update", row, tuple((name, row.values[name], value) for name, value in after.items()))
    number = await world.desk.directory.propose(
        "leeds-men", [change], at=world.clock(), who=f"the service ({KEEPER})", why="it changed", source=THE_SERVICE
    )
    assert number is not None
    return number


async def numbers(world: DeskWorld) -> list[str]:
    views = await world.desk.directory.still_shown(["leeds-men"], world.clock())
    return [contact.display for view in views.values() for contact in view.contacts]


async def helps(world: DeskWorld) -> str:
    return (await world.desk.directory.still_shown(["leeds-men"], world.clock()))["leeds-men"].helps


async def test_a_change_of_words_is_shown_word_by_word_and_takes_one_steward(desk: DeskWorld) -> None:
    number = await sent_in(desk, description=HELPS)
    await desk.keeper("leeds-men", KEEPER)
    sam = await desk.as_steward()
    today = await sam.get("/today")
    assert f"/desk/proposals/{number}" in today.text
    page = await sam.get(f"/proposals/{number}")
    assert "<del>Leeds.</del> <ins>Leeds and Bradford, on any evening" in page.text
    assert f"the service ({KEEPER})" in page.text
    assert "It takes one person" in page.text
    named = await sam.post(f"/proposals/{number}/approve", {"approve-reason": "Mr Smith said so"})
    assert (named.status_code, "Mr Smith said so" in named.text) == (422, True)
    done = await sam.after(await sam.post(f"/proposals/{number}/approve"))
    assert "Leeds Men is changed" in done.text
    assert await helps(desk) == HELPS
    (letter,) = desk.posted.letters
    assert (letter["kind"], letter["to"]) == ("approved", KEEPER)
    assert "/desk/link/" in letter["letter"].plain


async def test_a_new_number_is_live_only_when_a_second_steward_agrees(desk: DeskWorld) -> None:
    number = await sent_in(desk, number="+441132225555")
    sam, alex = await desk.as_steward("Sam"), await desk.as_lead("Alex")
    page = await sam.get(f"/proposals/{number}")
    assert "0113 222 4444" in page.text
    assert "0113 222 5555" in page.text
    assert "takes two people" in page.text
    waits = await sam.after(await sam.post(f"/proposals/{number}/approve", {"approve-tried": "y"}))
    assert "when another person does, too" in waits.text
    assert (await numbers(desk))[0] == "0113 222 4444"
    again = await sam.post(f"/proposals/{number}/approve")
    assert again.status_code == 422
    assert "You have agreed to it" in again.text
    await alex.post(f"/proposals/{number}/approve", {"approve-tried": "y", "approve-reason": "answered at once"})
    assert (await numbers(desk))[0] == "0113 222 5555"


async def test_nobody_decides_on_what_he_sent_in_himself_for_the_service(little: DeskWorld) -> None:
    number = await sent_in(little, description=HELPS)
    keeper = await little.as_steward("Office")
    async with little.desk.database.write() as connection:
        await connection.execute(update(AccountRow).values(email=KEEPER))
    refused = await keeper.post(f"/proposals/{number}/approve")
    assert refused.status_code == 422
    assert "Another person decides on it" in refused.text


async def test_giving_back_and_declining_take_a_reason_and_the_service_reads_it(little: DeskWorld) -> None:
    await little.keeper("leeds-men", KEEPER)
    sam = await little.as_steward()
    for way, kind, state in (("return", "returned", "given back"), ("decline", "declined", "declined")):
        number = await sent_in(little, description=f"{HELPS} {way}")
        without = await sam.post(f"/proposals/{number}/{way}", {f"{way}-reason": " "})
        assert without.status_code == 422
        assert "Say why" in without.text
        personal = await sam.post(f"/proposals/{number}/{way}", {f"{way}-reason": "Mr Smith says no"})
        assert (personal.status_code, "would tell of a person" in personal.text) == (422, True)
        settled = await sam.post(f"/proposals/{number}/{way}", {f"{way}-reason": "which evenings?"})
        assert settled.status_code == 303
        assert little.posted.letters[-1]["kind"] == kind
        assert "which evenings?" in little.posted.letters[-1]["letter"].plain
        assert state in (await sam.get("/proposals?show=settled")).text
        gone = await sam.post(f"/proposals/{number}/{way}", {f"{way}-reason": "once more"})
        assert gone.status_code == 422
        assert "once more" in gone.text


async def test_what_was_changed_meanwhile_overtakes_a_proposal_and_says_so(little: DeskWorld) -> None:
    number = await sent_in(little, description=HELPS)
    sam = await little.as_steward()
    saved = await sam.post(
        "/services/leeds-men/edit/about", {**(await about(little)), "helps": "Another text.", "history-why": "clearer"}
    )
    assert saved.status_code == 303, saved.text
    refused = await sam.post(f"/proposals/{number}/approve")
    assert refused.status_code == 422
    assert "was changed meanwhile" in refused.text
    assert await helps(little) == "Another text."


async def about(world: DeskWorld) -> dict[str, str | list[str]]:
    """What stands in the form of the first part of the entry."""
    sam = await world.as_steward()
    page = (await sam.get("/services/leeds-men/edit/about")).text
    fields: dict[str, str | list[str]] = dict(
        re.findall(r'<input[^>]*name="(name|also_known_as)"[^>]*value="([^"]*)"', page)
    )
    return {"name": "Leeds Men", **fields, "needs": ["talk", "health"]}


async def test_a_stewards_own_version_takes_the_place_of_the_proposal(desk: DeskWorld) -> None:
    number = await sent_in(desk, description=HELPS)
    await desk.keeper("leeds-men", KEEPER)
    sam = await desk.as_steward()
    form = await sam.get(f"/services/leeds-men/edit/about?proposal={number}")
    assert HELPS in form.text
    better = HELPS.replace("any evening", "weekday evenings")
    sent = {**(await about(desk)), "helps": better, "proposal": str(number), "history-why": "not at weekends"}
    done = await sam.post("/services/leeds-men/edit/about", sent)
    assert done.status_code == 303, done.text
    assert await helps(desk) == better
    assert "replaced by a steward" in (await sam.get(f"/proposals/{number}")).text
    (letter,) = desk.posted.letters
    assert letter["kind"] == "edited"
    assert "not at weekends" in letter["letter"].plain


async def test_there_is_no_proposal_of_another_number_or_service(little: DeskWorld) -> None:
    sam = await little.as_steward()
    for path in ("/proposals/99", "/proposals/x", "/services/leeds-men/edit/about?proposal=99", "/services/nobody"):
        assert (await sam.get(path)).status_code == 404, path


async def test_a_stewards_own_version_may_begin_from_a_way_that_is_new(little: DeskWorld) -> None:
    async with little.desk.directory.database.read() as connection:
        rows = (await service_rows(connection, ["leeds-men"]))["leeds-men"]
    old = next(row for row in rows if row.table == "contact")
    new = Row(
        "contact", "leeds-men/website/1", "leeds-men", {"kind": "website", "url": "https://leeds.org.uk", "position": 2}
    )
    changes = [
        Change("create", new, tuple((name, None, value) for name, value in new.values.items())),
        Change("delete", old, tuple((name, value, None) for name, value in old.values.items())),
    ]
    number = await little.desk.directory.propose(
        "leeds-men", changes, at=little.clock(), who=f"the service ({KEEPER})", why="a new site", source=THE_SERVICE
    )
    sam = await little.as_steward()
    form = await sam.get(f"/services/leeds-men/edit/reach?proposal={number}")
    assert "https://leeds.org.uk" in form.text
    assert "hello@leedsmen.org.uk" not in form.text
    sent = {
        "proposal": str(number),
        "contacts-0-row": "leeds-men/phone/1",
        "contacts-0-kind": "phone",
        "contacts-0-value": "0113 222 4444",
        "contacts-0-place": "1",
        "contacts-1-row": "leeds-men/website/1",
        "contacts-1-kind": "website",
        "contacts-1-value": "https://leedsmen.org.uk",
        "contacts-1-place": "2",
        "history-why": "the address they meant",
    }
    done = await sam.after(await sam.post("/services/leeds-men/edit/reach", sent))
    assert "waits for another person" in done.text
    (mine,) = await little.desk.proposals.waiting()
    assert (mine.source, mine.approved_by) == ("a steward", ("Sam Steward",))
    assert "https://leedsmen.org.uk" in (await sam.get(f"/proposals/{mine.number}")).text
