"""The fake delivers, holds back and repeats updates as Telegram does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import Conflict

from tests.support.botapi import FakeBotApi
from tests.support.botapi.delivery import MESSAGE_LIVES, Queue
from tests.support.botapi.oracle import Problems
from tests.support.botapi.waiting import Changes
from tests.support.patience import PATIENCE
from tests.support_tests.conftest import SECRET, Clock, Hook, a_bot, ask, keyboard, known_man, plain, refusal


async def test_an_update_is_given_again_until_a_later_offset_confirms_it(botapi: FakeBotApi) -> None:
    man = botapi.man()
    sent = [await man.says("one"), await man.says("two")]
    async with a_bot(botapi) as bot:
        first = await bot.get_updates()
        assert [update.message and update.message.text for update in first] == ["one", "two"]
        assert [each.update_id for each in await bot.get_updates(limit=1)] == [first[0].update_id]
        assert [each.update_id for each in await bot.get_updates(offset=first[1].update_id)] == [first[1].update_id]
        assert [each.acknowledged for each in sent] == [True, False]
        assert await bot.get_updates(offset=first[1].update_id + 1) == ()
        await botapi.settled()


async def test_a_negative_offset_keeps_only_the_last(botapi: FakeBotApi) -> None:
    man = botapi.man()
    for text in ("one", "two", "three"):
        await man.says(text)
    async with a_bot(botapi) as bot:
        (last,) = await bot.get_updates(offset=-1)
        assert last.message is not None
        assert last.message.text == "three"


async def test_a_long_poll_ends_as_soon_as_something_comes(botapi: FakeBotApi) -> None:
    man = botapi.man()
    async with a_bot(botapi, read_timeout=30) as bot:
        waiting = asyncio.create_task(bot.get_updates(timeout=20))
        await botapi.changes.until(lambda: botapi.queue.polled, within=PATIENCE, otherwise=lambda: "no poll")
        await man.says("Hello")
        assert len(await waiting) == 1


async def test_a_long_poll_ends_empty_when_nothing_comes(botapi: FakeBotApi) -> None:
    assert await ask(botapi, "getUpdates", timeout=1) == {"ok": True, "result": []}


async def test_a_second_poll_ends_the_first_with_409(botapi: FakeBotApi) -> None:
    async with a_bot(botapi) as bot, a_bot(botapi) as other:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await botapi.changes.until(lambda: botapi.queue.polled, within=PATIENCE, otherwise=lambda: "no poll")
        assert await other.get_updates(timeout=0) == ()
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
    assert botapi.excuse("two-pollers")


async def test_a_poll_whose_client_went_away_is_no_second_poller(botapi: FakeBotApi) -> None:
    async with a_bot(botapi) as bot:
        waiting = asyncio.create_task(bot.get_updates(timeout=20))
        await botapi.changes.until(lambda: botapi.queue.polled, within=PATIENCE, otherwise=lambda: "no poll")
        waiting.cancel()
        assert await bot.get_updates() == ()


async def test_polling_beside_a_webhook_is_refused(botapi: FakeBotApi, hook: Hook) -> None:
    await ask(botapi, "setWebhook", url=hook.url, secret_token=SECRET)
    words = await refusal(botapi, "getUpdates")
    assert words.startswith("Conflict: can't use getUpdates method while webhook is active")
    assert botapi.excuse("two-pollers")
    assert (await ask(botapi, "setWebhook", url=""))["ok"]
    assert (await ask(botapi, "getUpdates"))["ok"]


async def test_kinds_the_bot_did_not_ask_for_never_reach_it(botapi: FakeBotApi) -> None:
    man = botapi.man()
    await ask(botapi, "getUpdates", allowed_updates=["message"])
    blocked = await man.blocks()
    assert blocked.lost == "not among allowed_updates"
    await ask(botapi, "getUpdates", allowed_updates=[])
    assert not (await man.unblocks()).lost


@pytest.mark.parametrize("failure", [web.Response(status=500), web.Response(status=403), web.Response(status=404)])
async def test_only_a_2xx_confirms_and_the_update_comes_again_unchanged(
    botapi: FakeBotApi, hook: Hook, failure: web.Response
) -> None:
    hook.answers = [failure, web.Response(status=204)]
    sent = await botapi.man().says("Hello")
    await ask(botapi, "setWebhook", url=hook.url, secret_token=SECRET)
    await botapi.settled()
    assert sent.acknowledged
    assert hook.heard == [sent.update, sent.update]
    info = (await ask(botapi, "getWebhookInfo"))["result"]
    assert info["last_error_message"].startswith(f"Wrong response from the webhook: {failure.status}")
    assert info["pending_update_count"] == 0


async def test_waits_double_to_a_minute_and_retry_after_is_honoured(hook: Hook) -> None:
    async with FakeBotApi(pace=0.0001) as api:
        hook.answers = [web.Response(status=502) for _ in range(8)]
        hook.answers.append(web.Response(status=429, headers={"Retry-After": "7"}))
        hook.answers.append(web.Response(status=503, headers={"Retry-After": "9999"}))
        await api.man().says("Hello")
        await ask(api, "setWebhook", url=hook.url, secret_token=SECRET)
        await api.settled()
        assert api.webhook.waits == [1, 2, 4, 8, 16, 32, 60, 60, 7, 3600]


async def test_an_update_is_given_up_when_the_next_try_would_come_too_late(
    timed: FakeBotApi, clock: Clock, hook: Hook
) -> None:
    man = await known_man(timed)
    await ask(timed, "sendMessage", **plain(man.chat, "OK?", reply_markup=keyboard("Yes")))
    tap = await man.taps("Yes")
    words = await man.says("Hello")
    clock.passes(seconds=149)
    hook.answers = [web.Response(status=500, headers={"Retry-After": "2"})]
    await ask(timed, "setWebhook", url=hook.url, secret_token=SECRET, max_connections=1)
    await timed.settled()
    assert tap.lost == "expired after Wrong response from the webhook: 500 Internal Server Error"
    assert words.acknowledged


async def test_taps_live_150_seconds_and_messages_a_day(timed: FakeBotApi, clock: Clock) -> None:
    man = await known_man(timed)
    await ask(timed, "sendMessage", **plain(man.chat, "OK?", reply_markup=keyboard("Yes")))
    tap, words = await man.taps("Yes"), await man.says("Hello")
    late = await man.says("Earlier", sent_at=clock.at - MESSAGE_LIVES + timedelta(minutes=1))
    clock.passes(seconds=150)
    assert [update["update_id"] for update in (await ask(timed, "getUpdates"))["result"]] == [words.update["update_id"]]
    assert (tap.lost, late.lost, words.lost) == ("expired", "expired", "")


async def test_a_chats_messages_wait_for_each_other_but_taps_and_other_men_do_not(
    botapi: FakeBotApi, hook: Hook
) -> None:
    man, other = await known_man(botapi), botapi.man(5_550_002, first_name="Ben")
    await ask(botapi, "sendMessage", **plain(man.chat, "OK?", reply_markup=keyboard("Yes")))
    hook.gate.clear()
    await ask(botapi, "setWebhook", url=hook.url, secret_token=SECRET)
    first, second = await man.says("first"), await man.says("second")
    tap, elsewhere = await man.taps("Yes"), await other.says("Hello")
    await hook.has_heard(3)
    assert botapi.webhook.in_flight == 3
    together = [update["update_id"] for update in hook.heard]
    assert sorted(together) == sorted(each.update["update_id"] for each in (first, tap, elsewhere))
    hook.gate.set()
    await botapi.settled()
    assert hook.heard[-1] == second.update
    await ask(botapi, "answerCallbackQuery", callback_query_id=tap.update["callback_query"]["id"])


async def test_max_connections_bounds_what_is_on_its_way(botapi: FakeBotApi, hook: Hook) -> None:
    hook.gate.clear()
    await ask(botapi, "setWebhook", url=hook.url, secret_token=SECRET, max_connections=2, allowed_updates=["message"])
    for number in range(5):
        await botapi.man(5_550_001 + number).says("Hello")
    await hook.has_heard(2)
    info = (await ask(botapi, "getWebhookInfo"))["result"]
    assert (info["max_connections"], info["pending_update_count"]) == (2, 5)
    assert botapi.webhook.in_flight == 2
    hook.gate.set()
    await botapi.settled()


async def test_a_webhook_set_to_the_same_address_is_left_alone(botapi: FakeBotApi, hook: Hook) -> None:
    for _ in range(2):
        assert (await ask(botapi, "setWebhook", url=hook.url, secret_token=SECRET))["ok"]
    await botapi.man().says("Hello")
    await botapi.settled()
    assert len(hook.heard) == 1


async def test_a_webhook_nobody_listens_at_is_tried_again(botapi: FakeBotApi, hook: Hook) -> None:
    sent = await botapi.man().says("Hello")
    await ask(botapi, "setWebhook", url="http://127.0.0.1:9/telegram", secret_token=SECRET)
    await botapi.changes.until(lambda: bool(botapi.webhook.waits), within=PATIENCE, otherwise=lambda: "never tried")
    info = (await ask(botapi, "getWebhookInfo"))["result"]
    assert info["last_error_message"].startswith("Webhook connection failed")
    await ask(botapi, "setWebhook", url=hook.url, secret_token=SECRET)
    await botapi.settled()
    assert sent.acknowledged


async def test_a_call_in_the_webhooks_answer_is_complained_of(botapi: FakeBotApi, hook: Hook) -> None:
    hook.answers = [web.json_response({"method": "sendMessage", "chat_id": 5_550_001, "text": "Hello"})]
    await ask(botapi, "setWebhook", url=hook.url, secret_token=SECRET)
    await botapi.man().says("Hello")
    await botapi.settled()
    assert botapi.excuse("call-in-answer")


async def test_an_update_can_come_twice_over_a_webhook(botapi: FakeBotApi, hook: Hook) -> None:
    await ask(botapi, "setWebhook", url=hook.url, secret_token=SECRET)
    sent = await botapi.man().says("Hello")
    await botapi.settled()
    again = await botapi.redeliver(sent)
    await botapi.settled()
    assert again.acknowledged
    assert hook.heard == [sent.update, sent.update]


async def test_an_update_can_come_twice_over_polling(botapi: FakeBotApi) -> None:
    sent = await botapi.man().says("Hello")
    number = sent.update["update_id"]
    await ask(botapi, "getUpdates", offset=number + 1)
    again = await botapi.redeliver(sent)
    assert (await ask(botapi, "getUpdates", offset=number + 1))["result"] == [sent.update]
    assert (await ask(botapi, "getUpdates", offset=number + 1))["result"] == []
    assert again.acknowledged


@settings(max_examples=50, deadline=None)
@given(steps=st.lists(st.one_of(st.just("add"), st.integers(0, 12)), max_size=30))
def test_what_lies_below_an_offset_once_asked_for_is_never_told_again(steps: list[str | int]) -> None:
    """Against the simplest model there is: a list of numbers."""

    async def run() -> None:
        clock = Clock()
        queue = Queue(clock.now, Changes(), Problems())
        unconfirmed: list[int] = []
        first = 0
        for step in steps:
            if isinstance(step, str):
                added = queue.add({"message": {}}, ("chat", 1), sent_at=clock.at, lives=MESSAGE_LIVES)
                first = first or added.update_id
                unconfirmed.append(added.update_id)
                continue
            offset = first + step
            unconfirmed = [number for number in unconfirmed if number >= offset]
            told = await queue.poll(offset=offset, limit=100, seconds=0, webhook=False)
            assert [update["update_id"] for update in told] == unconfirmed

    asyncio.run(run())
