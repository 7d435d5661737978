"""The whole program in a test: real stores, the shipped conversations, the example directory, a clock to turn."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from bot.arrival import Address, Arrival, Commanded, Erased, Taken, Tapped, Typed, Unreadable
from bot.rooms import Rooms, opened
from bot.settings import Settings
from safety.envelope import Message, Turn

SUNDAY_NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time, which stands still unless the test turns it."""

    now: datetime = SUNDAY_NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Phone:
    """One chat seen from his side, over the conversation itself: what stands in it, and what he does."""

    def __init__(self, rooms: Rooms, clock: Clock, chat: str = "4200000001", channel: str = "telegram") -> None:
        self.rooms = rooms
        self.clock = clock
        self.address = Address(channel, chat)
        self.standing: dict[int, Message | str] = {}
        self.turns: list[Turn] = []
        self.undeletable: set[int] = set()
        self.failure: Exception | None = None
        self._ids = iter(range(1, 100_000))
        self._updates = iter(range(1, 100_000))

    # what the conversation does

    async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        if self.failure is not None:
            raise self.failure
        self.turns.append(turn)
        ids = []
        for number, message in enumerate(turn.messages):
            edited = number == 0 and onto is not None and onto in self.standing
            ids.append(onto if edited and onto is not None else next(self._ids))
            self.standing[ids[-1]] = message
        return tuple(ids)

    async def erase(self, ids: object) -> Erased:
        wanted = [i for i in ids if i in self.standing]  # type: ignore[attr-defined]
        left = tuple(i for i in wanted if i in self.undeletable)
        for i in wanted:
            if i not in self.undeletable:
                del self.standing[i]
        return Erased(len(wanted) - len(left), left)

    # what he does

    async def says(self, text: str, *, ago: timedelta = timedelta(0), update: str | None = None) -> Taken:
        message = next(self._ids)
        self.standing[message] = text
        return await self._arrives(Typed(text), message, ago, update)

    async def commands(self, name: str) -> Taken:
        message = next(self._ids)
        self.standing[message] = f"/{name}"
        return await self._arrives(Commanded(name), message, timedelta(0), None)  # type: ignore[arg-type]

    async def sends(self, kind: str) -> Taken:
        message = next(self._ids)
        self.standing[message] = kind
        return await self._arrives(Unreadable(kind), message, timedelta(0), None)

    async def taps(self, label: str, *, on: int | None = None, update: str | None = None) -> Taken:
        ids = (
            [on] if on is not None else [i for i, m in reversed(list(self.standing.items())) if not isinstance(m, str)]
        )
        for i in ids:
            message = self.standing[i]
            assert not isinstance(message, str)
            for row in message.rows:
                for button in row:
                    if button.label == label:
                        return await self.taps_token(button.token, on=i, update=update)
        raise LookupError(f"no button {label!r}; there are {self.labels}")

    async def taps_token(self, token: str, *, on: int, update: str | None = None) -> Taken:
        update = update or f"tap-{self.address.chat}-{next(self._updates)}"
        arrival = Arrival(self.address, Tapped(token, on), update=update)
        return await self.rooms.conversation.take(arrival, self)

    async def _arrives(
        self, what: Typed | Commanded | Unreadable, message: int, ago: timedelta, update: str | None
    ) -> Taken:
        arrival = Arrival(
            self.address,
            what,
            update=update or f"message-{self.address.chat}-{next(self._updates)}",
            sent_at=self.clock() - ago,
            message=message,
        )
        return await self.rooms.conversation.take(arrival, self)

    # what he sees

    @property
    def turn(self) -> Turn:
        return self.turns[-1]

    @property
    def seen(self) -> str:
        """All words of the last turn."""
        return "\n".join(message.text for message in self.turn.messages)

    @property
    def labels(self) -> list[str]:
        return [button.label for message in self.turn.messages for row in message.rows for button in row]


async def at_the_signposts(phone: Phone) -> None:
    """He has answered the three questions, and three services near Leeds stand before him."""
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    await phone.says("leeds")


@contextlib.asynccontextmanager
async def world(
    folder: Path, clock: Clock, *, sessions_url: str | None = None, **variables: str
) -> AsyncIterator[Rooms]:
    """The rooms, opened over throw-away stores and the example directory."""
    given = {f"FINGERPOST_{name}": value for name, value in variables.items()}
    settings = Settings.read({"FINGERPOST_HOME": str(folder / "home"), **given})
    if sessions_url is not None:
        settings = replace(settings, sessions_url=sessions_url)
    async with opened(settings, clock=clock, examples=True) as rooms:
        yield rooms


@contextlib.asynccontextmanager
async def served(app: object) -> AsyncIterator[str]:
    """An ASGI application on a port of this machine; yields its address."""
    import asyncio

    # Named as TCP, for asyncio then sends at once what is small: forty milliseconds an answer otherwise.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    # From now on, so that whoever comes before the server is up waits for it.
    listener.listen()
    server = uvicorn.Server(
        uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", timeout_graceful_shutdown=1)  # type: ignore[arg-type]
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield address
    finally:
        server.should_exit = True
        await serving
