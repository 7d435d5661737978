"""The fake remembers everything a careful bot would not have done."""

from __future__ import annotations

import aiohttp
import pytest
from aiogram.types import User
from telegram import LinkPreviewOptions
from telegram.error import BadRequest, Forbidden

from tests.support.botapi import FakeBotApi
from tests.support.botapi.oracle import check_emitted
from tests.support_tests.conftest import SECRET, Hook, a_bot, ask, keyboard, known_man, plain, refusal


async def kinds_after(api: FakeBotApi, method: str, **fields: object) -> set[str]:
    """The kinds of complaint that one call brings; they are excused so that the fixture stays quiet."""
    await ask(api, method, **fields)
    kinds = {problem.kind for problem in api.problems}
    for kind in kinds:
        api.excuse(kind)
    return kinds


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"link_preview_options": {"is_disabled": False}}, "link-preview"),
        ({"protect_content": True}, "protected"),
        ({"parse_mode": "HTML"}, "parse-mode"),
        ({"colour": "red"}, "unknown-parameter"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_dada": "x"}]]}}, "unknown-parameter"),
        ({"disable_notification": "perhaps"}, "wrong-type"),
        ({"text": 5}, "wrong-type"),
        ({"text": "Your id is 5550001."}, "leak"),
        ({"text": "Hello @alex_here"}, "leak"),
    ],
)
async def test_a_careless_message_is_complained_of(botapi: FakeBotApi, fields: dict[str, object], kind: str) -> None:
    man = botapi.man(username="alex_here")
    await man.says("Hello")
    assert kind in await kinds_after(botapi, "sendMessage", **plain(man.chat, "Hello") | fields)


async def test_a_test_that_leaves_a_complaint_fails_with_its_words() -> None:
    async with FakeBotApi() as api:
        api.assert_careful()
        await ask(api, "setWebhook", url="https://example.org/telegram")
        with pytest.raises(AssertionError, match="no-secret: setWebhook: without secret_token"):
            api.assert_careful()


async def test_the_token_in_words_or_addresses_is_complained_of(botapi: FakeBotApi, hook: Hook) -> None:
    man = await known_man(botapi)
    assert await kinds_after(botapi, "sendMessage", **plain(man.chat, f"It is {botapi.token}")) == {"leak"}
    address = f"https://example.org/{botapi.token}"
    assert await kinds_after(botapi, "setWebhook", url=address, secret_token=SECRET) == {"leak"}


@pytest.mark.parametrize(
    ("method", "fields", "kind"),
    [
        ("getChat", {"chat_id": 5_550_001}, "privacy"),
        ("getUserProfilePhotos", {"user_id": 5_550_001}, "privacy"),
        ("setWebhook", {"url": "https://example.org/telegram"}, "no-secret"),
        ("deleteWebhook", {"drop_pending_updates": True}, "drop-pending"),
        ("getUpdates", {"allowed_updates": ["message", "massage"]}, "wrong-type"),
        ("sendDice", {"chat_id": 5_550_001}, "unknown-method"),
        ("sendPigeon", {}, "unknown-method"),
    ],
)
async def test_a_careless_call_is_complained_of(
    botapi: FakeBotApi, method: str, fields: dict[str, object], kind: str
) -> None:
    await known_man(botapi)
    assert await kinds_after(botapi, method, **fields) == {kind}


async def test_prying_is_refused_to_ptb_too(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    async with a_bot(botapi) as bot:
        with pytest.raises(Forbidden):
            await bot.get_chat(man.chat.id)
    assert botapi.excuse("privacy")


async def test_dropping_what_waited_really_drops_it(botapi: FakeBotApi) -> None:
    sent = await botapi.man().says("Is anybody there?")
    async with a_bot(botapi) as bot:
        await bot.delete_webhook(drop_pending_updates=True)
        assert await bot.get_updates() == ()
    assert sent.lost == "dropped by the bot"
    assert botapi.excuse("drop-pending")


async def test_writing_first_is_refused_and_complained_of(botapi: FakeBotApi) -> None:
    man = botapi.man()
    words = await refusal(botapi, "sendMessage", **plain(man.chat, "Hello?"))
    assert words == "Forbidden: bot can't initiate conversation with a user"
    assert botapi.excuse("wrote-first")


async def test_a_tap_never_answered_is_complained_of_once_it_is_acknowledged(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    await ask(botapi, "sendMessage", **plain(man.chat, "OK?", reply_markup=keyboard("Yes")))
    tap = await man.taps("Yes")
    assert not botapi.problems
    await ask(botapi, "getUpdates", offset=tap.update["update_id"] + 1)
    assert [problem.kind for problem in botapi.problems] == ["unanswered-tap"]
    await ask(botapi, "answerCallbackQuery", callback_query_id=tap.update["callback_query"]["id"])
    assert not botapi.problems


async def test_forms_and_json_are_both_read_and_numbers_must_be_numbers(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    url = f"{botapi.base_url}{botapi.token}/sendMessage"
    form = {"chat_id": str(man.chat.id), "text": "123", "link_preview_options": '{"is_disabled": true}'}
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=form) as answer:
            assert (await answer.json())["result"]["text"] == "123"
        async with session.get(url, params=form) as answer:
            assert answer.status == 200
        async with session.post(url, json=["not", "an", "object"]) as answer:
            assert answer.status == 400
        async with session.post(url, data=form | {"chat_id": "[5550001]"}) as answer:
            assert (await answer.json())["description"] == "Bad Request: wrong or missing parameter: chat_id"
    assert botapi.excuse("wrong-type")


async def test_ptb_reads_the_answers_and_writes_requests_the_models_accept(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    async with a_bot(botapi) as bot:
        message = await bot.send_message(man.chat.id, "Ring 0808 800 1170.", disable_notification=True)
        assert list(message.parse_entities(["phone_number"]).values()) == ["0808 800 1170"]
        assert message.link_preview_options == LinkPreviewOptions(is_disabled=True)
        with pytest.raises(BadRequest, match="not modified"):
            await message.edit_text("Ring 0808 800 1170.")
        assert await bot.send_chat_action(man.chat.id, "typing")
    assert man.chat.from_bot[0].phone_numbers == ("0808 800 1170",)
    assert botapi.notifications(man) == ()
    assert botapi.notifications(man, silent=True) == man.chat.from_bot


@pytest.mark.parametrize(("token", "status"), [("no token at all", 404), ("7012345678:wrong", 401)])
async def test_a_wrong_token_is_turned_away(botapi: FakeBotApi, token: str, status: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{botapi.base_url}{token}/getMe") as answer:
        assert answer.status == status


def test_the_fake_may_not_emit_what_telegram_does_not() -> None:
    user = {"id": 1, "is_bot": False, "first_name": "Alex"}
    check_emitted(User, user)
    with pytest.raises(AssertionError, match="fields Telegram does not have"):
        check_emitted(User, user | {"shoe_size": 44})
    with pytest.raises(AssertionError, match="what Telegram does not"):
        check_emitted(User, {"id": 1})


async def test_a_body_that_is_not_json_is_turned_away(botapi: FakeBotApi) -> None:
    url = f"{botapi.base_url}{botapi.token}/getMe"
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session, session.post(url, data=b"{", headers=headers) as answer:
        assert answer.status == 400


async def test_an_answer_that_telegram_would_not_give_fails_the_test_that_met_it(botapi: FakeBotApi) -> None:
    botapi.me = {"id": "not a number"}
    async with aiohttp.ClientSession() as session, session.get(f"{botapi.base_url}{botapi.token}/getMe") as answer:
        assert answer.status == 500
    assert botapi.excuse("fake")
