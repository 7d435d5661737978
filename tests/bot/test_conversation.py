"""The turn, seen from a man's phone: over the shipped conversations, the example directory and real stores."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.arrival import Erased, Gone, NotSent, Taken
from bot.rooms import Rooms
from tests.support.world import Clock, Phone, at_the_signposts

HELPLINE = "0808 800 1170"


# --- from hello to a service -----------------------------------------------------------------------------------------


async def test_three_answers_lead_to_three_signposts(phone: Phone) -> None:
    await at_the_signposts(phone)
    cards = [message for message in phone.turn.messages if message.card]
    assert len(cards) == 3
    for card in cards:
        assert "EXAMPLE" in card.body
        assert "Recorded as meeting the access and delivery standards for men by" in card.body.splitlines()[-1]


async def test_every_message_carries_the_helpline_and_the_way_out(phone: Phone) -> None:
    await at_the_signposts(phone)
    await phone.taps("More")
    await phone.taps("Urgent help")
    for turn in phone.turns:
        for message in turn.messages:
            assert HELPLINE in message.text
            assert "Leave now" in [button.label for row in message.rows for button in row]


async def test_a_stranger_who_taps_goes_straight_on(rooms: Rooms, clock: Clock) -> None:
    phone = Phone(rooms, clock, "y" * 32, channel="web")
    turn = await rooms.conversation.show(phone.address)
    await phone.send(turn, onto=None)
    await phone.taps("Yes")
    assert "What would help most" in phone.seen


async def test_showing_keeps_nothing(phone: Phone, rooms: Rooms, clock: Clock) -> None:
    await rooms.conversation.show(phone.address)
    assert await rooms.sessions.find(phone.address, clock()) == (None, ())


async def test_more_about_a_service_edits_its_card_and_moves_nothing(phone: Phone, rooms: Rooms, clock: Clock) -> None:
    await at_the_signposts(phone)
    place = await rooms.conversation.place(phone.address)
    before = len(phone.standing)
    await phone.taps("More")
    assert len(phone.standing) == before
    assert "These details were checked on" in phone.seen
    assert "Here because it works in Leeds." in phone.seen
    assert "Recorded as meeting" in phone.turn.messages[0].body.splitlines()[-1]
    assert await rooms.conversation.place(phone.address) == place
    await phone.taps("That's all")


async def test_a_typed_place_with_a_full_postcode_goes_no_finer_than_the_council(phone: Phone, rooms: Rooms) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    await phone.says("LS6 2AB")
    assert "2AB" not in phone.seen


async def test_a_disclosure_is_met_with_a_human_line_and_leads_on(phone: Phone) -> None:
    await phone.says("my wife hits me")
    assert "That shouldn't happen to you." in phone.seen
    assert "OK to chat" in phone.seen


async def test_what_is_not_words_is_answered(phone: Phone) -> None:
    await phone.commands("start")
    await phone.sends("sticker")
    assert "only read words" in phone.seen
    assert "OK to chat" in phone.seen


# --- danger -----------------------------------------------------------------------------------------------------------


async def test_danger_is_answered_first_and_leads_back_to_exactly_where_he_was(phone: Phone, rooms: Rooms) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    place = await rooms.conversation.place(phone.address)
    await phone.says("shes back with a knife")
    assert "999" in phone.turn.messages[0].body
    assert "Urgent help" not in phone.labels
    await phone.taps("Carry on")
    assert await rooms.conversation.place(phone.address) == place


async def test_a_strangers_first_word_can_be_danger(phone: Phone) -> None:
    await phone.says("she's got a knife")
    assert "999" in phone.turn.messages[0].body


async def test_a_second_danger_in_one_message_is_answered_when_he_comes_back_from_the_first(
    phone: Phone, rooms: Rooms
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    place = await rooms.conversation.place(phone.address)
    await phone.says("she's got a knife and I want to kill myself")
    assert (await rooms.conversation.place(phone.address))[0] == "danger"
    await phone.taps("Carry on")
    assert (await rooms.conversation.place(phone.address))[0] == "dark_thoughts"
    await phone.taps("No")
    await phone.taps("Carry on")
    assert await rooms.conversation.place(phone.address) == place


@pytest.mark.parametrize("cry", ["999", "urgent help", "help", "i need the police"])
async def test_a_bare_cry_for_help_is_the_urgent_button(phone: Phone, cry: str) -> None:
    await phone.says(cry)
    assert "call 999" in phone.turn.messages[0].body


async def test_privacy_can_be_asked_for_in_words_where_there_are_no_commands(phone: Phone) -> None:
    await phone.says("/privacy")
    assert "Privacy questions" in phone.seen


async def test_the_human_line_and_the_rest_come_after_the_danger_was_answered(phone: Phone) -> None:
    await phone.commands("start")
    await phone.says("my name is Dave Jones and she's got a knife")
    body = phone.turn.messages[0].body
    assert "999" in body
    assert body.index("999") < body.index("You don't need to tell me names")


async def test_the_urgent_button_is_under_every_question(phone: Phone) -> None:
    await at_the_signposts(phone)
    for turn in phone.turns:
        assert any(b.token == "h" for m in turn.messages for row in m.rows for b in row)


# --- leaving ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["button", "command", "panic word"])
async def test_leaving_clears_the_chat_on_both_sides_and_forgets_him(
    phone: Phone, rooms: Rooms, clock: Clock, way: str
) -> None:
    await at_the_signposts(phone)
    clock.forward(seconds=5)
    match way:
        case "button":
            taken = await phone.taps("Leave now")
        case "command":
            taken = await phone.commands("exit")
        case _:
            taken = await phone.says("shes back")
    assert taken is Taken.LEFT
    assert [message.text for message in phone.standing.values() if not isinstance(message, str)] == ["All clear."]
    assert not any(isinstance(message, str) for message in phone.standing.values())
    assert await rooms.sessions.find(phone.address, clock()) == (None, ())
    clock.forward(seconds=5)
    await phone.says("this is his wife, what did he say")
    assert "OK to chat" in phone.seen
    assert "leeds" not in phone.seen.lower()


async def test_what_could_not_be_deleted_is_said_and_tried_again(phone: Phone, rooms: Rooms, clock: Clock) -> None:
    await at_the_signposts(phone)
    stuck = next(iter(phone.standing))
    phone.undeletable.add(stuck)
    clock.forward(seconds=5)
    await phone.commands("exit")
    assert "but for 1 message" in phone.seen
    phone.undeletable.clear()
    rooms.conversation.erase_with("telegram", lambda chat, ids: phone.erase(ids))
    clock.forward(minutes=6)
    await rooms.conversation.sweep()
    assert stuck not in phone.standing


@pytest.mark.parametrize("way", ["button", "command"])
async def test_what_a_dying_process_had_sent_without_recording_it_goes_too(
    phone: Phone, clock: Clock, way: str
) -> None:
    await at_the_signposts(phone)
    last = max(phone.standing)
    await phone.send(phone.turn, onto=None)
    clock.forward(seconds=5)
    await (phone.taps("Leave now", on=last) if way == "button" else phone.commands("exit"))
    assert [m if isinstance(m, str) else m.text for m in phone.standing.values()] == ["All clear."]


async def test_a_message_sent_before_he_left_greets_nobody(phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    clock.forward(seconds=10)
    await phone.commands("exit")
    clock.forward(seconds=2)
    before = len(phone.turns)
    assert await phone.says("hello?", ago=timedelta(seconds=5)) is Taken.SILENT
    assert len(phone.turns) == before
    assert "hello?" not in phone.standing.values()


async def test_a_tap_still_on_its_way_when_he_left_greets_nobody(phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    token = phone.turn.messages[-1].rows[0][0].token
    message = max(phone.standing)
    clock.forward(seconds=10)
    await phone.taps("Leave now")
    clock.forward(seconds=2)
    assert await phone.taps_token(token, on=message) is Taken.SILENT
    clock.forward(minutes=3)
    assert await phone.taps_token(token, on=message) is Taken.ANSWERED


async def test_leaving_does_not_wait_for_a_turn_in_hand_which_then_deletes_what_it_sent(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    await phone.commands("start")
    sending, go_on = asyncio.Event(), asyncio.Event()
    send = phone.send

    async def slow(turn, *, onto):  # type: ignore[no-untyped-def]
        if turn.kind == "full":
            sending.set()
            await go_on.wait()
        return await send(turn, onto=onto)

    phone.send = slow  # type: ignore[method-assign]
    turn = asyncio.create_task(phone.says("hello"))
    await sending.wait()
    clock.forward(seconds=1)
    assert await phone.commands("exit") is Taken.LEFT
    go_on.set()
    assert await turn is Taken.SILENT
    assert [m if isinstance(m, str) else m.text for m in phone.standing.values()] == ["All clear."]


async def test_a_tap_that_was_in_hand_when_he_left_stays_silent_though_it_comes_again_when_he_is_back(
    phone: Phone, clock: Clock
) -> None:
    """The process that took it died before Telegram was told. A tap carries no time to tell it by."""
    await phone.commands("start")
    first, token = max(phone.standing), phone.turn.messages[-1].rows[0][0].token
    send = phone.send

    async def leaves_meanwhile(turn, *, onto):  # type: ignore[no-untyped-def]
        sent = await send(turn, onto=onto)
        phone.send = send  # type: ignore[method-assign]
        clock.forward(seconds=1)
        await phone.commands("exit")
        return sent

    phone.send = leaves_meanwhile  # type: ignore[method-assign]
    assert await phone.taps_token(token, on=first, update="in hand") is Taken.SILENT
    clock.forward(seconds=3)
    await phone.says("hello")
    standing = dict(phone.standing)
    assert await phone.taps_token(token, on=first, update="in hand") is Taken.REPEATED
    assert phone.standing == standing


async def test_a_tap_from_before_he_left_stays_silent_though_it_comes_again_when_he_is_back(
    phone: Phone, clock: Clock
) -> None:
    await phone.commands("start")
    first, token = max(phone.standing), phone.turn.messages[-1].rows[0][0].token
    clock.forward(seconds=5)
    await phone.commands("exit")
    assert await phone.taps_token(token, on=first, update="under way") is Taken.SILENT
    clock.forward(seconds=3)
    await phone.says("hello")
    standing = dict(phone.standing)
    assert await phone.taps_token(token, on=first, update="under way") is Taken.REPEATED
    assert phone.standing == standing


async def test_blocking_forgets_at_once_and_tries_to_clear_the_chat(phone: Phone, rooms: Rooms, clock: Clock) -> None:
    await at_the_signposts(phone)
    await rooms.conversation.forget(phone.address, phone)
    assert not phone.standing
    assert await rooms.sessions.find(phone.address, clock()) == (None, ())


async def test_a_man_who_blocked_the_bot_while_it_answered_is_forgotten(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    await phone.commands("start")
    phone.failure = Gone()
    assert await phone.says("hello") is Taken.SILENT
    assert (await rooms.sessions.find(phone.address, clock()))[0] is None


# --- time -------------------------------------------------------------------------------------------------------------


async def test_after_ten_idle_minutes_nothing_is_said_before_he_says_it_is_ok(phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    clock.forward(minutes=11)
    await phone.says("somewhere to stay")
    assert "OK to chat now?" in phone.seen
    assert "help" not in phone.turn.messages[0].body.lower()
    await phone.says("what did he say")
    assert "OK to chat now?" in phone.seen
    await phone.taps("Go on")
    assert "What would help most" in phone.seen


async def test_danger_is_answered_even_then_but_the_way_back_asks_first(phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    clock.forward(minutes=11)
    await phone.says("she's got a knife")
    assert "999" in phone.seen
    await phone.taps("Carry on")
    assert "OK to chat now?" in phone.seen
    await phone.taps("Go on")
    assert "What would help most" in phone.seen


async def test_danger_typed_again_after_idling_in_the_danger_screen_is_answered_again(
    phone: Phone, clock: Clock
) -> None:
    await phone.commands("start")
    await phone.says("she's got a knife")
    clock.forward(minutes=11)
    await phone.says("she's got a knife")
    assert "999" in phone.turn.messages[0].body


async def test_an_hour_after_the_last_turn_he_is_a_stranger_and_the_chat_is_cleared(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    rooms.conversation.erase_with("telegram", lambda chat, ids: phone.erase(ids))
    await at_the_signposts(phone)
    clock.forward(minutes=61)
    turns = len(phone.turns)
    await rooms.conversation.sweep()
    assert not phone.standing
    assert len(phone.turns) == turns
    await phone.says("hello again")
    assert "OK to chat here now" in phone.seen


async def test_however_many_fall_silent_at_once_one_sweep_tries_each_of_their_chats_once(
    rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.departures.CHATS_AT_ONCE", 3)
    men = [Phone(rooms, clock, str(4_200_000_100 + number)) for number in range(8)]
    for man in men:
        await man.commands("start")
    tried = []

    async def erase(chat: str, ids: Sequence[int]) -> Erased:
        tried.append(chat)
        # Half of them cannot be reached, and wait for a later sweep.
        return Erased(gone=len(ids)) if int(chat) % 2 else Erased(gone=0, left=tuple(ids))

    rooms.conversation.erase_with("telegram", erase)
    clock.forward(minutes=61)
    await rooms.conversation.sweep()
    assert sorted(tried) == [man.address.chat for man in men]


async def test_a_chat_he_chose_to_keep_stays(phone: Phone, rooms: Rooms, clock: Clock) -> None:
    rooms.conversation.erase_with("telegram", lambda chat, ids: phone.erase(ids))
    await at_the_signposts(phone)
    await phone.taps("Keep a number")
    await phone.taps("Keep this chat")
    await phone.taps("Yes")
    standing = len(phone.standing)
    clock.forward(hours=3)
    await rooms.conversation.sweep()
    assert len(phone.standing) == standing
    await phone.commands("exit")
    assert len(phone.standing) == 1


async def test_a_message_that_waited_over_ten_minutes_gets_one_bland_line(phone: Phone) -> None:
    await phone.says("hello", ago=timedelta(minutes=11))
    assert phone.turn.kind == "late"
    assert HELPLINE not in phone.seen
    assert phone.labels == ["Go on", "Leave now"]
    await phone.taps("Go on")
    assert "OK to chat here now" in phone.seen
    await phone.taps("Yes")
    assert "What would help most" in phone.seen


async def test_what_a_late_message_said_of_danger_is_answered_when_he_goes_on(phone: Phone) -> None:
    await phone.says("she's got a knife", ago=timedelta(minutes=11))
    assert "999" not in phone.seen
    await phone.taps("Go on")
    assert "999" in phone.turn.messages[0].body


async def test_a_message_over_an_hour_late_is_deleted_in_silence(phone: Phone) -> None:
    assert await phone.says("hello", ago=timedelta(minutes=61)) is Taken.SILENT
    assert not phone.standing
    assert not phone.turns


async def test_a_late_exit_still_clears_the_chat(phone: Phone, clock: Clock) -> None:
    await at_the_signposts(phone)
    clock.forward(minutes=30)
    assert await phone.says("x", ago=timedelta(minutes=20)) is Taken.LEFT
    assert len(phone.standing) == 1


# --- nothing lost, nothing twice --------------------------------------------------------------------------------------


async def test_a_repeated_update_never_steps_twice(phone: Phone, rooms: Rooms) -> None:
    await phone.commands("start")
    await phone.taps("Yes", update="u1")
    place = await rooms.conversation.place(phone.address)
    token = phone.turn.messages[-1].rows[0][0].token
    await phone.taps_token(token, on=max(phone.standing), update="u2")
    assert await phone.taps_token(token, on=max(phone.standing), update="u2") is Taken.REPEATED
    assert await rooms.conversation.place(phone.address) != place


async def test_a_double_tap_steps_once(phone: Phone, rooms: Rooms) -> None:
    await phone.commands("start")
    token, message = phone.turn.messages[-1].rows[0][0].token, max(phone.standing)
    await phone.taps_token(token, on=message)
    place = await rooms.conversation.place(phone.address)
    assert await phone.taps_token(token, on=message) is Taken.SILENT
    assert await rooms.conversation.place(phone.address) == place


async def test_an_old_button_shows_where_he_is_now(phone: Phone, rooms: Rooms) -> None:
    await phone.commands("start")
    token, old = phone.turn.messages[-1].rows[0][0].token, max(phone.standing)
    await phone.says("yes")
    place = await rooms.conversation.place(phone.address)
    await phone.taps_token(token, on=old)
    assert await rooms.conversation.place(phone.address) == place
    assert "What would help most" in phone.seen


async def test_every_button_works_in_however_long_a_conversation(phone: Phone, rooms: Rooms) -> None:
    await phone.commands("start")
    place = await rooms.conversation.place(phone.address)
    for _ in range(40):
        await phone.taps("Why?")
        assert "I can't tell whether you are alone" in phone.seen
    assert await rooms.conversation.place(phone.address) == place


async def test_what_could_not_be_sent_is_not_committed_and_comes_again(phone: Phone, rooms: Rooms) -> None:
    await phone.commands("start")
    place = await rooms.conversation.place(phone.address)
    phone.failure = NotSent("no network", sent=(77,))
    with pytest.raises(NotSent):
        await phone.says("yes", update="u7")
    assert await rooms.conversation.place(phone.address) == place
    phone.failure = None
    assert await phone.says("yes", update="u7") is Taken.ANSWERED
    _, messages = await rooms.sessions.find(phone.address, phone.clock())
    assert 77 in messages


async def test_men_do_not_see_each_other(rooms: Rooms, clock: Clock) -> None:
    one, other = Phone(rooms, clock, "1"), Phone(rooms, clock, "2")
    await at_the_signposts(one)
    await other.commands("start")
    assert (await rooms.conversation.place(one.address)) != (await rooms.conversation.place(other.address))


# --- when things break ------------------------------------------------------------------------------------------------


async def test_with_the_session_store_down_he_still_gets_the_helpline_and_can_leave(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    await phone.commands("start")
    await rooms.sessions.close()
    (rooms.settings.home / "sessions.sqlite").unlink()
    (rooms.settings.home / "sessions.sqlite").mkdir()
    await phone.says("yes")
    assert HELPLINE in phone.seen
    assert "went wrong" in phone.seen
    await phone.says("she's got a knife")
    assert "999" in phone.seen
    assert await phone.commands("exit") is Taken.LEFT
    assert len(phone.standing) == 1


async def test_he_who_leaves_while_the_store_is_down_is_forgotten_when_it_is_back(
    phone: Phone, rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms.conversation.erase_with("telegram", lambda chat, ids: phone.erase(ids))
    await at_the_signposts(phone)

    async def fails(*_: object, **__: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr(rooms.sessions, "leave", fails)
        assert await phone.commands("exit") is Taken.LEFT
        broken.setattr(rooms.sessions, "lane", fails)
        await rooms.conversation.forget(phone.address, phone)
    assert (await rooms.sessions.find(phone.address, clock()))[0] is not None
    await rooms.conversation.sweep()
    assert (await rooms.sessions.find(phone.address, clock()))[0] is None
    clock.forward(minutes=2)
    await rooms.conversation.sweep()
    assert len(phone.standing) <= 1


async def test_with_the_directory_down_he_is_told_and_keeps_the_helpline(phone: Phone, rooms: Rooms) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")

    async def fails() -> int:
        raise OSError("disk")

    rooms.directory.revision = fails  # type: ignore[method-assign]
    await phone.says("leeds")
    assert "can't reach my list" in phone.seen
    assert HELPLINE in phone.seen
