"""The people on the other side: a man in his private chat, and a group somebody put the bot into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.support.botapi.chats import TEXT_LIMIT, Chat, Message, Shown
from tests.support.botapi.delivery import Pending
from tests.support.botapi.entities import detected, units
from tests.support.botapi.updates import member_change, tap_update
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from tests.support.botapi.server import FakeBotApi

Json = dict[str, Any]
# What `sees` waits for: some words in a message of the bot's, how many of its messages stand, or a condition.
Sight: TypeAlias = str | int | Callable[[tuple[Shown, ...]], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """Something a man did, on its way to the bot. ``message``: as it stood then, where it made or changed one."""

    pending: Pending
    message: Shown | None

    @property
    def update(self) -> Json:
        """What the bot is told."""
        return self.pending.update

    @property
    def acknowledged(self) -> bool:
        """Has the bot confirmed it?"""
        return self.pending.acknowledged

    @property
    def lost(self) -> str:
        """Why it will never reach the bot; empty when it did or still may."""
        return self.pending.lost


@dataclass(slots=True, eq=False)
class Tap:
    """A tap on a button, and what became of it. ``answer`` is the little text Telegram shows over the chat."""

    pending: Pending
    at: datetime
    tried: bool = False
    answered: bool = False
    answer: str | None = None
    alert: bool = False

    @property
    def update(self) -> Json:
        """What the bot is told."""
        return self.pending.update

    @property
    def acknowledged(self) -> bool:
        """Has the bot confirmed it?"""
        return self.pending.acknowledged

    @property
    def lost(self) -> str:
        """Why it will never reach the bot; empty when it did or still may."""
        return self.pending.lost


class Man:
    """A man with Telegram on his phone. What he does is queued for the bot at once; nothing waits for it.

    ``sent_at`` dates a message back, as if the bot had been out of reach since.
    """

    def __init__(self, api: FakeBotApi, chat: Chat, user: Json) -> None:
        self._api = api
        self.chat = chat
        self.user = user

    async def says(self, text: str, *, sent_at: datetime | None = None) -> Sent:
        """He writes. Raises ValueError for what Telegram would not let him send: blank, or over 4096 units."""
        return self._sends(written(text), sent_at)

    async def sends(self, *, sent_at: datetime | None = None, **content: object) -> Sent:
        """Any other content, in the Bot API's own fields: ``sends(document={...})``."""
        return self._sends(dict(content), sent_at)

    async def sends_sticker(self, *, sent_at: datetime | None = None) -> Sent:
        """A sticker."""
        sticker = _file(type="regular", width=512, height=512, is_animated=False, is_video=False, emoji="👍")
        return self._sends({"sticker": sticker}, sent_at)

    async def sends_voice(self, *, sent_at: datetime | None = None) -> Sent:
        """A voice note."""
        return self._sends({"voice": _file(duration=3, mime_type="audio/ogg")}, sent_at)

    async def sends_photo(self, *, caption: str | None = None, sent_at: datetime | None = None) -> Sent:
        """A photo, perhaps with words under it."""
        words = {"caption": caption} if caption else {}
        return self._sends({"photo": [_file(width=90, height=67), _file(width=800, height=600)]} | words, sent_at)

    async def sends_location(self, *, sent_at: datetime | None = None) -> Sent:
        """Where he is (here: nowhere, in the sea)."""
        return self._sends({"location": {"latitude": 0.5, "longitude": -0.5}}, sent_at)

    async def sends_contact(self, *, sent_at: datetime | None = None) -> Sent:
        """Somebody's card, with a number kept for drama."""
        return self._sends({"contact": {"phone_number": "+447700900123", "first_name": "Sam"}}, sent_at)

    async def sends_dice(self, *, sent_at: datetime | None = None) -> Sent:
        """A dice; for 24 hours no bot may delete it."""
        return self._sends({"dice": {"emoji": "🎲", "value": 4}}, sent_at)

    async def forwards(self, text: str, *, of: str = "Somebody Else", sent_at: datetime | None = None) -> Sent:
        """He passes on what somebody else wrote."""
        at = sent_at or self._api.now()
        origin = {"type": "hidden_user", "date": int(at.timestamp()), "sender_user_name": of}
        return self._sends(written(text) | {"forward_origin": origin}, sent_at)

    async def edits(self, sent: Sent, text: str) -> Sent:
        """He changes what he wrote."""
        message = self._standing(sent)
        message.content = written(text)
        message.edited_at = self._api.now()
        update = {"edited_message": message.as_json(self.chat.about)}
        return Sent(self._api.queue_update(update, ("chat", self.chat.id)), message.shown())

    async def taps(self, label: str, *, on: Shown | None = None, sent_at: datetime | None = None) -> Tap:
        """He taps the newest button with this label, or the one on ``on`` as he saw it then.

        Raises LookupError, telling which buttons there are, when there is none.
        """
        seen = (on,) if on is not None else tuple(reversed(self.chat.messages))
        for message in seen:
            button = message.button(label)
            if button is not None and button.data is not None:
                return await self.taps_data(button.data, on=message, sent_at=sent_at)
        standing = [label for message in seen for label in message.buttons]
        raise LookupError(f"no button {label!r}; standing are {standing}")

    async def taps_data(self, data: str, *, on: Shown, sent_at: datetime | None = None) -> Tap:
        """A tap that carries exactly this, as a forged client might send it."""
        self._check_can_write()
        at = sent_at or self._api.now()
        standing = self.chat.standing.get(on.id)
        update = tap_update(self._api.new_tap_id(), self.user, self.chat, standing, on.id, data)
        tap = Tap(self._api.queue_tap(update, self.user["id"], at), at)
        self._api.taps[update["callback_query"]["id"]] = tap
        return tap

    async def blocks(self) -> Sent:
        """He blocks the bot: sending to him is refused from now on."""
        self.chat.blocked = True
        return self._membership("member", "kicked")

    async def unblocks(self) -> Sent:
        """He lets the bot in again."""
        self.chat.blocked = False
        return self._membership("kicked", "member")

    def deactivates(self) -> None:
        """He deletes his Telegram account. The bot is not told."""
        self.chat.deactivated = True

    def deletes(self, *messages: Shown | Sent) -> None:
        """He deletes messages on both sides. The bot is not told."""
        for message in messages:
            self.chat.remove(self._standing(message).id)

    async def sends_raw(self, update: Json) -> Sent:
        """An update exactly so, whatever it looks like (``update_id`` is added when missing)."""
        return Sent(self._api.queue_update(update, ("chat", self.chat.id), checked=False), None)

    async def sees(self, sight: Sight, *, within: float = PATIENCE) -> tuple[Shown, ...]:
        """Wait for words, a number of the bot's messages, or a condition on all that stands; return what stands.

        Raises AssertionError after ``within`` seconds, with what stands instead.
        """
        await self._api.changes.until(
            lambda: _seen(sight, self.chat), within=within, otherwise=lambda: self._instead(sight)
        )
        return self.chat.messages

    def _instead(self, sight: Sight) -> str:
        lines = [f"  {'bot' if each.from_bot else 'man'}: {each.text!r} {each.buttons}" for each in self.chat.messages]
        return "\n".join([f"{self.user['first_name']} does not see {sight!r} but", *lines])

    def _sends(self, content: Json, sent_at: datetime | None) -> Sent:
        self._check_can_write()
        self.chat.written_to = True
        return self._api.queue_message(self.chat, self.user, content, sent_at)

    def _check_can_write(self) -> None:
        if self.chat.blocked or self.chat.deactivated:
            raise RuntimeError("he has blocked the bot or deleted his account")

    def _membership(self, before: str, after: str) -> Sent:
        update = member_change(self.chat.about, self.user, self._api.me, before, after, self._api.now())
        return Sent(self._api.queue_update(update, ("member", self.chat.id)), None)

    def _standing(self, message: Shown | Sent) -> Message:
        shown = message.message if isinstance(message, Sent) else message
        if shown is None or shown.id not in self.chat.standing:
            raise LookupError("that message does not stand in the chat")
        return self.chat.standing[shown.id]


class Group:
    """A group; anybody may put a bot into one unless BotFather is told otherwise."""

    def __init__(self, api: FakeBotApi, chat: Chat) -> None:
        self._api = api
        self.chat = chat

    async def adds_bot(self, by: Man) -> Sent:
        """Somebody brings the bot in: Telegram tells of its membership, then of a service message."""
        self.chat.bot_left = False
        self.chat.written_to = True
        update = member_change(self.chat.about, by.user, self._api.me, "left", "member", self._api.now())
        self._api.queue_update(update, ("member", self.chat.id))
        return self._api.queue_message(self.chat, by.user, {"new_chat_members": [self._api.sender]}, None)

    async def hears(self, by: Man, text: str, *, sent_at: datetime | None = None) -> Sent:
        """Somebody writes in it."""
        self.chat.written_to = True
        return self._api.queue_message(self.chat, by.user, written(text), sent_at)


def _seen(sight: Sight, chat: Chat) -> bool:
    if isinstance(sight, str):
        return any(sight in message.text for message in chat.from_bot)
    if isinstance(sight, int):
        return len(chat.from_bot) == sight
    return sight(chat.messages)


def written(text: str) -> Json:
    """The content of what a person writes. Raises ValueError when Telegram would not send it."""
    text = text.strip()
    if not 1 <= units(text) <= TEXT_LIMIT:
        raise ValueError("Telegram sends between 1 and 4096 characters, not counting white space around them")
    entities = detected(text)
    return {"text": text} | ({"entities": entities} if entities else {})


def _file(**about: object) -> Json:
    return {"file_id": "AwACAgQAAxk", "file_unique_id": "AgADFw", **about}
