"""Worlds in which one man is about to do something, to be lived again and again with another harm each time."""

from __future__ import annotations

import copy
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.arrival import Address
from bot.lanes import LEASE
from bot.rooms import Rooms
from bot.sessions import Session
from tests.support.longer import SOAKING
from tests.support.one_process import Process, one_process
from tests.support.small_telegram import CHAT, SmallTelegram
from tests.support.world import Clock

CANARY = "zanzibarquetzal"
HIM = Address("telegram", str(CHAT))
MARKS = (CANARY, str(CHAT), "leeds", "Bartholomew")
"""What no log may hold of him."""

Kept = tuple[object, ...] | None


@dataclass
class Life:
    """The files as they are, his chat, and the update of what he does next."""

    files: Path
    clock: Clock
    telegram: SmallTelegram
    update: dict[str, Any]

    @classmethod
    async def before(cls, folder: Path, rooms: Rooms, acts: tuple[str, ...], act: str) -> Life:
        """What stands when he has done these things, undisturbed, and is about to do one more."""
        clock = Clock()
        telegram = SmallTelegram(clock)
        async with one_process(folder, rooms, clock, telegram) as process:
            for done in acts:
                clock.forward(seconds=20)
                assert await process.takes(_done(telegram, done))
        clock.forward(seconds=20)
        life = cls(folder, clock, telegram, _done(telegram, act))
        telegram.said.clear()
        return life

    def again(self, folder: Path) -> Life:
        """The same once more, with files of its own."""
        shutil.copytree(self.files, folder)
        clock = Clock(self.clock.now)
        telegram = SmallTelegram(clock, copy.deepcopy(self.telegram.standing))
        telegram.updates, telegram.messages = self.telegram.updates, self.telegram.messages
        return Life(folder, clock, telegram, self.update)

    async def comes_again(self, process: Process) -> None:
        """The update comes until it is acknowledged. By then no dead turn's lane is held any more."""
        for _ in range(3):
            self.clock.now += LEASE
            if await process.takes(self.update):
                return
        raise AssertionError("it is never acknowledged")

    async def leaves(self, process: Process, *, may_remain: int = 0) -> None:
        """He goes: nothing is kept of him, and of the bot's so many texts remain beside that all is clear."""
        self.clock.forward(seconds=30)
        assert await process.takes(self.telegram.he_types("/exit"))
        assert await process.session(HIM) is None
        self.clock.forward(minutes=6)
        await process.conversation.sweep()
        texts = [text for text in self.telegram.texts if not text.startswith("All clear")]
        assert len(texts) <= may_remain, f"they remain: {texts}"


def kept_of(session: Session | None) -> Kept:
    """Where he stands: all of a session but the time and the ids of messages."""
    return None if session is None else (session.version, session.state, session.gate, session.danger)


def spread(number: int, most: int) -> list[int]:
    """The numbers from 1 to `number`: all of them in a soak, else so many at most, with the first and the last."""
    if SOAKING or number <= most:
        return list(range(1, number + 1))
    return sorted({1 + round(n * (number - 1) / (most - 1)) for n in range(most)})


def _done(telegram: SmallTelegram, act: str) -> dict[str, Any]:
    verb, _, what = act.partition(" ")
    match verb:
        case "types":
            return telegram.he_types(what)
        case "taps":
            return telegram.he_taps(what)
        case _:
            return telegram.he_blocks()
