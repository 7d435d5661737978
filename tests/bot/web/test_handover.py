"""A turn waits for the page that shows it: once, and not for long."""

from __future__ import annotations

from datetime import timedelta

from bot.web.handover import WAITS, Handover
from safety.envelope import Turn, late
from tests.support.scripted_talk import ScriptedTalk


def test_a_turn_is_handed_out_once_and_to_its_own_chat() -> None:
    handover, turn = Handover(ScriptedTalk().clock), late()
    handover.put("a", turn)
    assert handover.collect("b") is None
    assert handover.collect("a") is turn
    assert handover.collect("a") is None


def test_a_later_turn_takes_the_place_of_an_earlier_one() -> None:
    handover, turns = Handover(ScriptedTalk().clock), (late(), late())
    for turn in turns:
        handover.put("a", turn)
    assert handover.collect("a") is turns[1]


def test_a_turn_that_nobody_fetched_is_gone_soon() -> None:
    talk = ScriptedTalk()
    handover = Handover(talk.clock)
    handover.put("a", late())
    talk.now += WAITS + timedelta(seconds=1)
    assert handover.collect("a") is None


def test_only_so_many_turns_wait_and_the_oldest_gives_way() -> None:
    handover = Handover(ScriptedTalk().clock)
    turns: list[Turn] = [late() for _ in range(501)]
    for number, turn in enumerate(turns):
        handover.put(str(number), turn)
    assert handover.collect("0") is None
    assert handover.collect("1") is turns[1]
    assert handover.collect("500") is turns[500]
