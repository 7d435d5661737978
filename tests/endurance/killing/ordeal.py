"""An installation under load whose processes are killed, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from tests.endurance.killing.installation import Births, Combination, Installation, Slot, installed
from tests.endurance.killing.men import Load
from tests.endurance.killing.oracle import Oracle
from tests.endurance.killing.walks import MARK, WALKS, clock

FIRST_CHAT: Final = 4_242_424_200_000
"""Chats of the load; no other number in any file begins so."""
_TRACES: Final = re.compile(rb"(?i)42424242\d{5}|%b|dave jones|back with a knife" % MARK.encode())
_AUDITED: Final = 3
_LEADER_WEIGHS: Final = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard it is made. Times are seconds."""

    kills: int
    men: int = 6
    thinks: float = 0.4
    """How long a man thinks on average."""
    pause: float = 1.0
    """How long on average from the first answer after a kill to the next one."""
    telegram: float = 0.12
    """How long Telegram takes for what it is asked."""
    patience: float = 150.0
    """How long a man may wait for an answer, however often processes are killed meanwhile."""


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    combination: Combination
    seed: str
    kills: list[tuple[float, str, bool]] = field(default_factory=list)
    """When, which process, and whether it served already."""
    stops: list[float] = field(default_factory=list)
    takeovers: list[float] = field(default_factory=list)
    """Seconds from the end of the process that fetched to the next fetch."""
    walks: int = 0
    turns: int = 0
    repeats: int = 0
    left_over: int = 0
    overtaken: int = 0
    unserved: int = 0
    stumbles: int = 0
    longest_wait: float = 0.0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line of figures."""
        unserved = sum(not served for _, _, served in self.kills)
        return (
            f"{self.combination!s:22} kills {len(self.kills):3} ({unserved} while starting), stops {len(self.stops):2} "
            f"(longest {max(self.stops, default=0):.1f} s), walks {self.walks:4}, turns {self.turns:5}, "
            f"repeats {self.repeats:3}, left over {self.left_over:2}, overtaken {self.overtaken:2}, "
            f"unserved {self.unserved:2}, stumbles {self.stumbles}, longest wait {self.longest_wait:5.1f} s, "
            f"takeover {max(self.takeovers, default=0):4.1f} s, wrong {len(self.wrong)}, {self.seconds:.0f} s"
        )

    def told(self) -> str:
        """Everything that is needed to look into a failure."""
        kills = ", ".join(f"{clock(at)} {name}{'' if served else ' starting'}" for at, name, served in self.kills)
        return "\n\n".join([self.line(), f"seed {self.seed}", f"kills: {kills}", *self.wrong])


class Ordeal:
    """Kills and restarts the processes of one installation while men talk to it."""

    def __init__(
        self, installation: Installation, load: Load, plan: Plan, kills: list[float], outcome: Outcome
    ) -> None:
        self._installation = installation
        self._load = load
        self._plan = plan
        self._kills = kills
        self._outcome = outcome
        self._choice = installation.choice
        self._chats = itertools.count(FIRST_CHAT)
        self._over = asyncio.Event()
        self._leader = ""
        self._leaderless_since: float | None = None

    async def goes_through(self) -> None:
        """From the first start to the last stop."""
        installation, load = self._installation, self._load
        for slot in installation.slots:
            await installation.start(slot)
        # The very first start makes the files that all others find.
        await asyncio.sleep(self._choice.uniform(0, 0.6))
        await self._kills_one(self._choice.choice(installation.slots))
        await installation.all_serve(timedelta(seconds=120))
        with self._slow_telegram():
            async with installation.sessions() as sessions, self._watched():
                load.sessions = sessions
                men = [asyncio.create_task(self._keeps_walking()) for _ in range(self._plan.men)]
                try:
                    while len(self._outcome.kills) < self._plan.kills:
                        await self._strikes(await self._awaits_a_moment())
                    self._over.set()
                    await asyncio.gather(*men)
                finally:
                    for man in men:
                        man.cancel()
                    await asyncio.gather(*men, return_exceptions=True)
                load.sessions = None
        for slot in installation.slots:
            await installation.stop(slot)

    async def _keeps_walking(self) -> None:
        while not self._over.is_set():
            await self._load.lives(self._choice.choice(WALKS), next(self._chats))

    async def _awaits_a_moment(self) -> list[Slot]:
        """Mostly one in which men are answered, for one that serves; sometimes one in which processes are starting."""
        slots = self._installation.slots
        if self._choice.random() < 0.2:
            await asyncio.sleep(self._choice.uniform(0, 1.0))
            return slots
        await self._load.answers_somebody(within=40)
        await asyncio.sleep(self._choice.expovariate(1 / self._plan.pause))
        return [slot for slot in slots if slot.serves] or slots

    async def _strikes(self, slots: list[Slot]) -> None:
        weights = [_LEADER_WEIGHS if slot.name == self._leader else 1 for slot in slots]
        slot = self._choice.choices(slots, weights)[0]
        if self._choice.random() < 0.12:
            await self._installation.stop(slot)
            await self._installation.start(slot)
            return
        await self._kills_one(slot)
        await self._load.audit(_AUDITED)

    async def _kills_one(self, slot: Slot) -> None:
        await self._installation.look_after()
        self._outcome.kills.append((time.time(), slot.name, slot.serves))
        await self._installation.kill(slot)
        self._kills.append(time.monotonic())
        if slot.name == self._leader:
            self._leaderless_since = time.monotonic()
        if self._choice.random() < 0.3:
            await asyncio.sleep(self._choice.uniform(0, 1.5))
        await self._installation.start(slot)

    @contextlib.contextmanager
    def _slow_telegram(self) -> Iterator[None]:
        """Telegram takes its time, now before it has done what it was asked, now after: kills fall between."""
        for method in ("sendMessage", "editMessageText", "deleteMessages"):
            for done in (True, False):
                self._installation.api.slow_next(
                    method, seconds=self._plan.telegram, times=10**9, delivered=done,
                    when=lambda _: self._choice.random() < 0.4,
                )  # fmt: skip
        try:
            yield
        finally:
            self._installation.api.forget()

    @contextlib.asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watches())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _watches(self) -> None:
        """See who fetches, and begin anew whatever ended by itself."""
        api = self._installation.api
        while True:
            for call in api.calls:
                if call.method == "getUpdates":
                    if self._leaderless_since is not None:
                        self._outcome.takeovers.append(time.monotonic() - self._leaderless_since)
                        self._leaderless_since = None
                    self._leader = call.way
            api.calls.clear()
            await asyncio.sleep(0.1)


async def ordeal(
    combination: Combination,
    folder: Path,
    store_url: str | None,
    births: Births,
    oracle: Oracle,
    plan: Plan,
    seed: str,
) -> Outcome:
    """Put one combination through its kills, and judge it."""
    folder.mkdir(parents=True)
    began = time.monotonic()
    choice = random.Random(f"{seed} {combination}")  # noqa: S311 (to be repeated, not to be secret)
    outcome, kills = Outcome(combination, seed), list[float]()
    async with installed(combination, folder, store_url, births, choice) as installation:
        api = installation.api
        load = Load(
            api, oracle, kills, choice,
            thinks=lambda: choice.uniform(0, 2 * plan.thinks), patience=plan.patience,
            in_order=combination.way == "polling",
        )  # fmt: skip
        await Ordeal(installation, load, plan, kills, outcome).goes_through()
        # A process that dies may leave a tap unanswered, and its fetch open at Telegram for a moment.
        problems = [each for each in api.problems if each.kind not in ("unanswered-tap", "two-pollers")]
    outcome.stops, outcome.stumbles = installation.stops, installation.stumbles
    outcome.walks, outcome.turns = len(load.walked), load.turns
    outcome.repeats = sum(life.repeats for life in load.walked)
    outcome.left_over = sum(life.left_over for life in load.walked)
    outcome.overtaken = sum(life.overtaken for life in load.walked)
    outcome.unserved = sum(life.unserved for life in load.walked)
    outcome.longest_wait = max((wait for life in load.walked for _, wait in life.waits), default=0)
    outcome.wrong += [f"{wrong}\n{life.transcript()}" for life, wrong in load.wronged]
    outcome.wrong += installation.fell
    outcome.wrong += [f"Telegram complains: {each}" for each in problems]
    outcome.wrong += [f"traces of men in {name}" for name in traces_of_men(folder, store_url)]
    outcome.seconds = time.monotonic() - began
    return outcome


def traces_of_men(folder: Path, store_url: str | None) -> list[str]:
    """The files in which a man's words or number stand: of the home, of the logs, of PostgreSQL and its own log."""
    folders = [folder] if store_url is None else [folder, Path(parse_qs(urlsplit(store_url).query)["host"][0])]
    found = []
    for path in sorted(path for each in folders for path in each.rglob("*") if path.is_file()):
        with contextlib.suppress(FileNotFoundError):
            if _TRACES.search(path.read_bytes()):
                found.append(str(path))
    return found
