"""When things come at once, late or in the wrong order: nothing is lost, left standing or said twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import stores, turns
from bot.arrival import Address, Arrival, Gone, NotSent, Taken, Typed, Unreadable
from bot.rooms import Rooms
from bot.sessions import LaneBusy, Session
from bot.signposting import Signposting
from bot.terminal import Talk
from bot.web.app import Collected
from safety import identity, risk
from tests.support.patience import PATIENCE
from tests.support.world import Clock, Phone, at_the_signposts

HELPLINE = "0808 800 1170"


@pytest.fixture
def phone(rooms: Rooms, clock: Clock) -> Phone:
    made = Phone(rooms, clock)
    rooms.conversation.erase_with("telegram", lambda chat, ids: made.erase(ids))
    return made


async def test_danger_in_one_late_message_is_not_forgotten_for_the_next(phone: Phone) -> None:
    await phone.says("she's got a knife", ago=timedelta(minutes=12))
    await phone.says("are you there", ago=timedelta(minutes=11))
    await phone.taps("Go on")
    assert "999" in phone.turn.messages[0].body


async def test_of_two_late_dangers_the_graver_is_answered(phone: Phone) -> None:
    await phone.says("she's got a knife", ago=timedelta(minutes=12))
    await phone.says("i want to kill myself", ago=timedelta(minutes=11))
    await phone.taps("Go on")
    assert (await phone.rooms.conversation.place(phone.address))[0] == "danger"


async def test_a_danger_screen_left_idle_over_an_open_question_asks_first_too(phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    clock.forward(minutes=11)
    await phone.says("she's got a knife")
    clock.forward(minutes=30)
    await phone.says("what did he say")
    assert "OK to chat now?" in phone.seen


async def test_what_he_sent_after_leaving_is_answered_though_both_waited_upstream(phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    clock.forward(minutes=5)
    assert await phone.says("x", ago=timedelta(minutes=3)) is Taken.LEFT
    assert await phone.says("hello", ago=timedelta(minutes=2)) is Taken.ANSWERED
    assert "OK to chat here now" in phone.seen
    assert await phone.says("still there?", ago=timedelta(minutes=4)) is Taken.SILENT


async def test_an_exit_that_is_shown_again_does_not_forget_who_came_after(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    await phone.commands("start")
    clock.forward(seconds=5)
    await phone.says("x", update="u9")
    clock.forward(seconds=5)
    await phone.commands("start")
    turns = len(phone.turns)
    assert await phone.says("x", update="u9") is Taken.REPEATED
    assert len(phone.turns) == turns
    assert (await rooms.sessions.find(phone.address, clock()))[0] is not None


async def test_a_turn_that_begins_while_leaving_waits_for_the_store_is_not_kept(
    phone: Phone, rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at_the_signposts(phone)
    waits, go_on = asyncio.Event(), asyncio.Event()
    leave, send = rooms.sessions.leave, phone.send

    async def slow_leave(*a, **k):  # type: ignore[no-untyped-def]
        waits.set()
        await go_on.wait()
        return await leave(*a, **k)

    sending, sent = asyncio.Event(), asyncio.Event()

    async def slow_send(turn, *, onto):  # type: ignore[no-untyped-def]
        if turn.kind == "full":
            sending.set()
            await sent.wait()
        return await send(turn, onto=onto)

    monkeypatch.setattr(rooms.sessions, "leave", slow_leave)
    monkeypatch.setattr(phone, "send", slow_send)
    leaving = asyncio.create_task(phone.commands("exit"))
    await waits.wait()
    clock.forward(seconds=1)
    turn = asyncio.create_task(phone.says("hello"))
    await sending.wait()
    go_on.set()
    await leaving
    sent.set()
    await turn
    assert (await rooms.sessions.find(phone.address, clock()))[0] is None
    assert [m if isinstance(m, str) else m.text for m in phone.standing.values()] == ["All clear."]


async def test_what_a_turn_in_hand_could_not_take_back_is_cleared_later(
    phone: Phone, rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.commands("start")
    send = phone.send

    async def leaves_meanwhile(turn, *, onto):  # type: ignore[no-untyped-def]
        sent = await send(turn, onto=onto)
        if turn.kind == "full":
            phone.undeletable.update(sent)
            clock.forward(seconds=1)
            await phone.commands("exit")
        return sent

    monkeypatch.setattr(phone, "send", leaves_meanwhile)
    assert await phone.says("hello") is Taken.SILENT
    assert phone.undeletable & set(phone.standing)
    phone.undeletable.clear()
    clock.forward(minutes=6)
    await rooms.conversation.sweep()
    assert [m if isinstance(m, str) else m.text for m in phone.standing.values()] == ["All clear."]


@pytest.mark.parametrize("words", ["x", "hello"])
async def test_a_message_that_had_to_go_and_could_not_is_tried_again(
    phone: Phone, rooms: Rooms, clock: Clock, words: str
) -> None:
    phone.undeletable.add(1)
    await phone.says(words, ago=timedelta(minutes=61))
    assert 1 in phone.standing
    phone.undeletable.clear()
    clock.forward(minutes=6)
    await rooms.conversation.sweep()
    assert 1 not in phone.standing


async def test_he_who_left_while_the_store_was_down_is_a_stranger_at_once_when_it_is_back(
    phone: Phone, rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")

    async def fails(*_: object, **__: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr(rooms.sessions, "leave", fails)
        await phone.commands("exit")
        clock.forward(seconds=3)
        await phone.says("hello")
        assert "went wrong" in phone.seen
    assert "OK to chat here now" in "".join(m.body for m in (await rooms.conversation.show(phone.address)).messages)
    await phone.says("hello")
    assert "OK to chat here now" in phone.seen


async def test_with_the_store_down_a_late_message_gets_the_bland_line_and_an_older_one_none(
    phone: Phone, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(rooms.sessions, "turn", fails)
    await phone.says("she's got a knife", ago=timedelta(minutes=11))
    assert phone.turn.kind == "late"
    turns = len(phone.turns)
    assert await phone.says("she's got a knife", ago=timedelta(minutes=61)) is Taken.SILENT
    assert len(phone.turns) == turns


async def test_a_slow_sweep_never_clears_what_a_man_who_is_back_has_before_him(rooms: Rooms, clock: Clock) -> None:
    phones = [Phone(rooms, clock, "1"), Phone(rooms, clock, "2")]
    for each in phones:
        await each.says("hello", update=f"hello {each.address.chat}")
    clock.forward(minutes=61)
    back: list[str] = []

    async def slow(chat, ids):  # type: ignore[no-untyped-def]
        other = phones[chat == "1"]
        if not back:
            back.append(other.address.chat)
            await other.taps("Yes", update="he is back")
        return await phones[chat == "2"].erase(ids)

    rooms.conversation.erase_with("telegram", slow)
    await rooms.conversation.sweep()
    came_back = phones[back[0] == "2"]
    assert came_back.turns[-1].messages[-1] in came_back.standing.values()


async def test_a_kept_chat_keeps_what_he_kept_and_clears_a_later_conversation(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    await at_the_signposts(phone)
    await phone.taps("Keep a number")
    await phone.taps("Keep this chat")
    await phone.taps("Yes")
    kept = set(phone.standing)
    clock.forward(hours=3)
    await rooms.conversation.sweep()
    await phone.commands("start")
    assert set(phone.standing) > kept
    clock.forward(minutes=61)
    await rooms.conversation.sweep()
    assert set(phone.standing) == kept
    await phone.commands("exit")
    assert len(phone.standing) == 1


async def test_a_button_of_an_earlier_conversation_answers_nothing_in_a_later_one(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    await at_the_signposts(phone)
    old, message = {}, max(phone.standing)
    for turn in phone.turns:
        for m in turn.messages:
            for row in m.rows:
                for b in row:
                    if b.token.endswith("._skip"):
                        old[b.token] = message
    clock.forward(hours=2)
    await phone.commands("start")
    await phone.taps("Yes")
    place = await rooms.conversation.place(phone.address)
    for token, on in old.items():
        await phone.taps_token(token, on=on)
        assert await rooms.conversation.place(phone.address) == place


async def test_leaving_waits_a_few_seconds_for_a_store_that_hangs_and_no_longer(
    phone: Phone, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.commands("start")

    async def hangs(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(stores, "STORE_WITHIN", timedelta(seconds=0.02))
    monkeypatch.setattr(rooms.sessions, "leave", hangs)
    monkeypatch.setattr(rooms.sessions, "wiped", hangs)
    async with asyncio.timeout(PATIENCE):
        assert await phone.commands("exit") is Taken.LEFT
    assert len(phone.standing) == 1


async def test_with_a_directory_that_hangs_he_is_told_and_keeps_the_helpline(
    phone: Phone, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")

    async def hangs(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(stores, "STORE_WITHIN", timedelta(seconds=0.02))
    monkeypatch.setattr(rooms.directory, "revision", hangs)
    async with asyncio.timeout(PATIENCE):
        await phone.says("leeds")
    assert "can't reach my list" in phone.seen


async def test_a_fault_of_our_own_leaves_him_the_helpline(
    phone: Phone, rooms: Rooms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")

    def fails(_: str) -> None:
        raise RuntimeError("leeds")

    monkeypatch.setattr(Signposting, "locate", lambda self, words: fails(words))
    assert await phone.says("leeds") is Taken.ANSWERED
    assert HELPLINE in phone.seen
    assert "RuntimeError" in caplog.text
    assert "leeds" not in caplog.text


@pytest.mark.parametrize("reader", ["screen", "notice", "is_leaving"])
async def test_whatever_reader_of_his_words_fails_he_gets_the_helpline_and_can_leave(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")

    def fails(_: str) -> None:
        raise RuntimeError("what he typed")

    for room in (risk, identity, turns):
        if hasattr(room, reader):
            monkeypatch.setattr(room, reader, fails)
    assert await phone.says("somewhere to stay") is Taken.ANSWERED
    assert HELPLINE in phone.seen
    assert await phone.commands("exit") is Taken.LEFT


async def test_an_exit_over_an_hour_late_clears_the_chat_without_a_word(phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    assert await phone.says("x", ago=timedelta(minutes=61)) is Taken.LEFT
    assert not phone.standing


async def test_who_blocked_and_came_back_while_all_waited_upstream_is_answered(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    await phone.commands("start")
    clock.forward(minutes=9)
    await rooms.conversation.forget(phone.address, phone, sent_at=clock() - timedelta(minutes=8))
    assert await phone.says("hello", ago=timedelta(minutes=7)) is Taken.ANSWERED


async def test_what_he_wrote_before_he_blocked_the_bot_goes_too_though_it_was_never_answered(phone: Phone) -> None:
    await phone.commands("start")
    phone.failure = Gone()
    assert await phone.says("hello") is Taken.SILENT
    assert not phone.standing


@pytest.mark.parametrize("channel", ["web", "terminal"])
async def test_a_turn_he_left_meanwhile_is_not_shown_on_a_page_or_a_screen(
    rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    commit = rooms.sessions.commit
    talk = Talk(rooms.conversation)
    address = talk.address if channel == "terminal" else Address("web", "y" * 32)

    async def after_leaving(*given, **named):  # type: ignore[no-untyped-def]
        await rooms.sessions.leave(address, clock())
        await commit(*given, **named)

    monkeypatch.setattr(rooms.sessions, "commit", after_leaving)
    if channel == "terminal":
        assert await talk.say("yes") is None
    else:
        collected = Collected()
        assert await rooms.conversation.take(Arrival(address, Typed("yes"), sent_at=clock()), collected) is Taken.SILENT
        assert collected.turn is None


async def test_danger_in_a_late_message_is_answered_to_him_who_starts_anew(phone: Phone) -> None:
    await phone.says("she's got a knife", ago=timedelta(minutes=12))
    await phone.commands("start")
    assert "999" in phone.turn.messages[0].body
    await phone.taps("Carry on")
    assert "OK to chat here now" in phone.seen


async def test_danger_told_again_before_he_goes_on_is_answered_once(phone: Phone) -> None:
    await phone.says("she's got a knife", ago=timedelta(minutes=12))
    await phone.says("she's got a knife")
    assert "999" in phone.turn.messages[0].body
    await phone.taps("Carry on")
    await phone.taps("Go on")
    assert "OK to chat here now" in phone.seen


async def test_a_note_of_the_messenger_is_answered_neither_late_nor_with_the_store_down(
    phone: Phone, rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(update: str, ago: timedelta) -> Arrival:
        return Arrival(phone.address, Unreadable("service"), update=update, sent_at=clock() - ago, message=77)

    def fails(*_: object, **__: object) -> None:
        raise OSError("disk")

    assert await rooms.conversation.take(note("n1", timedelta(minutes=11)), phone) is Taken.SILENT
    monkeypatch.setattr(rooms.sessions, "turn", fails)
    assert await rooms.conversation.take(note("n2", timedelta(0)), phone) is Taken.SILENT
    assert not phone.turns


async def test_one_whose_place_cannot_be_read_is_greeted_and_his_words_are_no_answer(
    phone: Phone, rooms: Rooms, clock: Clock
) -> None:
    damaged = Session(version="of another time", state=b"[]", last_turn=clock())
    await rooms.sessions.commit(phone.address, damaged, left=None, now=clock())
    await phone.says("yes")
    assert "OK to chat here now" in phone.seen


async def test_a_page_left_idle_shows_nothing_of_before(rooms: Rooms, clock: Clock) -> None:
    phone = Phone(rooms, clock, "y" * 32, channel="web")
    await phone.says("yes")
    clock.forward(minutes=11)
    (message,) = (await rooms.conversation.show(phone.address)).messages
    assert message.body == "OK to chat now?"


async def test_the_sweep_passes_by_a_chat_that_is_in_use(
    phone: Phone, rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.commands("start")
    clock.forward(minutes=61)

    @contextlib.asynccontextmanager
    async def busy(*_: object) -> AsyncIterator[None]:
        raise LaneBusy
        yield

    with monkeypatch.context() as other_process:
        other_process.setattr(rooms.sessions, "lane", busy)
        other_process.setattr(rooms.sessions, "turn", busy)
        await rooms.conversation.sweep()
        assert phone.standing
        with pytest.raises(NotSent):
            await phone.says("hello")
    await rooms.conversation.sweep()
    assert not any(not isinstance(message, str) for message in phone.standing.values())


async def test_an_exit_whose_erase_could_not_be_recorded_is_looked_after_by_the_sweep(
    phone: Phone, rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise OSError("disk")

    await phone.commands("start")
    phone.undeletable.update(phone.standing)
    clock.forward(seconds=5)
    with monkeypatch.context() as broken:
        broken.setattr(rooms.sessions, "wiped", fails)
        assert await phone.says("x") is Taken.LEFT
        assert await phone.says("hello", ago=timedelta(minutes=61)) is Taken.SILENT
    phone.undeletable.clear()
    clock.forward(minutes=2)
    await rooms.conversation.sweep()
    assert [m if isinstance(m, str) else m.text.partition(".")[0] for m in phone.standing.values()] == [
        "All clear but for 2 messages"
    ]
