"""A real Chromium, and real servers for it to visit that can be made to hang or die."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

import uvicorn
from playwright.async_api import Browser, BrowserContext, async_playwright, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.support.patience import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=PATIENCE * 1000)


def path_of_chromium() -> str | None:
    """The system's if there is one, else None for Playwright's own; scripts/need-chromium looks in the same places."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real Chromium, with its back/forward cache on as people have it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path_of_chromium(),
            args=FLAGS,
            ignore_default_args=["--disable-back-forward-cache"],
            timeout=PATIENCE * 1000,
        )
        try:
            yield browser
        finally:
            await browser.close()


def patient(context: BrowserContext) -> BrowserContext:
    """A window's context in which what comes by itself is waited for."""
    context.set_default_timeout(PATIENCE * 1000)
    return context


async def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """One of its own in this browser, with Playwright's options."""
    return patient(await browser.new_context(**options))


class Served:
    """An application on a port of this machine, in a thread of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._answering = threading.Event()
        self._answering.set()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Blocks the whole server on purpose: no other request is looked at either.
        self._answering.wait()
        await self._app(scope, receive, send)

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve until the block ends."""
        self._start()
        try:
            yield self
        finally:
            self.die()

    def _start(self) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._serve, interface="asgi3", log_level="error", access_log=False, lifespan="off", ws="none"
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()

    def die(self) -> None:
        """Stop, as a process that is killed: nobody listens at the address any more."""
        self._answering.set()
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        self._socket.close()

    def come_back(self, app: ASGIApp | None = None) -> None:
        """Serve at the same address again after `die`, another application if one is given."""
        self._app = app or self._app
        self._socket = socket.create_server(("127.0.0.1", int(self.origin.rpartition(":")[2])))
        self._start()

    def hang(self) -> None:
        """Take connections from now on, but answer nothing."""
        self._answering.clear()

    def answer_again(self) -> None:
        """Go on where `hang` stopped, with all that was sent meanwhile."""
        self._answering.set()


async def _elsewhere(request: Request) -> HTMLResponse:
    return HTMLResponse("<title>Weather</title><p>Light rain.")


def elsewhere() -> Starlette:
    """The neutral site that leaving leads to."""
    return Starlette(routes=[Route("/{rest:path}", _elsewhere)])
