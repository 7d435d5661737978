"""A lead pauses the bot and closes a lifeline with a reason, and puts either on again with one tap."""

from __future__ import annotations

import pytest

from bot.switchboard import Switchboard
from service_directory.desk.logbook import lines
from service_directory.desk.switches import BOT
from tests.bot.desk.test_editors_pages import words
from tests.support.desk import Person
from tests.support.editors_desk import EditorsDesk
from tests.support.world import Phone

pytestmark = pytest.mark.asyncio(loop_scope="module")

MESSAGE = "We are putting something right. Please come back after 2pm."


async def send(person: Person, path: str, **form: str) -> str:
    answer = await person.post(path, form)
    return words((await person.after(answer)).text if answer.status_code == 303 else answer.text)


async def test_a_pause_is_told_to_men_and_ends_with_one_tap(desk: EditorsDesk) -> None:
    lead = await desk.world.as_lead()
    phone = Phone(desk.rooms, desk.clock)
    assert "The bot on" in words((await lead.get("/switches")).text)
    page = await send(lead, "/switches/pause", message=MESSAGE, why="wrong numbers")
    assert "The bot is paused. Every process that serves goes by it within five seconds." in page
    assert f"Men read {MESSAGE}" in page
    assert "by Lee Lead Why wrong numbers" in page
    await phone.says("hello")
    assert MESSAGE in phone.seen
    assert "The bot is paused since" in (await lead.get("/conversations")).text
    other = await send(await desk.world.as_lead("Max Lead"), "/switches/pause", message="Soon.", why="the same")
    assert "Lee Lead was quicker" in other
    assert MESSAGE in other
    assert "The bot goes on." in await send(lead, "/switches/resume")
    assert "it is on already" in await send(lead, "/switches/resume")
    await phone.says("hello")
    assert MESSAGE not in phone.seen
    done = [(line.who, line.what) for line in await lines(desk.world.desk.database) if "switched" in line.what]
    assert done == [("Lee Lead", "switched on"), ("Lee Lead", "switched off")]


@pytest.mark.parametrize(
    ("message", "why", "told"),
    [
        ("", "why", "Write what men should read"),
        ("Back soon.", " ", "Say why"),
        ("Our helpline is down.", "why", "A lock screen may show that line"),
        ("Back soon.\nCall 01823 334244.", "why", "Only the numbers of lifelines"),
        ("a" * 301, "why", "300 is the most"),
    ],
)
async def test_a_message_that_must_not_be_said_changes_nothing(
    desk: EditorsDesk, message: str, why: str, told: str
) -> None:
    lead = await desk.world.as_lead()
    assert told in await send(lead, "/switches/pause", message=message, why=why)
    assert await desk.rooms.switches.all() == ()


async def test_a_lifeline_is_closed_with_a_reason_and_stands_first_until_it_answers_again(desk: EditorsDesk) -> None:
    lead = await desk.world.as_lead()
    assert "Mark Galop closed" in words((await lead.get("/switches/lifelines/galop")).text)
    assert "Say why" in await send(lead, "/switches/lifelines/galop/close", why="")
    page = await send(lead, "/switches/lifelines/galop/close", why="rang three times")
    assert "Galop is marked closed." in page
    assert "Galop closed" in page
    assert page.index("Galop closed") < page.index("Samaritans")
    assert "galop" in desk.rooms.switchboard.lifelines.closed
    assert "Galop is told again." in await send(lead, "/switches/lifelines/galop/open")
    assert not desk.rooms.switchboard.lifelines.closed


async def test_the_helpline_is_shown_once_and_999_cannot_be_closed(desk: EditorsDesk) -> None:
    lead = await desk.world.as_lead()
    page = words((await lead.get("/switches")).text)
    assert page.count("0808 800 1170 Mark it closed") == 1
    for key in ("emergency", "mankind", "nothing", "any_hour"):
        assert (await lead.get(f"/switches/lifelines/{key}")).status_code == 404
        assert (await lead.post(f"/switches/lifelines/{key}/close", {"why": "x"})).status_code == 404
        assert (await lead.post(f"/switches/lifelines/{key}/open")).status_code == 404


async def test_only_leads_may_switch(desk: EditorsDesk) -> None:
    for person in (await desk.world.as_editor(), await desk.world.as_steward(), await desk.world.as_nobody()):
        for path in ("/switches/pause", "/switches/resume", "/switches/lifelines/galop/close"):
            answer = await person.post(path, {"message": MESSAGE, "why": "why"})
            assert answer.status_code == 403
    assert await desk.rooms.switches.all() == ()


async def test_another_process_goes_by_it_when_it_looks(desk: EditorsDesk) -> None:
    other = Switchboard(desk.rooms.lifelines, desk.rooms.switches.all)
    await send(await desk.world.as_lead(), "/switches/pause", message=MESSAGE, why="a test")
    assert other.pause is None
    await other.take_up()
    assert other.pause == MESSAGE
    await desk.rooms.switches.on(BOT, who="Lee Lead", at=desk.clock())
    await desk.rooms.switchboard.take_up()
