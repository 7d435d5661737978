"""A paused bot says one thing to everybody: but danger is answered, leaving works, and nobody loses his place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.arrival import Taken
from bot.doctor import examine
from bot.rooms import Rooms
from bot.switchboard import Switchboard
from safety.envelope import Turn
from service_directory.database import DatabaseError
from service_directory.desk.switches import BOT, Switch, lifeline_switch
from tests.support.world import Clock, Phone, at_the_signposts

MESSAGE = "We are putting something right. Please come back after 2pm."


async def pause(rooms: Rooms, clock: Clock) -> None:
    await rooms.switches.off(BOT, message=MESSAGE, why="a test", who="Lee Lead", at=clock())
    await rooms.switchboard.take_up()


async def resume(rooms: Rooms, clock: Clock) -> None:
    await rooms.switches.on(BOT, who="Lee Lead", at=clock())
    await rooms.switchboard.take_up()


def is_paused(phone: Phone) -> bool:
    return MESSAGE in phone.seen


async def test_everybody_reads_the_message_with_the_helpline_and_the_way_out(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await pause(rooms, clock)
    await phone.says("hello")
    assert is_paused(phone)
    assert "0808 800 1170" in phone.seen
    assert phone.labels == ["Urgent help", "Leave now"]
    await phone.commands("start")
    assert is_paused(phone)


async def test_words_that_mean_danger_are_answered_first_and_to_the_end(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await at_the_signposts(phone)
    await pause(rooms, clock)
    await phone.says("she is coming at me with a knife")
    assert "999" in phone.seen
    assert not is_paused(phone)
    onward = next(label for label in phone.labels if label not in ("Leave now", "Urgent help"))
    await phone.taps(onward)
    for _ in range(10):
        if is_paused(phone):
            break
        assert "0808 800 1170" in phone.seen
        # Whatever he taps there leads on, and in the end back out of it.
        await phone.taps("Carry on" if "Carry on" in phone.labels else phone.labels[0])
    assert is_paused(phone)


async def test_a_button_of_before_means_nothing_inside_the_answer_to_a_danger(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await pause(rooms, clock)
    await phone.commands("help")
    answer = phone.seen
    assert not is_paused(phone)
    await phone.taps_token("0.nothing", on=1)
    assert phone.turn.messages[0].body in answer


async def test_a_stranger_in_danger_is_answered_while_it_is_paused(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    await pause(rooms, clock)
    await phone.says("I want to end my life")
    assert "116 123" in phone.turn.messages[0].body
    assert not is_paused(phone)


async def test_afterwards_he_is_asked_whether_it_is_ok_and_stands_where_he_stood(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await pause(rooms, clock)
    await phone.taps("Talk to someone")
    assert is_paused(phone)
    await phone.says("housing")
    assert is_paused(phone)
    await resume(rooms, clock)
    await phone.says("hello?")
    assert "OK to chat now?" in phone.seen
    await phone.taps("Go on")
    assert "What would help most right now?" in phone.seen
    await phone.taps("Talk to someone")
    assert "Roughly where should the help be?" in phone.seen


async def test_leaving_works_while_it_is_paused(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    await at_the_signposts(phone)
    await pause(rooms, clock)
    await phone.says("is anybody there")
    clock.forward(seconds=1)
    assert await phone.taps("Leave now") is Taken.LEFT
    assert [message for message in phone.standing.values() if not isinstance(message, str)] == list(phone.turn.messages)
    await resume(rooms, clock)
    clock.forward(seconds=1)
    await phone.says("hello")
    assert "Is it OK to chat here now?" in phone.seen


async def test_what_may_mean_danger_after_a_silence_waits_for_his_tap(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    clock.forward(minutes=11)
    await pause(rooms, clock)
    await phone.says("what's the point anymore")
    assert is_paused(phone)
    assert "Go on" in phone.labels
    await phone.taps("Go on")
    assert not is_paused(phone)
    assert "Go on" not in phone.labels


async def test_silence_inside_the_answer_to_a_danger_asks_first_and_goes_on_with_it(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await phone.commands("start")
    await pause(rooms, clock)
    await phone.commands("help")
    answer = phone.turn.messages[0].body
    clock.forward(minutes=11)
    await phone.says("hello")
    assert "OK to chat now?" in phone.seen
    await phone.taps("Go on")
    assert phone.turn.messages[0].body == answer


async def test_a_late_message_gets_the_bland_line_and_its_tap_the_pause(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await pause(rooms, clock)
    await phone.says("hello", ago=timedelta(minutes=12))
    assert phone.turn.kind == "late"
    await phone.taps("Go on")
    assert is_paused(phone)


async def test_who_comes_back_to_the_page_sees_that_it_is_paused_but_goes_on_in_danger(
    rooms: Rooms, clock: Clock
) -> None:
    phone = Phone(rooms, clock, chat="0123456789abcdef0123456789abcdef", channel="web")
    await pause(rooms, clock)
    first = await rooms.conversation.show(phone.address)
    assert MESSAGE in first.messages[0].text
    await phone.commands("help")
    shown = await rooms.conversation.show(phone.address)
    assert MESSAGE not in shown.messages[0].text
    assert shown.messages[0].body == phone.turn.messages[0].body


async def test_a_turn_in_hand_is_finished_as_it_began(rooms: Rooms, clock: Clock) -> None:
    class Slow(Phone):
        async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
            if not rooms.switchboard.pause:
                await pause(rooms, clock)
            return await super().send(turn, onto=onto)

    phone = Slow(rooms, clock)
    await phone.commands("start")
    assert "Is it OK to chat here now?" in phone.seen
    await phone.taps("Yes")
    assert is_paused(phone)


async def test_the_message_is_said_even_when_sessions_cannot_be_read(
    rooms: Rooms, phone: Phone, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await pause(rooms, clock)

    def broken(*args: object, **options: object) -> None:
        raise DatabaseError("the sessions are gone")

    monkeypatch.setattr(rooms.conversation._sessions, "turn", broken)
    await phone.says("hello")
    assert is_paused(phone)
    await phone.says("he has a knife to my throat")
    assert "999" in phone.seen


# The switchboard


async def test_a_directory_in_trouble_leaves_what_was_last_seen(
    rooms: Rooms, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    off: list[Switch] = [Switch(BOT, MESSAGE, "a test", "Lee Lead", clock())]
    trouble = False

    async def read() -> Sequence[Switch]:
        await asyncio.sleep(0)
        if trouble:
            raise DatabaseError("the directory is gone")
        return off

    board = Switchboard(rooms.lifelines, read)
    assert board.pause is None
    await board.take_up()
    assert board.pause == MESSAGE
    trouble = True
    with caplog.at_level(logging.ERROR):
        await board.take_up()
        await board.take_up()
    assert board.pause == MESSAGE
    assert caplog.text.count("it stays as it was") == 1
    trouble, off = False, []
    await board.take_up()
    assert board.pause is None


async def test_a_closed_line_is_not_offered_and_the_helpline_is_said_to_be_closed(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    for key in ("samaritans", "helpline"):
        await rooms.switches.off(lifeline_switch(key), message="", why="a test", who="Lee Lead", at=clock())
    await rooms.switchboard.take_up()
    await phone.says("I want to end my life")
    assert "Samaritans is closed for now." in phone.seen
    assert "116 123" not in phone.seen
    assert "Men's helpline, closed for now: 0808 800 1170 · Any hour: Shout 85258" in phone.seen
    await rooms.switches.on(lifeline_switch("samaritans"), who="Lee Lead", at=clock())
    await rooms.switchboard.take_up()
    await phone.says("I want to end my life")
    assert "116 123" in phone.seen


async def test_the_doctor_tells_of_what_somebody_may_have_forgotten_to_put_on_again(rooms: Rooms, clock: Clock) -> None:
    await pause(rooms, clock)
    await rooms.switches.off(lifeline_switch("galop"), message="", why="no answer", who="Max Lead", at=clock())
    notes = [str(finding) for finding in await examine(rooms, clock())]
    assert (
        "note  The bot is paused since 2026-11-22 12:00, by Lee Lead: a test. 'fingerpost desk resume' lets it go on."
        in notes
    )
    assert "note  The lifeline galop is marked closed since 2026-11-22 12:00, by Max Lead: no answer." in notes
