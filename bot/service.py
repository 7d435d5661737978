"""Start-up and shutdown: serves every channel until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from starlette.routing import BaseRoute

from bot.conversation import Conversation
from bot.desk_to_come import HEAD_START, DeskToCome
from bot.open_data import open_data_routes
from bot.operating.logs import begin_log
from bot.operating.measures import MeasuredConversation, Measures
from bot.operating.watching import health_of, watched
from bot.quiet import describe, quiet_libraries
from bot.rooms import CannotStart, Rooms, now, opened, why_not_public
from bot.rubbish import loading
from bot.serving import Server, quiet_config
from bot.settings import Settings
from bot.stopping import Stopping
from bot.stores import STORE_TROUBLE
from bot.versions import TAKE_UP_EVERY
from bot.web.app import web_app

if TYPE_CHECKING:
    from bot.telegram.channel import TelegramChannel

log = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(seconds=30)


async def serve(settings: Settings, *, with_examples: bool, say: Callable[[str], None]) -> None:
    """Serve until told to stop. Raises :class:`CannotStart`."""
    quiet_libraries()
    begin_log()
    listener = _listen(settings)
    try:
        async with contextlib.AsyncExitStack() as stack:
            with loading():
                rooms = await stack.enter_async_context(
                    opened(settings, examples=True if with_examples else None, serving=True)
                )
            empty = await rooms.directory.is_empty()
            reasons = [] if with_examples else why_not_public(rooms, empty=empty)
            if settings.faces_the_public and reasons:
                listed = "\n".join(f"- {reason}" for reason in reasons)
                raise CannotStart(
                    f"This installation may not face the public yet:\n{listed}\n"
                    "To try it anyway, knowing that real men may find it: --with-example-directory."
                )
            await _serve_opened(rooms, listener, say, Stopping())
    finally:
        listener.close()


async def _serve_opened(rooms: Rooms, listener: socket.socket, say: Callable[[str], None], stopping: Stopping) -> None:
    settings = rooms.settings
    desk = DeskToCome(rooms)
    routes: list[BaseRoute] = [*open_data_routes(rooms), *desk.routes()]
    measures, health = Measures(), health_of(rooms)
    routes += health.routes()
    conversation = MeasuredConversation(rooms.conversation, measures, now)
    telegram: TelegramChannel | None = None
    if settings.telegram_token is not None:
        # Loaded for those who serve it: a tenth of the program is what it needs.
        with loading():
            from bot.telegram.channel import TelegramChannel

        telegram = TelegramChannel(
            settings.telegram_token,
            base_url=settings.telegram_api,
            conversation=conversation,
            named=lambda handle: setattr(rooms.about, "handle", handle),
            lead=rooms.sessions.leadership(now),
        )
        rooms.conversation.erase_with("telegram", telegram.erase)
        if settings.public_url is not None:
            routes += telegram.routes("/telegram", settings.webhook_secret)
    app = web_app(
        conversation,
        lifelines=lambda: rooms.switchboard.lifelines,
        about=rooms.about,
        exit_url=settings.exit_url,
        session_minutes=int(settings.session_life.total_seconds() // 60),
        secure_cookies=settings.public_url is not None,
        proxy_header=settings.proxy_header,
        extra_routes=routes,
    )
    server = Server(quiet_config(app))
    # What was loaded stays for good. To look through it for rubbish again and again would hold everybody up, and a
    # check that an editor asks for makes much rubbish.
    gc.collect()
    gc.freeze()
    with _stopped_by_signals(stopping):
        background = [
            asyncio.create_task(work)
            for work in (
                _sweep(rooms.conversation),
                _take_up(rooms.versions, "A new version of the conversations"),
                _take_up(rooms.signposting, "A change of the directory"),
                _take_up(rooms.switchboard, "What is switched off"),
            )
        ]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        at_the_desk = asyncio.create_task(desk.run(after=server.ready, stop=stopping.asked))
        spelling = asyncio.create_task(_spell_out(rooms, server.ready))
        # Should any end by itself, there is nothing left to wait for.
        for task in (*background, serving, at_the_desk):
            task.add_done_callback(lambda _: stopping.ask())
        serving.add_done_callback(lambda _: server.ready.set())
        try:
            async with watched(rooms, measures, health, telegram.backlog if telegram is not None else None):
                await server.ready.wait()
                begun = telegram is None or await _unless_stopped(
                    stopping, telegram.start(settings.public_url, settings.webhook_secret)
                )
                if begun:
                    _announce(rooms, telegram is not None, say)
                await stopping.asked.wait()
        finally:
            server.should_exit = True
            for task in (*background, spelling):
                task.cancel()
            if telegram is not None:
                await telegram.stop()
            await asyncio.gather(*background, spelling, return_exceptions=True)
            await serving
            await at_the_desk


async def _unless_stopped(stopping: Stopping, work: Coroutine[Any, Any, None]) -> bool:
    """Do this, which may hang; False when the process was told to stop before it was done."""
    doing, told = asyncio.create_task(work), asyncio.create_task(stopping.asked.wait())
    try:
        await asyncio.wait((doing, told), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            return False
        await doing
        return True
    finally:
        for task in (doing, told):
            task.cancel()
        await asyncio.gather(doing, told, return_exceptions=True)


@contextlib.contextmanager
def _stopped_by_signals(stopping: Stopping) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.ask)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _sweep(conversation: Conversation) -> None:
    """At start and then every half minute; a store that is down is tried again next time."""
    while True:
        try:
            await conversation.sweep()
        except STORE_TROUBLE as trouble:
            log.error("The sweep could not reach the session store (%s); it is tried again.", type(trouble).__name__)
        except Exception as fault:
            # A fault of ours must neither end the serving nor leave everybody's chats uncleared.
            log.error("The sweep failed by a fault of ours (%s); it is tried again.", describe(fault))
        await asyncio.sleep(SWEEP_EVERY.total_seconds())


async def _spell_out(rooms: Rooms, after: asyncio.Event) -> None:
    """What only a misspelt place needs is made once people are served, and in a thread: nobody waits for it."""
    await after.wait()
    await asyncio.sleep(HEAD_START.total_seconds())
    await asyncio.to_thread(rooms.gazetteer.spell_out)


class _Taking(Protocol):
    """What is replaced while it serves."""

    async def take_up(self) -> None: ...


async def _take_up(taking: _Taking, what: str) -> None:
    """Every two seconds: what another process published or changed is served here within five."""
    while True:
        await asyncio.sleep(TAKE_UP_EVERY.total_seconds())
        try:
            await taking.take_up()
        except Exception as fault:
            log.error("%s was not taken up by a fault of ours (%s); it is tried again.", what, describe(fault))


def _listen(settings: Settings) -> socket.socket:
    """The listening socket, bound before anything else starts so that a used port is a plain error."""
    listener = None
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.setblocking(False)
        return listener
    except OSError as error:
        if listener is not None:
            listener.close()
        if error.errno == errno.EADDRINUSE:
            why = f"Port {settings.port} is in use by another program. Stop it, or set FINGERPOST_PORT."
        else:
            why = f"Cannot listen on {settings.host} port {settings.port} ({error.strerror})."
        raise CannotStart(why) from None


def _announce(rooms: Rooms, telegram: bool, say: Callable[[str], None]) -> None:
    if rooms.examples:
        say("EXAMPLE services only: none of them exists. Real ones: fingerpost directory import FILE --apply")
    if telegram:
        say("Telegram is served " + ("by webhook." if rooms.settings.public_url else "by polling."))
    say(f"Fingerpost is at {rooms.settings.public_url or rooms.settings.local_address}  (Ctrl-C stops it)")
