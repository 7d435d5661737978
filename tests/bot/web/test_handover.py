"""A turn waits for the page that shows it: once, and not for long."""

from __future__ import annotations

import html
import itertools
from datetime import timedelta
from pathlib import Path

import httpx

from bot.web import web_app
from bot.web.handover import WAITS, Handover
from safety.envelope import Turn, late
from tests.support.anywhere import OnTheWeb
from tests.support.scripted_talk import ScriptedTalk
from tests.support.world import Clock, world


def test_a_turn_is_handed_out_once_and_to_its_own_chat() -> None:
    handover, turn = Handover(ScriptedTalk().clock), late()
    handover.put("a", "form", turn)
    assert handover.collect("b", "form") is None
    assert handover.collect("a", "form") is turn
    assert handover.collect("a", "form") is None


def test_a_turn_is_handed_out_to_the_page_that_follows_its_own_form_alone() -> None:
    handover = Handover(ScriptedTalk().clock)
    handover.put("a", "form", late())
    assert handover.collect("a", "a later form") is None
    assert handover.collect("a", "form") is None, "it is over"


def test_a_later_turn_takes_the_place_of_an_earlier_one() -> None:
    handover, turns = Handover(ScriptedTalk().clock), (late(), late())
    for turn in turns:
        handover.put("a", "form", turn)
    assert handover.collect("a", "form") is turns[1]


def test_a_turn_that_nobody_fetched_is_gone_soon() -> None:
    talk = ScriptedTalk()
    handover = Handover(talk.clock)
    handover.put("a", "form", late())
    talk.now += WAITS + timedelta(seconds=1)
    assert handover.collect("a", "form") is None


def test_only_so_many_turns_wait_and_the_oldest_gives_way() -> None:
    handover = Handover(ScriptedTalk().clock)
    turns: list[Turn] = [late() for _ in range(501)]
    for number, turn in enumerate(turns):
        handover.put(str(number), "form", turn)
    assert handover.collect("0", "form") is None
    assert handover.collect("1", "form") is turns[1]
    assert handover.collect("500", "form") is turns[500]


class RoundRobin(httpx.AsyncBaseTransport):
    """A balancer before several processes: of two requests that follow each other no process gets both."""

    def __init__(self, processes: list[httpx.ASGITransport]) -> None:
        self._next = itertools.cycle(processes)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await next(self._next).handle_async_request(request)


async def test_behind_a_balancer_no_earlier_turn_is_shown_in_the_place_of_the_last_one(tmp_path: Path) -> None:
    clock = Clock()
    async with world(tmp_path, clock) as rooms:

        def process() -> httpx.ASGITransport:
            return httpx.ASGITransport(
                web_app(
                    rooms.conversation,
                    lifelines=rooms.lifelines,
                    exit_url="https://www.example.com/weather",
                    session_minutes=60,
                    secure_cookies=False,
                    clock=clock,
                )
            )

        balancer = RoundRobin([process(), process(), process()])
        async with httpx.AsyncClient(transport=balancer, base_url="http://chat.test") as browser:
            man = OnTheWeb(browser, script=False)
            await man.says("yes")
            assert "What would help most right now?" in html.unescape(man.page)
            await man.says("she's got a knife")
            assert "999" in html.unescape(man.page).partition("Men's helpline")[0]
            await man.taps("Carry on")
            await man.taps("Talk to someone")
            assert "Roughly where should the help be?" in html.unescape(man.page)
            await man.says("leeds")
            assert "Example Leeds Men's Room" in html.unescape(man.page)
