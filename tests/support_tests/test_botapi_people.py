"""What people do reaches the bot in the shapes of Telegram, and the chat shows what stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from tests.support.botapi import FakeBotApi, Man, Sent
from tests.support.botapi.entities import detected, units
from tests.support_tests.conftest import Clock, a_bot, ask, keyboard, known_man, plain


async def last(api: FakeBotApi) -> Update:
    """The newest update, as PTB reads it."""
    async with a_bot(api) as bot:
        (update,) = await bot.get_updates(offset=-1)
        return update


DOINGS: list[tuple[str, Callable[[Man], Awaitable[Sent]]]] = [
    ("sticker", lambda man: man.sends_sticker()),
    ("voice", lambda man: man.sends_voice()),
    ("photo", lambda man: man.sends_photo(caption="Look")),
    ("location", lambda man: man.sends_location()),
    ("contact", lambda man: man.sends_contact()),
    ("dice", lambda man: man.sends_dice()),
    ("forward_origin", lambda man: man.forwards("He said this")),
    ("document", lambda man: man.sends(document={"file_id": "x", "file_unique_id": "y"})),
]


@pytest.mark.parametrize(("kind", "does"), DOINGS, ids=[kind for kind, _ in DOINGS])
async def test_ptb_reads_whatever_he_sends(
    botapi: FakeBotApi, kind: str, does: Callable[[Man], Awaitable[Sent]]
) -> None:
    man = botapi.man()
    await does(man)
    message = (await last(botapi)).message
    assert message is not None
    assert getattr(message, kind)
    assert len(man.chat.messages) == 1


async def test_an_edit_is_told_apart_from_a_message(botapi: FakeBotApi) -> None:
    man = botapi.man()
    sent = await man.says("Frist")
    await man.edits(sent, "First")
    update = await last(botapi)
    assert update.message is None
    assert update.edited_message is not None
    assert update.edited_message.text == "First"
    assert man.chat.messages[0].edited_at is not None


async def test_blocking_and_letting_in_again_are_told(botapi: FakeBotApi) -> None:
    man = botapi.man()
    await man.blocks()
    change = (await last(botapi)).my_chat_member
    assert change is not None
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("member", "kicked")
    await man.unblocks()
    change = (await last(botapi)).my_chat_member
    assert change is not None
    assert change.new_chat_member.status == "member"


async def test_a_message_can_have_waited_upstream(timed: FakeBotApi, clock: Clock) -> None:
    then = clock.at
    clock.passes(minutes=11)
    await timed.man().says("Hello", sent_at=then)
    message = (await last(timed)).message
    assert message is not None
    assert message.date == then


async def test_a_group_brings_the_bot_in_talks_and_sees_it_leave(botapi: FakeBotApi) -> None:
    man, group = botapi.man(), botapi.group()
    await group.adds_bot(by=man)
    await group.hears(man, "Hello bot")
    update = await last(botapi)
    assert update.effective_chat is not None
    assert update.effective_chat.type == "supergroup"
    assert (await ask(botapi, "deleteMessages", chat_id=group.chat.id, message_ids=[2]))["ok"] is False
    assert (await ask(botapi, "leaveChat", chat_id=group.chat.id))["ok"]
    change = (await last(botapi)).my_chat_member
    assert change is not None
    assert change.new_chat_member.status == "left"
    told = await ask(botapi, "sendMessage", **plain(group.chat, "Bye"))
    assert told["description"] == "Forbidden: bot is not a member of the supergroup chat"


async def test_anything_at_all_can_be_sent_raw(botapi: FakeBotApi) -> None:
    await botapi.man().sends_raw({"message": {"text": 5}})
    (update,) = (await ask(botapi, "getUpdates"))["result"]
    assert update == {"update_id": update["update_id"], "message": {"text": 5}}


async def test_a_tap_on_an_old_keyboard_carries_the_old_data_and_the_message_of_now(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    sent = await ask(botapi, "sendMessage", **plain(man.chat, "OK?", reply_markup=keyboard("Yes")))
    seen = man.chat.from_bot[0]
    number = sent["result"]["message_id"]
    await ask(botapi, "editMessageText", **plain(man.chat, "Where?", message_id=number, reply_markup=keyboard("Here")))
    tap = await man.taps("Yes", on=seen)
    assert tap.update["callback_query"]["data"] == "yes"
    assert tap.update["callback_query"]["message"]["text"] == "Where?"
    man.deletes(seen)
    gone = await man.taps("Yes", on=seen)
    assert gone.update["callback_query"]["message"]["date"] == 0
    query = (await last(botapi)).callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible
    for each in (tap, gone):
        await ask(botapi, "answerCallbackQuery", callback_query_id=each.update["callback_query"]["id"])


async def test_a_tap_needs_a_button_and_goes_to_the_newest(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    for text in ("Older", "Newer"):
        await ask(botapi, "sendMessage", **plain(man.chat, text, reply_markup=keyboard("Yes", "No")))
    tap = await man.taps("No")
    assert tap.update["callback_query"]["message"]["text"] == "Newer"
    with pytest.raises(LookupError, match="standing are"):
        await man.taps("Perhaps")
    gone = man.chat.from_bot[0]
    man.deletes(gone)
    with pytest.raises(LookupError, match="does not stand"):
        man.deletes(gone)
    assert not tap.lost


async def test_reply_keyboards_are_kept_but_never_echoed(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    markup = {"keyboard": [[{"text": "Yes"}, {"text": "No"}]]}
    told = await ask(botapi, "sendMessage", **plain(man.chat, "OK?", reply_markup=markup))
    assert "reply_markup" not in told["result"]
    assert man.chat.reply_keyboard[:] == ("Yes", "No")
    await ask(botapi, "sendMessage", **plain(man.chat, "Bye", reply_markup={"remove_keyboard": True}))
    assert not man.chat.reply_keyboard


async def test_ids_grow_with_gaps_because_one_box_serves_all_private_chats(botapi: FakeBotApi) -> None:
    one, other = botapi.man(5_550_001), botapi.man(5_550_002)
    for man in (one, other, one):
        await man.says("Hello")
    first, second = (message.id for message in one.chat.messages)
    assert second - first == 2


async def test_the_bots_profile_is_kept(botapi: FakeBotApi) -> None:
    async with a_bot(botapi) as bot:
        await bot.set_my_commands([("start", "Start"), ("exit", "Clear this chat")])
        assert [each.command for each in await bot.get_my_commands()] == ["start", "exit"]
        await bot.set_my_name("Fingerpost")
        await bot.set_my_description("A place to start.", language_code="cy")
        await bot.set_my_short_description("Directions.")
        await bot.set_chat_menu_button()
        assert (await bot.get_me()).can_join_groups is False
    profile = botapi.profile
    assert profile.names == {"": "Fingerpost"}
    assert profile.descriptions == {"cy": "A place to start."}
    assert profile.short_descriptions == {"": "Directions."}
    assert profile.menu_button == {"type": "default"}


async def test_a_view_of_a_message_tells_what_a_lock_screen_shows(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    await ask(botapi, "sendMessage", **plain(man.chat, "OK to chat?\nRing 0808 800 1170 or 999."))
    shown = man.chat.from_bot[0]
    assert shown.first_line == "OK to chat?"
    assert shown.phone_numbers == ("0808 800 1170",)
    assert (shown.kind, shown.silent, shown.protected, shown.link_preview) == ("text", False, False, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start@fingerpost_test_bot now", [("bot_command", "/start@fingerpost_test_bot")]),
        ("🙂 ring 0808 800 1170", [("phone_number", "0808 800 1170")]),
        (
            "+44 (0)20 7946 0000 or 07700 900123",
            [("phone_number", "+44 (0)20 7946 0000"), ("phone_number", "07700 900123")],
        ),
        ("999, 116 123 or 85258", []),
        (
            "on 12-11-2026 at https://example.org/a/b.",
            [("phone_number", "12-11-2026"), ("url", "https://example.org/a/b.")],
        ),
        ("mail help@example.org", [("email", "help@example.org")]),
        ("example.org", [("url", "example.org")]),
        ("1234567890123456789", []),
    ],
)
def test_telegram_finds_what_can_be_tapped(text: str, expected: list[tuple[str, str]]) -> None:
    wide = text.encode("utf-16-le")
    found = [
        (entity["type"], wide[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le"))
        for entity in detected(text)
    ]
    assert found == expected


@given(st.text(alphabet=st.sampled_from("ab 0123456789+()-/@.🙂é\n"), max_size=60))
def test_entities_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for entity in detected(text):
        assert entity["offset"] >= end
        assert entity["length"] > 0
        end = entity["offset"] + entity["length"]
    assert end <= units(text)
