"""Requests to Telegram over aiohttp.

python-telegram-bot comes with httpx, whose pool looks through all connections and all who wait with every request: with
many turns at once it takes several times the processor time of aiohttp, and the turns wait for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram import Bot, error
from telegram.request import BaseRequest, RequestData
from yarl import URL

_JSON: Final = {"Content-Type": "application/json"}
_NEVER_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""No connection was had, so that nothing was asked for."""


class TelegramRequest(BaseRequest):
    """The requests of one bot. Needs a running event loop from the first request on; see `shutdown` for the end."""

    def __init__(self, connections: int, seconds: float) -> None:
        """So many connections at once, and so many seconds for each step of a request: to get a connection, and to
        wait for bytes."""
        self._connections = connections
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self.told: Callable[[str], None] = lambda _: None
        """Is told the time at which each answer was given, as it says itself."""

    @property
    def read_timeout(self) -> float:
        """How many seconds a request may wait for bytes unless it says otherwise."""
        return self._seconds

    async def initialize(self) -> None:
        """Let requests be made, again if need be."""
        self._closed = False

    async def shutdown(self) -> None:
        """Close all connections."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request: the status and the body of the answer. No files are ever sent.

        Raises NetworkError, or TimedOut, in whose words nothing of the request is found: its address holds the token.
        """
        if self._closed:
            raise RuntimeError("requests were shut down")
        session = self._session or self._open(url)
        timeout = _timeout(self._given(connect_timeout), self._given(read_timeout))
        try:
            body = json.dumps(request_data.parameters).encode() if request_data else None
            async with session.request(method, url, data=body, headers=_JSON, timeout=timeout) as answer:
                self.told(answer.headers.get("Date", ""))
                return answer.status, await answer.read()
        except TimeoutError as trouble:
            raise error.TimedOut(type(trouble).__name__) from trouble
        except aiohttp.ClientError as trouble:
            raise error.NetworkError(type(trouble).__name__) from trouble

    def _open(self, url: str) -> aiohttp.ClientSession:
        proxy, login = _proxy(URL(url))
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=proxy,
            proxy_auth=login,
        )
        return self._session

    def _given(self, seconds: object) -> float | None:
        return seconds if isinstance(seconds, int | float) or seconds is None else self._seconds


@lru_cache(maxsize=16)
def _timeout(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)


@dataclass(frozen=True, slots=True)
class _Fields:
    """What is asked for, as python-telegram-bot's requests read it; there are never files."""

    parameters: Mapping[str, object]
    contains_files: bool = False


async def ask(bot: Bot, method: str, **fields: object) -> Any:
    """The Bot API's own answer to a request in its own words. What every turn asks for is asked in this way: the
    library's methods make objects of each button and of the answer, for a third of a turn's processor time.

    Raises telegram.error.TelegramError as those methods do.
    """
    return await bot.request.post(f"{bot.base_url}/{method}", cast("RequestData", _Fields(fields)))


def _proxy(url: URL) -> tuple[URL | None, aiohttp.BasicAuth | None]:
    """The proxy that the environment names for an address, and how to log in there. aiohttp would look again, in two
    threads, with every request."""
    named = getproxies().get(url.scheme)
    if named is None or proxy_bypass(url.host or ""):
        return None, None
    proxy = URL(named)
    login = None if proxy.user is None else aiohttp.BasicAuth(proxy.user, proxy.password or "")
    return proxy.with_user(None), login


def never_sent(trouble: error.NetworkError) -> bool:
    """Is it certain that Telegram did not do what it was asked: the request never got through, or was answered with an
    error?"""
    cause = trouble.__cause__
    # With no trouble on the way, the server itself answered with an error.
    return cause is None or isinstance(cause, (*_NEVER_SENT, error.TelegramError))
