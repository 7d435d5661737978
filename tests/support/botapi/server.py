"""The fake itself: an HTTP server on this machine that answers as api.telegram.org would."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from aiogram.methods import GetUpdates
from aiogram.types import Update
from aiohttp import web

from tests.support.botapi.chats import Chat, Shown
from tests.support.botapi.delivery import MESSAGE_LIVES, TAP_LIVES, Lane, Pending, Queue
from tests.support.botapi.faults import Fault, Faults
from tests.support.botapi.man import Group, Man, Sent, Tap
from tests.support.botapi.methods import Methods
from tests.support.botapi.oracle import Problem, Problems, Refused, check_emitted, read_request
from tests.support.botapi.profile import Profile
from tests.support.botapi.updates import member_change
from tests.support.botapi.waiting import Changes
from tests.support.botapi.webhook import Webhook

Json = dict[str, Any]

TOKEN = "7012345678:AAFakeFakeFakeFakeFakeFakeFakeFakeFake"
_TOKEN = re.compile(r"\d+:[\w-]+")
_LARGEST_BODY = 20 * 2**20


@dataclass(slots=True)
class Call:
    """One request: what was asked, and what came of it (``status`` 0: still open, or no answer went out)."""

    method: str
    fields: Mapping[str, object]
    at: datetime
    status: int = 0
    description: str = ""
    result: object = None


class FakeBotApi(Faults):
    """``async with FakeBotApi() as api:``. The bot is told ``api.base_url`` and ``api.token``.

    ``now``: the clock by which messages age (aware; may be exchanged later). ``pace``: how many seconds of the test one second between two
    attempts at a webhook takes.
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
        self._methods = Methods(self)
        self._message_ids = itertools.count(11)
        self._tap_ids = itertools.count(4_382_000_000_000_001)
        self._open = 0
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.base_url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        # A client that goes away takes its waiting getUpdates with it.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/bot"
        return self

    async def __aexit__(self, *reason: object) -> None:
        self._closing.set()
        await self.webhook.aim(None)
        if self._runner is not None:
            await self._runner.cleanup()

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

    def calls_of(self, *methods: str) -> list[Call]:
        """The requests for these methods, oldest first."""
        return [call for call in self.calls if call.method in methods]

    def notifications(self, man: Man, *, silent: bool = False) -> tuple[Shown, ...]:
        """The messages that made his phone sound; with ``silent`` those that came up without a sound, too.

        Each is as it was when it came. An edit never notifies.
        """
        return tuple(message for message in man.chat.notified if silent or not message.silent)

    async def settled(self, *, within: float = 10.0) -> None:
        """Wait until every update is confirmed and no call is open (a getUpdates that waits is not one).

        A bot that confirms before it has worked (PTB's own Updater does) may then still be at work: wait for
        what the man ``sees`` first.

        Raises AssertionError after ``within`` seconds.
        """
        await self.changes.until(
            lambda: not self.queue.waiting and not self._open and not self.webhook.in_flight,
            within=within,
            otherwise=lambda: (
                f"{self._open} calls and {self.webhook.in_flight} deliveries open, not confirmed: "
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

    # HTTP

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        token = request.match_info["token"]
        if not _TOKEN.fullmatch(token):
            return _answer(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        if token != self.token:
            return _answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        fields = await _fields(request)
        call = Call(method, fields, self.now())
        self.calls.append(call)
        self.changes.notify()
        counts = method.lower() != "getupdates"
        self._open += counts
        try:
            fault = self.strike(method, fields)
            if fault is not None:
                return await self._befall(fault, call, request)
            return await self._carry_out(call)
        finally:
            self._open -= counts
            self.changes.notify()

    async def _carry_out(self, call: Call) -> web.Response:
        try:
            asked = read_request(call.method, call.fields, self.problems_noted)
            call.result = await self._methods.carry_out(asked)
        except Refused as refused:
            return _refusal(call, refused)
        try:
            # Updates were checked when they were queued; those sent raw are wrong on purpose.
            if not isinstance(asked, GetUpdates):
                check_emitted(type(asked).__returning__, call.result)
        except AssertionError as wrong:
            self.note("fake", f"{call.method}: {wrong}")
            raise
        call.status = 200
        return _answer(200, {"ok": True, "result": call.result})

    async def _befall(self, fault: Fault, call: Call, request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse | None = await self._carry_out(call) if fault.delivered else None
        if fault.kind == "slow":
            await self._pause(fault.seconds)
            return answer if answer is not None else await self._carry_out(call)
        call.status = 0
        if fault.kind == "hang":
            await self._pause(None)
        if fault.kind == "refuse":
            refused = _refusal(call, Refused(fault.status, fault.description, retry_after=fault.retry_after))
            if fault.body is None:
                return refused
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _pause(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return


async def _fields(request: web.Request) -> Mapping[str, object]:
    """The parameters of a request: in its address, as a form, or as JSON. Raises HTTPBadRequest."""
    fields: dict[str, object] = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        body = await request.json()
        if not isinstance(body, dict):
            raise web.HTTPBadRequest(reason="the body is not a JSON object")
        return fields | body
    return fields | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _refusal(call: Call, refused: Refused) -> web.Response:
    call.status, call.description = refused.status, refused.description
    told: Json = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.retry_after is not None:
        told["parameters"] = {"retry_after": refused.retry_after}
    return _answer(refused.status, told)


def _answer(status: int, told: Json) -> web.Response:
    return web.json_response(told, status=status)
