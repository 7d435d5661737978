"""Long polling: order, patience, and nothing acknowledged before its turn is done."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from telegram import Bot

from bot.arrival import Address, Arrival, Gone, NotSent, Out, Taken, Tapped
from bot.telegram.intake import Intake
from bot.telegram.polling import MOST_UPDATES, Polling
from bot.telegram.updates import read
from tests.bot.telegram.conftest import NOON, SWIFT, Gate, ScriptedConversation, Serving, turn_saying, words_of
from tests.support.botapi import FakeBotApi
from tests.support.patience import PATIENCE


async def fetched(botapi: FakeBotApi, times: int) -> None:
    """Wait until so many more fetches have come."""
    before = len(botapi.calls_of("getUpdates"))
    await botapi.changes.until(
        lambda: len(botapi.calls_of("getUpdates")) >= before + times, within=PATIENCE, otherwise=lambda: "no fetches"
    )


async def test_a_word_is_answered_and_acknowledged(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man = botapi.man()
    async with polling():
        sent = await man.says("hello")
        await man.sees("You said hello.")
        await botapi.settled()
    assert sent.acknowledged
    assert conversation.heard == ["hello"]


async def test_what_was_written_while_the_bot_was_down_is_answered_when_it_is_back(
    botapi: FakeBotApi, polling: Serving
) -> None:
    man = botapi.man()
    await man.says("one")
    await man.says("two")
    async with polling():
        await man.sees("You said two.")


async def test_nothing_is_acknowledged_before_its_turn_is_done(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    gate = Gate()

    async def slowly(arrival: Arrival, out: Out) -> Taken:
        await gate()
        return Taken.ANSWERED

    conversation.answer = slowly
    async with polling():
        sent = await botapi.man().says("hello")
        await gate.reached.wait()
        await fetched(botapi, 4)
        assert not sent.acknowledged
        gate.open.set()
        await botapi.settled()
    assert conversation.heard == ["hello"]


async def test_one_mans_turns_are_in_order_and_many_mens_side_by_side(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    both_at_work = asyncio.Barrier(3)

    async def together(arrival: Arrival, out: Out) -> Taken:
        if words_of(arrival) == "0":
            await both_at_work.wait()  # passed only once all three men's turns have begun
        return Taken.ANSWERED

    conversation.answer = together
    men = [botapi.man(100_001 + each, first_name=f"Man{each}") for each in range(3)]
    for number in range(8):
        for man in men:
            await man.says(str(number))
    async with polling():
        await botapi.settled()
    for man in men:
        mine = [words_of(each) for each in conversation.came if each.address.chat == str(man.chat.id)]
        assert mine == [str(number) for number in range(8)]


async def test_no_more_turns_are_at_work_at_once_than_allowed(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    async def briefly(arrival: Arrival, out: Out) -> Taken:
        await asyncio.sleep(0.01)
        return Taken.ANSWERED

    conversation.answer = briefly
    for each in range(12):
        await botapi.man(100_001 + each).says("hello")
    async with polling(side_by_side=3):
        await botapi.settled()
    assert conversation.most_at_work == 3


async def test_one_stuck_man_blocks_nobody_and_stays_unacknowledged(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    stuck, other = botapi.man(100_001), botapi.man(100_002)
    gate = Gate()

    async def stuck_for_one(arrival: Arrival, out: Out) -> Taken:
        if arrival.address.chat == str(stuck.chat.id):
            await gate()
        return await conversation.reply(arrival, out)

    conversation.answer = stuck_for_one
    async with polling():
        first = await stuck.says("first")
        second = await stuck.says("second")
        await gate.reached.wait()
        for number in range(5):
            await other.says(f"word {number}")
            await other.sees(f"You said word {number}.")
        assert not first.acknowledged
        assert conversation.heard.count("second") == 0
        gate.open.set()
        await stuck.sees("You said second.")
        await botapi.settled()
    assert second.acknowledged
    assert len(conversation.came) == 7


async def test_a_turn_that_takes_too_long_is_given_up_and_tried_again(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    async def hangs_once(arrival: Arrival, out: Out) -> Taken:
        if len(conversation.came) == 1:
            await asyncio.Event().wait()
        return await conversation.reply(arrival, out)

    conversation.answer = hangs_once
    man = botapi.man()
    async with polling(turn=0.1):
        await man.says("hello")
        await man.says("are you there")
        await man.sees("You said are you there.")
        await botapi.settled()
    # A machine that stands still may make more turns than one too long.
    assert conversation.heard[:2] == ["hello", "hello"]
    assert list(dict.fromkeys(conversation.heard)) == ["hello", "are you there"]


@pytest.mark.parametrize(
    "trouble", [NotSent("flood"), OSError("disk"), OperationalError("insert", {}, Exception("locked"))]
)
async def test_a_turn_that_fails_for_a_while_is_tried_until_it_succeeds(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving, trouble: Exception
) -> None:
    async def fails_at_first(arrival: Arrival, out: Out) -> Taken:
        if len(conversation.came) <= 8:
            raise trouble
        return await conversation.reply(arrival, out)

    conversation.answer = fails_at_first
    man = botapi.man()
    async with polling():
        await man.says("hello")
        await man.sees("You said hello.")
        await botapi.settled()
    assert len(conversation.came) == 9


async def test_a_message_our_own_fault_keeps_from_being_answered_lets_his_next_one_through(
    botapi: FakeBotApi,
    conversation: ScriptedConversation,
    polling: Serving,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def breaks(arrival: Arrival, out: Out) -> Taken:
        if words_of(arrival) == "MARKED-WORDS":
            raise ZeroDivisionError(f"{words_of(arrival)} in {arrival.address.chat}")
        return await conversation.reply(arrival, out)

    conversation.answer = breaks
    man = botapi.man(123_456_789)
    async with polling():
        await man.says("MARKED-WORDS")
        await man.says("hello?")
        await man.sees("You said hello?")
        await botapi.settled()
    assert conversation.heard == ["MARKED-WORDS"] * 5 + ["hello?"]
    assert "ZeroDivisionError at test_polling.py" in caplog.text
    assert "MARKED-WORDS" not in caplog.text
    assert "123456789" not in caplog.text


async def test_what_still_fails_after_an_hour_is_passed_over(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    async def never(arrival: Arrival, out: Out) -> Taken:
        raise NotSent("the network is down")

    conversation.answer = never
    old = await botapi.man().says("hello", sent_at=datetime.now(UTC) - timedelta(minutes=61))
    async with polling():
        await botapi.settled()
    assert old.acknowledged
    assert len(conversation.came) == 1


async def test_a_tap_is_answered_before_its_turn_begins(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man = botapi.man()
    async with polling():
        await man.says("hello")
        await man.sees("You said hello.")
        tap = await man.taps("Carry on")
        await man.sees("You said Carry on.")
        await botapi.settled()
    assert tap.answered
    asked = [call.method for call in botapi.calls_of("answerCallbackQuery", "editMessageText")]
    assert asked == ["answerCallbackQuery", "editMessageText"]
    assert len(man.chat.from_bot) == 1


async def test_two_quick_taps_are_two_answers_and_one_message(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man = botapi.man()
    async with polling():
        await man.says("hello")
        (_, asked) = await man.sees("You said hello.")
        taps = [await man.taps("Carry on", on=asked), await man.taps("Carry on", on=asked)]
        await botapi.settled()
    assert all(tap.answered for tap in taps)
    assert len(man.chat.from_bot) == 1
    assert conversation.heard == ["hello", "Carry on", "Carry on"]


async def test_a_tap_too_old_to_be_answered_is_taken_all_the_same(botapi: FakeBotApi, polling: Serving) -> None:
    man = botapi.man()
    async with polling():
        await man.says("hello")
        await man.sees("You said hello.")
        tap = await man.taps("Carry on", sent_at=datetime.now(UTC) - timedelta(seconds=60))
        await man.sees("You said Carry on.")
        await botapi.settled()
    assert tap.tried
    assert not tap.answered


async def test_a_tap_is_answered_again_when_the_answer_did_not_arrive(botapi: FakeBotApi, polling: Serving) -> None:
    man = botapi.man()
    async with polling():
        await man.says("hello")
        await man.sees("You said hello.")
        botapi.fail_next("answerCallbackQuery", status=502, times=2)
        tap = await man.taps("Carry on")
        await man.sees("You said Carry on.")
        await botapi.settled()
    assert tap.answered


async def test_a_turn_does_not_wait_long_for_a_tap_to_be_answered(
    botapi: FakeBotApi, polling: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    man = botapi.man()
    async with polling(answering=0.01, tap=0.3):
        await man.says("hello")
        await man.sees("You said hello.")
        botapi.fail_next("answerCallbackQuery", status=502, times=10_000)
        await man.taps("Carry on")
        await man.sees("You said Carry on.")
        await botapi.settled()
    botapi.taps.clear()  # this one was indeed never answered
    assert "could not be answered" in caplog.text


async def test_a_stale_tap_reaches_the_conversation_as_it_is(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man = botapi.man()
    async with polling():
        await man.says("hello")
        (_, shown) = await man.sees("You said hello.")
        man.deletes(shown)
        await man.taps("Carry on", on=shown)
        await man.sees("You said Carry on.")
        await botapi.settled()
    assert conversation.came[-1].what == Tapped("Carry on", shown.id)


async def test_a_repeated_update_reaches_the_conversation_under_the_same_id(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man = botapi.man()
    async with polling():
        sent = await man.says("hello")
        await botapi.settled()
        await botapi.redeliver(sent)
        await botapi.settled()
    assert {each.update for each in conversation.came} == {str(sent.update["update_id"])}


async def test_an_update_shown_again_while_in_hand_is_not_begun_twice(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    gate = Gate()

    async def slowly(arrival: Arrival, out: Out) -> Taken:
        await gate()
        return Taken.ANSWERED

    conversation.answer = slowly
    async with polling():
        await botapi.man(100_001).says("one")
        await gate.reached.wait()
        await botapi.man(100_002).says("two")
        await conversation.until(lambda: len(conversation.came) == 2)
        gate.open.set()
        await botapi.settled()
    assert conversation.heard == ["one", "two"]


@pytest.mark.parametrize("way", ["button", "/exit", "shes back"])
async def test_leaving_does_not_queue_behind_a_turn(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving, way: str
) -> None:
    man = botapi.man()
    gate = Gate()

    async def stuck(arrival: Arrival, out: Out) -> Taken:
        if words_of(arrival) == "stuck":
            await gate()
        return await conversation.reply(arrival, out)

    conversation.answer = stuck
    async with polling(side_by_side=1):
        await man.says("hello")
        await man.sees("You said hello.")
        await man.says("stuck")
        await gate.reached.wait()
        await (man.taps("Leave now") if way == "button" else man.says(way))
        await conversation.until(lambda: len(conversation.answered) == 2)
        assert conversation.at_work == 1
        gate.open.set()
        await botapi.settled()


async def test_blocking_the_bot_forgets_him_even_while_a_turn_is_stuck(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man = botapi.man()
    gate = Gate()

    async def stuck(arrival: Arrival, out: Out) -> Taken:
        await gate()
        with pytest.raises(Gone):
            await out.send(turn_saying("Hello."), onto=None)
        return Taken.SILENT

    conversation.answer = stuck
    async with polling():
        await man.says("hello")
        await gate.reached.wait()
        await man.blocks()
        await conversation.until(lambda: bool(conversation.forgotten))
        gate.open.set()
        await botapi.settled()
    assert conversation.forgotten == [Address("telegram", str(man.chat.id))]


async def test_forgetting_is_tried_again_when_the_store_is_down(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    tries = 0

    async def fails_once(address: Address, out: Out | None) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("disk")

    conversation.on_forget = fails_once
    man = botapi.man()
    async with polling():
        await man.says("hello")
        await botapi.settled()
        await man.blocks()
        await botapi.settled()
    assert len(conversation.forgotten) == 1


async def test_a_group_is_left_without_a_word(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man, group = botapi.man(), botapi.group()
    async with polling():
        await group.adds_bot(man)
        await botapi.settled()
    assert group.chat.bot_left
    assert not conversation.came
    assert not botapi.calls_of("sendMessage")


async def test_a_group_that_cannot_be_left_holds_nobody_up(botapi: FakeBotApi, polling: Serving) -> None:
    man, group = botapi.man(), botapi.group()
    botapi.fail_next("leaveChat", status=403, description="Forbidden: bot is not a member of the group chat")
    async with polling():
        await group.adds_bot(man)
        await man.says("hello")
        await man.sees("You said hello.")
        await botapi.settled()


async def test_all_kinds_of_things_he_may_send_are_taken(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man = botapi.man()
    async with polling():
        said = await man.says("helo")
        await man.edits(said, "hello")
        await man.sends_sticker()
        await man.sends_voice()
        await man.sends_location()
        await man.sends_contact()
        await man.sends_dice()
        await man.sends_photo()
        await man.sends_photo(caption="look")
        await man.forwards("MARKED-WORDS")
        await botapi.settled()
    kinds = ["edit", "sticker", "voice", "location", "contact", "dice", "photo"]
    assert conversation.heard == [
        "helo",
        *(f"Unreadable(kind={kind!r})" for kind in kinds),
        "look",
        "Unreadable(kind='forward')",
    ]


async def test_a_malformed_update_is_acknowledged_and_holds_nobody_up(
    botapi: FakeBotApi,
    conversation: ScriptedConversation,
    polling: Serving,
    caplog: pytest.LogCaptureFixture,
) -> None:
    man = botapi.man()
    async with polling():
        broken = await man.sends_raw({"message": {"text": "MARKED-WORDS", "chat": "none"}})
        await man.says("hello")
        await man.sees("You said hello.")
        await botapi.settled()
    assert broken.acknowledged
    assert conversation.heard == ["hello"]
    assert "MARKED-WORDS" not in caplog.text


class Batches:
    """A source that shows one batch of updates after another, then nothing."""

    def __init__(self, *batches: list[object]) -> None:
        self.batches = list(batches)
        self.offsets: list[int] = []

    async def fetch(self, *, offset: int, limit: int, timeout: int) -> list[object]:  # noqa: ASYNC109
        self.offsets.append(offset)
        if self.batches:
            return self.batches.pop(0)
        await asyncio.sleep(0.01)
        return []

    async def renew(self) -> None:
        """Nothing to renew."""


MESSAGE: dict[str, object] = {"message_id": 1, "date": 0, "chat": {"id": 5_550_001, "type": "private"}}


def raw(number: int) -> dict[str, object]:
    return {"update_id": number, "message": MESSAGE | {"text": f"{number}"}}


async def poll(conversation: ScriptedConversation, bot: Bot, source: Batches, turns: int) -> None:
    async def taken(arrival: Arrival, out: Out) -> Taken:
        return Taken.SILENT

    conversation.answer = taken
    polling = Polling(source, Intake(bot, conversation, now=lambda: NOON, pace=SWIFT), pace=SWIFT)
    polling.start()
    await conversation.until(lambda: len(conversation.answered) == turns)
    await polling.stop()


async def test_numbers_that_begin_anew_are_followed(conversation: ScriptedConversation, bot: Bot) -> None:
    """After a week without updates Telegram goes on with any number, a lower one too."""
    source = Batches([raw(900)], [], [raw(5)], [], [raw(6)])
    await poll(conversation, bot, source, 3)
    assert conversation.heard == ["900", "5", "6"]
    assert source.offsets[0] == 0
    assert source.offsets[-1] == 7


async def test_what_is_no_update_at_all_holds_nobody_up(conversation: ScriptedConversation, bot: Bot) -> None:
    source = Batches([{"nonsense": 1}, raw(900)], ["nonsense"], [raw(901)])
    await poll(conversation, bot, source, 2)
    assert conversation.heard == ["900", "901"]


async def test_stopping_before_it_has_begun_is_no_trouble(conversation: ScriptedConversation, bot: Bot) -> None:
    source = Batches()
    await Polling(source, Intake(bot, conversation, now=lambda: NOON, pace=SWIFT), pace=SWIFT).stop()
    assert source.offsets == []


# Telegram's own troubles


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 502, "times": 3},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 429, "retry_after": 1},
        {"status": 200, "description": "", "body": "<html>Log in to this network</html>"},
        {"status": 200, "description": "", "body": '{"ok": true, "result": {"of": "another kind"}}'},
    ],
)
async def test_fetching_goes_on_after_trouble(botapi: FakeBotApi, polling: Serving, trouble: dict[str, object]) -> None:
    botapi.fail_next("getUpdates", **trouble)  # type: ignore[arg-type]
    man = botapi.man()
    async with polling():
        await man.says("hello")
        await man.sees("You said hello.")
        await botapi.settled()


@pytest.mark.parametrize(("status", "told"), [(409, "leaked"), (401, "FINGERPOST_TELEGRAM_TOKEN")])
async def test_a_token_in_trouble_is_told_to_the_operator_and_not_shown(
    botapi: FakeBotApi, polling: Serving, caplog: pytest.LogCaptureFixture, status: int, told: str
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    botapi.fail_next("getUpdates", status=status)
    man = botapi.man()
    async with polling():
        await man.says("hello")
        await man.sees("You said hello.")
        await botapi.settled()
    assert told in caplog.text
    assert botapi.token not in caplog.text


async def test_a_wedged_fetch_is_given_up_and_begun_again(botapi: FakeBotApi, polling: Serving) -> None:
    botapi.hang_next("getUpdates")
    man = botapi.man()
    async with polling(long_poll=0, fetch_margin=0.2):
        await man.says("hello")
        await man.sees("You said hello.")
        await botapi.settled()


async def test_the_messages_of_a_stuck_man_do_not_hide_everybody_elses(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    stuck, other = botapi.man(100_001), botapi.man(100_002)
    mended = asyncio.Event()

    async def stuck_for_one(arrival: Arrival, out: Out) -> Taken:
        if arrival.address.chat == str(stuck.chat.id) and not mended.is_set():
            raise NotSent("flood")
        return await conversation.reply(arrival, out)

    conversation.answer = stuck_for_one
    for number in range(MOST_UPDATES + 20):
        await stuck.says(f"flood {number}")
    await other.says("hello")
    async with polling():
        await other.sees("You said hello.")
        mended.set()
        await stuck.sees(f"You said flood {MOST_UPDATES + 19}.")
        await botapi.settled()
    answered = [words_of(each) for each in conversation.answered if each.address.chat == str(stuck.chat.id)]
    assert answered == [f"flood {number}" for number in range(MOST_UPDATES + 20)]


async def test_in_an_outage_everything_waits_at_telegram(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    async def down(arrival: Arrival, out: Out) -> Taken:
        raise NotSent("everything is down")

    conversation.answer = down
    sent = [await botapi.man(100_001 + number).says("hello") for number in range(MOST_UPDATES + 20)]
    async with polling():
        await conversation.until(lambda: len(conversation.came) >= 3 * MOST_UPDATES)
    assert not any(each.acknowledged for each in sent)
    assert len({each.address for each in conversation.came}) == MOST_UPDATES


# Stopping


async def test_stopping_ends_the_turn_in_hand_acknowledges_it_and_begins_no_other(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    gate = Gate()

    async def slowly(arrival: Arrival, out: Out) -> Taken:
        await gate()
        return await conversation.reply(arrival, out)

    conversation.answer = slowly
    man = botapi.man()
    async with polling() as channel:
        first, second = await man.says("first"), await man.says("second")
        await gate.reached.wait()
        stopping = asyncio.create_task(channel.stop())
        await asyncio.sleep(0)
        gate.open.set()
        await stopping
    assert first.acknowledged
    assert not second.acknowledged
    assert conversation.heard == ["first"]


async def test_stopping_does_not_wait_for_ever_for_a_turn(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    gate = Gate()

    async def stuck(arrival: Arrival, out: Out) -> Taken:
        await gate()
        return Taken.ANSWERED

    conversation.answer = stuck
    async with polling(grace=0.05):
        sent = await botapi.man().says("hello")
        await gate.reached.wait()
    assert not sent.acknowledged


async def test_stopping_does_not_wait_for_ever_for_a_tap_to_be_answered(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving
) -> None:
    man = botapi.man()
    async with polling(grace=0.05, answering=0.01):
        await man.says("hello")
        await man.sees("You said hello.")
        botapi.hang_next("answerCallbackQuery")
        await man.taps("Carry on")
        await man.sees("You said Carry on.")
    botapi.taps.clear()  # this one was indeed never answered


async def test_a_flood_of_failing_updates_does_not_fill_the_memory(
    conversation: ScriptedConversation, bot: Bot
) -> None:
    async def down(arrival: Arrival, out: Out) -> Taken:
        raise NotSent("down")

    conversation.answer = down
    intake = Intake(bot, conversation, now=lambda: NOON, pace=SWIFT)
    for number in range(1100):
        received = read(raw(number) | {"message": {**MESSAGE, "date": int(NOON.timestamp())}})
        assert received is not None
        assert not await intake.settle(received)
    assert len(intake._failed) == 1000
