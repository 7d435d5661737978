"""What the tests of the web chat share: a scripted conversation, and a browser without a screen (httpx)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.web import web_app
from tests.support.scripted_talk import ScriptedTalk

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


def nonces(html: str) -> list[str]:
    """The nonces of all forms of a page, from the top."""
    return re.findall(r'name="nonce" value="([^"]*)"', html)


def tokens(html: str) -> list[str]:
    """The tokens of all buttons of a page, from the top."""
    return re.findall(r'name="token" value="([^"]*)"', html)
