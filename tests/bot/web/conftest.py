"""What the tests of the web chat share: a scripted conversation, and a browser without a screen (httpx)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.web import web_app
from tests.support.browsing import Served, chromium, elsewhere, new_context
from tests.support.scripted_talk import ScriptedTalk
from tests.support.visits import Visit as Window
from tests.support.visits import Visiting

HERE = "http://chat.test"
EXIT = "https://www.example.com/weather"

Visit = Callable[..., httpx.AsyncClient]


@pytest.fixture
def talk() -> ScriptedTalk:
    return ScriptedTalk()


@pytest.fixture
def client_of() -> Visit:
    """Opens a client of the app around a conversation. Its cookies are kept, redirects are not followed."""

    def client(talk: ScriptedTalk, *, secure: bool = False, minutes: int = 60) -> httpx.AsyncClient:
        app = web_app(
            talk,
            lifelines=talk.lifelines,
            exit_url=EXIT,
            session_minutes=minutes,
            secure_cookies=secure,
            clock=talk.clock,
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        base = HERE.replace("http:", "https:") if secure else HERE
        return httpx.AsyncClient(transport=transport, base_url=base)

    return client


@pytest.fixture
async def client(talk: ScriptedTalk, client_of: Visit) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(talk) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def exit_url() -> Iterator[str]:
    with Served(elsewhere()).running() as site:
        yield f"{site.origin}/weather"


@pytest.fixture
def site(talk: ScriptedTalk, exit_url: str) -> Iterator[Served]:
    app = web_app(
        talk,
        lifelines=talk.lifelines,
        exit_url=exit_url,
        session_minutes=60,
        secure_cookies=False,
        clock=talk.clock,
    )
    with Served(app).running() as site:
        yield site


@pytest.fixture
def visiting(browser: Browser, site: Served, exit_url: str) -> Visiting:
    """Opens a window on the chat; a new tab was there before. At the end nothing but our own server was asked for
    anything, and the browser had nothing to complain of."""

    @asynccontextmanager
    async def visiting(*, script: bool = True, begun: bool = True, **options: Any) -> AsyncIterator[Window]:
        context = await new_context(browser, java_script_enabled=script, **options)
        page = await context.new_page()
        visit = Window(context, page, site, exit_url)
        context.on("request", lambda request: visit.requested.append(request.url))
        page.on("console", lambda message: visit.complaints.append(message.text))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        await page.goto(site.origin)
        if begun:
            await visit.tap("Go on to the chat")
            await visit.sees("Is it OK to chat here now?")
        try:
            yield visit
            ours = (f"{site.origin}/", "data:,", exit_url)
            assert [url for url in visit.requested if not url.startswith(ours)] == []
            assert visit.complaints == []
        finally:
            await context.close()

    return visiting


def nonces(html: str) -> list[str]:
    """The nonces of all forms of a page, from the top."""
    return re.findall(r'name="nonce" value="([^"]*)"', html)


def tokens(html: str) -> list[str]:
    """The tokens of all buttons of a page, from the top."""
    return re.findall(r'name="token" value="([^"]*)"', html)
