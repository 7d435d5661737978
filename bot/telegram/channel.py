"""The channel's life: set up at Telegram, serve by polling or webhook, stop."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.routing import Route
from telegram import Bot, BotCommand, error

from bot.arrival import Erased
from bot.quiet import describe
from bot.rooms import CannotStart
from bot.telegram.clocks import Clocks
from bot.telegram.intake import Intake, Talks
from bot.telegram.leading import Lead, LedPolling
from bot.telegram.pace import PACE, Pace
from bot.telegram.polling import Polling
from bot.telegram.requests import TelegramRequest
from bot.telegram.sending import TelegramOut, seconds
from bot.telegram.updates import ALLOWED_UPDATES
from bot.telegram.webhook import webhook_route

WEBHOOK_PATH = "/telegram"
TELEGRAM_API = "https://api.telegram.org/bot"

# Whoever picks up the phone sees these, so they say nothing of what is talked about.
COMMANDS = (("start", "Start"), ("exit", "Clear this chat"), ("privacy", "Privacy"))
DESCRIPTION = "Press Start to begin. You can clear this chat at any time."
SHORT_DESCRIPTION = "Information and contacts."

_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_REJECTED = "FINGERPOST_TELEGRAM_TOKEN was rejected by Telegram. Get the bot's token from BotFather and set it."

_log = logging.getLogger(__name__)


class TelegramError(CannotStart):
    """Telegram cannot be used as it is configured. The message tells the operator what to do."""


class TelegramChannel:
    """One bot at Telegram. Make it inside the running event loop; start it one way, then stop it.

    ``named`` is told the bot's own name at Telegram as soon as that is known; ``lead`` says which of several processes
    polls (None: this is the only one). Raises :class:`TelegramError` when the
    token cannot be a bot's.
    """

    def __init__(
        self,
        token: str,
        conversation: Talks,
        *,
        base_url: str = TELEGRAM_API,
        pace: Pace = PACE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        named: Callable[[str], None] = lambda _: None,
        lead: Lead | None = None,
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise TelegramError("FINGERPOST_TELEGRAM_TOKEN is not a bot's token (123456:letters and digits).")
        self._pace = pace
        # One connection for each turn at work, and some for what goes past them.
        self._requests = TelegramRequest(pace.side_by_side + 8, pace.request)
        self._fetches = TelegramRequest(2, pace.request)
        self._bot = Bot(token, base_url=base_url, request=self._requests, get_updates_request=self._fetches)
        clocks = Clocks(now)
        self._requests.told = self._fetches.told = clocks.told
        self._intake = Intake(self._bot, conversation, now=now, pace=pace, clocks=clocks)
        polling = Polling(_Updates(self._bot, self._fetches, pace), self._intake, pace=pace)
        self._polling = polling if lead is None else LedPolling(polling, lead, pace=pace)
        self._named = named
        self._background: set[asyncio.Task[None]] = set()

    async def start(self, public_url: str | None, secret: str) -> None:
        """Serve by webhook at ``public_url``, or by polling when there is none.

        Returns and raises as :meth:`start_polling` does.
        """
        if public_url is None:
            await self.start_polling()
        else:
            await self.start_webhook(public_url.rstrip("/") + WEBHOOK_PATH, secret)

    async def start_polling(self) -> None:
        """Take updates by long polling. A webhook that is set is removed, without dropping what waits.

        Returns once polling has begun, or, while Telegram cannot be reached, at once: it then goes on trying.
        Raises :class:`TelegramError` when Telegram rejects the token.
        """
        await self._start(lambda: self._bot.delete_webhook(), self._polling.start)

    async def start_webhook(self, url: str, secret: str) -> None:
        """Have Telegram post updates to ``url``, where the route of :meth:`routes` must answer.

        Returns and raises as :meth:`start_polling` does.
        """
        await self._start(
            lambda: self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES), lambda: None
        )

    def routes(self, path: str, secret: str) -> list[Route]:
        """What the web application must serve for the webhook."""
        return [webhook_route(path, secret, self._intake, pace=self._pace)]

    async def stop(self) -> None:
        """Take nothing new, let turns in hand end (some seconds at most), close all connections."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._polling.stop()
        await asyncio.gather(self._requests.shutdown(), self._fetches.shutdown())

    async def backlog(self) -> int:
        """How many updates wait at Telegram. Raises TelegramError of the library's when it cannot be asked."""
        return (await self._bot.get_webhook_info()).pending_update_count

    def out_for(self, chat: str) -> TelegramOut:
        """What answers a chat from now on, for as long as a turn may take."""
        return TelegramOut(self._bot, chat, self._pace)

    async def erase(self, chat: str, ids: Sequence[int]) -> Erased:
        """Delete messages of a chat on both sides. Never raises; what could not be deleted is told."""
        return await self.out_for(chat).erase(ids)

    async def _start(self, prepare: Callable[[], Awaitable[object]], begin: Callable[[], None]) -> None:
        try:
            await prepare()
        except error.InvalidToken:
            raise TelegramError(_REJECTED) from None
        except error.TelegramError as trouble:
            _log.warning("Telegram cannot be reached; trying on: %s", describe(trouble))
            self._in_background(self._keep_trying(prepare, begin, trouble))
            return
        begin()
        self._in_background(self._introduce())

    async def _keep_trying(
        self,
        prepare: Callable[[], Awaitable[object]],
        begin: Callable[[], None],
        trouble: error.TelegramError,
    ) -> None:
        pause = self._pace.first_pause
        while True:
            await asyncio.sleep(max(pause, seconds(trouble) if isinstance(trouble, error.RetryAfter) else 0))
            pause = min(pause * 2, self._pace.longest_pause)
            try:
                await prepare()
            except error.InvalidToken as rejected:
                trouble = rejected
                _log.error(_REJECTED)
            except error.TelegramError as again:
                trouble = again
                _log.warning("Telegram cannot be reached; trying on: %s", describe(trouble))
            else:
                break
        _log.warning("Telegram is reached.")
        begin()
        await self._introduce()

    async def _introduce(self) -> None:
        """Ask the bot's name, and tell Telegram the commands and the descriptions. The bot serves without as well."""
        commands = [BotCommand(*each) for each in COMMANDS]
        requests: list[Callable[[], Awaitable[object]]] = [
            self._ask_name,
            lambda: self._bot.set_my_commands(commands),
            lambda: self._bot.set_my_description(DESCRIPTION),
            lambda: self._bot.set_my_short_description(SHORT_DESCRIPTION),
        ]
        for tell in requests:
            try:
                await tell()
            except error.TelegramError as trouble:
                _log.warning(
                    "A name could not be asked, or a command list or description could not be set: %s",
                    describe(trouble),
                )

    async def _ask_name(self) -> None:
        if name := (await self._bot.get_me()).username:
            self._named(name)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


class _Updates:
    """getUpdates without the library's own reading: one update it cannot read would hold up all the others,
    and it would write that whole update to the log.
    """

    def __init__(self, bot: Bot, request: TelegramRequest, pace: Pace) -> None:
        self._bot = bot
        self._request = request
        self._pace = pace

    async def fetch(self, *, offset: int, limit: int, timeout: int) -> Sequence[object]:  # noqa: ASYNC109
        asked = {
            "offset": offset,
            "limit": limit,
            "timeout": timeout,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        shown: object = await self._request.post(
            f"{self._bot.base_url}/getUpdates?{urlencode(asked)}", read_timeout=timeout + self._pace.request
        )
        if not isinstance(shown, list):
            raise error.NetworkError("getUpdates answered with something else than a list")
        return shown

    async def renew(self) -> None:
        await self._request.shutdown()
        await self._request.initialize()
