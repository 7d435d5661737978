"""Sending, editing and erasing, over real HTTP, with all that Telegram may answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Bot

from bot.arrival import Erased, Gone, NotSent
from bot.telegram.pace import Pace
from bot.telegram.sending import TelegramOut
from safety.envelope import left
from tests.bot.telegram.conftest import SWIFT, turn_saying
from tests.support.botapi import FakeBotApi, Man

OutTo = Callable[..., TelegramOut]


@pytest.fixture
async def man(botapi: FakeBotApi) -> Man:
    man = botapi.man()
    await man.says("hello")
    return man


async def test_a_turn_comes_silently_in_plain_words_with_its_buttons(
    botapi: FakeBotApi, man: Man, out_to: OutTo
) -> None:
    turn = turn_saying("One thing.", "Another thing.")
    ids = await out_to(man.chat.id).send(turn, onto=None)
    shown = man.chat.from_bot
    assert tuple(each.id for each in shown) == ids
    assert [each.text for each in shown] == [each.text for each in turn.messages]
    assert shown[0].buttons == ("Carry on", "Urgent help", "Leave now")
    assert not botapi.notifications(man)
    assert not any(each.protected or each.link_preview for each in shown)


async def test_the_helpline_can_be_tapped(man: Man, out_to: OutTo) -> None:
    await out_to(man.chat.id).send(turn_saying("One thing."), onto=None)
    assert "0808 800 1170" in man.chat.from_bot[0].phone_numbers


async def test_a_turn_without_buttons_takes_them_from_the_message_it_replaces(man: Man, out_to: OutTo) -> None:
    (first,) = await out_to(man.chat.id).send(turn_saying("One thing."), onto=None)
    assert await out_to(man.chat.id).send(left(remaining=0), onto=first) == (first,)
    assert man.chat.from_bot[0].buttons == ()


async def test_a_tapped_message_becomes_the_first_of_the_turn_and_the_others_follow(
    botapi: FakeBotApi, man: Man, out_to: OutTo
) -> None:
    (first,) = await out_to(man.chat.id).send(turn_saying("A question."), onto=None)
    before = len(botapi.notifications(man, silent=True))
    ids = await out_to(man.chat.id).send(turn_saying("Found.", "A card."), onto=first)
    assert ids[0] == first
    assert "Found." in man.chat.from_bot[0].text
    assert "A card." in man.chat.from_bot[1].text
    assert len(botapi.notifications(man, silent=True)) == before + 1


async def test_a_second_tap_that_changes_nothing_is_no_error(man: Man, out_to: OutTo) -> None:
    turn = turn_saying("A question.")
    (first,) = await out_to(man.chat.id).send(turn, onto=None)
    assert await out_to(man.chat.id).send(turn, onto=first) == (first,)
    assert len(man.chat.from_bot) == 1


async def test_what_cannot_be_edited_any_more_is_said_anew(man: Man, out_to: OutTo) -> None:
    (first,) = await out_to(man.chat.id).send(turn_saying("A question."), onto=None)
    man.deletes(man.chat.from_bot[0])
    (again,) = await out_to(man.chat.id).send(turn_saying("An answer."), onto=first)
    assert again != first
    assert [each.id for each in man.chat.from_bot] == [again]


@pytest.mark.parametrize("onto", [None, 1])
async def test_he_has_blocked_the_bot(man: Man, out_to: OutTo, onto: int | None) -> None:
    await man.blocks()
    with pytest.raises(Gone):
        await out_to(man.chat.id).send(turn_saying("Hello."), onto=onto)


async def test_he_has_deleted_his_account(man: Man, out_to: OutTo) -> None:
    man.deactivates()
    with pytest.raises(Gone):
        await out_to(man.chat.id).send(turn_saying("Hello."), onto=None)


async def test_his_chat_is_not_there(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    botapi.fail_next("sendMessage", status=400, description="Bad Request: chat not found")
    with pytest.raises(Gone):
        await out_to(man.chat.id).send(turn_saying("Hello."), onto=None)


async def test_a_refusal_nobody_foresaw_is_tried_again_later(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    botapi.fail_next("sendMessage", status=400, description="Bad Request: MOON_IN_WRONG_PHASE")
    with pytest.raises(NotSent):
        await out_to(man.chat.id).send(turn_saying("Hello."), onto=None)
    assert len(botapi.calls_of("sendMessage")) == 1


async def test_a_short_flood_wait_is_waited_out(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    botapi.fail_next("sendMessage", status=429, retry_after=1)
    await out_to(man.chat.id).send(turn_saying("Hello."), onto=None)
    assert len(man.chat.from_bot) == 1


async def test_a_flood_wait_longer_than_the_turn_ends_it_at_once(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    botapi.fail_next("sendMessage", status=429, retry_after=400)
    with pytest.raises(NotSent):
        await out_to(man.chat.id).send(turn_saying("Hello."), onto=None)
    assert len(botapi.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("body", [None, "<html>Bad Gateway</html>"])
async def test_an_error_of_the_server_is_tried_again(
    botapi: FakeBotApi, man: Man, out_to: OutTo, body: str | None
) -> None:
    botapi.fail_next("sendMessage", status=502, times=3, body=body)
    await out_to(man.chat.id).send(turn_saying("Hello."), onto=None)
    assert len(man.chat.from_bot) == 1


async def test_a_server_that_stays_broken_ends_the_turn(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    botapi.fail_next("sendMessage", status=500, times=10_000)
    with pytest.raises(NotSent):
        await out_to(man.chat.id, sending=0.2).send(turn_saying("Hello."), onto=None)
    assert len(botapi.calls_of("sendMessage")) > 1


async def test_a_server_that_cannot_be_reached_ends_the_turn(man: Man) -> None:
    nowhere = Bot("42:NOBODY-IS-HERE", base_url="http://127.0.0.1:9/bot")
    with pytest.raises(NotSent):
        await TelegramOut(nowhere, str(man.chat.id), out_pace(0.1)).send(turn_saying("Hello."), onto=None)


@pytest.mark.parametrize("trouble", ["drop_next", "hang_next"])
async def test_a_message_that_may_have_arrived_is_not_sent_twice_in_one_turn(
    botapi: FakeBotApi, man: Man, out_to: OutTo, trouble: str
) -> None:
    getattr(botapi, trouble)("sendMessage", delivered=True)
    with pytest.raises(NotSent) as caught:
        await out_to(man.chat.id).send(turn_saying("Hello."), onto=None)
    assert caught.value.sent == ()
    assert len(man.chat.from_bot) == 1


async def test_an_edit_that_may_have_arrived_is_simply_made_again(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    (first,) = await out_to(man.chat.id).send(turn_saying("A question."), onto=None)
    botapi.drop_next("editMessageText", delivered=True)
    assert await out_to(man.chat.id).send(turn_saying("An answer."), onto=first) == (first,)
    assert "An answer." in man.chat.from_bot[0].text


async def test_what_went_out_before_a_failure_is_told(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    botapi.fail_next("sendMessage", status=429, retry_after=99, when=lambda asked: "Third" in str(asked["text"]))
    with pytest.raises(NotSent) as caught:
        await out_to(man.chat.id).send(turn_saying("First.", "Second.", "Third."), onto=None)
    assert caught.value.sent == tuple(each.id for each in man.chat.from_bot)
    assert len(caught.value.sent) == 2


async def test_a_turn_that_waited_until_little_time_is_left_sends_nothing(man: Man, out_to: OutTo) -> None:
    """A process that died held his lane. The request went out before it was cut off, and again with the next try."""
    await out_to(man.chat.id).send(turn_saying("Before."), onto=None)
    late = out_to(man.chat.id, sending=0.2)
    await asyncio.sleep(0.19)
    with pytest.raises(NotSent) as caught:
        await late.send(turn_saying("An answer."), onto=None)
    await asyncio.sleep(0.2)
    assert caught.value.sent == ()
    assert [each.text for each in man.chat.from_bot if "An answer." in each.text] == []


async def test_a_server_that_hangs_does_not_hold_the_turn_beyond_its_time(
    botapi: FakeBotApi, man: Man, out_to: OutTo
) -> None:
    botapi.hang_next("sendMessage", when=lambda asked: "Second" in str(asked["text"]))
    with pytest.raises(NotSent) as caught:
        await out_to(man.chat.id, sending=0.3).send(turn_saying("First.", "Second."), onto=None)
    assert len(caught.value.sent) == 1


# Erasing


def out_pace(sending: float) -> Pace:
    return replace(SWIFT, sending=sending)


async def said(man: Man, count: int, *, days_ago: float = 0) -> list[int]:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    sent = [(await man.says(f"word {number}", sent_at=at)).message for number in range(count)]
    return [each.id for each in sent if each is not None]


async def test_both_sides_words_are_erased_a_hundred_at_a_time(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    ids = await said(man, 230)
    ids += await out_to(man.chat.id).send(turn_saying("Hello."), onto=None)
    assert await out_to(man.chat.id).erase(ids) == Erased(231)
    assert [each.text for each in man.chat.messages] == ["hello"]
    assert len(botapi.calls_of("deleteMessages")) == 3


async def test_one_message_too_old_costs_no_other_its_erasure(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    young = await said(man, 40)
    old = await said(man, 1, days_ago=3)
    younger = await said(man, 40)
    dice = (await man.sends_dice()).message
    assert dice is not None
    erased = await out_to(man.chat.id).erase([*young, *old, *younger, dice.id])
    assert erased == Erased(80, (*old, dice.id))
    assert [each.id for each in man.chat.messages][1:] == [*old, dice.id]
    assert len(botapi.calls_of("deleteMessages")) < 30


async def test_messages_that_are_gone_already_count_as_gone(man: Man, out_to: OutTo) -> None:
    ids = await said(man, 3)
    man.deletes(man.chat.messages[-1])
    assert await out_to(man.chat.id).erase([*ids, *ids]) == Erased(3)


async def test_ids_that_no_message_can_have_are_left_and_hurt_nothing(man: Man, out_to: OutTo) -> None:
    ids = await said(man, 2)
    assert await out_to(man.chat.id).erase([0, -5, *ids, 2**31]) == Erased(2, (-5, 0, 2**31))


async def test_nothing_to_erase_asks_nothing(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    assert await out_to(man.chat.id).erase([]) == Erased(0)
    assert not botapi.calls_of("deleteMessages")


async def test_an_erase_whose_answer_is_lost_is_made_again(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    ids = await said(man, 3)
    botapi.drop_next("deleteMessages", delivered=True)
    botapi.fail_next("deleteMessages", status=502)
    assert await out_to(man.chat.id).erase(ids) == Erased(3)


async def test_what_cannot_be_reached_for_erasing_is_left_and_told(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    ids = await said(man, 150)
    botapi.fail_next("deleteMessages", status=500, times=10_000, when=lambda asked: str(ids[120]) in str(asked))
    erased = await out_to(man.chat.id, sending=0.3).erase(ids)
    assert erased == Erased(100, tuple(ids[100:]))


async def test_a_server_that_hangs_leaves_what_it_was_asked_for_and_all_that_follows(
    botapi: FakeBotApi, man: Man, out_to: OutTo
) -> None:
    ids = await said(man, 150)
    botapi.hang_next("deleteMessages")
    assert await out_to(man.chat.id, sending=0.2).erase(ids) == Erased(0, tuple(ids))


async def test_a_flood_wait_leaves_what_it_was_about(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    ids = await said(man, 150)
    botapi.fail_next("deleteMessages", status=429, retry_after=60)
    assert await out_to(man.chat.id).erase(ids) == Erased(50, tuple(ids[:100]))


async def test_a_chat_that_is_not_there_is_asked_once(botapi: FakeBotApi, man: Man, out_to: OutTo) -> None:
    botapi.fail_next("deleteMessages", status=400, description="Bad Request: chat not found")
    assert await out_to(man.chat.id).erase([1, 2, 3]) == Erased(0, (1, 2, 3))
    assert len(botapi.calls_of("deleteMessages")) == 1
