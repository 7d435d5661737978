"""The door: a raw update of the Bot API is stripped here to an arrival, and nothing else of it survives.

What goes on into the program: the update's id, the chat's id, a message's id and date, typed words, a
button's token, and the id of a tap that is to be answered. Names, user names, language, pictures, places,
contacts, quoted and forwarded messages (which may be somebody else's) end here: nothing is read but what goes on, and
what tells the kind of the rest. (The library would make objects of all of it, for a tenth of a turn's processor time.)
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from telegram import Chat, ChatMember

from bot.arrival import Address, Arrival, Commanded, Tapped, Typed, Unreadable
from bot.quiet import describe

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_log = logging.getLogger(__name__)

# The first that a message has is what it is: an animation is also a document, a venue also a location.
_UNREADABLE = (
    "sticker", "voice", "video_note", "animation", "photo", "video", "audio", "document", "contact", "venue",
    "location", "dice", "poll",
)  # fmt: skip
# Lines that Telegram itself writes into a chat. They are in nobody's words but can be deleted.
_SERVICE = (
    "message_auto_delete_timer_changed", "pinned_message", "write_access_allowed", "chat_background_set",
    "connected_website", "boost_added",
)  # fmt: skip
_COMMAND = re.compile(r"/(?P<name>\w+)(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL)
_OUT = frozenset({ChatMember.BANNED, ChatMember.LEFT})

_Raw = Mapping[str, Any]
"""An object of the Bot API. Whatever it should hold and does not makes reading raise."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """He blocked the bot (or deleted the chat with it).

    ``at`` is when: he may have come back since, and what he said then is no longer what he turned away from.
    """

    address: Address
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Uninvited:
    """A group or channel that somebody brought the bot into. It is left without a word."""

    chat: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """One update, stripped. ``what`` is ``None`` when there is nothing to do but to acknowledge it.

    ``tap`` is the id by which a tapped button's waiting sign is taken away.
    """

    update: int
    what: Arrival | Blocked | Uninvited | None = None
    tap: str | None = field(default=None, repr=False)

    @property
    def chat(self) -> str | None:
        """The chat whose turns are taken in order, if it is one of ours."""
        return self.what.address.chat if isinstance(self.what, (Arrival, Blocked)) else None

    @property
    def sent_at(self) -> datetime | None:
        """When Telegram says it was sent; taps carry no time."""
        match self.what:
            case Arrival(sent_at=at) | Blocked(at=at):
                return at
            case _:
                return None


def update_id(raw: object) -> int | None:
    """The id of a raw update, or ``None`` when it has none and cannot be told from others."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def read(raw: object) -> Received | None:
    """Strip a raw update. ``None`` when it is not an update at all; never raises."""
    number = update_id(raw)
    if number is None or not isinstance(raw, dict):
        _log.warning("Telegram sent something that is not an update; it was passed over.")
        return None
    try:
        return _stripped(number, raw)
    except Exception as error:
        # Whatever is wrong with it would be wrong again: an update that cannot be read must not come back.
        _log.warning("Telegram sent an update that cannot be read; it was passed over: %s", describe(error))
        return Received(number)


def _stripped(number: int, update: _Raw) -> Received:
    if (tap := update.get("callback_query")) is not None:
        return _from_tap(number, tap)
    if (change := update.get("my_chat_member")) is not None:
        return Received(number, _from_membership(change))
    edited = update.get("message") is None
    message: _Raw | None = update.get("edited_message") if edited else update["message"]
    if message is None:
        return Received(number)
    chat = _number(message["chat"], "id")
    if not _is_private(message["chat"]):
        return Received(number, Uninvited(chat))
    if edited and message.get("location") is not None:
        return Received(number)  # a live location moves by itself, again and again: nobody said anything
    sent = "edit_date" if edited and message.get("edit_date") is not None else "date"
    return Received(
        number,
        Arrival(
            _address(chat),
            Unreadable("edit") if edited else _content(message),
            update=str(number),
            sent_at=_time(message, sent),
            message=_number(message, "message_id"),
        ),
    )


def _from_tap(number: int, tap: _Raw) -> Received:
    answered_by = _text(tap, "id")
    if tap.get("inline_message_id") is not None or tap.get("data") is None:
        return Received(number, tap=answered_by)
    on: int | None = None
    if (message := tap.get("message")) is None:
        # Too old for Telegram to show what was tapped; in a private chat he and the chat have one id.
        chat = _number(tap["from"], "id")
    else:
        chat = _number(message["chat"], "id")
        if not _is_private(message["chat"]):
            return Received(number, Uninvited(chat), tap=answered_by)
        on = _number(message, "message_id")
    what = Tapped(_text(tap, "data"), on)
    return Received(number, Arrival(_address(chat), what, update=str(number)), tap=answered_by)


def _from_membership(change: _Raw) -> Blocked | Uninvited | None:
    out = _text(change["new_chat_member"], "status") in _OUT
    chat = _number(change["chat"], "id")
    if not _is_private(change["chat"]):
        return None if out else Uninvited(chat)
    return Blocked(_address(chat), _time(change, "date")) if out else None


def _content(message: _Raw) -> Typed | Commanded | Unreadable:
    if message.get("forward_origin") is not None:
        return Unreadable("forward")  # somebody else's words, perhaps hers: never read
    for words in ("text", "caption"):
        if message.get(words):
            return _words(_text(message, words))
    for kind in _UNREADABLE:
        if message.get(kind) is not None:
            return Unreadable(kind)
    if any(message.get(kind) is not None for kind in _SERVICE):
        return Unreadable("service")
    return Unreadable("other")


def _is_private(chat: _Raw) -> bool:
    return _text(chat, "type") == Chat.PRIVATE


def _number(raw: _Raw, name: str) -> int:
    value = raw[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is no whole number")
    return value


def _text(raw: _Raw, name: str) -> str:
    value = raw[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _time(raw: _Raw, name: str) -> datetime:
    return datetime.fromtimestamp(_number(raw, name), UTC)


def _words(text: str) -> Typed | Commanded:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Typed(text)
    name, rest = command["name"].lower(), (command["rest"] or "").strip()
    known = _known(name)
    # A link into the bot puts one word behind /start. More than a word behind a command is something he
    # says, and must be heard as that; behind /exit it is looked at too, but leaves all the same unless it is danger.
    if known == "exit":
        return Commanded(known, rest)
    if known is not None and len(rest.split()) <= 1:
        return Commanded(known)
    return Typed(f"{command['name']} {rest}".strip())


def _known(name: str) -> Literal["start", "exit", "privacy", "help"] | None:
    match name:
        case "start" | "exit" | "privacy" | "help":
            return name
        case _:
            return None


def _address(chat: int) -> Address:
    return Address(CHANNEL, str(chat))
