"""Delivery to a webhook: lanes in order, each beside the others, tried again until confirmed or too old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from tests.support.botapi.delivery import Lane, Pending, Queue
from tests.support.botapi.oracle import Problems
from tests.support.botapi.waiting import Changes

LONGEST_DELAY_SECONDS = 60.0
LONGEST_RETRY_AFTER_SECONDS = 3600
GIVES_UP_AFTER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where updates go, as setWebhook said."""

    url: str
    secret: str | None
    connections: int
    allowed: tuple[str, ...]


class Webhook:
    """Sends what is in the queue to a target.

    ``pace`` scales the waits between attempts: 1 s of Telegram's time is ``pace`` seconds of the test's.
    ``leads_to``: where the public address leads on this machine, as the proxy behind it would hand on.
    """

    def __init__(
        self,
        queue: Queue,
        now: Callable[[], datetime],
        changes: Changes,
        problems: Problems,
        pace: float,
    ) -> None:
        self._queue = queue
        self._now = now
        self._changes = changes
        self._problems = problems
        self._pace = pace
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._free = asyncio.Semaphore(1)
        self.target: Target | None = None
        self.leads_to: str | None = None
        self.waits: list[float] = []
        self.in_flight = 0
        self.last_error: tuple[datetime, str] | None = None

    async def aim(self, target: Target | None) -> None:
        """Send to this target from now on; None stops sending."""
        for task in self._lanes.values():
            task.cancel()
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)
        self._lanes.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None
        self.target = target
        if target is not None:
            self._free = asyncio.Semaphore(target.connections)
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=GIVES_UP_AFTER_SECONDS))
            self.look()

    def look(self) -> None:
        """Start a lane for whatever has none."""
        if self.target is None:
            return
        for lane in dict.fromkeys(pending.lane for pending in self._queue.waiting):
            task = self._lanes.get(lane)
            if task is None or task.done():
                self._lanes[lane] = asyncio.create_task(self._serve(lane, self.target))

    async def _serve(self, lane: Lane, target: Target) -> None:
        while (pending := self._first(lane)) is not None:
            delay, failures = 1.0, 0
            while not pending.acknowledged and not pending.lost:
                async with self._free:
                    error, retry_after = await self._post(pending, target)
                if error is None:
                    self._queue.acknowledge(pending)
                    break
                self.last_error = (self._now(), error)
                delay = min(delay * 2, LONGEST_DELAY_SECONDS) if failures else delay
                failures += 1
                wait = float(retry_after) if retry_after else delay
                if self._now() + timedelta(seconds=wait) > pending.expires_at:
                    self._queue.drop(pending, f"expired after {error}")
                    break
                self.waits.append(wait)
                await asyncio.sleep(wait * self._pace)

    def _first(self, lane: Lane) -> Pending | None:
        return next((pending for pending in self._queue.waiting if pending.lane == lane), None)

    async def _post(self, pending: Pending, target: Target) -> tuple[str | None, int]:
        """One attempt: (what went wrong or None, the seconds of a Retry-After header or 0)."""
        if self._session is None:
            return "Webhook closed", 0
        headers = {} if target.secret is None else {"X-Telegram-Bot-Api-Secret-Token": target.secret}
        url = self.leads_to or target.url
        pending.handed_out += 1
        self.in_flight += 1
        try:
            async with self._session.post(url, json=pending.update, headers=headers) as response:
                body = await response.read()
                if 200 <= response.status <= 299:
                    if b'"method"' in body:
                        self._problems.note("call-in-answer", "the webhook's answer holds a call nobody reads")
                    return None, 0
                retry_after = response.headers.get("Retry-After", "0")
                seconds = min(int(retry_after), LONGEST_RETRY_AFTER_SECONDS) if retry_after.isdecimal() else 0
                return f"Wrong response from the webhook: {response.status} {response.reason}", seconds
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"Webhook connection failed: {type(error).__name__}", 0
        finally:
            self.in_flight -= 1
            self._changes.notify()

    def info(self) -> dict[str, Any]:
        """What getWebhookInfo answers."""
        told: dict[str, Any] = {
            "url": self.target.url if self.target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue.waiting),
        }
        if self.target is not None:
            told["max_connections"] = self.target.connections
            if self.target.allowed:
                told["allowed_updates"] = list(self.target.allowed)
        if self.last_error is not None:
            told["last_error_date"] = int(self.last_error[0].timestamp())
            told["last_error_message"] = self.last_error[1]
        return told
