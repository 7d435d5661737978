"""Fetching updates for as long as this process is the one that may: Telegram lets one fetch at a time."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from bot.quiet import describe
from bot.telegram.pace import PACE, Pace
from bot.telegram.polling import Polling

_log = logging.getLogger(__name__)


class Lead(Protocol):
    """Who leads (:class:`bot.leading.Leadership` is one)."""

    async def claim(self) -> bool:
        """Begin to lead, or go on; False while another leads. Raises what the store raises that says so."""
        ...

    async def give_up(self) -> None:
        """Let another lead at once."""
        ...


class LedPolling:
    """Polling that begins when this process leads and pauses when it no longer does."""

    def __init__(self, polling: Polling, lead: Lead, *, pace: Pace = PACE) -> None:
        self._polling = polling
        self._lead = lead
        self._pace = pace
        self._leads = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Fetch as soon as this process leads."""
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """As :meth:`Polling.stop`; another process may fetch once it returns."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self._polling.stop()
        if self._leads:
            try:
                async with asyncio.timeout(self._pace.parting):
                    await self._lead.give_up()
            except Exception as trouble:
                _log.warning("The lead could not be given up; it ends by itself: %s", describe(trouble))

    async def _run(self) -> None:
        while True:
            try:
                leads = await self._lead.claim()
            except Exception as trouble:
                # While the store is down nobody else can begin to lead, and men still get the helpline from here.
                _log.warning("Which process leads could not be asked: %s", describe(trouble))
                leads = self._leads
            if leads and not self._leads:
                self._leads = True
                self._polling.start()
            elif self._leads and not leads:
                _log.warning("Another process fetches from Telegram now.")
                self._leads = False
                await self._polling.pause()
            await asyncio.sleep(self._pace.claim_again)
