"""What he types is first of all an answer to the question he was asked; and what stands around an answer to danger."""

from __future__ import annotations

import pytest

from bot.rooms import Rooms
from bot.turns import danger_in, is_question
from dialogs.steps import Ask
from safety.risk import screen
from tests.support.world import Clock, Phone

HUMAN_LINE = "That shouldn't happen to you."


@pytest.fixture
def phone(rooms: Rooms, clock: Clock) -> Phone:
    return Phone(rooms, clock)


async def flow(phone: Phone) -> str:
    return (await phone.rooms.conversation.place(phone.address))[0]


async def test_words_that_stand_on_a_button_are_that_answer_and_no_guess_about_danger(phone: Phone) -> None:
    typed = "we hit each other"
    danger = danger_in(typed)
    assert danger is not None
    assert is_question(danger)
    await phone.commands("start")
    await phone.says(typed)
    assert await flow(phone) == "both"


async def test_the_same_words_are_asked_about_where_no_answer_is_called_so(phone: Phone) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Money")
    await phone.says("we hit each other")
    assert await flow(phone) == "own_behaviour"


async def test_danger_that_is_certain_is_answered_whatever_is_on_offer(phone: Phone) -> None:
    assert danger_in("police") == "immediate_danger"
    await phone.commands("start")
    await phone.says("police")
    assert await flow(phone) == "danger"


@pytest.mark.parametrize("typed", ["police", "the police", "Police."])
async def test_what_a_page_is_called_is_that_page_where_pages_are_listed(phone: Phone, typed: str) -> None:
    assert danger_in(typed) == "immediate_danger"
    await phone.commands("start")
    await phone.taps("All topics")
    await phone.says(typed)
    assert await flow(phone) == "police"


async def test_to_a_question_the_same_word_may_be_a_cry(phone: Phone) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.says("police")
    assert await flow(phone) == "danger"


async def test_after_a_silence_the_list_is_not_before_him_and_the_word_is_danger_again(
    phone: Phone, clock: Clock
) -> None:
    await phone.commands("start")
    await phone.taps("All topics")
    clock.forward(minutes=11)
    await phone.says("police")
    assert await flow(phone) == "danger"


def test_the_police_are_all_that_is_danger_and_a_page_too(rooms: Rooms) -> None:
    """Whoever types danger on a screen that asks nothing gets 999, unless the words are those of a page about it."""
    book = rooms.book
    said = {
        said
        for flow in book.flows.values()
        for at in flow.steps.values()
        if isinstance(at, Ask) and at.answerless
        for choice in at.options
        for said in (choice.label, *choice.words)
        if choice.shown
    }
    certain = {words for words in said if (danger := danger_in(words)) and not is_question(danger)}
    assert certain == {"police", "the police"}


async def test_nothing_is_said_after_the_ways_to_999(phone: Phone) -> None:
    typed = "he has a knife and he hits me"
    assert screen(typed).disclosure
    await phone.commands("start")
    await phone.says(typed)
    assert await flow(phone) == "danger"
    assert HUMAN_LINE not in phone.turn.messages[0].body


async def test_the_human_line_stands_before_a_question_about_danger(phone: Phone) -> None:
    typed = "my wife hits me and im too scared to go home"
    assert screen(typed).disclosure
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.says(typed)
    body = phone.turn.messages[0].body
    assert await flow(phone) == "danger_asked"
    assert body.index(HUMAN_LINE) < body.index("may have read you wrong")
