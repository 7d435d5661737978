"""A danger that he may not have meant: one question, and from every answer to it exactly the way he chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arrival import Address, Arrival, Typed
from bot.rooms import Rooms
from bot.terminal import Talk
from bot.turns import DANGERS, danger_in, gravest, is_question, itself, second_danger_in
from dialogs.engine import Interrupt
from safety.risk import LABELS, screen
from tests.support.world import Clock, Phone

DANGER = "im too scared to go home"
NECK = "i couldnt breathe when he was on me"
CHILD = "my child is being hurt"
SEXUAL = "sexual assault"
SUICIDE = "what's the point anymore"
ASKED = {
    DANGER: ("danger_asked", "call 999", "danger"),
    NECK: ("neck_asked", "call 999", "neck"),
    CHILD: ("child_asked", "NSPCC", "children_at_risk"),
    SEXUAL: ("sexual_asked", "It happens to men", "sexual"),
    SUICIDE: ("suicide_asked", "Samaritans", "suicide_lines"),
}


@pytest.fixture
def phone(rooms: Rooms, clock: Clock) -> Phone:
    return Phone(rooms, clock)


async def at_the_need(phone: Phone) -> tuple[str, str]:
    await phone.commands("start")
    await phone.taps("Yes")
    return await phone.rooms.conversation.place(phone.address)


async def flow(phone: Phone) -> str:
    return (await phone.rooms.conversation.place(phone.address))[0]


# --- one question -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ASKED)
async def test_he_is_asked_with_the_number_at_hand_and_his_yes_leads_on_and_back(phone: Phone, words: str) -> None:
    asked, number, answering = ASKED[words]
    place = await at_the_need(phone)
    await phone.says(words)
    assert await flow(phone) == asked
    assert "may have read you wrong" in phone.turn.messages[0].body
    assert number in phone.turn.messages[0].body
    assert {"Yes", "Not that", "Skip", "Why?", "Urgent help", "Leave now"} <= set(phone.labels)
    await phone.taps("Yes")
    assert await flow(phone) == answering
    await phone.taps("Carry on")
    assert await phone.rooms.conversation.place(phone.address) == place


@pytest.mark.parametrize("words", ASKED)
@pytest.mark.parametrize("dismissed", ["Skip", "Back"])
async def test_it_is_dismissed_by_one_tap_and_he_is_exactly_where_he_was(
    phone: Phone, words: str, dismissed: str
) -> None:
    place = await at_the_need(phone)
    before = phone.turn.messages[-1].body
    await phone.says(words)
    await phone.taps(dismissed)
    assert await phone.rooms.conversation.place(phone.address) == place
    assert before.endswith(phone.turn.messages[-1].body)


@pytest.mark.parametrize("words", ASKED)
async def test_who_meant_nothing_of_the_kind_may_look_for_what_he_meant_or_is_exactly_where_he_was(
    phone: Phone, words: str
) -> None:
    place = await at_the_need(phone)
    await phone.says(words)
    await phone.taps("Not that")
    assert "I had read it wrong" in phone.seen
    assert {"All topics", "Carry on"} <= set(phone.labels)
    await phone.taps("Carry on")
    assert await phone.rooms.conversation.place(phone.address) == place


@pytest.mark.parametrize("words", ASKED)
async def test_he_is_told_why_and_what_is_not_followed_asks_again(phone: Phone, words: str) -> None:
    await at_the_need(phone)
    await phone.says(words)
    await phone.taps("Why?")
    assert "If you say yes" in phone.seen
    await phone.says("nice weather today")
    assert "I can only follow the buttons" in phone.seen
    await phone.says("no")
    assert await phone.rooms.conversation.place(phone.address) in (
        (ASKED[words][0], "not_that"),
        ("danger_asked", "not_now"),
    )


@pytest.mark.parametrize(
    ("label", "answering"), [("Someone else", "worried_suicide"), ("Someone's threats", "suicide_threats")]
)
async def test_he_who_spoke_of_somebody_else_reads_of_them_and_is_not_asked_about_himself(
    phone: Phone, label: str, answering: str
) -> None:
    place = await at_the_need(phone)
    await phone.says(SUICIDE)
    await phone.taps(label)
    assert await flow(phone) == answering
    await phone.says(SUICIDE)
    assert await flow(phone) == answering
    await phone.taps("Carry on")
    assert await phone.rooms.conversation.place(phone.address) == place


async def test_not_now_is_told_what_to_do_when_that_changes(phone: Phone) -> None:
    place = await at_the_need(phone)
    await phone.says(DANGER)
    await phone.taps("Not now")
    assert "If that changes" in phone.seen
    await phone.taps("Carry on")
    assert await phone.rooms.conversation.place(phone.address) == place


async def test_plain_danger_is_answered_at_once_also_over_the_question(phone: Phone) -> None:
    place = await at_the_need(phone)
    await phone.says(SEXUAL)
    await phone.says("she's got a knife")
    assert await flow(phone) == "danger"
    await phone.taps("Carry on")
    assert await phone.rooms.conversation.place(phone.address) == place


@pytest.mark.parametrize("words", ASKED)
async def test_he_who_said_yes_is_not_asked_again(phone: Phone, words: str) -> None:
    place = await at_the_need(phone)
    await phone.says(words)
    await phone.taps("Yes")
    await phone.says(words)
    assert await flow(phone) == ASKED[words][2]
    await phone.taps("Carry on")
    assert await phone.rooms.conversation.place(phone.address) == place


async def test_leaving_works_from_the_question(phone: Phone, clock: Clock) -> None:
    await at_the_need(phone)
    await phone.says(DANGER)
    clock.forward(seconds=5)
    await phone.taps("Leave now")
    assert phone.turn.messages[0].text == "All clear."


async def test_at_the_terminal_he_is_asked_too(rooms: Rooms) -> None:
    talk = Talk(rooms.conversation)
    said = (("Yes", "need"), (NECK, "question"), ("no", "not_that"), ("ok", "need"), (NECK, "question"))
    for words, expected in said:
        await talk.say(words)
        assert (await rooms.conversation.place(talk.address))[1] == expected
    await talk.say("yes")
    assert await rooms.conversation.place(talk.address) == ("neck", "seen_today")
    await talk.say("carry on")
    assert await rooms.conversation.place(talk.address) == ("main", "need")


# --- two dangers, late messages, silences -----------------------------------------------------------------------------


async def test_an_asked_danger_waits_for_the_plain_one_in_the_same_message(phone: Phone) -> None:
    place = await at_the_need(phone)
    await phone.says("she choked me and im too scared to go home")
    assert await flow(phone) == "neck"
    await phone.taps("Carry on")
    assert await flow(phone) == "danger_asked"
    await phone.taps("Yes")
    assert await flow(phone) == "danger"
    await phone.taps("Carry on")
    assert await phone.rooms.conversation.place(phone.address) == place


async def test_what_a_late_message_may_have_meant_is_asked_when_he_goes_on(phone: Phone) -> None:
    await phone.says(DANGER, ago=timedelta(minutes=12))
    assert "999" not in phone.seen
    await phone.taps("Go on")
    assert await flow(phone) == "danger_asked"


async def test_of_two_late_messages_the_plain_danger_comes_before_a_graver_one_in_doubt(phone: Phone) -> None:
    await phone.says(DANGER, ago=timedelta(minutes=12))
    await phone.says("i want to kill myself", ago=timedelta(minutes=11))
    await phone.taps("Go on")
    assert await flow(phone) == "dark_thoughts"


async def test_a_danger_told_plainly_leaves_no_question_about_the_same_one(phone: Phone) -> None:
    await phone.says(DANGER, ago=timedelta(minutes=12))
    await phone.says("she's got a knife")
    assert await flow(phone) == "danger"
    await phone.taps("Carry on")
    await phone.taps("Go on")
    assert await flow(phone) == "main"


async def test_a_danger_told_plainly_is_not_forgotten_over_a_question_about_another(phone: Phone) -> None:
    await phone.says("she's got a knife", ago=timedelta(minutes=12))
    await phone.says("she choked me and im too scared to go home")
    assert await flow(phone) == "neck"
    await phone.taps("Carry on")
    await phone.taps("Go on")
    assert await flow(phone) == "danger"


async def test_after_a_silence_the_question_waits_until_he_says_that_it_is_ok(phone: Phone, clock: Clock) -> None:
    place = await at_the_need(phone)
    clock.forward(minutes=11)
    await phone.says(SEXUAL)
    assert "OK to chat now?" in phone.seen
    assert "sexual" not in phone.seen
    await phone.taps("Go on")
    assert await flow(phone) == "sexual_asked"
    await phone.taps("Skip")
    assert await phone.rooms.conversation.place(phone.address) == place


async def test_with_the_store_down_what_may_be_meant_is_answered_because_no_answer_could_be_followed(
    phone: Phone, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(rooms.sessions, "turn", fails)
    await phone.says(NECK)
    assert "see a doctor today" in phone.turn.messages[0].body
    assert "may have read you wrong" not in phone.seen


# --- their names ------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(DANGERS), min_size=1))
def test_of_several_no_question_comes_before_a_plain_danger_and_each_is_in_order_of_gravity(names: list[str]) -> None:
    first = gravest(*names, None)
    assert first in names
    assert is_question(first) == all(map(is_question, names))
    alike = [name for name in names if is_question(name) == is_question(first)]
    assert all(LABELS.index(itself(first)) <= LABELS.index(itself(name)) for name in alike)


@given(st.lists(st.sampled_from([*ASKED, "she's got a knife", "she choked me", "nice weather"]), max_size=3))
def test_what_is_named_is_what_was_heard_and_in_the_same_order(told: list[str]) -> None:
    text = ". ".join(told)
    heard = screen(text)
    assert heard.to_ask <= set(heard.to_answer)
    first = danger_in(text)
    second = second_danger_in(Arrival(Address("telegram", "1"), Typed(text)))
    named = [name for name in (first, second) if name is not None]
    assert [itself(name) for name in named] == list(heard.to_answer[:2])
    assert [is_question(name) for name in named] == [label in heard.to_ask for label in heard.to_answer[:2]]


async def test_conversations_without_such_a_question_answer_the_danger_itself(rooms: Rooms, clock: Clock) -> None:
    stepping = rooms.versions.current
    plain = {name: flow for name, flow in stepping.book.interrupts.items() if not is_question(name)}
    older = stepping.with_book(replace(stepping.book, interrupts=MappingProxyType(plain)))
    for asked in filter(is_question, DANGERS):
        state, _ = await older.step(older.start(), Interrupt(asked), clock(), "telegram")
        assert state.place.flow == plain[itself(asked)]
        assert older.settles(asked, itself(asked))
    assert not stepping.settles("immediate_danger_asked", "immediate_danger")
    assert stepping.settles("immediate_danger", "immediate_danger_asked")
    assert not stepping.settles("suicide_asked", "suicide")


@pytest.mark.parametrize("typed", ["my wife hits me and i dont know what im asking", "the price of fish"])
async def test_he_is_thanked_once_for_what_is_not_followed(phone: Phone, typed: str) -> None:
    await phone.commands("start")
    await phone.says(typed)
    body = phone.turn.messages[0].body
    assert body.count("Thank you") == 1
    told = "That shouldn't happen to you." if screen(typed).disclosure else "I'm a simple program."
    assert f"{told}\n\nI can only follow single words and buttons." in body


async def test_after_a_question_that_was_beside_the_point_he_is_shown_where_to_look(phone: Phone) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Money")
    await phone.says("my wife hits me and im too scared to go home")
    await phone.taps("Not that")
    assert "I had read it wrong" in phone.seen
    await phone.taps("All topics")
    await phone.taps("Money and debt")
    await phone.taps("Carry on")
    await phone.taps("Carry on")
    assert "Roughly where should the help be?" in phone.turn.messages[0].text
