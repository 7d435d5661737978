"""What a steward does to an entry: done at once, or refused in words with nothing lost of what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service_directory.desk.stewards.changing import Changing
from service_directory.desk.stewards.looking_back import acts_of
from service_directory.standing import Explanation
from service_directory.stewarding import Stewarding
from tests.support.desk import DeskWorld, Person, desk_world
from tests.support.services import CORNWALL, written, written_service

AT = "/services/leeds-men"


async def shown(world: DeskWorld) -> bool:
    return bool(await world.desk.directory.still_shown(["leeds-men"], world.clock()))


async def why(world: DeskWorld) -> Explanation:
    return await world.desk.stewarding.why("leeds-men", world.clock())


async def do(person: Person, act: str, **form: Any) -> str:
    """What the page says after an act that went through."""
    answer = await person.post(f"{AT}/{act}", form)
    assert answer.status_code == 303, answer.text
    return (await person.after(answer)).text


async def test_a_service_is_suspended_at_once_and_shown_again_when_it_ends(desk: DeskWorld) -> None:
    sam = await desk.as_steward()
    assert "Suspended. Leeds Men is not shown" in await do(sam, "suspend", why="the number rings out", section="")
    assert not await shown(desk)
    page = await sam.get(AT)
    assert "the number rings out" in page.text
    assert "End its suspension" in page.text
    assert "Leeds Men is shown to men now" in await do(sam, "resume", why="answered twice")
    assert await shown(desk)
    last = (await desk.desk.directory.history("leeds-men"))[-1]
    assert (last.who, last.why) == ("Sam Steward", "answered twice")


@pytest.mark.parametrize(
    ("act", "form", "told", "kept"),
    [
        ("suspend", {"section": "", "until": "2020-01-01", "why": "moving out"}, "is over", "moving out"),
        ("suspend", {"section": "", "until": "soon", "why": "moving out"}, "Write the day like", "moving out"),
        ("suspend", {"section": "", "why": "Mr Smith rang 0113 222 4444"}, "would tell of a person", "Mr Smith"),
        ("suspend", {"section": "", "why": "  "}, "Say why", ""),
        ("resume", {"why": "all is well"}, "not suspended today", "all is well"),
        ("checked", {"on": "2026-11-22", "why": "rang it"}, "Tick what you tried", "rang it"),
        ("checked", {"hours": "y", "on": "2030-01-01", "why": "rang"}, "lies in the future", "2030-01-01"),
        ("still-right", {"on": "2030-01-01", "why": "rang"}, "lies in the future", "2030-01-01"),
        ("places", {"men": "2", "on": "2026-11-22", "why": "asked"}, "nobody a place to stay", "asked"),
        ("standing", {"why": "tidying"}, "Not a valid choice", "tidying"),
    ],
)
async def test_what_is_refused_is_said_in_words_and_nothing_typed_is_lost(
    little: DeskWorld, act: str, form: dict[str, str], told: str, kept: str
) -> None:
    sam = await little.as_steward()
    answer = await sam.post(f"{AT}/{act}", form)
    assert answer.status_code == 422
    assert told in answer.text
    assert kept in answer.text
    assert await shown(little)


async def test_a_number_that_was_tried_is_recorded_with_its_day(desk: DeskWorld) -> None:
    sam = await desk.as_steward()
    page = await sam.get(f"{AT}/checked")
    assert "0113 222 4444 (Office, last tried on 2 November 2026)" in page.text
    await do(sam, "checked", ways="0113 222 4444", on="2026-11-22", why="tried", hours="y")
    contacts = (await desk.desk.directory.still_shown(["leeds-men"], desk.clock()))["leeds-men"].contacts
    assert contacts[0].checked_on == desk.clock().date()


async def test_they_said_that_it_is_still_right(desk: DeskWorld) -> None:
    sam = await desk.as_steward()
    desk.clock.forward(days=400)
    assert 7 in [clause.number for clause in (await why(desk)).clauses if not clause.holds]
    sam = await desk.as_steward()
    await do(sam, "still-right", on=desk.clock().date().isoformat(), why="rang them")
    assert 7 not in [clause.number for clause in (await why(desk)).clauses if not clause.holds]


async def test_what_only_stewards_decide_is_saved_with_its_reason(desk: DeskWorld) -> None:
    sam = await desk.as_steward()
    form = {"status": "open", "published": "y", "funding_end": "2027-03-31", "why": "they told us"}
    assert "Leeds Men is shown" in await do(sam, "standing", **form)
    assert "31 March 2027" in (await sam.get(AT)).text
    told = await do(sam, "standing", **{**form, "do_not_list": "y", "why": "they asked us"})
    assert "Leeds Men is not shown" in told
    assert not await shown(desk)
    again = await do(sam, "standing", **{**form, "do_not_list": "y", "why": "they asked us"})
    assert "Nothing was changed" in again


async def test_free_places_are_written_down_with_their_age_and_shown_to_no_man(
    tmp_path: Any, directory_url: str
) -> None:
    refuge = written_service(needs=["stay"], accommodation=True, hours=None, hours_checked=None)
    async with desk_world(tmp_path, url=directory_url, document=written(refuge)) as desk:
        sam = await desk.as_steward()
        assert "Nobody has counted them" in (await sam.get(AT)).text
        await do(sam, "places", men="2", men_of="6", on="2026-11-20", why="asked")
        assert "For men: 2 of 6, counted 2 days ago by Sam Steward" in (await sam.get(AT)).text
        await do(sam, "places", men="0", men_of="6", anyone="1", on="2026-11-22", why="asked again")
        page = (await sam.get(AT)).text
        assert "For men: 0 of 6, counted today" in page
        assert "For anyone: 1, counted today" in page
        desk.clock.forward(days=9)
        sam = await desk.as_steward()
        assert "too old: ask" in (await sam.get(AT)).text
        for form, told in (
            ({"men": "7", "men_of": "6"}, "More are free than there are"),
            ({}, "Write how many are free"),
            ({"men": "2", "on": "2030-01-01"}, "lies in the future"),
            ({"men": "many"}, "Not a valid integer"),
        ):
            refused = await sam.post(f"{AT}/places", {"on": "2026-11-22", "why": "asked", **form})
            assert (refused.status_code, told in refused.text) == (422, True), told


async def test_a_former_state_is_put_back_from_the_history_page(desk: DeskWorld) -> None:
    sam = await desk.as_steward()
    desk.clock.forward(minutes=10)
    await do(sam, "standing", status="paused", published="y", why="on holiday")
    first = await first_line(desk)
    history = await sam.get(f"{AT}/history")
    assert "on holiday" in history.text
    assert f"{AT}/history/{first}" in history.text
    page = await sam.get(f"{AT}/history/{first}")
    assert "paused" in page.text
    empty = await sam.post(f"{AT}/history/{first}", {"why": ""})
    assert (empty.status_code, "Say why" in empty.text) == (422, True)
    back = await sam.after(await sam.post(f"{AT}/history/{first}", {"why": "back early"}))
    assert "Put back. Saved." in back.text
    assert await shown(desk)
    already = await sam.post(f"{AT}/history/{first}", {"why": "back early"})
    assert (already.status_code, "back early" in already.text) == (422, True)
    assert (await sam.get(f"{AT}/history/999999")).status_code == 404
    assert (await sam.get(f"{AT}/history?from=1")).status_code == 200


async def first_line(world: DeskWorld) -> int:
    """The number of the last line of the first act of its history."""
    return acts_of(await Changing(world.desk.directory).lines("leeds-men"), str)[-1].line


async def test_the_entry_is_changed_part_by_part_and_a_new_number_waits(desk: DeskWorld) -> None:
    sam = await desk.as_steward()
    listed = await sam.get(f"{AT}/edit")
    assert f"/desk{AT}/edit/reach" in listed.text
    first = {"contacts-0-row": "leeds-men/phone/1", "contacts-0-kind": "phone", "contacts-0-label": "Office"}
    second = {
        "contacts-1-row": "leeds-men/email/1",
        "contacts-1-kind": "email",
        "contacts-1-value": "hello@leedsmen.org.uk",
    }
    ways = {**first, **second, "contacts-0-place": "1", "contacts-1-place": "2"}
    wrong = await sam.post(f"{AT}/edit/reach", {**ways, "contacts-0-value": "0113 222", "history-why": "moved"})
    assert wrong.status_code == 422
    assert "0113 222" in wrong.text
    assert "moved" in wrong.text
    more = await sam.post(f"{AT}/edit/reach", {**ways, "contacts-0-value": "0113 222 5555", "more": "yes"})
    assert (more.status_code, "contacts-3-value" in more.text) == (200, True)
    form = {**ways, "contacts-0-value": "0113 222 5555", "history-why": "moved"}
    saved = await sam.after(await sam.post(f"{AT}/edit/reach", form))
    assert "waits for another person (proposal 1)" in saved.text
    same = await sam.post(f"{AT}/edit/reach", form)
    assert (same.status_code, "waits for another person already" in same.text) == (422, True)
    (proposal,) = await desk.desk.proposals.waiting()
    assert (proposal.approved_by, proposal.needed) == (("Sam Steward",), 2)
    alex = await desk.as_lead("Alex")
    await alex.post(f"/proposals/{proposal.number}/approve", {"approve-tried": "y"})
    views = await desk.desk.directory.still_shown(["leeds-men"], desk.clock())
    assert views["leeds-men"].contacts[0].display == "0113 222 5555"


async def test_areas_languages_and_hours_are_changed_by_the_services_own_forms(little: DeskWorld) -> None:
    sam = await little.as_steward()
    looked = await sam.post(f"{AT}/edit/areas", {"areas": ["E08000035"], "place": "Cornwall", "history-why": "more"})
    assert (looked.status_code, CORNWALL in looked.text) == (200, True)
    saved = await sam.post(f"{AT}/edit/areas", {"areas": ["E08000035", CORNWALL], "history-why": "more"})
    assert saved.status_code == 303
    assert CORNWALL in (await why(little)).areas
    unheard = await sam.post(f"{AT}/edit/languages", {"languages": ["en"], "other": "Xyzzy", "history-why": "more"})
    assert (unheard.status_code, "Xyzzy" in unheard.text) == (422, True)
    spoken = await sam.post(f"{AT}/edit/languages", {"languages": ["en", "cy"], "history-why": "more"})
    assert spoken.status_code == 303
    days = {f"{day}-state": "all" for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")}
    hours = await sam.post(f"{AT}/edit/hours", {**days, "history-why": "they told us"})
    assert hours.status_code == 303, hours.text
    assert "24/7" in (await sam.get(AT)).text
    wrong = await sam.post(
        f"{AT}/edit/hours", {**days, "Mo-state": "times", "Mo-from-0": "9", "Mo-until-0": "never", "history-why": "x"}
    )
    assert (wrong.status_code, "never" in wrong.text) == (422, True)
    unchanged = await sam.post(f"{AT}/edit/hours", {**days, "history-why": "they told us"})
    assert (unchanged.status_code, "Nothing is different" in unchanged.text) == (422, True)
    assert (await sam.get(f"{AT}/edit/nothing")).status_code == 404


async def test_its_organization_is_changed_and_its_web_address_waits(little: DeskWorld) -> None:
    sam = await little.as_steward()
    assert "Northern Men" in (await sam.get(f"{AT}/organization")).text
    form = {"name": "Men of the North", "website": "https://northern.org.uk", "why": "renamed"}
    assert "waits for two people" in (await sam.after(await sam.post(f"{AT}/organization", form))).text
    assert "Men of the North" in (await sam.get(AT)).text
    wrong = await sam.post(f"{AT}/organization", {**form, "website": "northern"})
    assert (wrong.status_code, "must be a web address" in wrong.text, "renamed" in wrong.text) == (422, True, True)
    same = await sam.after(await sam.post(f"{AT}/organization", {"name": "Men of the North", "why": "again"}))
    assert "Nothing was changed" in same.text
    assert (await sam.post(f"{AT}/organization", {"name": "", "why": "x"})).status_code == 422


async def test_services_that_may_be_the_same_are_pointed_out(tmp_path: Any) -> None:
    twin = written_service("leeds-men-2", organization="other", name="Leeds Men")
    document = written(written_service(), twin)
    document["organizations"].append({"id": "other", "name": "Others"})
    async with desk_world(tmp_path, document=document) as world:
        sam = await world.as_steward()
        page = await sam.get(f"{AT}/alike")
        assert "/desk/services/leeds-men-2" in page.text
        assert "phone +441132224444" in page.text


async def test_a_suspension_ends_by_itself_in_the_list_of_suspended_ones(little: DeskWorld) -> None:
    until = (little.clock() + timedelta(days=1)).date()
    await Stewarding(little.desk.directory).suspend("leeds-men", at=little.clock(), who="Ada", why="away", until=until)
    sam = await little.as_steward()
    assert "1 service<" in (await sam.get("/services?show=suspended")).text
    little.clock.forward(days=3)
    sam = await little.as_steward()
    assert "0 services" in (await sam.get("/services?show=suspended")).text


async def test_each_act_begins_from_how_things_stand(little: DeskWorld) -> None:
    sam = await little.as_steward()
    for act, stands in (
        ("suspend", "The whole service"),
        ("resume", "End it"),
        ("standing", 'name="published" type="checkbox" value="y"'),
        ("still-right", 'value="2026-11-22"'),
        ("places", 'value="2026-11-22"'),
    ):
        page = await sam.get(f"{AT}/{act}")
        assert stands in page.text, (act, page.text)
    assert (await sam.get("/services/nobody/suspend")).status_code == 404
