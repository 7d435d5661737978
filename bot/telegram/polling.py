"""Long polling that acknowledges an update only after its turn, and lets no stuck man hold up the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from telegram import error

from bot.quiet import describe
from bot.telegram.intake import Intake
from bot.telegram.pace import PACE, Pace
from bot.telegram.sending import seconds
from bot.telegram.updates import Received, read, update_id

MOST_UPDATES = 100
"""As many as Telegram shows in one answer, always beginning with the oldest that is not acknowledged."""
_FEW_CHATS = 16
_MOST_CARRIED = 1000

_log = logging.getLogger(__name__)


class Source(Protocol):
    """Where updates are fetched from."""

    def fetch(self, *, offset: int, limit: int, timeout: int) -> Awaitable[Sequence[object]]:
        """Raw updates from ``offset`` on (which acknowledges all below it), waiting ``timeout`` seconds for one."""
        ...

    async def renew(self) -> None:
        """Drop all connections to it, and any fetch that hangs on one."""
        ...


@dataclass(slots=True)
class _InHand:
    chat: str | None
    task: asyncio.Task[None]
    failed: bool = field(default=False)


class Polling:
    """Fetches updates and sees each to its end.

    Telegram forgets all updates below the offset of a fetch, so the offset is the oldest update in hand.
    Those above it are shown again with every fetch; what is known of them is not begun twice.
    """

    def __init__(self, source: Source, intake: Intake, *, pace: Pace = PACE) -> None:
        self._source = source
        self._intake = intake
        self._pace = pace
        self._in_hand: dict[int, _InHand] = {}
        self._settled: set[int] = set()  # above the offset: Telegram will show them again
        self._carried: set[int] = set()  # in hand, but acknowledged before their turn
        self._next = 0  # one above the newest update Telegram has shown
        self._acknowledged = 0
        self._nothing_in_hand = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    @property
    def offset(self) -> int:
        """The oldest update that is not settled, or the one to come."""
        return min(self._in_hand.keys() - self._carried, default=self._next)

    def start(self) -> None:
        """Begin to fetch."""
        self._loop = asyncio.create_task(self._run())

    async def pause(self) -> None:
        """Fetch no more until :meth:`start`; turns in hand go on."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def stop(self) -> None:
        """Fetch no more, let the turns in hand end, and tell Telegram how far they came."""
        await self.pause()
        await self._intake.finish()
        unfinished = [each.task for each in self._in_hand.values()]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        if self.offset > self._acknowledged:
            # Should this fail, the next start is shown them again, and a repeat is recognised.
            with suppress(error.TelegramError, TimeoutError):
                async with asyncio.timeout(self._pace.parting):
                    await self._source.fetch(offset=self.offset, limit=1, timeout=0)

    async def _run(self) -> None:
        trouble_pause, idle_pause = self._pace.first_pause, self._pace.look_again
        while True:
            try:
                shown = await self._fetch()
            except Exception as trouble:
                _log.warning("Updates could not be fetched: %s", _worded(trouble))
                asked = seconds(trouble) if isinstance(trouble, error.RetryAfter) else 0.0
                await asyncio.sleep(max(trouble_pause, asked))
                trouble_pause = min(trouble_pause * 2, self._pace.longest_pause)
                continue
            trouble_pause = self._pace.first_pause
            if self._begin(shown) or not shown:
                idle_pause = self._pace.look_again
                continue
            # All that Telegram shows is in hand, and it would answer the next fetch at once with the same.
            if len(shown) >= MOST_UPDATES:
                self._carry()
            with suppress(TimeoutError):
                async with asyncio.timeout(idle_pause):
                    await self._nothing_in_hand.wait()
            idle_pause = min(idle_pause * 2, self._pace.longest_look_again)

    async def _fetch(self) -> Sequence[object]:
        offset = self.offset
        try:
            # A connection can die without a word, and a fetch on it would then wait for ever.
            async with asyncio.timeout(self._pace.long_poll + self._pace.fetch_margin):
                shown = await self._source.fetch(offset=offset, limit=MOST_UPDATES, timeout=self._pace.long_poll)
        except TimeoutError:
            await self._source.renew()
            raise
        self._acknowledged = offset
        return shown

    def _begin(self, shown: Sequence[object]) -> int:
        """Begin what is new among the updates shown, in their order; how many that were."""
        numbered = [(update_id(raw), raw) for raw in shown]
        numbers = {number for number, _ in numbered if number is not None}
        self._settled &= numbers
        self._next = max(numbers, default=self._next - 1) + 1
        begun = 0
        for number, raw in numbered:
            if number in self._settled or number in self._in_hand:
                continue
            received = read(raw)
            if received is not None:
                self._intake.hear(received)
                task = asyncio.create_task(self._see_to(received))
                self._in_hand[received.update] = _InHand(received.chat, task)
                self._nothing_in_hand.clear()
                begun += 1
        return begun

    async def _see_to(self, received: Received) -> None:
        pause = self._pace.first_pause
        async with self._intake.order(received):
            while not await self._intake.settle(received):
                self._in_hand[received.update].failed = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._pace.longest_pause)
            del self._in_hand[received.update]
            self._carried.discard(received.update)
            self._settled.add(received.update)
            if not self._in_hand:
                self._nothing_in_hand.set()

    def _carry(self) -> None:
        """Let the offset pass a few stuck men who would otherwise keep everybody else from being shown.

        Telegram shows a hundred updates from the oldest on. Once all of them wait for men whose turns
        fail, nobody else's would ever be seen; so they are acknowledged and kept in memory, to be tried on.
        Should the process die meanwhile, they are lost. When the turns of many men fail it is an outage, and
        all wait at Telegram instead.
        """
        uncarried = self._in_hand.keys() - self._carried
        stuck = {each.chat for each in self._in_hand.values() if each.failed}
        waiting = {self._in_hand[number].chat for number in uncarried}
        if waiting <= stuck and len(stuck) <= _FEW_CHATS and len(self._in_hand) <= _MOST_CARRIED:
            _log.warning("%d updates of stuck chats are kept in memory.", len(uncarried))
            self._carried |= uncarried


def _worded(trouble: Exception) -> str:
    match trouble:
        case error.InvalidToken():
            return "FINGERPOST_TELEGRAM_TOKEN is no longer accepted by Telegram."
        case error.Conflict():
            return (
                "another process fetches with the same token, or a webhook is set. If it is none of yours, "
                "the token has leaked: have it replaced by BotFather."
            )
        case _:
            return describe(trouble)
