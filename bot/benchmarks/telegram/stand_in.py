"""A stand-in for Telegram's Bot API that does as little as it can, so that what is measured is the bot.

It shows updates by long polling, answers everything with success, and notes when each chat was sent a message. For
tests that have to be right about Telegram there is another one, which is strict and slow.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from dataclasses import dataclass, field
from time import perf_counter, time
from typing import Any, Final

TOKEN: Final = "1234567:stand-in-for-telegram"  # noqa: S105
_ME: Final = {"id": 1234567, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
# As a form sent whole, in parts, or in the address, or as JSON.
_FIELD: Final = r'(?:(?:^|[?&]){0}=|name="{0}"\r\n\r\n|"{0}": *)(-?\d+)'
_OFFSET, _LIMIT, _TIMEOUT, _CHAT = (
    re.compile(_FIELD.format(name), re.MULTILINE) for name in ("offset", "limit", "timeout", "chat_id")
)


@dataclass
class StandIn:
    """One bot's side of Telegram. `made` and `sent`: when a chat's update was made, and its answer came."""

    made: dict[int, float] = field(default_factory=dict)
    sent: dict[int, float] = field(default_factory=dict)
    _waiting: deque[dict[str, Any]] = field(default_factory=deque)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _answered: asyncio.Event = field(default_factory=asyncio.Event)
    _number: int = 0

    async def listen(self) -> tuple[asyncio.Server, str]:
        """Serve on this machine; the server, and the base of the API's address."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        return server, f"http://127.0.0.1:{port}/bot"

    def write(self, chat: int, text: str) -> None:
        """Somebody writes."""
        self._number += 1
        user = {"id": chat, "is_bot": False, "first_name": "x"}
        message = {
            "message_id": self._number,
            "date": int(time()),
            "chat": {"id": chat, "type": "private", "first_name": "x"},
            "from": user,
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self.made[chat] = perf_counter()
        self._waiting.append({"update_id": self._number, "message": message})
        self._news.set()

    async def answered(self, chats: int) -> None:
        """Wait until so many chats have been sent a message."""
        while len(self.sent) < chats:
            self._answered.clear()
            await self._answered.wait()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"content-length: *(\d+)", head, re.IGNORECASE)
                body = (await reader.readexactly(int(length[1]))).decode() if length else ""
                if "transfer-encoding: chunked" in head.lower():
                    body = await _chunks(reader)
                path = head.split(" ", 2)[1]
                result = await self._answer(path, body)
                content = json.dumps({"ok": True, "result": result}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
                    + content
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the bot has closed it, or the race is over
        finally:
            writer.close()

    async def _answer(self, path: str, body: str) -> object:
        method, asked = path.partition("?")[0].rpartition("/")[2], f"{path}\n{body}"
        if method == "getUpdates":
            return await self._updates(asked)
        if method == "sendMessage":
            chat = int(_given(_CHAT, asked, 0))
            self.sent.setdefault(chat, perf_counter())
            self._answered.set()
            self._number += 1
            return {"message_id": self._number, "date": 0, "chat": {"id": chat, "type": "private"}, "text": "x"}
        return _ME if method == "getMe" else True

    async def _updates(self, asked: str) -> list[dict[str, Any]]:
        offset = _given(_OFFSET, asked, 0)
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()
        if not self._waiting:
            self._news.clear()
            try:
                async with asyncio.timeout(_given(_TIMEOUT, asked, 0)):
                    await self._news.wait()
            except TimeoutError:
                return []
        return list(self._waiting)[: _given(_LIMIT, asked, 100)]


def _given(pattern: re.Pattern[str], asked: str, otherwise: int) -> int:
    found = pattern.search(asked)
    return otherwise if found is None else int(found[1])


async def _chunks(reader: asyncio.StreamReader) -> str:
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return whole.decode()
