"""The door: what of an update gets in, and that nothing else does."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.arrival import Address, Arrival, Commanded, Tapped, Typed, Unreadable
from bot.telegram.updates import Blocked, Received, Uninvited, read

Json = dict[str, Any]

CHAT = 555000111
HIM: Json = {
    "id": CHAT,
    "is_bot": False,
    "first_name": "Marvellous",
    "last_name": "Markerson",
    "username": "markerman",
    "language_code": "cy",
}
PRIVATE: Json = {"id": CHAT, "type": "private", "first_name": "Marvellous", "username": "markerman"}
GROUP: Json = {"id": -100200300, "type": "supergroup", "title": "Five-a-side"}
BOT: Json = {"id": 7012345678, "is_bot": True, "first_name": "Fingerpost"}
SENT = 1_795_000_000
FILE: Json = {"file_id": "f", "file_unique_id": "u"}


def message(chat: Json = PRIVATE, **content: Any) -> Json:
    return {"message_id": 17, "from": HIM, "chat": chat, "date": SENT, **content}


def arrival_of(update: Json) -> Arrival:
    received = read({"update_id": 9, **update})
    assert received is not None
    assert isinstance(received.what, Arrival)
    return received.what


def what_of(**content: Any) -> object:
    return arrival_of({"message": message(**content)}).what


def tapped(**changes: Any) -> Json:
    query = {"id": "tap1", "from": HIM, "chat_instance": "1", "data": "1a.talk", "message": message(text="Hello")}
    return {"callback_query": {key: value for key, value in (query | changes).items() if value is not None}}


def membership(status: str, chat: Json = PRIVATE) -> Json:
    now: Json = {"user": BOT, "status": status}
    if status == "kicked":
        now["until_date"] = 0
    return {
        "my_chat_member": {
            "chat": chat,
            "from": HIM,
            "date": SENT,
            "old_chat_member": {"user": BOT, "status": "member"},
            "new_chat_member": now,
        }
    }


def test_words_arrive_with_their_chat_their_time_and_their_id() -> None:
    assert arrival_of({"message": message(text="I need to talk")}) == Arrival(
        Address("telegram", str(CHAT)),
        Typed("I need to talk"),
        update="9",
        sent_at=datetime.fromtimestamp(SENT, UTC),
        message=17,
    )


def test_a_tap_arrives_with_its_token_the_message_it_was_on_and_what_answers_it() -> None:
    assert read({"update_id": 9, **tapped()}) == Received(
        9, Arrival(Address("telegram", str(CHAT)), Tapped("1a.talk", 17), update="9"), tap="tap1"
    )


def test_a_tap_on_a_message_too_old_to_be_shown_is_still_his() -> None:
    inaccessible = {"chat": PRIVATE, "message_id": 17, "date": 0}
    assert arrival_of(tapped(message=inaccessible)).what == Tapped("1a.talk", 17)
    unknown = arrival_of(tapped(message=None))
    assert (unknown.address.chat, unknown.what) == (str(CHAT), Tapped("1a.talk", None))


@pytest.mark.parametrize("changes", [{"data": None, "game_short_name": "chess"}, {"inline_message_id": "abc"}])
def test_a_tap_that_is_not_on_one_of_our_buttons_is_only_answered(changes: Json) -> None:
    assert read({"update_id": 9, **tapped(**changes)}) == Received(9, None, tap="tap1")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("/start", Commanded("start")),
        ("/START", Commanded("start")),
        ("/start@fingerpost_bot", Commanded("start")),
        ("/start from_a_leaflet", Commanded("start")),
        ("/privacy", Commanded("privacy")),
        ("/help", Commanded("help")),
        ("/exit", Commanded("exit")),
        ("/exit now please be quick", Commanded("exit", "now please be quick")),
        ("/exit@fingerpost_bot\nshes got a knife", Commanded("exit", "shes got a knife")),
        ("/help he has locked me in", Typed("help he has locked me in")),
        ("/start\nshe is hitting me", Typed("start she is hitting me")),
        ("/stop", Typed("stop")),
        ("/shes back", Typed("shes back")),
        ("/", Typed("/")),
        ("and/or", Typed("and/or")),
        ("  /exit", Typed("  /exit")),
    ],
)
def test_commands_are_told_from_words_and_words_behind_a_command_are_heard(text: str, what: object) -> None:
    assert what_of(text=text) == what


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("sticker", {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}),
        ("voice", {**FILE, "duration": 3}),
        ("video_note", {**FILE, "length": 1, "duration": 3}),
        ("photo", [{**FILE, "width": 1, "height": 1}]),
        ("video", {**FILE, "width": 1, "height": 1, "duration": 3}),
        ("audio", {**FILE, "duration": 3}),
        ("document", FILE),
        ("contact", {"phone_number": "+447700900123", "first_name": "Sam"}),
        ("location", {"latitude": 0.5, "longitude": -0.5}),
        ("dice", {"emoji": "🎲", "value": 4}),
    ],
)
def test_what_is_not_words_arrives_as_its_kind_alone(kind: str, content: object) -> None:
    assert what_of(**{kind: content}) == Unreadable(kind)


def test_an_animation_and_a_venue_are_named_by_what_he_sees() -> None:
    animation = {**FILE, "width": 1, "height": 1, "duration": 3}
    assert what_of(animation=animation, document=FILE) == Unreadable("animation")
    place = {"latitude": 0.5, "longitude": -0.5}
    venue = {"location": place, "title": "Home", "address": "1 High Street"}
    assert what_of(venue=venue, location=place) == Unreadable("venue")


def test_words_under_a_picture_are_heard() -> None:
    photo = [{**FILE, "width": 1, "height": 1}]
    assert what_of(photo=photo, caption="she did this") == Typed("she did this")


def test_forwarded_words_are_not_read() -> None:
    origin = {"type": "hidden_user", "date": SENT, "sender_user_name": "Her"}
    assert what_of(text="I will find you", forward_origin=origin) == Unreadable("forward")
    assert what_of(photo=[{**FILE, "width": 1, "height": 1}], caption="x", forward_origin=origin) == Unreadable(
        "forward"
    )


def test_lines_that_telegram_writes_are_told_from_his() -> None:
    timer = {"message_auto_delete_time": 86400}
    assert what_of(message_auto_delete_timer_changed=timer) == Unreadable("service")


def test_content_of_a_kind_nobody_knew_is_still_answered() -> None:
    assert what_of(hologram={"of": "a cat"}) == Unreadable("other")


def test_an_edit_is_told_as_an_edit_at_the_time_of_the_edit() -> None:
    arrival = arrival_of({"edited_message": message(text="what I meant", edit_date=SENT + 900)})
    assert arrival.what == Unreadable("edit")
    assert arrival.sent_at == datetime.fromtimestamp(SENT + 900, UTC)
    assert arrival.message == 17


def test_a_live_location_that_moves_says_nothing() -> None:
    moving = message(location={"latitude": 0.5, "longitude": -0.5, "live_period": 900}, edit_date=SENT + 9)
    assert read({"update_id": 9, "edited_message": moving}) == Received(9)


def test_blocking_the_bot_is_told_and_letting_it_in_again_is_not() -> None:
    received = read({"update_id": 9, **membership("kicked")})
    assert received is not None
    assert received == Received(9, Blocked(Address("telegram", str(CHAT)), received.sent_at))
    assert received.sent_at is not None
    assert read({"update_id": 9, **membership("member")}) == Received(9)


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(GROUP, text="hello all")},
        {"edited_message": message(GROUP, text="hello all", edit_date=SENT)},
        membership("member", GROUP),
        membership("administrator", {"id": -100200300, "type": "channel", "title": "News"}) | {},
    ],
)
def test_groups_and_channels_are_to_be_left(update: Json) -> None:
    if "my_chat_member" in update and update["my_chat_member"]["new_chat_member"]["status"] == "administrator":
        update["my_chat_member"]["new_chat_member"] |= dict.fromkeys(
            (
                "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
                "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
                "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
            ),
            False,
        )  # fmt: skip
    assert read({"update_id": 9, **update}) == Received(9, Uninvited(-100200300))


def test_a_tap_in_a_group_is_answered_and_the_group_left() -> None:
    assert read({"update_id": 9, **tapped(message=message(GROUP, text="x"))}) == Received(
        9, Uninvited(-100200300), tap="tap1"
    )


def test_a_group_that_was_left_is_left_alone() -> None:
    assert read({"update_id": 9, **membership("left", GROUP)}) == Received(9)


def test_updates_nobody_asked_for_are_acknowledged_and_nothing_more() -> None:
    assert read({"update_id": 9}) == Received(9)
    inline = {"id": "1", "from": HIM, "query": "secret", "offset": ""}
    assert read({"update_id": 9, "inline_query": inline}) == Received(9)


@pytest.mark.parametrize("raw", [None, 5, "update", [], {}, {"update_id": "9"}, {"update_id": True}])
def test_what_is_no_update_is_passed_over(raw: object) -> None:
    assert read(raw) is None


def test_an_update_that_cannot_be_read_is_acknowledged_and_quoted_nowhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert read({"update_id": 123456789, "message": {"text": "MARKED-WORDS", "chat": {"id": CHAT}}}) == Received(
        123456789
    )
    assert len(caplog.records) == 1
    for secret in ("MARKED-WORDS", str(CHAT), "123456789"):
        assert secret not in caplog.text


def test_nothing_but_what_is_needed_gets_through_the_door() -> None:
    quoted = message(text="QUOTED-WORDS") | {"from": {**HIM, "first_name": "Quoted"}}
    full = message(
        text="/start",
        reply_to_message=quoted,
        quote={"text": "QUOTED-WORDS", "position": 0},
        via_bot=BOT,
        entities=[{"type": "bot_command", "offset": 0, "length": 6}],
    )
    for update in ({"message": full}, tapped(), membership("kicked"), {"message": message(GROUP, text="SAID")}):
        shown = repr(read({"update_id": 9, **update}))
        for secret in ("Marvellous", "Markerson", "markerman", "QUOTED", "Quoted", "cy", "Five", str(CHAT), "tap1"):
            assert secret not in shown


KEYS = st.sampled_from(
    [
        "message", "edited_message", "callback_query", "my_chat_member", "chat", "from", "text", "id", "date",
        "data", "message_id", "type", "caption", "location", "update_id", "new_chat_member", "status",
    ]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "private", "/exit", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)
# The machine that runs this may be busy; nothing here is about time.
at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@at_leisure
@given(st.dictionaries(KEYS, ANYTHING, max_size=4), st.integers())
def test_no_update_however_broken_makes_the_door_raise(update: Json, number: int) -> None:
    received = read(update | {"update_id": number})
    assert received is not None
    assert received.update == number


@at_leisure
@given(st.text(min_size=1, max_size=200))
def test_whatever_he_types_without_a_slash_arrives_letter_for_letter(text: str) -> None:
    if not text.startswith("/"):
        assert what_of(text=text) == Typed(text)


@at_leisure
@given(st.text(max_size=100))
def test_no_words_behind_a_slash_are_lost(words: str) -> None:
    what = what_of(text=f"/{words}")
    if isinstance(what, Typed):
        assert "".join(words.split()) in "".join(what.text.split()) or "@" in words
