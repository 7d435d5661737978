"""Whose forms are taken, how much of them is read, and headers for every answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY: Final = 64 * 1024
"""The most bytes of a form that are read: many times what anybody can type, and nothing that could hurt."""

_MOST_FIELDS: Final = 20


class FormRefused(Exception):
    """A form that is not taken. ``status`` is the HTTP status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"refused with {status}")
        self.status = status


def from_our_own_page(request: Request) -> bool:
    """Was the form on a page of ours?

    Browsers since 2020 (Safari since 2023) say so in Sec-Fetch-Site. An older one may say where it comes from in
    Origin, which is "null" under a referrer policy of "no-referrer" and then proves nothing: what else keeps a
    stranger's page out (a cookie that is SameSite, a token in the form) must still hold.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    # Only the host is compared: behind a proxy that ends TLS the scheme we see is not the one the browser sees.
    return origin == "null" or _host(origin) == request.headers.get("host")


async def read_pairs(request: Request, *, most_fields: int = _MOST_FIELDS) -> list[tuple[str, str]]:
    """The fields of a form in the order in which they were sent. Raises :class:`FormRefused`; never reads past the
    limit.

    Nothing is spooled to a file on the way: what was typed stays in memory. Files are refused, for a form that holds
    one is of another kind.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > LARGEST_BODY:
        raise FormRefused(413)
    if kind != "application/x-www-form-urlencoded":
        raise FormRefused(415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise FormRefused(413)
    try:
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most_fields)
    except ValueError:
        raise FormRefused(400) from None


class EarlyAnswer(HTMLResponse):
    """An answer given before the form was read to its end.

    To close the connection on a browser that is still sending would lose it the answer, so what still comes is taken
    in and dropped, within bounds.
    """

    _most_bytes = 16 * 1024 * 1024
    _most_seconds = 10

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_but_stay(message: Message) -> None:
            await send({**message, "more_body": True} if message["type"] == "http.response.body" else message)

        await super().__call__(scope, receive, send_but_stay)
        dropped = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(self._most_seconds):
                while dropped < self._most_bytes:
                    message = await receive()
                    dropped += len(message.get("body", b""))
                    if not message.get("more_body"):
                        break
        await send({"type": "http.response.body", "body": b""})


class PrivateHeaders:
    """ASGI middleware: puts the headers on every answer that has not set its own."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        # Such as "http://[": no browser sends it.
        return None
