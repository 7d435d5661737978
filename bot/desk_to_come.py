"""The desk, put together while the chat is served already.

A fifth of all that is loaded is the desk's alone, and nobody who needs help now needs it. Who comes to it sooner waits
for it, a moment.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from datetime import timedelta
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.rooms import CannotStart, Clock, Rooms, now
from bot.rubbish import loading
from bot.settings import DESK
from service_directory.open_referral.api import routes_at

log = logging.getLogger(__name__)

HEAD_START: Final = timedelta(seconds=1)
"""Who waits for the program to be there is answered before the desk takes up the processor."""

TRY_AGAIN: Final = timedelta(seconds=2)
"""How soon, when its store was down just then. Men are being answered, and are to be."""

WAITS_FOR_IT: Final = timedelta(seconds=15)
"""So long somebody waits for the desk to come before he is told that it cannot be had."""

_NOT_NOW: Final = PlainTextResponse(
    "The desk cannot be had just now. Nothing is lost. Try again in a minute.\n",
    status_code=503,
    headers={"Retry-After": "60", "Cache-Control": "no-store"},
)


class DeskToCome:
    """The desk as an application that can be served before it is there. Make it inside the running event loop."""

    def __init__(self, rooms: Rooms, clock: Clock = now) -> None:
        self._rooms = rooms
        self._clock = clock
        self._app: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
        self._wanted = asyncio.Event()

    def routes(self) -> list[BaseRoute]:
        """The desk at its address; nothing where what people sign in with could be listened to on the way."""
        return routes_at(DESK, self) if self._rooms.settings.has_desk else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        came, _ = await asyncio.wait({self._app}, timeout=WAITS_FOR_IT.total_seconds())
        app = self._app.result() if came and not self._app.cancelled() else _NOT_NOW
        await app(scope, receive, send)

    async def run(self, *, after: asyncio.Event, stop: asyncio.Event) -> None:
        """Put it together a moment after `after` is set, or as soon as somebody wants it from then on, and do its work
        in the background until `stop` is set. Where its store fails it is told and tried again.

        It is loaded in a thread, so that the turns of men go on meanwhile.
        """
        await after.wait()
        await _either(self._wanted, stop, within=HEAD_START if self._rooms.settings.has_desk else None)
        if stop.is_set():
            # Who waits for it would wait for nothing.
            self._app.cancel()
            return
        try:
            with loading():
                await asyncio.to_thread(importlib.import_module, "bot.desk_work")
            while not stop.is_set():
                try:
                    await self._stands(stop)
                except CannotStart as trouble:
                    log.error("The desk cannot be had now and is tried again; the chat goes on. %s", trouble)
                    await _either(stop, stop, within=TRY_AGAIN)
        finally:
            # Where it never came nobody is to wait for it.
            self._app.cancel()

    async def _stands(self, stop: asyncio.Event) -> None:
        from bot.desk import app_of
        from bot.desk_work import at_work

        with loading():
            app = await app_of(self._rooms, self._clock)
        async with at_work(self._rooms, self._clock, stop):
            self._app.set_result(app)
            await stop.wait()


async def _either(one: asyncio.Event, other: asyncio.Event, *, within: timedelta | None) -> None:
    """Wait until one of two things is so, or until the time is up."""
    waiting = [asyncio.create_task(event.wait()) for event in (one, other)]
    try:
        seconds = within.total_seconds() if within is not None else None
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
