"""After a name, a number or an address he is told that it is not needed, and offered to have his message deleted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy.exc import OperationalError

from bot.arrival import Taken
from bot.rooms import Rooms
from safety.envelope import Message
from tests.support.world import Clock, Phone, at_the_signposts, world

DELETE = "Delete my message"
NOT_NEEDED = "You don't need to tell me names, numbers or addresses."
DELETED = "Your message is deleted from this chat."
NOT_DELETED = "I couldn't delete your message."
HIS = "im dave jones, 07700 900123"


def own_messages(phone: Phone) -> list[str]:
    return [message for message in phone.standing.values() if isinstance(message, str)]


async def test_a_message_with_a_name_in_it_can_be_deleted_by_a_tap(phone: Phone) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.says(HIS)
    assert NOT_NEEDED in phone.seen

    await phone.taps(DELETE)

    assert HIS not in own_messages(phone)
    assert DELETED in phone.seen
    assert "What would help most" in phone.seen
    assert DELETE not in phone.labels


async def test_a_first_message_can_be_deleted_too(phone: Phone) -> None:
    await phone.says(HIS)
    await phone.taps(DELETE)
    assert own_messages(phone) == []
    assert "Is it OK to chat here now?" in phone.seen


async def test_it_edits_the_message_that_was_tapped_and_leaves_no_trail(phone: Phone) -> None:
    await phone.says(HIS)
    before = len(phone.standing)
    await phone.taps(DELETE)
    assert len(phone.standing) == before - 1


async def test_without_such_a_message_nothing_is_offered(phone: Phone) -> None:
    await phone.says("my wife hits me")
    assert DELETE not in phone.labels


async def test_the_helpline_s_number_is_nobody_s_detail(tmp_path: Path, clock: Clock) -> None:
    async with world(tmp_path, clock, HELPLINE="0161 496 0000", HELPLINE_NAME="Our line") as rooms:
        phone = Phone(rooms, clock)
        await phone.says("is 0161 496 0000 the right number")
        assert NOT_NEEDED not in phone.seen
        await phone.says("mine is 0161 496 0001")
        assert NOT_NEEDED in phone.seen


async def test_danger_is_answered_first_and_this_stands_last(phone: Phone) -> None:
    await phone.commands("start")
    await phone.says("my wife hits me and shes got a knife, im dave jones")
    said = phone.seen
    assert said.index("999") < said.index(NOT_NEEDED)
    assert DELETE in phone.labels

    await phone.taps(DELETE)

    assert own_messages(phone) == ["/start"]
    assert "999" in phone.seen


async def test_where_there_is_nothing_to_delete_it_is_not_offered(rooms: Rooms, clock: Clock) -> None:
    phone = Phone(rooms, clock, "w" * 32, channel="web")
    await phone.says(HIS)
    assert NOT_NEEDED in phone.seen
    assert DELETE not in phone.labels
    await phone.taps_token("e.1", on=1)
    assert DELETED not in phone.seen


async def test_what_telegram_will_not_delete_is_told(phone: Phone) -> None:
    await phone.says(HIS)
    phone.undeletable.update(number for number, message in phone.standing.items() if message == HIS)
    await phone.taps(DELETE)
    assert NOT_DELETED in phone.seen
    assert HIS in own_messages(phone)


async def test_a_second_tap_says_the_same_and_does_no_harm(phone: Phone) -> None:
    await phone.says(HIS)
    token = next(b.token for m in phone.turn.messages for row in m.rows for b in row if b.label == DELETE)
    on = max(number for number, message in phone.standing.items() if isinstance(message, Message))
    await phone.taps_token(token, on=on)
    await phone.taps_token(token, on=on)
    assert DELETED in phone.seen


async def test_after_a_silence_it_deletes_and_asks_again_whether_it_is_ok(phone: Phone, clock: Clock) -> None:
    await at_the_signposts(phone)
    await phone.says(HIS)
    clock.forward(minutes=11)
    await phone.taps(DELETE)
    assert HIS not in own_messages(phone)
    assert DELETED in phone.seen
    assert "OK to chat now?" in phone.seen
    assert "Leeds" not in phone.seen


async def test_an_older_offer_still_stands_after_danger_was_answered(phone: Phone) -> None:
    await phone.commands("start")
    await phone.says(HIS)
    offered = max(number for number, message in phone.standing.items() if isinstance(message, Message))
    await phone.says("hes got a knife and im going to end it tonight")
    await phone.taps("Carry on")
    await phone.taps(DELETE, on=offered)
    assert HIS not in own_messages(phone)
    assert DELETED in phone.seen


async def test_it_works_when_the_session_is_gone(phone: Phone, rooms: Rooms, clock: Clock) -> None:
    await phone.says(HIS)
    standing = dict(phone.standing)
    clock.forward(minutes=61)
    await rooms.conversation.sweep()
    phone.standing = standing
    assert (await rooms.sessions.find(phone.address, clock()))[0] is None

    await phone.taps(DELETE)

    assert HIS not in own_messages(phone)
    assert DELETED in phone.seen


async def test_it_works_when_the_store_is_down(phone: Phone, rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    await phone.says(HIS)
    monkeypatch.setattr(rooms.sessions, "turn", Mock(side_effect=OperationalError("", None, OSError())))
    await phone.taps(DELETE)
    assert HIS not in own_messages(phone)
    assert DELETED in phone.seen


@pytest.mark.parametrize("token", ["e.", "e.x", "e.-1", "e.0", "e.1 2", "e." + "9" * 40, "e.٣"])
async def test_a_token_that_is_none_of_ours_deletes_nothing(phone: Phone, token: str) -> None:
    await phone.says(HIS)
    taken = await phone.taps_token(token, on=99)
    assert taken is Taken.ANSWERED
    assert HIS in own_messages(phone)
    assert DELETED not in phone.seen


async def test_a_tap_after_leaving_is_met_with_silence(phone: Phone, clock: Clock) -> None:
    await phone.says(HIS)
    token = next(b.token for m in phone.turn.messages for row in m.rows for b in row if b.label == DELETE)
    on = max(phone.standing)
    await phone.taps("Leave now")
    turns = len(phone.turns)
    clock.forward(seconds=5)
    assert await phone.taps_token(token, on=on) is Taken.SILENT
    assert len(phone.turns) == turns


async def test_a_message_that_waited_is_still_only_met_with_the_bland_line(phone: Phone) -> None:
    await phone.says(HIS, ago=timedelta(minutes=20))
    assert DELETE not in phone.labels
    assert NOT_NEEDED not in phone.seen
