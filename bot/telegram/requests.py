"""Requests to Telegram over aiohttp.

python-telegram-bot comes with httpx, whose pool looks through all connections and all who wait with every request: with
many turns at once it takes several times the processor time of aiohttp, and the turns wait for it.
"""

from __future__ import annotations

from typing import Final

import aiohttp
from telegram import error
from telegram.request import BaseRequest, RequestData

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
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        timeout = aiohttp.ClientTimeout(
            total=None, connect=self._given(connect_timeout), sock_read=self._given(read_timeout)
        )
        try:
            async with self._session.request(
                method, url, data=request_data.json_parameters if request_data else None, timeout=timeout
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as trouble:
            raise error.TimedOut(type(trouble).__name__) from trouble
        except aiohttp.ClientError as trouble:
            raise error.NetworkError(type(trouble).__name__) from trouble

    def _given(self, seconds: object) -> float | None:
        return seconds if isinstance(seconds, int | float) or seconds is None else self._seconds


def never_sent(trouble: error.NetworkError) -> bool:
    """Is it certain that Telegram did not do what it was asked: the request never got through, or was answered with an
    error?"""
    cause = trouble.__cause__
    # With no trouble on the way, the server itself answered with an error.
    return cause is None or isinstance(cause, (*_NEVER_SENT, error.TelegramError))
