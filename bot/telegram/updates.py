"""The door: a raw update of the Bot API is stripped here to an arrival, and nothing else of it survives.

What goes on into the program: the update's id, the chat's id, a message's id and date, typed words, a
button's token, and the id of a tap that is to be answered. Names, user names, language, pictures, places,
contacts, quoted and forwarded messages (which may be somebody else's) end here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, Update

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
_HERE = frozenset({Chat.PRIVATE})


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
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def read(raw: object) -> Received | None:
    """Strip a raw update. ``None`` when it is not an update at all; never raises."""
    number = update_id(raw)
    if number is None or not isinstance(raw, Mapping):
        _log.warning("Telegram sent something that is not an update; it was passed over.")
        return None
    try:
        return _stripped(number, Update.de_json(dict(raw)))
    except Exception as error:
        # Whatever is wrong with it would be wrong again: an update that cannot be read must not come back.
        _log.warning("Telegram sent an update that cannot be read; it was passed over: %s", describe(error))
        return Received(number)


def _stripped(number: int, update: Update) -> Received:
    if update.callback_query is not None:
        return _from_tap(number, update.callback_query)
    if update.my_chat_member is not None:
        return Received(number, _from_membership(update.my_chat_member))
    message = update.message or update.edited_message
    if message is None:
        return Received(number)
    if message.chat.type not in _HERE:
        return Received(number, Uninvited(message.chat.id))
    edited = update.edited_message is not None
    if edited and message.location is not None:
        return Received(number)  # a live location moves by itself, again and again: nobody said anything
    return Received(
        number,
        Arrival(
            _address(message.chat.id),
            Unreadable("edit") if edited else _content(message),
            update=str(number),
            sent_at=message.edit_date or message.date if edited else message.date,
            message=message.message_id,
        ),
    )


def _from_tap(number: int, tap: CallbackQuery) -> Received:
    if tap.inline_message_id is not None or tap.data is None:
        return Received(number, tap=tap.id)
    if tap.message is None:
        # Too old for Telegram to show what was tapped; in a private chat he and the chat have one id.
        chat, on = tap.from_user.id, None
    elif tap.message.chat.type not in _HERE:
        return Received(number, Uninvited(tap.message.chat.id), tap=tap.id)
    else:
        chat, on = tap.message.chat.id, tap.message.message_id
    return Received(number, Arrival(_address(chat), Tapped(tap.data, on), update=str(number)), tap=tap.id)


def _from_membership(change: ChatMemberUpdated) -> Blocked | Uninvited | None:
    now = change.new_chat_member.status
    out = now in (change.new_chat_member.BANNED, change.new_chat_member.LEFT)
    if change.chat.type not in _HERE:
        return None if out else Uninvited(change.chat.id)
    return Blocked(_address(change.chat.id), change.date) if out else None


def _content(message: Message) -> Typed | Commanded | Unreadable:
    if message.forward_origin is not None:
        return Unreadable("forward")  # somebody else's words, perhaps hers: never read
    words = message.text or message.caption
    if words:
        return _words(words)
    for kind in _UNREADABLE:
        if getattr(message, kind):
            return Unreadable(kind)
    if any(getattr(message, kind) for kind in _SERVICE):
        return Unreadable("service")
    return Unreadable("other")


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
