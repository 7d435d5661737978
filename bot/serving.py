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

STOP_WITHIN: Final = timedelta(seconds=5)


def quiet_config(app: ASGIApp) -> uvicorn.Config:
    """A server that writes no log of who asked for what, and says nothing of itself."""
    return uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        # Who is behind a proxy is nobody's business but the limits', and they ask for the one header they are told.
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=int(STOP_WITHIN.total_seconds()) - 2,
    )


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
