"""The desk, put together while the chat is served already.

A fifth of all that is loaded is the desk's alone, and nobody who needs help now needs it. Who comes to it sooner waits
for it, a moment.
"""

from __future__ import annotations

import asyncio
import importlib
from datetime import timedelta
from typing import Final

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.rooms import Clock, Rooms, now
from bot.rubbish import loading
from service_directory.open_referral.api import routes_at

AT: Final = "/desk"
"""Where it stands, in what is served."""

HEAD_START: Final = timedelta(seconds=1)
"""Who waits for the program to be there is answered before the desk takes up the processor."""


class DeskToCome:
    """The desk as an application that can be served before it is there. Make it inside the running event loop."""

    def __init__(self, rooms: Rooms, clock: Clock = now) -> None:
        self._rooms = rooms
        self._clock = clock
        self._app: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
        self._wanted = asyncio.Event()

    def routes(self) -> list[BaseRoute]:
        """The desk at its address; nothing where what people sign in with could be listened to on the way."""
        return routes_at(AT, self) if self._rooms.settings.has_desk else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        app = await asyncio.shield(self._app)
        await app(scope, receive, send)

    async def run(self, *, after: asyncio.Event, stop: asyncio.Event) -> None:
        """Put it together a moment after `after` is set, or as soon as somebody wants it from then on, and do its work
        in the background until `stop` is set. Raises CannotStart.

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
                from bot.desk import app_of
                from bot.desk_work import at_work

                self._app.set_result(await app_of(self._rooms, self._clock))
        finally:
            # Where it failed the program ends, and nobody is to wait for it.
            self._app.cancel()
        async with at_work(self._rooms, self._clock, stop):
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
