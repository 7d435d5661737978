"""Updates as Telegram words them, and the same with anything in the wrong place: for fuzzing the door."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
Path = tuple[str | int, ...]

CHAT = 5_559_876_543
"""Whose chat it is. Neither this nor a marked word may be found in any log."""
MARK = "zanzibarquetzal"
SENT = 1_795_348_800

_HIM: Json = {
    "id": CHAT,
    "is_bot": False,
    "first_name": f"{MARK}first",
    "username": f"{MARK}name",
    "language_code": "en",
}
_PRIVATE: Json = {"id": CHAT, "type": "private", "first_name": f"{MARK}first"}
_GROUP: Json = {"id": -1_002_003_004, "type": "supergroup", "title": MARK}
_BOT: Json = {"id": 7_012_345_678, "is_bot": True, "first_name": "Fingerpost", "username": "fingerpost_bot"}
_FILE: Json = {"file_id": MARK, "file_unique_id": "u", "file_size": 9}
_PHOTO = [{**_FILE, "width": 90, "height": 51}]
_FORWARDED = {"type": "user", "date": SENT - 60, "sender_user": {**_HIM, "id": 5_559_876_544}}
_COMMAND = [{"type": "bot_command", "offset": 0, "length": 6}]


def _message(chat: Json = _PRIVATE, **content: Any) -> Json:
    return {"message_id": 17, "from": _HIM, "chat": chat, "date": SENT, **content}


def _tap(**content: Any) -> Json:
    return {
        "callback_query": {"id": f"{MARK}tap", "from": _HIM, "chat_instance": "1", "data": "1795348800.yes"} | content
    }


def _member(chat: Json, status: str, **more: Any) -> Json:
    change = {"chat": chat, "from": _HIM, "date": SENT, "old_chat_member": {"user": _BOT, "status": "member"}}
    return {"my_chat_member": change | {"new_chat_member": {"user": _BOT, "status": status, **more}}}


GOOD: tuple[Json, ...] = (
    {"message": _message(text=f"hello {MARK}")},
    {"message": _message(text="/start", entities=_COMMAND)},
    {"message": _message(text="/exit", entities=_COMMAND)},
    {"message": _message(text="x")},
    {"message": _message(text=f"she's got a knife {MARK}", reply_to_message=_message(text=MARK))},
    {"message": _message(photo=_PHOTO, caption=MARK)},
    {"message": _message(voice={**_FILE, "duration": 3})},
    {"message": _message(contact={"phone_number": "+447700900456", "first_name": MARK})},
    {"message": _message(location={"latitude": 53.8, "longitude": -1.5})},
    {"message": _message(text=MARK, forward_origin=_FORWARDED)},
    {"message": _message(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})},
    {"message": _message(_GROUP, text=MARK)},
    {"edited_message": _message(text=MARK, edit_date=SENT + 9)},
    _tap(message=_message(text="Hello")),
    _tap(message={"chat": _PRIVATE, "message_id": 17, "date": 0}),
    _tap(),
    _tap(message=_message(_GROUP, text=MARK)),
    _tap(inline_message_id=MARK),
    _member(_PRIVATE, "kicked", until_date=0),
    _member(_GROUP, "left"),
    {"inline_query": {"id": "1", "from": _HIM, "query": MARK, "offset": ""}},
    {"poll_answer": {"poll_id": MARK, "option_ids": [1]}},
    {},
)
"""What Telegram sends, in its own shapes."""

_KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "business_message", "hologram")


def _deep(levels: int) -> Any:
    nested: Any = MARK
    for level in range(levels):
        nested = {"chat": nested} if level % 2 else [nested]
    return nested


_JUNK = st.one_of(
    st.sampled_from((None, True, False, "", " ", [], {}, [[]], [None], {"id": None}, 0, -1, 0.5)),
    st.sampled_from((float("nan"), float("inf"))),
    st.sampled_from((2**31, 2**53, 2**63, -(2**63), 10**30, 10**4200, 1e308)),
    st.sampled_from(("\x00", f"{MARK}\x00{MARK}", "\ud83d", f"\udfff{MARK}", "\u202e", MARK * 3_000)),
    st.sampled_from(("/exit\x00", "/\ud83d")),
    st.sampled_from((40, 200, 400)).map(_deep),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from((_HIM, _PRIVATE, _GROUP, _message(text=MARK), [_message(text=MARK)])),
)


def places(value: Any, path: Path = ()) -> list[Path]:
    """Every place within an update."""
    found = [path] if path else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        found += places(inner, (*path, key))
    return found


@st.composite
def spoilt(draw: st.DrawFn) -> Json:
    """An update of Telegram's with up to three things lost, added or replaced."""
    update: Json = {"update_id": 900_000_001, **copy.deepcopy(draw(st.sampled_from(GOOD)))}
    for _ in range(draw(st.integers(1, 3))):
        within = places(update)
        if not within:
            break
        *parents, last = draw(st.sampled_from(within))
        holder: Any = update
        for key in parents:
            holder = holder[key]
        match draw(st.sampled_from(("replace", "replace", "replace", "lose", "add", "rename"))):
            case "replace":
                holder[last] = copy.deepcopy(draw(_JUNK))
            case "lose":
                del holder[last]
            case "add" if isinstance(holder, dict):
                key = draw(st.sampled_from((*_KINDS, "text", "caption", "date", "photo", "sticker")))
                holder[key] = copy.deepcopy(draw(_JUNK))
            case "rename" if isinstance(holder, dict):
                holder[draw(st.sampled_from(_KINDS))] = holder.pop(last)
            case _:
                pass
    return update
