"""What men are due: the same walks through the same program in this process, where nobody kills anything."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from bot.arrival import Address
from bot.rooms import opened
from bot.sessions import Session, Sessions
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel
from dialogs.engine import State
from service_directory.database import DatabaseError
from tests.endurance.killing.hearing import Reply, Turn
from tests.endurance.killing.walks import WALKS, Away, Walk, at_once, does
from tests.support.botapi import FakeBotApi

_SLOT_SECONDS: Final = 15 * 60
"""How long what is said holds: helplines open and close on quarters of an hour."""

UNSERVED: Final = "I can't reach my list just now."
"""What somebody is told for whom the directory did not answer in time."""


class Standing(NamedTuple):
    """Where somebody is: his places and his answers. ``gate`` says that he is asked first whether to go on."""

    places: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    gate: int | None
    danger: str | None

    @classmethod
    def of(cls, session: Session | None) -> Standing | None:
        """None for a stranger."""
        if session is None:
            return None
        state = State.from_bytes(session.state)
        places = tuple((place.flow, place.step) for place in state.places)
        return cls(places, tuple((name, tuple(values)) for name, values in state.answers), session.gate, session.danger)


@dataclass(frozen=True, slots=True)
class Due:
    """One walk as it should be: a turn and a standing for each action."""

    turns: tuple[Turn, ...]
    standings: tuple[Standing | None, ...]


async def standing_of(sessions: Sessions, chat: int) -> Standing | None:
    """Where the man of a chat is by a store; None for a stranger."""
    for patience in (1, 1, 1, 0):
        # Whoever looks is as much in need of the machine as the processes are, and gives up as soon.
        try:
            session, _ = await sessions.find(Address("telegram", str(chat)), datetime.now(UTC))
            break
        except DatabaseError:
            if not patience:
                raise
            await asyncio.sleep(patience)
    return Standing.of(session)


class Oracle:
    """Walks each walk once in every quarter of an hour."""

    def __init__(self, api: FakeBotApi, sessions: Sessions) -> None:
        self._api = api
        self._sessions = sessions
        self._chats = itertools.count(9_000_000_001)
        self._known: dict[tuple[str, int], Due] = {}
        self._lock = asyncio.Lock()

    async def due(self, walk: Walk) -> Due:
        """What he is due who walks it now."""
        slot = int(datetime.now(UTC).timestamp()) // _SLOT_SECONDS
        async with self._lock:
            while (walk.name, slot) not in self._known:
                due = await self._walk(walk)
                # On a busy machine the directory may be too slow even here; then that was no measure of anything.
                if not any(UNSERVED in reply.text for turn in due.turns for reply in turn):
                    self._known[walk.name, slot] = due
        return self._known[walk.name, slot]

    async def prepare(self) -> None:
        """Walk all walks while nobody else needs the machine."""
        for walk in WALKS:
            await self.due(walk)

    async def _walk(self, walk: Walk) -> Due:
        man = self._api.man(next(self._chats))
        turns, standings = [], []
        for step in walk.steps:
            if isinstance(step, Away):
                await asyncio.sleep(step.seconds)
            for action in at_once(step):
                before = len(man.chat.told)
                await does(man, action)
                await self._api.settled(within=60)
                turns.append(tuple(Reply.of(shown) for shown in man.chat.told[before:]))
                standings.append(await standing_of(self._sessions, man.chat.id))
        assert walk.hasty or all(turns), f"somebody was not answered without any kill: {walk.name}"
        return Due(tuple(turns), tuple(standings))


@contextlib.asynccontextmanager
async def oracle(folder: Path) -> AsyncIterator[Oracle]:
    """The program over a home of its own."""
    settings = Settings.read({"FINGERPOST_HOME": str(folder)})
    async with FakeBotApi() as api, opened(settings, examples=True) as rooms:
        channel = TelegramChannel(api.token, rooms.conversation, base_url=api.base_url)
        rooms.conversation.erase_with("telegram", channel.erase)
        await channel.start_polling()
        try:
            prepared = Oracle(api, rooms.sessions)
            await prepared.prepare()
            yield prepared
        finally:
            await channel.stop()
        api.assert_careful()
