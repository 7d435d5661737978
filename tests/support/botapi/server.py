"""The fake itself: the world behind the Bot API, and what a test may do to it and see of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Self

from aiogram.types import Update

from tests.support.botapi.chats import Chat, Shown
from tests.support.botapi.delivery import MESSAGE_LIVES, TAP_LIVES, Lane, Pending, Queue
from tests.support.botapi.faults import Faults
from tests.support.botapi.man import Group, Man, Sent, Tap
from tests.support.botapi.oracle import Problem, Problems, bad_request, check_emitted
from tests.support.botapi.profile import Profile
from tests.support.botapi.transport import Call, Transport
from tests.support.botapi.updates import member_change
from tests.support.botapi.waiting import Changes
from tests.support.botapi.webhook import Webhook
from tests.support.patience import PATIENCE

Json = dict[str, Any]

TOKEN = "7012345678:AAFakeFakeFakeFakeFakeFakeFakeFakeFake"


class FakeBotApi(Faults):
    """``async with FakeBotApi() as api:``. The bot is told ``api.base_url`` and ``api.token``.

    ``now``: the clock by which messages age (aware; may be exchanged later). ``pace``: how many seconds of the
    test one second between two attempts at a webhook takes.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pace: float = 0.01,
        username: str = "fingerpost_test_bot",
    ) -> None:
        super().__init__()
        self.token = token
        self.now = now
        self.sender: Json = {
            "id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Fingerpost", "username": username,
        }  # fmt: skip
        self.me: Json = self.sender | {
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.problems_noted = Problems()
        self.note = self.problems_noted.note
        self.excuse = self.problems_noted.excuse
        self.changes = Changes()
        # Through self, so that a test may turn the clock of a running fake: ``api.now = clock.now``.
        self.queue = Queue(lambda: self.now(), self.changes, self.problems_noted)
        self.webhook = Webhook(self.queue, lambda: self.now(), self.changes, self.problems_noted, pace)
        self.queue.on_added = self.webhook.look
        self.profile = Profile()
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.calls: list[Call] = []
        self._message_ids = itertools.count(11)
        self._tap_ids = itertools.count(4_382_000_000_000_001)
        self._transport = Transport(self)

    async def __aenter__(self) -> Self:
        await self._transport.start()
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.webhook.aim(None)
        await self._transport.stop()

    @property
    def base_url(self) -> str:
        """The address before the token, ``http://127.0.0.1:N/bot``."""
        return self._transport.base_url

    # People

    def man(self, chat_id: int = 5_550_001, *, first_name: str = "Alex", username: str | None = None) -> Man:
        """A man and his private chat with the bot."""
        name: Json = {"first_name": first_name} | ({"username": username} if username else {})
        about = {"id": chat_id, "type": "private", **name}
        chat = self.chats.setdefault(chat_id, Chat(chat_id, about, self._message_ids.__next__))
        return Man(self, chat, {"id": chat_id, "is_bot": False, **name, "language_code": "en"})

    def group(self, chat_id: int = -1_001_234_567_890, *, title: str = "Five-a-side") -> Group:
        """A group the bot is not yet in."""
        about = {"id": chat_id, "type": "supergroup", "title": title}
        chat = Chat(chat_id, about, itertools.count(1).__next__, bot_left=True)
        return Group(self, self.chats.setdefault(chat_id, chat))

    def chat(self, chat_id: int | str | None) -> Chat:
        """The chat a call names. Raises Refused (400) when there is none."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    # Watching

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that a careful bot would not have done so far, taps it never answered among it."""
        unanswered = (
            Problem("unanswered-tap", str(tap.update["callback_query"]["data"]))
            for tap in self.taps.values()
            if tap.acknowledged and not tap.tried
        )
        return (*self.problems_noted.noted, *unanswered)

    def assert_careful(self) -> None:
        """Raise AssertionError listing the problems, if there are any."""
        assert not self.problems, "\n".join(f"{problem.kind}: {problem.detail}" for problem in self.problems)

    def calls_of(self, *methods: str) -> list[Call]:
        """The requests for these methods, oldest first."""
        return [call for call in self.calls if call.method in methods]

    def notifications(self, man: Man, *, silent: bool = False) -> tuple[Shown, ...]:
        """The messages that made his phone sound; with ``silent`` those that came up without a sound, too.

        Each is as it was when it came. An edit never notifies.
        """
        return tuple(message for message in man.chat.notified if silent or not message.silent)

    async def settled(self, *, within: float = PATIENCE) -> None:
        """Wait until every update is confirmed and no call is open (a getUpdates that waits is not one).

        A bot that confirms before it has worked (PTB's own Updater does) may then still be at work: wait for
        what the man ``sees`` first.

        Raises AssertionError after ``within`` seconds.
        """
        await self.changes.until(
            lambda: not self.queue.waiting and not self._transport.open_calls and not self.webhook.in_flight,
            within=within,
            otherwise=lambda: (
                f"{self._transport.open_calls} calls and {self.webhook.in_flight} deliveries open, not confirmed: "
                f"{[pending.update for pending in self.queue.waiting]}"
            ),
        )

    async def redeliver(self, sent: Sent | Tap) -> Pending:
        """Deliver an update a second time under its old number."""
        return self.queue.repeat(sent.update, sent.pending.lane)

    # For Man, Group and Methods

    def new_tap_id(self) -> str:
        """An id for a callback query."""
        return str(next(self._tap_ids))

    def queue_message(self, chat: Chat, sender: Json, content: Json, sent_at: datetime | None) -> Sent:
        """Put somebody's message into a chat and tell the bot."""
        at = sent_at or self.now()
        message = chat.put(sender, at, content)
        pending = self.queue_update({"message": message.as_json(chat.about)}, ("chat", chat.id), at=at)
        self.changes.notify()
        return Sent(pending, message.shown())

    def queue_update(self, update: Json, lane: Lane, *, at: datetime | None = None, checked: bool = True) -> Pending:
        """Queue an update that lives a day; ``checked``: it must be one Telegram could send."""
        if checked:
            check_emitted(Update, {"update_id": 1, **update})
        return self.queue.add(update, lane, sent_at=at or self.now(), lives=MESSAGE_LIVES)

    def queue_tap(self, update: Json, user_id: int, at: datetime) -> Pending:
        """Queue a tap: a lane of its own for each man, and 150 seconds to live."""
        check_emitted(Update, {"update_id": 1, **update})
        return self.queue.add(update, ("tap", user_id), sent_at=at, lives=TAP_LIVES)

    def bot_is_out(self, chat: Chat) -> None:
        """The bot has left a group."""
        chat.bot_left = True
        update = member_change(chat.about, self.sender, self.sender, "member", "left", self.now())
        self.queue_update(update, ("member", chat.id))
