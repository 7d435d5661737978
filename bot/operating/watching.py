"""The figures kept up to date and served at an address of their own, on this machine only."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.operating.health import Health
from bot.operating.measures import CountedRecords, Measures
from bot.quiet import describe
from bot.rooms import CannotStart, Rooms, now
from bot.serving import Server, quiet_config
from dialogs.editorial.reviews import to_review
from service_directory.desk.keeping import desk_database
from service_directory.desk.post import Post
from service_directory.duties import URGENCIES
from service_directory.standards import day_in_london
from service_directory.stewarding import Stewarding

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 60.0
"""Seconds between two looks at what waits: it grows by the hour and the day."""

LOOK_WITHIN: Final = 30.0
"""Seconds after which a look is given up: a store that hangs must not keep the others from being looked at."""

_LETTERS: Final = ("waiting", "failed", "bounced")


def health_of(rooms: Rooms) -> Health:
    """Whether the stores of this installation can be used."""
    return Health({"directory": rooms.directory.revision, "sessions": rooms.sessions.answers})


@contextlib.asynccontextmanager
async def watched(
    rooms: Rooms, measures: Measures, health: Health, backlog: Callable[[], Awaitable[int]] | None
) -> AsyncIterator[None]:
    """Serve the figures for as long as this lasts, where the operator wants them; `backlog` asks Telegram what waits.

    Raises :class:`CannotStart` when the address is in use.
    """
    if rooms.settings.metrics is None:
        yield
        return
    counted = CountedRecords(measures)
    logging.getLogger().addHandler(counted)
    listener = _listen(rooms.settings.metrics)
    server = Server(quiet_config(_pages(measures, health)))
    post = Post(await desk_database(rooms.own))
    # Whoever reads the figures finds the stores among them from the first time on.
    await ask_stores(health, measures)
    tasks = [
        asyncio.create_task(_look_again(rooms, health, post, measures, backlog)),
        asyncio.create_task(server.serve([listener])),
    ]
    try:
        yield
    finally:
        logging.getLogger().removeHandler(counted)
        server.should_exit = True
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        listener.close()


async def ask_stores(health: Health, measures: Measures) -> None:
    """Bring the figures of whether the stores can be used up to date."""
    for store, usable in (await health.each()).items():
        measures.usable.labels(store).set(usable)


async def look(rooms: Rooms, post: Post, measures: Measures, backlog: Callable[[], Awaitable[int]] | None) -> None:
    """Bring the figures of what waits up to date. Raises what the stores and Telegram raise."""
    duties = Counter(duty.urgency for duty in await Stewarding(rooms.own).due(now()))
    for urgency in URGENCIES:
        measures.due.labels(urgency).set(duties[urgency])
    measures.to_review.set(to_review(rooms.book, day_in_london(now())))
    letters = Counter(letter.state for letter in await post.letters())
    for state in _LETTERS:
        measures.letters.labels(state).set(letters[state])
    if backlog is not None:
        measures.backlog.set(await backlog())
    measures.looked.set_to_current_time()


async def _look_again(
    rooms: Rooms, health: Health, post: Post, measures: Measures, backlog: Callable[[], Awaitable[int]] | None
) -> None:
    while True:
        await ask_stores(health, measures)
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                await look(rooms, post, measures, backlog)
        except Exception as trouble:
            log.warning("What waits could not be counted: %s", describe(trouble))
        await asyncio.sleep(LOOK_EVERY)


def _pages(measures: Measures, health: Health) -> Starlette:
    async def figures(_: Request) -> Response:
        return Response(measures.page(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return Starlette(routes=[Route("/metrics", figures, methods=["GET"]), *health.routes()])


def _listen(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    try:
        listener = socket.create_server((host.strip("[]"), int(port)), family=_family(host))
    except OSError as error:
        raise CannotStart(f"FINGERPOST_METRICS: cannot listen on {address} ({error.strerror}).") from None
    listener.setblocking(False)
    return listener


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
