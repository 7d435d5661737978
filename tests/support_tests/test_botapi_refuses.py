"""The fake refuses what Telegram refuses, in Telegram's words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram.methods import DeleteMessages
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.botapi import FakeBotApi
from tests.support.botapi.messages import Messages
from tests.support.botapi.oracle import Refused
from tests.support_tests.conftest import Clock, ask, keyboard, known_man, plain, refusal

EVERYBODY_GONE = "Bad Request: message can't be deleted for everyone"
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def send(api: FakeBotApi, chat_id: int, text: str) -> int:
    told = await ask(api, "sendMessage", **plain(api.chats[chat_id], text))
    return int(told["result"]["message_id"])


async def test_up_to_a_hundred_messages_of_both_sides_are_deleted_at_once(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    for number in range(99):
        await send(timed, man.chat.id, f"Line {number}")
    ids = [message.id for message in man.chat.messages]
    assert len(ids) == 100
    assert await ask(timed, "deleteMessages", chat_id=man.chat.id, message_ids=ids) == {"ok": True, "result": True}
    assert man.chat.messages == ()


async def test_ids_that_are_not_found_are_passed_over(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    kept = await send(timed, man.chat.id, "Kept")
    gone = await send(timed, man.chat.id, "Gone")
    told = await ask(timed, "deleteMessages", chat_id=man.chat.id, message_ids=[gone, 9_999, 12_345])
    assert told["ok"]
    assert [message.id for message in man.chat.from_bot] == [kept]


async def test_one_message_over_48_hours_old_refuses_the_whole_call(timed: FakeBotApi, clock: Clock) -> None:
    man = await known_man(timed)
    clock.passes(hours=47, minutes=59)
    young = await send(timed, man.chat.id, "Young")
    ids = [message.id for message in man.chat.messages]
    clock.passes(minutes=1)
    assert await refusal(timed, "deleteMessages", chat_id=man.chat.id, message_ids=ids) == EVERYBODY_GONE
    assert len(man.chat.messages) == 2
    assert (await ask(timed, "deleteMessages", chat_id=man.chat.id, message_ids=[young]))["ok"]
    assert await refusal(timed, "deleteMessage", chat_id=man.chat.id, message_id=ids[0]) == EVERYBODY_GONE


async def test_a_dice_refuses_until_it_is_24_hours_old(timed: FakeBotApi, clock: Clock) -> None:
    man = await known_man(timed)
    dice = (await man.sends_dice()).message
    assert dice is not None
    ids = [message.id for message in man.chat.messages]
    assert await refusal(timed, "deleteMessages", chat_id=man.chat.id, message_ids=ids) == EVERYBODY_GONE
    assert await refusal(timed, "deleteMessage", chat_id=man.chat.id, message_id=dice.id) == EVERYBODY_GONE
    clock.passes(hours=24, seconds=1)
    assert (await ask(timed, "deleteMessages", chat_id=man.chat.id, message_ids=ids))["ok"]


@settings(max_examples=40, deadline=None)
@given(ages=st.lists(st.integers(0, 72), min_size=1, max_size=8), asked=st.sets(st.integers(0, 9), min_size=1))
def test_a_bulk_delete_is_all_or_nothing(ages: list[int], asked: set[int]) -> None:
    clock = Clock()
    api = FakeBotApi(now=clock.now)
    chat = api.man().chat
    ids = [chat.put(api.sender, clock.at - timedelta(hours=age), {"text": "x"}).id for age in ages]
    wanted = [ids[place] if place < len(ids) else 10_000 + place for place in sorted(asked)]
    before = set(chat.standing)
    call = DeleteMessages(chat_id=chat.id, message_ids=wanted)
    if any(ages[place] >= 48 for place in asked if place < len(ages)):
        with pytest.raises(Refused):
            Messages(api).delete_messages(call)
        assert set(chat.standing) == before
    else:
        Messages(api).delete_messages(call)
        assert set(chat.standing) == before - set(wanted)


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([], "Bad Request: message identifiers are not specified"),
        ([0], "Bad Request: invalid message identifier specified"),
        ([2**31], "Bad Request: invalid message identifier specified"),
    ],
)
async def test_ids_that_cannot_be_are_refused(timed: FakeBotApi, ids: list[int], words: str) -> None:
    man = await known_man(timed)
    assert await refusal(timed, "deleteMessages", chat_id=man.chat.id, message_ids=ids) == words


async def test_more_than_a_hundred_ids_are_refused_and_remembered(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    words = await refusal(timed, "deleteMessages", chat_id=man.chat.id, message_ids=list(range(1, 102)))
    assert words == "Bad Request: too many message identifiers specified"
    assert timed.excuse("too-many-ids")


async def test_deleting_what_is_gone_is_refused_one_by_one(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    man.deletes(man.chat.messages[0])
    words = await refusal(timed, "deleteMessage", chat_id=man.chat.id, message_id=11)
    assert words == "Bad Request: message to delete not found"


async def test_an_edit_that_changes_nothing_is_refused(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    sent = await ask(timed, "sendMessage", **plain(man.chat, "Same", reply_markup=keyboard("Yes")))
    same = plain(man.chat, " Same\n", message_id=sent["result"]["message_id"])
    words = await refusal(timed, "editMessageText", **same, reply_markup=keyboard("Yes"))
    assert words.startswith("Bad Request: message is not modified: ")
    assert (await ask(timed, "editMessageText", **same, reply_markup=keyboard("No")))["ok"]
    assert (await ask(timed, "editMessageReplyMarkup", chat_id=man.chat.id, message_id=same["message_id"]))["ok"]
    assert man.chat.from_bot[0].buttons == ()
    again = await refusal(timed, "editMessageReplyMarkup", chat_id=man.chat.id, message_id=same["message_id"])
    assert again.startswith("Bad Request: message is not modified: ")


async def test_a_message_that_is_gone_cannot_be_edited(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    number = await send(timed, man.chat.id, "Soon gone")
    man.deletes(man.chat.from_bot[0])
    words = await refusal(timed, "editMessageText", **plain(man.chat, "New", message_id=number))
    assert words == "Bad Request: message to edit not found"


async def test_his_own_message_cannot_be_edited(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    words = await refusal(timed, "editMessageText", **plain(man.chat, "New", message_id=11))
    assert words == "Bad Request: message can't be edited"


async def test_a_tap_can_be_answered_once_and_for_15_seconds(timed: FakeBotApi, clock: Clock) -> None:
    man = await known_man(timed)
    await ask(timed, "sendMessage", **plain(man.chat, "OK?", reply_markup=keyboard("Yes")))
    first, second = await man.taps("Yes"), await man.taps("Yes")
    ids = [tap.update["callback_query"]["id"] for tap in (first, second)]
    clock.passes(seconds=15)
    assert (await ask(timed, "answerCallbackQuery", callback_query_id=ids[0], text="Right"))["ok"]
    assert (first.answered, first.answer, second.answered) == (True, "Right", False)
    assert await refusal(timed, "answerCallbackQuery", callback_query_id=ids[0]) == TOO_OLD
    clock.passes(seconds=1)
    assert await refusal(timed, "answerCallbackQuery", callback_query_id=ids[1]) == TOO_OLD
    assert await refusal(timed, "answerCallbackQuery", callback_query_id="17") == TOO_OLD


@pytest.mark.parametrize(
    ("data", "accepted"),
    [("x", True), ("x" * 64, True), ("é" * 32, True), ("", False), ("x" * 65, False), ("é" * 33, False)],
)
async def test_callback_data_is_1_to_64_bytes(timed: FakeBotApi, data: str, accepted: bool) -> None:
    man = await known_man(timed)
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": data}]]}
    told = await ask(timed, "sendMessage", **plain(man.chat, "OK?", reply_markup=markup))
    assert told["ok"] is accepted
    assert accepted or told["description"] == "Bad Request: BUTTON_DATA_INVALID"


@pytest.mark.parametrize(
    "row",
    [
        [{"text": "Nothing to do"}],
        [{"text": "Two things", "callback_data": "x", "url": "https://example.org"}],
        [{"text": " ", "callback_data": "x"}],
        [{"text": "Many", "callback_data": "x"}] * 9,
    ],
)
async def test_buttons_that_cannot_be_are_refused(timed: FakeBotApi, row: list[dict[str, str]]) -> None:
    man = await known_man(timed)
    await refusal(timed, "sendMessage", **plain(man.chat, "OK?", reply_markup={"inline_keyboard": [row]}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Bad Request: message text is empty"),
        (" \n\u200b\u200e", "Bad Request: message text is empty"),
        ("x" * 4097, "Bad Request: message is too long"),
        ("🙂" * 2049, "Bad Request: message is too long"),
    ],
)
async def test_text_is_1_to_4096_utf16_units(timed: FakeBotApi, text: str, words: str) -> None:
    man = await known_man(timed)
    assert await refusal(timed, "sendMessage", **plain(man.chat, text)) == words


async def test_the_longest_text_passes(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    await send(timed, man.chat.id, "🙂" * 2048)
    with pytest.raises(ValueError, match="4096"):
        await man.says("x" * 4097)


async def test_who_blocked_the_bot_gets_nothing_more_but_the_chat_can_be_cleared(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    number = await send(timed, man.chat.id, "Hello")
    await man.blocks()
    blocked = "Forbidden: bot was blocked by the user"
    assert await refusal(timed, "sendMessage", **plain(man.chat, "Hello")) == blocked
    assert await refusal(timed, "editMessageText", **plain(man.chat, "New", message_id=number)) == blocked
    with pytest.raises(RuntimeError, match="blocked"):
        await man.says("Hello?")
    assert (await ask(timed, "deleteMessages", chat_id=man.chat.id, message_ids=[number]))["ok"]
    await man.unblocks()
    await send(timed, man.chat.id, "Welcome back")


async def test_a_deleted_account_can_be_neither_written_to_nor_cleared(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    man.deactivates()
    gone = "Forbidden: user is deactivated"
    assert await refusal(timed, "sendMessage", **plain(man.chat, "Hello")) == gone
    assert await refusal(timed, "deleteMessages", chat_id=man.chat.id, message_ids=[11]) == gone


async def test_a_reply_needs_the_message_it_replies_to(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    reply = plain(man.chat, "Yes", reply_parameters={"message_id": 999})
    assert await refusal(timed, "sendMessage", **reply) == "Bad Request: message to be replied not found"
    assert await refusal(timed, "sendMessage", chat_id=404, text="x") == "Bad Request: chat not found"


async def test_entities_may_not_reach_beyond_the_text(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    bold = [{"type": "bold", "offset": 2, "length": 4}]
    await refusal(timed, "sendMessage", **plain(man.chat, "Short", entities=bold))
    assert (await ask(timed, "sendMessage", **plain(man.chat, "Longer", entities=bold)))["result"]["entities"] == bold


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("setMyCommands", {"commands": [{"command": "Bad-Name", "description": "x"}]}),
        ("setMyCommands", {"commands": [{"command": "start", "description": ""}]}),
        ("setMyCommands", {"commands": [{"command": "start", "description": "x"}] * 101}),
        ("setMyDescription", {"description": "x" * 513}),
        ("setMyShortDescription", {"short_description": "x" * 121}),
        ("setMyName", {"name": "x" * 65}),
        ("setMyName", {"name": "x", "language_code": "eng"}),
        ("sendChatAction", {"chat_id": 5_550_001, "action": "dancing"}),
        ("leaveChat", {"chat_id": 5_550_001}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x"}),
        ("setWebhook", {"url": "http://example.org/telegram", "secret_token": "s"}),
        ("setWebhook", {"url": "https://example.org:8080/telegram", "secret_token": "s"}),
        ("setWebhook", {"url": "https://example.org:port/telegram", "secret_token": "s"}),
        ("setWebhook", {"url": "https://example.org/telegram", "secret_token": "not allowed"}),
        ("editMessageText", {"chat_id": 5_550_001, "message_id": 11}),
    ],
)
async def test_the_platforms_limits_are_kept(timed: FakeBotApi, method: str, fields: dict[str, object]) -> None:
    await known_man(timed)
    assert (await refusal(timed, method, **fields)).startswith("Bad Request: ")


async def test_a_text_over_200_characters_does_not_fit_above_the_chat(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    await ask(timed, "sendMessage", **plain(man.chat, "OK?", reply_markup=keyboard("Yes")))
    tap = await man.taps("Yes")
    number = tap.update["callback_query"]["id"]
    assert await refusal(timed, "answerCallbackQuery", callback_query_id=number, text="x" * 201)
    assert not tap.answered


async def test_one_message_can_be_deleted_alone(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    assert await ask(timed, "deleteMessage", chat_id=man.chat.id, message_id=11) == {"ok": True, "result": True}
    assert man.chat.messages == ()


async def test_an_edit_needs_words(timed: FakeBotApi) -> None:
    man = await known_man(timed)
    number = await send(timed, man.chat.id, "Hello")
    words = await refusal(timed, "editMessageText", chat_id=man.chat.id, message_id=number)
    assert words == "Bad Request: message text is empty"
