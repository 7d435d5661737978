"""An entry's first page and what stands around it: still right, closing, colleagues, other entries, all held."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert

from service_directory.desk.addresses import Addresses
from service_directory.desk.counts import SHOWN, Counts
from service_directory.desk.entries.colleagues import Colleagues
from service_directory.desk.reports import ReportKind, Reports
from service_directory.desk.tables import ReminderRow
from service_directory.standards import day_in_london
from tests.service_directory.desk.keepers.conftest import REFUGE, ROOM
from tests.support.desk import DeskWorld, Person
from tests.support.keeping import filled, words


async def is_shown(world: DeskWorld, service_id: str = ROOM) -> bool:
    return service_id in await world.desk.directory.still_shown([service_id], world.clock())


async def test_the_link_in_a_letter_is_spent_by_its_button_and_one_more_tap_says_that_it_is_right(
    world: DeskWorld,
) -> None:
    number = await world.keeper(ROOM)
    token = await world.desk.links.make("entry", number, world.clock(), timedelta(days=14))
    phone = await world.as_nobody()
    behind = await phone.get(f"/link/{token}")
    assert behind.status_code == 200
    assert "Example Leeds" not in behind.text
    page = await phone.after(await phone.post(f"/link/{token}"))
    while page.status_code == 303:
        page = await phone.after(page)
    assert "Is this still right?" in words(page)
    assert "Recorded as meeting the access and delivery standards for men by Example Assessors" in words(page)
    page = await phone.after(await phone.post("/entry/still-right"))
    assert "That is all: your entry is noted as still right today." in words(page)
    last = (await world.desk.directory.history(ROOM))[-2:]
    assert {(one.field, one.after) for one in last} == {
        ("assured_on", day_in_london(world.clock()).isoformat()),
        ("assured_by", "the service (keeper@example.org)"),
    }


async def test_said_again_on_the_same_day_it_is_still_right(world: DeskWorld, keeper: Person) -> None:
    for _ in range(2):
        assert (await keeper.post("/entry/still-right")).status_code == 303


async def test_what_was_said_later_stands(world: DeskWorld, keeper: Person) -> None:
    await keeper.post("/entry/still-right")
    world.clock.forward(days=-3)
    again = await world.as_keeper(ROOM)
    answer = await again.post("/entry/still-right")
    assert answer.status_code == 422
    assert "It was said to be right later than that already" in words(answer)


async def test_a_service_that_men_are_not_shown_is_told_why_and_what_it_can_do(world: DeskWorld) -> None:
    told = {}
    for service_id in ("example-cornwall-stale", "example-leeds-suspended", "example-derry-gap", REFUGE):
        page = words(await (await world.as_keeper(service_id)).get("/entry"))
        claimed = "Recorded as meeting" in page
        assert claimed == (service_id != "example-derry-gap"), service_id
        told[service_id] = page.partition("Men are not shown it today")[2]
    assert "Nobody has tried your number or address within the last six months." in told["example-cornwall-stale"]
    assert "It is suspended." in told["example-leeds-suspended"]
    assert "Something essential is not recorded as met in service delivery." in told["example-derry-gap"]
    assert told[REFUGE] == ""


async def test_closing_for_a_while_counts_at_once_and_ends_by_itself(world: DeskWorld, keeper: Person) -> None:
    answer = await filled(keeper, "/entry/close", {"how": "while", "until": "2026-11-30"})
    assert "On those days men are not shown your entry." in words(await keeper.after(answer))
    assert not await is_shown(world)
    assert "closed from 22 November 2026 to 30 November 2026" in words(await keeper.get("/entry"))
    world.clock.forward(days=9)
    assert await is_shown(world)


async def test_closing_later_leaves_it_shown_until_then_and_it_can_be_taken_back(
    world: DeskWorld, keeper: Person
) -> None:
    await filled(keeper, "/entry/close", {"how": "while", "begins": "2026-12-24", "until": "2027-01-03"})
    assert await is_shown(world)
    page = await keeper.after(await keeper.post("/entry/open-again"))
    assert "you are open again" in words(page)
    world.clock.forward(days=33)
    assert await is_shown(world)
    again = await world.as_keeper(ROOM)
    page = await again.after(await again.post("/entry/open-again"))
    assert "It is not closed by your word." in words(page)


async def test_opening_again_never_ends_what_stewards_suspended(world: DeskWorld, keeper: Person) -> None:
    await filled(keeper, "/entry/close", {"how": "while"})
    await world.desk.directory.suspend(ROOM, at=world.clock(), who="Sam Steward", why="the number rings out")
    await keeper.post("/entry/open-again")
    assert not await is_shown(world)
    assert "It is suspended." in words(await keeper.get("/entry"))
    await filled(keeper, "/entry/close", {"how": "while"})
    assert not await is_shown(world)


async def test_closing_for_good_counts_at_once_and_asks_for_the_status(world: DeskWorld, keeper: Person) -> None:
    answer = await filled(keeper, "/entry/close", {"how": "good"})
    assert "Men are no longer shown your entry." in words(await keeper.after(answer))
    assert not await is_shown(world)
    (asked,) = await world.desk.proposals.of_service(ROOM)
    assert [(one.field, one.before, one.after) for one in asked.fields] == [("status", "open", "closed")]
    assert asked.needed == 1
    assert "You said that you close for good." in words(await keeper.get("/entry"))
    await keeper.post("/entry/open-again")
    assert await is_shown(world)
    assert [one.state for one in await world.desk.proposals.of_service(ROOM)] == ["withdrawn"]


async def test_days_that_make_no_sense_are_refused_in_words(world: DeskWorld, keeper: Person) -> None:
    for typed, told in (
        ({}, "Choose whether it is for a while or for good."),
        ({"how": "while", "begins": "2026-11-01"}, "1 November 2026 is over."),
        ({"how": "while", "begins": "2026-12-24", "until": "2026-12-01"}, "The last day lies before the first."),
        ({"how": "while", "begins": "2036-12-24"}, "more than two years ahead"),
        ({"how": "while", "begins": "soon"}, "write the day like 2026-03-31"),
        ({"how": "good", "until": "2026-12-24"}, "if it ends, or take the days away"),
    ):
        answer = await filled(keeper, "/entry/close", dict(typed))
        assert answer.status_code == 422
        assert told in words(answer)
    assert await is_shown(world)


async def test_a_colleague_is_asked_for_and_added_once_a_steward_agrees(world: DeskWorld, keeper: Person) -> None:
    addresses = Addresses(world.desk.database, world.desk.secret)
    colleagues = Colleagues(world.desk.database, addresses)
    answer = await filled(keeper, "/entry/colleagues", {"email": "new@lantern.org.uk"})
    assert "Asked." in words(await keeper.after(answer))
    assert [one.email for one in await addresses.of(ROOM)] == ["keeper@example.org"]
    (asked,) = await colleagues.waiting()
    await colleagues.agree(asked.number, at=world.clock(), who="Sam Steward")
    assert [one.email for one in await addresses.of(ROOM)] == ["keeper@example.org", "new@lantern.org.uk"]
    number = (await addresses.of(ROOM))[1].number
    await keeper.post(f"/entry/colleagues/{number}/remove")
    assert "You asked for it to be taken off." in words(await keeper.get("/entry/colleagues"))
    (asked,) = await colleagues.waiting()
    await colleagues.agree(asked.number, at=world.clock(), who="Sam Steward")
    assert [one.email for one in await addresses.of(ROOM)] == ["keeper@example.org"]


async def test_what_is_not_agreed_to_comes_with_its_reason_and_a_request_can_be_taken_back(
    world: DeskWorld, keeper: Person
) -> None:
    colleagues = Colleagues(world.desk.database, Addresses(world.desk.database, world.desk.secret))
    await filled(keeper, "/entry/colleagues", {"email": "new@lantern.org.uk"})
    (asked,) = await colleagues.waiting()
    await colleagues.decline(asked.number, who="Sam Steward", reason="Nobody of that name answers there.")
    assert "Nobody of that name answers there." in words(await keeper.get("/entry/colleagues"))
    await filled(keeper, "/entry/colleagues", {"email": "other@lantern.org.uk"})
    (asked,) = await colleagues.waiting()
    await keeper.post(f"/entry/colleagues/asked/{asked.number}/withdraw")
    assert await colleagues.waiting() == ()


async def test_addresses_that_cannot_be_asked_for_are_refused_in_words(world: DeskWorld, keeper: Person) -> None:
    await filled(keeper, "/entry/colleagues", {"email": "new@lantern.org.uk"})
    for typed, told in (
        ("", "Write the address of your colleague."),
        ("nobody", "That is no email address"),
        ("keeper@example.org", "can keep this entry right already"),
        ("new@lantern.org.uk", "asked for that already"),
    ):
        answer = await filled(keeper, "/entry/colleagues", {"email": typed})
        assert answer.status_code == 422
        assert told in words(answer)
    for number in range(4):
        await filled(keeper, "/entry/colleagues", {"email": f"n{number}@lantern.org.uk"})
    answer = await filled(keeper, "/entry/colleagues", {"email": "toomany@lantern.org.uk"})
    assert "several of your requests already" in words(answer)
    assert (await keeper.post("/entry/colleagues/999/remove")).status_code == 404


async def test_one_address_keeps_several_entries_and_goes_from_one_to_the_other(
    world: DeskWorld, keeper: Person
) -> None:
    other = await world.keeper("example-leeds-listening")
    stranger = await world.keeper("example-leeds-law", "somebody@else.org.uk")
    assert "Example Leeds Listening" in words(await keeper.get("/entry"))
    assert (await keeper.post(f"/entry/others/{stranger}")).status_code == 404
    page = await keeper.after(await keeper.post(f"/entry/others/{other}"))
    assert "Example Leeds Listening" in words(page)
    assert "Example Leeds Men's Room" in words(page)


async def test_totals_are_told_under_the_rule_of_small_numbers(world: DeskWorld, keeper: Person) -> None:
    assert "There is nothing to tell yet" in words(await keeper.get("/entry/totals"))
    counts = Counts(world.desk.database, world.desk.areas)
    await counts.add(date(2026, 9, 1), {(f"{SHOWN}:{ROOM}", ""): 23, (f"{SHOWN}:example-leeds-law", ""): 99})
    await counts.add(date(2026, 10, 1), {(f"{SHOWN}:{ROOM}", ""): 4})
    said = words(await keeper.get("/entry/totals"))
    assert "September 2026 25" in said
    assert "99" not in said
    assert "October" not in said


async def test_everything_held_is_there_to_read_and_to_keep_and_nothing_of_men(
    world: DeskWorld, keeper: Person
) -> None:
    await Reports(world.desk.database).add(ROOM, ReportKind.TURNED_AWAY, world.clock())
    await filled(keeper, "/entry/change/about", {"alert": "Closed on Friday"})
    await keeper.post("/entry/send")
    await filled(keeper, "/entry/change/family", {"pets": "Small dogs"})
    await filled(keeper, "/entry/colleagues", {"email": "new@lantern.org.uk"})
    await filled(keeper, "/entry/standards/AE", {"AE1-result": "met", "AE1-note": "On our page for men"})
    async with world.desk.database.write() as connection:
        reminder = {"service_id": ROOM, "stage": "first", "counted_from": date(2026, 8, 1), "sent_at": world.clock()}
        await connection.execute(insert(ReminderRow).values(reminder))
    page = words(await keeper.get("/entry/held"))
    file = await keeper.get("/entry/held.json")
    assert file.headers["content-disposition"] == f'attachment; filename="{ROOM}.json"'
    held = file.json()
    assert {table for table in held["entry"]} >= {"service", "phone", "contact", "attestation", "organization"}
    assert held["proposals"][0]["fields"][0]["after"] == "Closed on Friday"
    assert held["being changed"]["fragments"]["family"]["pets"] == "Small dogs"
    assert held["self-assessment"][0]["said"]["AE1"]["note"] == "On our page for men"
    assert held["addresses that keep it right"][0]["email"] == "keeper@example.org"
    assert held["asked for addresses"][0]["email"] == "new@lantern.org.uk"
    assert held["reminders"][0]["stage"] == "first"
    assert len(held["history"]) > 20
    assert "turned_away" not in file.text
    assert "Small dogs" in page


async def test_a_service_that_is_gone_has_no_pages(world: DeskWorld) -> None:
    gone = await world.as_keeper("example-of-nothing")
    for path in ("/entry", "/entry/change", "/entry/review", "/entry/standards", "/entry/held", "/entry/close"):
        assert (await gone.get(path)).status_code == 404, path
    for path in ("/entry/still-right", "/entry/send", "/entry/close", "/entry/open-again"):
        assert (await gone.post(path, {"how": "while"})).status_code in (303, 404, 422), path


async def test_the_menu_marks_the_one_page_that_he_is_on_or_under(keeper: Person) -> None:
    for path, marked in (
        ("/entry", '/desk/entry" aria-current="page"'),
        ("/entry/change/hours", '/desk/entry/change" aria-current="true"'),
    ):
        page = await keeper.get(path)
        assert marked in page.text
        assert page.text.count("aria-current") == 1
