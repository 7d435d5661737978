"""What the tests of faults share: a database server that may be broken, and the program as an operator runs it."""

from __future__ import annotations

import asyncio
import contextlib
import html
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from starlette.applications import Starlette

from bot.rooms import Rooms
from bot.telegram.channel import TelegramChannel
from bot.telegram.pace import Pace
from service_directory.store import Directory
from tests.support.anywhere import OnTheWeb
from tests.support.botapi import FakeBotApi, Man, Shown
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.patience import PATIENCE
from tests.support.postgres import Server
from tests.support.processes import ENDS_WITHIN, free_port
from tests.support.services import days, written, written_attestations, written_service
from tests.support.unsteady_postgres import UnsteadyServer, unsteady_server
from tests.support.world import Clock, served, world

HELPLINE = "0808 800 1170"
TROUBLE = "I can't look that up right now"
"""What is said when the sessions cannot be had."""

PUBLIC_URL = "https://chat.directory.example"

SECRET = "a-webhook-secret-for-tests"

PATIENT = Pace(
    turn=100,
    sending=80,
    answering=60,
    tap=60,
    request=60,
    first_pause=0.02,
    longest_pause=0.2,
    retry_after=1,
    long_poll=1,
    fetch_margin=60,
    look_again=0.01,
    longest_look_again=0.02,
)

# For tests of what hangs. A message may come twice with it: half a second is little on a busy machine.
HURRIED = Pace(
    turn=5,
    sending=2,
    answering=0.5,
    tap=2,
    request=0.5,
    first_pause=0.02,
    longest_pause=0.2,
    retry_after=1,
    long_poll=1,
    fetch_margin=0.5,
    look_again=0.01,
    longest_look_again=0.02,
    grace=0.5,
    parting=0.2,
)


@pytest.fixture(scope="session")
def server_to_break(postgres_server: Server) -> Iterator[UnsteadyServer]:
    """One for each worker. (The steady one makes the user that servers run as, where the tests are run by root.)"""
    with unsteady_server() as server:
        yield server


@pytest.fixture
def unsteady(server_to_break: UnsteadyServer) -> Iterator[UnsteadyServer]:
    """A server that a test may break; afterwards it runs again."""
    yield server_to_break
    server_to_break.mend()


@pytest.fixture
def database(unsteady: UnsteadyServer) -> str:
    """The name of an empty database on it."""
    name = f"test_{uuid.uuid4().hex}"
    unsteady.psql(f"CREATE DATABASE {name}")
    return name


class Nursery:
    """A process that has loaded the program and forks: to start the program anew would take most of a test's time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.endurance.killing.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n", "the nursery did not open"

    def born(self, arguments: Sequence[str], variables: Mapping[str, str], log: Path) -> int:
        """``fingerpost`` with these arguments in a process of its own; its number."""
        order = {"born": list(arguments), "variables": dict(variables), "log": str(log)}
        number: int = self._ask(order)
        return number

    def ended(self, number: int) -> int | None:
        """A process's exit code; None while it lives."""
        code: int | None = self._ask({"ended": number})
        return code

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """One for each worker. None of its children outlives it."""
    made = Nursery()
    yield made
    made.close()


async def until(holds: Callable[[], Awaitable[bool]], *, within: float = PATIENCE) -> None:
    """Wait for what nothing tells of, looking again and again."""
    async with asyncio.timeout(within):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


class Births(Protocol):
    """Where a process came from."""

    def ended(self, number: int) -> int | None: ...


@dataclass
class Fingerpost:
    """One process that serves, and what people do with it."""

    nursery: Births
    number: int
    address: str
    log: Path
    browsers: contextlib.AsyncExitStack

    async def browser(self) -> OnTheWeb:
        """A man who opens the web chat in a browser without JavaScript."""
        client = httpx.AsyncClient(
            transport=_Proxy(self.address), base_url="https://chat.directory.example", timeout=PATIENCE
        )
        return OnTheWeb(await self.browsers.enter_async_context(client), script=False)

    async def is_ready(self) -> bool:
        """What a load balancer is told."""
        async with httpx.AsyncClient(timeout=PATIENCE) as balancer:
            return (await balancer.get(f"{self.address}/readyz")).is_success

    async def gets_ready(self) -> None:
        """Wait until it is ready (again)."""
        await until(self.is_ready)

    async def is_found_unready(self) -> None:
        """Wait until it is not: what it answers may be a second old."""

        async def is_unready() -> bool:
            return not await self.is_ready()

        await until(is_unready)

    @property
    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    async def says(self, words: str) -> None:
        """Wait until it has said this."""

        async def said() -> bool:
            assert words in self.said or not await self.has_ended(), f"it stopped, saying: {self.said}"
            return words in self.said

        await until(said)

    async def has_ended(self) -> bool:
        return self.nursery.ended(self.number) is not None

    async def stops(self, *, cut_off: bool = False) -> float:
        """Told to stop, it does so within its time and without complaint; how many seconds it took.

        ``cut_off``: something may hang that nothing but an end of the process gets out of.
        """
        began = time.monotonic()
        os.kill(self.number, signal.SIGTERM)
        await until(self.has_ended, within=ENDS_WITHIN)
        assert self.nursery.ended(self.number) == 0, self.said
        assert "Traceback" not in self.said
        assert "never retrieved" not in self.said
        assert cut_off or "was cut off" not in self.said, self.said
        return time.monotonic() - began


class _Proxy(httpx.AsyncHTTPTransport):
    """What stands before the program: browsers speak https to it, and it speaks http to the program."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = httpx.URL(address)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", host=self._address.host, port=self._address.port)
        return await super().handle_async_request(
            httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
        )


Serving = Callable[..., AbstractAsyncContextManager[Fingerpost]]


@pytest.fixture
def serving(nursery: Nursery, botapi: FakeBotApi, tmp_path: Path) -> Serving:
    """``async with serving("polling", SESSIONS_URL=...) as fingerpost``: the program with the example services, at
    Telegram by polling or by webhook, or (``""``) on the web alone.
    """
    numbers = itertools.count()

    @asynccontextmanager
    async def serving(way: str, *, examples: bool = True, **given: str) -> AsyncIterator[Fingerpost]:
        port = free_port()
        variables = {"HOME": str(tmp_path / "home"), "PORT": str(port)}
        if way:
            variables |= {"TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
        if way == "webhook":
            # Telegram takes none but https. The proxy that stands before the program is left out here.
            variables["PUBLIC_URL"] = PUBLIC_URL
        variables |= given
        log = tmp_path / f"log-{next(numbers)}"
        arguments = ["run", "--with-example-directory"] if examples else ["run"]
        born = nursery.born(arguments, {f"FINGERPOST_{name}": value for name, value in variables.items()}, log)
        address = f"http://127.0.0.1:{port}"
        async with contextlib.AsyncExitStack() as browsers:
            fingerpost = Fingerpost(nursery, born, address, log, browsers)
            try:
                await fingerpost.says("Fingerpost is at")
                if way == "webhook":
                    target = botapi.webhook.target
                    assert target is not None
                    await botapi.webhook.aim(replace(target, url=f"{address}/telegram"))
                yield fingerpost
            except BaseException:
                print(fingerpost.said)
                raise
            finally:
                if not await fingerpost.has_ended():
                    os.kill(born, signal.SIGKILL)
                await until(fingerpost.has_ended)

    return serving


@asynccontextmanager
async def inside(
    folder: Path,
    api: FakeBotApi,
    way: str,
    *,
    pace: Pace = PATIENT,
    base_url: str | None = None,
    clock: Clock | None = None,
    **given: Any,
) -> AsyncIterator[Rooms]:
    """The whole program in this process, over throw-away stores and real connections, with short waits at Telegram.

    ``base_url``: where it finds the Bot API; ``clock``: its own, where that is not Telegram's; ``given``: as
    :func:`tests.support.world.world` takes it.
    """
    if clock is None:
        clock = Clock()
        api.now = clock
    async with contextlib.AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(world(folder, clock, **given))
        channel = TelegramChannel(
            api.token, rooms.conversation, base_url=base_url or api.base_url, pace=pace, now=clock
        )
        rooms.conversation.erase_with("telegram", channel.erase)
        if way == "webhook":
            here = await stack.enter_async_context(served(Starlette(routes=channel.routes("/telegram", SECRET))))
            await channel.start_webhook(f"{here}/telegram", SECRET)
        else:
            await channel.start_polling()
        stack.push_async_callback(channel.stop)
        yield rooms


def only_all_clear(standing: Sequence[Shown]) -> bool:
    """Nothing else is left in his chat. When nobody knew whether it was sent, it may stand there twice."""
    return {each.text for each in standing} == {"All clear."}


async def is_asked_where(man: Man) -> None:
    """He is in the middle of a conversation: he is asked where the help should be."""
    await man.says("/start")
    await man.sees("Is it OK to chat here now?")
    await man.taps("Yes")
    await man.sees("What would help most right now?")
    await man.taps("Talk to someone")
    await man.sees("Roughly where should the help be?")


def shown(man: OnTheWeb) -> str:
    """The words of the page before him."""
    return html.unescape(man.page)


async def is_asked_where_on_the_page(man: OnTheWeb) -> None:
    """The same in a browser."""
    await man.says("yes")
    assert "What would help most right now?" in shown(man)
    await man.taps("Talk to someone")
    assert "Roughly where should the help be?" in shown(man)


async def load_service(url: str, name: str) -> Directory:
    """A directory in which this service is, for which the rule holds today; whoever gets it closes it."""
    directory, now = await Directory.open(url), datetime.now(UTC)
    today = now.date()
    service = written_service(
        name,
        name=f"Service {name}",
        hours_checked=today,
        contacts=[{"kind": "phone", "value": "0113 222 4444", "checked": today}],
        attestations=written_attestations(decided=today, valid_from=today, valid_until=today + days(99)),
    )
    report = await directory.load_document(written(service), at=now, who="Sam", why="a test", apply=True)
    assert not report.rejected
    return directory
