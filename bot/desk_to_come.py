"""The desk, put together while the chat is served already.

A fifth of all that is loaded is the desk's alone, and nobody who needs help now needs it. Who comes to it sooner waits
for it, a moment.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import Final

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.rooms import Clock, Rooms, now
from bot.rubbish import loading
from service_directory.open_referral.api import routes_at

AT: Final = "/desk"
"""Where it stands, in what is served."""


class DeskToCome:
    """The desk as an application that can be served before it is there. Make it inside the running event loop."""

    def __init__(self, rooms: Rooms, clock: Clock = now) -> None:
        self._rooms = rooms
        self._clock = clock
        self._app: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()

    def routes(self) -> list[BaseRoute]:
        """The desk at its address; nothing where what people sign in with could be listened to on the way."""
        return routes_at(AT, self) if self._rooms.settings.has_desk else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await asyncio.shield(self._app)
        await app(scope, receive, send)

    async def run(self, *, after: asyncio.Event, stop: asyncio.Event) -> None:
        """Put it together once `after` is set, and do its work in the background until `stop` is. Raises CannotStart.

        It is loaded in a thread, so that the turns of men go on meanwhile.
        """
        await after.wait()
        if not self._rooms.settings.has_desk:
            await stop.wait()
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
