"""Where something went wrong at our end, a button begins again: on every channel, and whatever failed."""

from __future__ import annotations

import pytest

from bot import stepping
from bot.arrival import Taken
from bot.rooms import Rooms
from bot.terminal import Talk
from dialogs.engine import EngineError, Place
from safety.envelope import Turn
from service_directory.database import DatabaseError
from tests.support.world import Clock, Phone

TROUBLE = "Something went wrong at my end"
FIRST_QUESTION = "Is it OK to chat here now?"
WHERE = "Roughly where should the help be?"


def breaks(*_: object, **__: object) -> None:
    raise EngineError("broken", Place("main", "hello"))


def unreachable(*_: object, **__: object) -> None:
    raise DatabaseError("the session store cannot be used")


async def at_where(phone: Phone) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    assert WHERE in phone.seen


@pytest.mark.parametrize("channel", ["telegram", "web"])
async def test_a_flow_that_fails_leaves_him_a_button_to_begin_again(
    rooms: Rooms, clock: Clock, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone(rooms, clock, channel=channel)
    await at_where(phone)
    with monkeypatch.context() as broken:
        broken.setattr(stepping, "step", breaks)
        await phone.says("leeds")
    assert TROUBLE in phone.seen
    await phone.taps("Start again")
    assert FIRST_QUESTION in phone.turn.messages[0].text
    await phone.taps("Yes")
    assert "What would help most right now?" in phone.turn.messages[0].text


def seen(turn: Turn | None) -> str:
    assert turn is not None
    return turn.messages[0].text


async def test_at_a_keyboard_it_is_typed(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(rooms.conversation)
    await talk.begin()
    with monkeypatch.context() as broken:
        broken.setattr(stepping, "step", breaks)
        assert TROUBLE in seen(await talk.say("yes"))
    assert FIRST_QUESTION in seen(await talk.say("start again"))


@pytest.mark.parametrize("channel", ["telegram", "web"])
async def test_a_store_that_fails_leaves_it_too_and_he_begins_again_from_wherever_he_stood(
    rooms: Rooms, clock: Clock, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone(rooms, clock, channel=channel)
    await at_where(phone)
    with monkeypatch.context() as broken:
        broken.setattr(rooms.sessions, "turn", unreachable)
        await phone.says("leeds")
    assert TROUBLE in phone.turn.messages[0].text
    assert await phone.taps("Start again") is Taken.ANSWERED
    assert FIRST_QUESTION in phone.turn.messages[0].text


async def test_the_button_begins_again_for_one_who_is_a_stranger_by_now(
    rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone(rooms, clock)
    with monkeypatch.context() as broken:
        broken.setattr(rooms.sessions, "turn", unreachable)
        await phone.says("hello")
    await phone.taps("Start again")
    assert FIRST_QUESTION in phone.turn.messages[0].text
