"""One process of the program over stores that outlive it: its sessions, its conversation and both of its channels.

What it serves (the conversations, the directory) is lent by rooms that a test opened before, so that a process can be
begun, killed and begun again hundreds of times.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from bot.arrival import Address
from bot.conversation import Conversation
from bot.rooms import Rooms
from bot.sessions import Session, Sessions
from bot.telegram.intake import Intake
from bot.telegram.pace import Pace
from bot.telegram.updates import read
from bot.web import web_app
from tests.support.small_telegram import SmallTelegram
from tests.support.world import Clock

SECRET = "only these tests know it"
PACE = Pace(first_pause=0.001, longest_pause=0.002)


@dataclass(frozen=True)
class Process:
    """A process that serves Telegram and the web."""

    rooms: Rooms
    clock: Clock
    sessions: Sessions
    conversation: Conversation
    intake: Intake

    @classmethod
    async def begin(
        cls,
        folder: Path,
        rooms: Rooms,
        clock: Clock,
        telegram: SmallTelegram,
        asked: Callable[[str], None] = lambda _: None,
    ) -> Process:
        """Start one; ``asked`` is called before and after every request to Telegram, and may raise."""
        folder.mkdir(exist_ok=True)
        sessions = await Sessions.open(
            f"sqlite:///{folder}/sessions.sqlite", folder=folder, secret=SECRET, life=rooms.settings.session_life
        )
        conversation = Conversation(versions=rooms.versions, sessions=sessions, clock=clock)
        return cls(
            rooms, clock, sessions, conversation, Intake(telegram.bot(asked), conversation, now=clock, pace=PACE)
        )

    async def takes(self, update: dict[str, Any]) -> bool:
        """One attempt at an update of Telegram's; whether it may be acknowledged."""
        received = read(update)
        assert received is not None
        self.intake.hear(received)
        return await self.intake.settle(received)

    def web(self) -> Starlette:
        """The web chat."""
        return web_app(
            self.conversation,
            lifelines=self.rooms.lifelines,
            exit_url="https://www.example.org/",
            session_minutes=60,
            secure_cookies=False,
            clock=self.clock,
        )

    async def session(self, address: Address) -> Session | None:
        """What is kept of a man now."""
        return (await self.sessions.find(address, self.clock()))[0]


@contextlib.asynccontextmanager
async def one_process(
    folder: Path, rooms: Rooms, clock: Clock, telegram: SmallTelegram, asked: Callable[[str], None] = lambda _: None
) -> AsyncIterator[Process]:
    """A process that ends in good order."""
    process = await Process.begin(folder, rooms, clock, telegram, asked)
    try:
        yield process
    finally:
        await process.intake.finish()
        await process.sessions.close()
