"""Chats as they stand: which messages are there now, what is written in them, and what a bot may do to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.support.botapi.entities import detected, trimmed, units
from tests.support.botapi.oracle import Refused, bad_request

Json = dict[str, Any]

DELETABLE_FOR = timedelta(hours=48)
DICE_STANDS_FOR = timedelta(hours=24)
TEXT_LIMIT = 4096
CALLBACK_DATA_BYTES = 64
KEYBOARD_BUTTONS = 100
ROW_BUTTONS = 8


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: what is written on it and what a tap sends or opens."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the man saw it at one moment; it does not change when the message does."""

    id: int
    from_bot: bool
    kind: str
    text: str
    rows: tuple[tuple[Button, ...], ...]
    silent: bool
    link_preview: bool
    protected: bool
    sent_at: datetime
    edited_at: datetime | None
    phone_numbers: tuple[str, ...]

    @property
    def buttons(self) -> tuple[str, ...]:
        """The labels of all buttons, row after row."""
        return tuple(button.label for row in self.rows for button in row)

    @property
    def first_line(self) -> str:
        """What a lock screen would show."""
        return self.text.split("\n", 1)[0]

    def button(self, label: str) -> Button | None:
        """The first button with this label."""
        return next((button for row in self.rows for button in row if button.label == label), None)


@dataclass(slots=True)
class Message:
    """A message in a chat. ``content`` holds the Bot API's own fields for what is in it (text, sticker ...)."""

    id: int
    sender: Json
    sent_at: datetime
    content: Json
    keyboard: list[list[Json]] | None = None
    silent: bool = False
    link_preview: bool = True
    protected: bool = False
    edited_at: datetime | None = None

    @property
    def from_bot(self) -> bool:
        """Did the bot send it?"""
        return bool(self.sender["is_bot"])

    def as_json(self, chat: Json) -> Json:
        """The message as the Bot API writes it. Only inline keyboards are ever echoed."""
        told: Json = {"message_id": self.id, "from": self.sender, "chat": chat, "date": int(self.sent_at.timestamp())}
        told |= self.content
        if self.edited_at is not None:
            told["edit_date"] = int(self.edited_at.timestamp())
        if self.protected:
            told["has_protected_content"] = True
        if self.from_bot and not self.link_preview:
            told["link_preview_options"] = {"is_disabled": True}
        if self.keyboard is not None:
            told["reply_markup"] = {"inline_keyboard": self.keyboard}
        return told

    def shown(self) -> Shown:
        """The message as it looks now."""
        text = str(self.content.get("text") or self.content.get("caption") or "")
        return Shown(
            id=self.id,
            from_bot=self.from_bot,
            kind=next((key for key in self.content if key not in {"entities", "forward_origin", "caption"}), "text"),
            text=text,
            rows=tuple(
                tuple(Button(each["text"], each.get("callback_data"), each.get("url")) for each in row)
                for row in self.keyboard or []
            ),
            silent=self.silent,
            link_preview=self.link_preview,
            protected=self.protected,
            sent_at=self.sent_at,
            edited_at=self.edited_at,
            phone_numbers=tuple(_numbers(text, self.content.get("entities", ()))),
        )


def _numbers(text: str, entities: Iterable[Json]) -> Iterable[str]:
    wide = text.encode("utf-16-le", "surrogatepass")
    for entity in entities:
        if entity["type"] == "phone_number":
            start = 2 * entity["offset"]
            yield wide[start : start + 2 * entity["length"]].decode("utf-16-le")


@dataclass(slots=True, eq=False)
class Chat:
    """A chat between the bot and a man, or a group.

    Ids of messages grow but leave gaps in a private chat: Telegram counts one box of messages for all
    private chats of a bot. ``told`` is everything the bot ever showed here, in order: its messages, and its edits.
    """

    id: int
    about: Json
    next_id: Callable[[], int]
    standing: dict[int, Message] = field(default_factory=dict)
    gone: dict[int, Message] = field(default_factory=dict)
    notified: list[Shown] = field(default_factory=list)
    told: list[Shown] = field(default_factory=list)
    reply_keyboard: tuple[str, ...] = ()
    written_to: bool = False
    blocked: bool = False
    deactivated: bool = False
    bot_left: bool = False

    @property
    def private(self) -> bool:
        """Is it a chat with one man?"""
        return bool(self.about["type"] == "private")

    @property
    def messages(self) -> tuple[Shown, ...]:
        """What stands in the chat now, both directions, oldest first."""
        return tuple(message.shown() for _, message in sorted(self.standing.items()))

    @property
    def from_bot(self) -> tuple[Shown, ...]:
        """What stands of the bot's messages."""
        return tuple(message for message in self.messages if message.from_bot)

    def put(self, sender: Json, at: datetime, content: Json) -> Message:
        """A new message with the next id."""
        message = Message(self.next_id(), sender, at, content)
        self.standing[message.id] = message
        return message

    def remove(self, message_id: int) -> None:
        """The message is gone on both sides."""
        self.gone[message_id] = self.standing.pop(message_id)

    def check_can_hear(self) -> None:
        """Raise what Telegram answers when the bot may not write here."""
        if self.bot_left:
            raise Refused(403, f"Forbidden: bot is not a member of the {self.about['type']} chat")
        if self.deactivated:
            raise Refused(403, "Forbidden: user is deactivated")
        if self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not self.written_to:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")

    def may_delete(self, message: Message, now: datetime) -> bool:
        """May the bot delete this message for both sides now?"""
        age = now - message.sent_at
        if age >= DELETABLE_FOR:
            return False
        if not self.private:
            return message.from_bot
        return not ("dice" in message.content and age <= DICE_STANDS_FOR)


def text_content(text: str, entities: list[Json] | None = None) -> Json:
    """The content of a text message, trimmed, with what Telegram finds in it. Raises Refused (400)."""
    text = trimmed(text)
    if not text:
        raise bad_request("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    marked = detected(text) if entities is None else entities
    if any(entity["offset"] < 0 or entity["offset"] + entity["length"] > units(text) for entity in marked):
        raise bad_request("entity beyond the end of the message text")
    return {"text": text, "entities": marked} if marked else {"text": text}


def checked_keyboard(rows: list[list[Json]]) -> list[list[Json]] | None:
    """An inline keyboard as it is kept (None when empty). Raises Refused (400) as Telegram does."""
    if sum(map(len, rows)) > KEYBOARD_BUTTONS or any(len(row) > ROW_BUTTONS for row in rows):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        if not trimmed(button["text"]):
            raise bad_request("can't parse inline keyboard button: button text must not be empty")
        actions = [key for key in button if key not in {"text", "icon_custom_emoji_id", "style"}]
        if len(actions) != 1:
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    return [row for row in rows if row] or None
