"""What happens to one update between its arrival and its acknowledgement, in polling and webhook alike."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from weakref import WeakValueDictionary

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, error

from bot.arrival import Address, Arrival, NotSent, Out, Taken
from bot.quiet import describe
from bot.telegram.clocks import Clocks
from bot.telegram.pace import PACE, Pace
from bot.telegram.requests import ask
from bot.telegram.sending import TelegramOut, persist
from bot.telegram.updates import Blocked, Received, Uninvited
from bot.turns import wants_out

_log = logging.getLogger(__name__)

# Trouble that passes by itself. Anything else is a fault of ours, and most likely comes again with every try.
_PASSING = (NotSent, TimeoutError, OSError, SQLAlchemyError)
_MOST_REMEMBERED = 1000


class Talks(Protocol):
    """What the channel needs of :class:`bot.conversation.Conversation`."""

    async def take(self, arrival: Arrival, out: Out) -> Taken:
        """Answer one arrival; returns once it may be acknowledged upstream."""
        ...

    async def forget(self, address: Address, out: Out | None, *, sent_at: datetime | None = None) -> None:
        """He blocked the bot, at ``sent_at`` if that is known."""
        ...


class Intake:
    """Takes updates to the conversation: one chat's in order, different chats' side by side.

    :meth:`settle` makes one attempt and says whether the update may be acknowledged. Who calls it again is
    the caller's matter: polling waits and retries, a webhook lets Telegram deliver again.
    """

    def __init__(
        self,
        bot: Bot,
        conversation: Talks,
        *,
        now: Callable[[], datetime],
        pace: Pace = PACE,
        clocks: Clocks | None = None,
    ) -> None:
        """``clocks`` knows how far ours is from Telegram's; without it they are taken to be the same."""
        self._bot = bot
        self._conversation = conversation
        self._now = now
        self._clocks = clocks or Clocks(now)
        self._pace = pace
        self._slots = asyncio.Semaphore(pace.side_by_side)
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._answers: dict[int, asyncio.Task[None]] = {}
        self._failed: dict[int, _Failed] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self.closing = False

    def hear(self, received: Received) -> None:
        """Take the waiting sign off a tapped button, now: after some seconds Telegram refuses the answer."""
        if received.tap is not None and received.update not in self._answers and not self.closing:
            answer = asyncio.create_task(self._answer_tap(received.tap))
            self._answers[received.update] = answer
            answer.add_done_callback(lambda _: self._answers.pop(received.update, None))

    def order(self, received: Received) -> AbstractAsyncContextManager[None]:
        """Entered once all earlier updates of the same chat are out of it.

        Leaving never queues behind a turn, so it enters at once (the conversation makes a turn in flight
        take back what it has sent), and so does what belongs to no conversation.
        """
        if received.chat is None or overtakes(received):
            return nullcontext()
        return self._orders.setdefault(received.chat, asyncio.Lock())

    async def settle(self, received: Received) -> bool:
        """Make one attempt. ``True``: acknowledge it. ``False``: it has to come again.

        Never raises but for being cancelled. What still fails at an hour's age, or again and again by a
        fault of ours, is passed over: while it stands in the way the man cannot be heard at all.
        """
        this = asyncio.current_task()
        if self.closing or this is None:
            return False
        self._running.add(this)
        try:
            async with nullcontext() if overtakes(received) else self._slots:
                async with asyncio.timeout(self._pace.turn):
                    await self._attempt(received)
        except Exception as trouble:
            return self._is_passed_over(received, trouble)
        finally:
            self._running.discard(this)
        self._failed.pop(received.update, None)
        return True

    async def finish(self) -> None:
        """Begin nothing new, and give what is in hand ``pace.grace`` seconds to end."""
        self.closing = True
        in_hand = {*self._running, *self._answers.values()}
        if in_hand:
            await asyncio.wait(in_hand, timeout=self._pace.grace)
        for answer in self._answers.values():
            answer.cancel()

    async def _attempt(self, received: Received) -> None:
        what = received.what
        if isinstance(what, Arrival):
            answer = self._answers.get(received.update)
            if answer is not None and not overtakes(received):
                await asyncio.wait({answer}, timeout=self._pace.answering)
            ahead = self._clocks.ahead
            await self._conversation.take(replace(what, ahead=ahead) if ahead else what, self._out(what.address))
        elif isinstance(what, Blocked):
            await self._conversation.forget(what.address, self._out(what.address), sent_at=what.at)
        elif isinstance(what, Uninvited):
            await self._leave(what.chat)

    def _out(self, address: Address) -> TelegramOut:
        return TelegramOut(self._bot, address.chat, self._pace)

    async def _leave(self, chat: int) -> None:
        try:
            await self._bot.leave_chat(chat)
        except error.TelegramError as trouble:
            # Put out already, or not to be reached now: the next word said there leads here again.
            _log.info("A group could not be left: %s", describe(trouble))

    async def _answer_tap(self, tap: str) -> None:
        until = asyncio.get_running_loop().time() + self._pace.tap
        try:
            await persist(
                lambda: ask(self._bot, "answerCallbackQuery", callback_query_id=tap),
                until=until,
                pace=self._pace,
                repeatable=True,
            )
        except error.BadRequest:
            pass  # "query is too old": the sign is gone by itself
        except error.TelegramError as trouble:
            _log.info("A tap could not be answered: %s", describe(trouble))

    def _is_passed_over(self, received: Received, trouble: Exception) -> bool:
        now = self._now() - self._clocks.ahead
        failed = self._failed.setdefault(received.update, _Failed(received.sent_at or now))
        failed.faults += not isinstance(trouble, _PASSING)
        while len(self._failed) > _MOST_REMEMBERED:
            del self._failed[next(iter(self._failed))]
        too_old = now - failed.since >= timedelta(seconds=self._pace.oldest)
        if too_old or failed.faults >= self._pace.tries:
            _log.error("A message could not be answered and is passed over: %s", describe(trouble))
            self._failed.pop(received.update, None)
            return True
        _log.warning("A turn failed and will be tried again: %s", describe(trouble))
        return False


@dataclass(slots=True)
class _Failed:
    """An update that has failed: since when it has been waiting, and how often the fault was ours."""

    since: datetime
    faults: int = 0


def overtakes(received: Received) -> bool:
    """Does this go past whatever of the same chat is in hand or waiting?"""
    if isinstance(received.what, Arrival):
        try:
            return wants_out(received.what)
        except Exception as fault:
            # It then waits its turn, in which a fault is met: here it would hold up all that is fetched after.
            _log.error("An update could not be looked at: %s", describe(fault))
            return False
    return isinstance(received.what, (Blocked, Uninvited))
