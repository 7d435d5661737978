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
    """One kept connection to a process."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, path: str, form: str, cookies: str) -> tuple[bytes, bytes]:
        """Post a form as the page's script does; the head and the body of the answer. Raises Refused."""
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nX-Part: en\r\nCookie: {cookies}"
            f"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await self._reader.readexactly(int(length[1])) if length else b""
        status = head.split(b" ", 2)[1]
        if status not in (b"203", b"204"):
            raise Refused(status.decode())
        return head, body

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def lines(ports: tuple[int, ...], each: int) -> AsyncIterator[asyncio.Queue[Line]]:
    """So many kept connections to each process, taken in turn as behind a load balancer."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    opened = []
    try:
        for _ in range(each):
            for port in ports:
                line = Line(*await asyncio.open_connection("127.0.0.1", port))
                opened.append(line)
                free.put_nowait(line)
        yield free
    finally:
        for line in opened:
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
