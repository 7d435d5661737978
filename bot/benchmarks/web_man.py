"""Men at the web chat, as their browsers' script talks to it: over real connections, one request a turn."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus

TURNS: Final = 10
"""So many turns a man takes before he leaves."""
TYPES_EVERY: Final = 5
"""One turn in so many is typed, where words can be."""
SAID: Final = ("Leeds", "she took my phone again and will not let me out", "near wakefield", "talk to somebody", "LS6")
_NONCE: Final = re.compile(rb'name="nonce" value="([^"]+)"')
_BUTTON: Final = re.compile(rb'<button name="token" value="([^"]+)"')
_COOKIE: Final = re.compile(rb"(?im)^set-cookie: ([sp])=([^;\r]*)")
_LENGTH: Final = re.compile(rb"(?im)^content-length: (\d+)")


class Refused(Exception):
    """The chat did not answer as it should: the status that came instead."""


class Line:
    """One kept connection to a process, made again when that has closed it, as a proxy does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, form: str, cookies: str) -> tuple[bytes, bytes]:
        """Post a form as the page's script does; the head and the body of the answer. Raises Refused."""
        request = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nX-Part: en\r\nCookie: {cookies}"
            f"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()
        )
        try:
            head, body = await self._exchange(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            # It was closed just as this was written. A form that is sent twice steps once.
            self._reader = None
            head, body = await self._exchange(request)
        status = head.split(b" ", 2)[1]
        if status not in (b"203", b"204"):
            raise Refused(status.decode())
        return head, body

    async def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        reader, writer = await self._open()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return head, await reader.readexactly(int(length[1])) if length else b""

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            self.close()
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self._reader, self._writer

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


@asynccontextmanager
async def lines(ports: tuple[int, ...], each: int) -> AsyncIterator[asyncio.Queue[Line]]:
    """So many kept connections to each process, taken in turn as behind a load balancer."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    every = [Line(port) for _ in range(each) for port in ports]
    for line in every:
        free.put_nowait(line)
    try:
        yield free
    finally:
        for line in every:
            line.close()


@dataclass
class Man:
    """One man: what his browser keeps, and what he is shown."""

    chance: random.Random
    turns: int = 0
    _cookies: dict[str, str] = field(default_factory=dict)
    _shown: bytes = b""

    @property
    def has_left(self) -> bool:
        """Has he taken his turns and left?"""
        return self.turns > TURNS

    async def take(self, line: Line) -> None:
        """One turn: he begins, taps, types or leaves. Raises Refused."""
        path, form = self._next()
        head, self._shown = await line.ask(
            path, form, "; ".join(f"{name}={each}" for name, each in self._cookies.items())
        )
        for name, value in _COOKIE.findall(head):
            self._cookies[name.decode()] = value.decode()
        self.turns += 1

    def _next(self) -> tuple[str, str]:
        if self.turns >= TURNS:
            return "/leave", "script=1"
        nonce, tokens = _NONCE.search(self._shown), _BUTTON.findall(self._shown.partition(b'id="rest"')[0])
        if nonce is None or not tokens:
            # He has not begun, or stands at an end, from where every button leads on in the rest of the page.
            return "/", "begin=1"
        said = nonce[1].decode()
        if self.turns % TYPES_EVERY == TYPES_EVERY - 1:
            return "/", f"nonce={said}&words={quote_plus(self.chance.choice(SAID))}"
        return "/", f"nonce={said}&token={quote_plus(self.chance.choice(tokens).decode())}"
