"""Web servers as this program runs them: several in one process, which decides itself when they stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STOP_WITHIN: Final = timedelta(seconds=5)

MOST_HEAD: Final = 65_536
"""So many bytes of a request may come before its body and after it, give or take what the system hands over at once."""


def quiet_config(app: ASGIApp) -> uvicorn.Config:
    """A server that writes no log of who asked for what, and says nothing of itself."""
    return uvicorn.Config(
        app,
        http=Protocol,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        # Who is behind a proxy is nobody's business but the limits', and they ask for the one header they are told.
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=int(STOP_WITHIN.total_seconds()) - 2,
    )


class Protocol(HttpToolsProtocol):
    """Uvicorn's reading of requests in C, which by itself would take headers without end, and keep them in memory."""

    _head = 0

    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self._head > MOST_HEAD:
            self.transport.close()

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        # Whoever reads the body limits it.
        self._head -= len(body)
        super().on_body(body)


class Server(uvicorn.Server):
    """Uvicorn without its own signal handlers: stopping is decided in one place, for all channels."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # Who reads where it is may go there at once.
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
