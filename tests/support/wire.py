"""A TCP connection of our own between a client and a server, which can be cut in the ways that networks are cut."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

Cut = Literal["refused", "reset", "silent", "unanswered", "hung up"]
"""refused: nobody listens; reset: every connection is reset; silent: nothing passes and nobody is told (a cable, a
firewall that forgot); unanswered: what is asked arrives, and the answers are lost; hung up: what is asked arrives, and
the line is closed at the server's first answer."""

CUTS: Final[tuple[Cut, ...]] = ("refused", "reset", "silent", "unanswered", "hung up")

_CHUNK: Final = 65_536


class Wire:
    """Carries what comes to :attr:`port` to a server and back, as long as it is whole."""

    def __init__(self, host: str, port: int) -> None:
        """To this server. :meth:`lead_to` sends later connections to another."""
        self._server = (host, port)
        self._listener: asyncio.Server | None = None
        self._cut: Cut | None = None
        self._lines: set[_Line] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def lines(self) -> int:
        """How many connections there are."""
        return len(self._lines)

    def lead_to(self, host: str, port: int) -> None:
        """Send new connections there, as an address does that follows a failover."""
        self._server = (host, port)

    async def cut(self, how: Cut) -> None:
        """Cut it: what is connected now never recovers, whatever is done afterwards."""
        self._cut = how
        for line in list(self._lines):
            line.cut = how
            if how in ("refused", "reset"):
                line.reset()
        if how == "refused":
            self._stop_listening()

    async def mend(self) -> None:
        """Let new connections pass again. What was cut stays dead, as it does when a cable is plugged in again."""
        self._cut = None
        if self._listener is None:
            await self._listen()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = _Line(writer, self._cut)
        self._lines.add(line)
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        try:
            if line.cut == "reset":
                line.reset()
            elif line.cut == "silent":
                # Whoever gives up closes; until then nothing comes.
                while await reader.read(_CHUNK):
                    pass
            else:
                await self._connect(line, reader)
        except (OSError, asyncio.IncompleteReadError):
            line.reset()
        finally:
            self._lines.discard(line)
            self._carrying.discard(task)
            line.close()

    async def _connect(self, line: _Line, reader: asyncio.StreamReader) -> None:
        answers, server = await asyncio.open_connection(*self._server)
        line.server = server
        asks = asyncio.create_task(line.carry(reader, server, answers=False))
        told = asyncio.create_task(line.carry(answers, line.client, answers=True))
        try:
            # One side has hung up: what the other still says is nobody's.
            await asyncio.wait({asks, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (asks, told):
                task.cancel()
            await asyncio.gather(asks, told, return_exceptions=True)

    async def _close(self) -> None:
        self._stop_listening()
        for task in list(self._carrying):
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)


@asynccontextmanager
async def wire(host: str, port: int) -> AsyncIterator[Wire]:
    """A wire to a server, whole at first."""
    made = Wire(host, port)
    await made._listen()
    try:
        yield made
    finally:
        await made._close()


class _Line:
    """One connection over the wire."""

    def __init__(self, client: asyncio.StreamWriter, cut: Cut | None) -> None:
        self.client = client
        self.server: asyncio.StreamWriter | None = None
        self.cut = cut

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        """Carry one direction until it ends, or drop what comes where the line is cut."""
        while data := await reader.read(_CHUNK):
            if answers and self.cut == "hung up":
                return
            if self.cut == "silent" or (answers and self.cut == "unanswered"):
                continue
            writer.write(data)
            await writer.drain()
        if self.cut in ("silent", "unanswered") and answers:
            # That the server hung up is not heard either.
            await asyncio.Event().wait()

    def reset(self) -> None:
        """Both ends see a reset."""
        for writer in (self.client, self.server):
            if writer is not None:
                with contextlib.suppress(OSError):
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
                writer.transport.abort()

    def close(self) -> None:
        for writer in (self.client, self.server):
            if writer is not None:
                writer.close()
