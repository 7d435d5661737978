"""One installation that is killed: its processes, what stands before them, and what they leave on disk."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, Protocol

import aiohttp
from aiohttp import web

from bot.sessions import Sessions
from tests.support.botapi import FakeBotApi
from tests.support.processes import free_port

Way = Literal["polling", "webhook"]
Store = Literal["sqlite", "postgresql"]

_PUBLIC: Final = "https://fingerpost.example"
_HOP_BY_HOP: Final = frozenset({"host", "content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class Combination:
    """How it is run."""

    way: Way
    store: Store
    processes: int

    def __str__(self) -> str:
        return f"{self.way}-{self.store}-{self.processes}"


COMBINATIONS: Final = tuple(
    Combination(way, store, processes)
    for way in ("polling", "webhook")
    for store in ("sqlite", "postgresql")
    for processes in (1, 3)
)


class Births(Protocol):
    """Where processes come from: :class:`tests.endurance.killing.nursery.Nursery`, or :class:`Started`."""

    async def born(self, arguments: list[str], variables: dict[str, str], log: Path) -> int: ...

    async def ended(self, number: int) -> int | None: ...


class Started:
    """Processes started as an operator starts them."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._processes: dict[int, asyncio.subprocess.Process] = {}

    async def born(self, arguments: list[str], variables: dict[str, str], log: Path) -> int:
        """The program with these arguments; all that it says goes to the log."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("FINGERPOST_")}
        with log.open("ab") as said:
            process = await asyncio.create_subprocess_exec(
                self._program, *arguments, env=others | variables, stdin=asyncio.subprocess.DEVNULL, stdout=said,
                stderr=said,
            )  # fmt: skip
        self._processes[process.pid] = process
        return process.pid

    async def ended(self, number: int) -> int | None:
        """Its exit code (negative: the signal that ended it); None while it lives."""
        return self._processes[number].returncode


@dataclass(slots=True)
class Slot:
    """A place for one process; one that died is followed by another."""

    number: int
    port: int
    log: Path
    pid: int = 0
    started_at: float = 0.0
    said_before: int = 0
    """How long the log was when the present process began."""

    @property
    def name(self) -> str:
        return f"p{self.number}"

    @property
    def serves(self) -> bool:
        """Has the present process said where it is?"""
        return b"Fingerpost is at" in self.said

    @property
    def said(self) -> bytes:
        """All that the present process has said."""
        return self.log.read_bytes()[self.said_before :] if self.log.exists() else b""


@dataclass(slots=True)
class Installation:
    """See :func:`installed`."""

    combination: Combination
    home: Path
    store_url: str | None
    """The one PostgreSQL database; None: SQLite files in the home."""
    api: FakeBotApi
    slots: list[Slot]
    births: Births
    choice: random.Random
    fell: list[str] = field(default_factory=list)
    """What a process said that ended by itself."""
    stumbles: int = 0
    """How often one of several could not start because another held the SQLite file: its supervisor starts it anew."""
    stops: list[float] = field(default_factory=list)
    """Seconds from SIGTERM to the end."""

    async def start(self, slot: Slot) -> None:
        """Put a new process in a place."""
        variables = {
            "HOME": str(self.home),
            "PORT": str(slot.port),
            "TELEGRAM_TOKEN": self.api.token,
            "TELEGRAM_API": self.api.base_url.removesuffix("/bot") + f"/{slot.name}/bot",
        }
        if self.store_url is not None:
            variables |= {"SESSIONS_URL": self.store_url, "DIRECTORY_URL": self.store_url}
        if self.combination.way == "webhook":
            variables["PUBLIC_URL"] = _PUBLIC
        slot.said_before = slot.log.stat().st_size if slot.log.exists() else 0
        given = {f"FINGERPOST_{name}": value for name, value in variables.items()}
        slot.pid = await self.births.born(["run", "--with-example-directory"], given, slot.log)
        slot.started_at = time.monotonic()

    async def kill(self, slot: Slot) -> None:
        """End a process at once: kill -9."""
        os.kill(slot.pid, signal.SIGKILL)
        await self._gone(slot)

    async def stop(self, slot: Slot) -> None:
        """Ask a process to stop, as a supervisor does."""
        began = time.monotonic()
        os.kill(slot.pid, signal.SIGTERM)
        code = await self._gone(slot)
        self.stops.append(time.monotonic() - began)
        # One that is told to stop before it listens to signals ends by the signal itself.
        if code not in (0, -signal.SIGTERM) or b"Traceback" in slot.said:
            self.fell.append(f"{slot.name} was told to stop and ended with {code}: {_tail(slot)}")

    async def look_after(self) -> None:
        """Follow every process that ended by itself by another; what it said is kept."""
        for slot in self.slots:
            code = await self.births.ended(slot.pid)
            if code is not None:
                if len(self.slots) > 1 and b"database is locked" in slot.said and not slot.serves:
                    self.stumbles += 1
                else:
                    self.fell.append(f"{slot.name} ended by itself with {code}: {_tail(slot)}")
                await self.start(slot)

    async def all_serve(self, within: timedelta) -> None:
        """Wait until every process says where it is. Raises AssertionError."""
        ends = time.monotonic() + within.total_seconds()
        while not all(slot.serves for slot in self.slots):
            assert time.monotonic() < ends, f"not all serve: {[_tail(slot) for slot in self.slots]}"
            await self.look_after()
            await asyncio.sleep(0.05)

    @contextlib.asynccontextmanager
    async def sessions(self) -> AsyncIterator[Sessions]:
        """Its sessions, opened beside its processes."""
        url = self.store_url or f"sqlite:///{self.home / 'sessions.sqlite'}"
        secret = (self.home / "secret").read_text().strip()
        opened = await Sessions.open(url, folder=self.home, secret=secret, life=timedelta(minutes=60))
        try:
            yield opened
        finally:
            await opened.close()

    async def _gone(self, slot: Slot) -> int:
        while True:
            code = await self.births.ended(slot.pid)
            if code is not None:
                return code
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def installed(
    combination: Combination, folder: Path, store_url: str | None, births: Births, choice: random.Random
) -> AsyncIterator[Installation]:
    """An installation of which nothing runs yet, and a Telegram before it; what still runs in the end is killed."""
    home = folder / "home"
    slots = [Slot(n, free_port(), folder / f"p{n}.log") for n in range(combination.processes)]
    async with FakeBotApi() as api, _balanced(slots, choice) as address:
        api.webhook.leads_to = f"{address}/telegram"
        installation = Installation(combination, home, store_url, api, slots, births, choice)
        try:
            yield installation
        finally:
            for slot in slots:
                if slot.pid and await births.ended(slot.pid) is None:
                    await installation.kill(slot)


@contextlib.asynccontextmanager
async def _balanced(slots: list[Slot], choice: random.Random) -> AsyncIterator[str]:
    """A load balancer that hands each request to any of the processes; a dead one is a 502, as behind any proxy."""

    async def hand_on(request: web.Request) -> web.Response:
        slot = choice.choice(slots)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            async with session.request(
                request.method, f"http://127.0.0.1:{slot.port}{request.path_qs}", headers=headers,
                data=await request.read(),
            ) as answer:  # fmt: skip
                after = {"Retry-After": answer.headers["Retry-After"]} if "Retry-After" in answer.headers else {}
                return web.Response(status=answer.status, body=await answer.read(), headers=after)
        except (aiohttp.ClientError, TimeoutError):
            return web.Response(status=502)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hand_on)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


def _tail(slot: Slot) -> str:
    return slot.said.decode(errors="replace")[-2000:]
