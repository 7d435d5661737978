"""How updates reach the bot: the queue Telegram keeps for it, and long polling out of that queue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.support.botapi.oracle import Problems, Refused
from tests.support.botapi.waiting import Changes

Json = dict[str, Any]
Lane = tuple[str, int]

MESSAGE_LIVES = timedelta(hours=24)
TAP_LIVES = timedelta(seconds=150)
LONGEST_POLL_SECONDS = 50
MOST_UPDATES = 100
# Sent only to a bot that asks for them by name.
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
# A connection that has just been closed is seen closed a moment later; that is no second poller.
_GRACE_SECONDS = 0.05


@dataclass(slots=True, eq=False)
class Pending:
    """An update on its way. ``lane``: those of one lane go to a webhook strictly one after another."""

    update: Json
    lane: Lane
    expires_at: datetime
    again: bool = False
    handed_out: int = 0
    acknowledged: bool = False
    lost: str = ""

    @property
    def update_id(self) -> int:
        """Telegram's number of the update."""
        return int(self.update["update_id"])


class Queue:
    """Updates the bot has not yet confirmed, oldest first."""

    def __init__(self, now: Callable[[], datetime], changes: Changes, problems: Problems) -> None:
        self._now = now
        self._changes = changes
        self._problems = problems
        self._waiting: list[Pending] = []
        self._wanted: frozenset[str] = frozenset()
        self._poller: asyncio.Future[None] | None = None
        self._last_id = 700_000_000
        self.on_added: Callable[[], None] = lambda: None

    @property
    def polled(self) -> bool:
        """Does a getUpdates wait at this moment?"""
        return self._poller is not None

    @property
    def waiting(self) -> tuple[Pending, ...]:
        """What has not been confirmed, without what is too old."""
        now = self._now()
        for pending in [each for each in self._waiting if each.expires_at <= now]:
            self.drop(pending, "expired")
        return tuple(self._waiting)

    def want(self, kinds: Collection[str] | None) -> None:
        """Which kinds of update are queued from now on; None changes nothing, empty means the usual ones."""
        if kinds is not None:
            self._wanted = frozenset(kinds)

    def add(self, update: Json, lane: Lane, *, sent_at: datetime, lives: timedelta) -> Pending:
        """Queue an update, giving it a number unless it has one."""
        if "update_id" not in update:
            self._last_id += 1
            update = {"update_id": self._last_id, **update}
        pending = Pending(update, lane, sent_at + lives)
        kind = next((key for key in update if key != "update_id"), "")
        if kind in _ON_REQUEST if not self._wanted else kind not in self._wanted:
            pending.lost = "not among allowed_updates"
            return pending
        return self._enqueue(pending)

    def repeat(self, update: Json, lane: Lane) -> Pending:
        """Deliver an update once more, as Telegram does when it is not sure the first time was heard."""
        return self._enqueue(Pending(update, lane, self._now() + MESSAGE_LIVES, again=True))

    def _enqueue(self, pending: Pending) -> Pending:
        self._waiting.append(pending)
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        self.on_added()
        self._changes.notify()
        return pending

    def acknowledge(self, pending: Pending) -> None:
        """The bot has confirmed it."""
        pending.acknowledged = True
        self._remove(pending)

    def drop(self, pending: Pending, why: str) -> None:
        """It will never arrive."""
        pending.lost = why
        self._remove(pending)

    def _remove(self, pending: Pending) -> None:
        if pending in self._waiting:
            self._waiting.remove(pending)
        self._changes.notify()

    def forget_all(self) -> None:
        """What drop_pending_updates does."""
        for pending in self.waiting:
            self.drop(pending, "dropped by the bot")

    async def poll(self, *, offset: int, limit: int, seconds: int, webhook: bool) -> list[Json]:
        """What getUpdates answers. Raises Refused (409) beside a webhook or when another poll takes over."""
        if webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        await self._take_over()
        self._confirm(offset)
        loop = asyncio.get_running_loop()
        end = loop.time() + min(max(seconds, 0), LONGEST_POLL_SECONDS)
        while not (ready := self._ready(offset)) and loop.time() < end:
            mine: asyncio.Future[None] = loop.create_future()
            self._poller = mine
            self._changes.notify()
            try:
                async with asyncio.timeout_at(end):
                    await mine
            except TimeoutError:
                break
            finally:
                if self._poller is mine:
                    self._poller = None
        batch = ready[: min(max(limit, 1), MOST_UPDATES)]
        for pending in batch:
            pending.handed_out += 1
        return [pending.update for pending in batch]

    async def _take_over(self) -> None:
        if self._poller is None:
            return
        await asyncio.sleep(_GRACE_SECONDS)
        if self._poller is not None and not self._poller.done():
            self._problems.note("two-pollers", "a second getUpdates while one was waiting")
            self._poller.set_exception(
                Refused(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            )

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            kept = self.waiting[offset:]
            for pending in self.waiting:
                if pending not in kept:
                    self.acknowledge(pending)
            return
        for pending in self.waiting:
            if pending.handed_out if pending.again else pending.update_id < offset:
                self.acknowledge(pending)

    def _ready(self, offset: int) -> list[Pending]:
        repeated = [pending for pending in self.waiting if pending.again]
        return repeated + [each for each in self.waiting if not each.again and each.update_id >= offset]
