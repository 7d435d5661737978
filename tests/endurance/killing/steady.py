"""Steady load for a long time, with a kill every so often: what it takes, and whether anything grows for ever."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from tests.endurance.killing.growth import (
    LONG_ENOUGH,
    MEMORY_A_MINUTE,
    OPEN_FILES,
    STORE_AN_UPDATE,
    more_than_ever,
    slope,
)
from tests.endurance.killing.installation import Births, Combination, Installation, Slot, installed
from tests.endurance.killing.men import Life, Load
from tests.endurance.killing.oracle import Oracle
from tests.endurance.killing.ordeal import FIRST_CHAT, traces_of_men
from tests.endurance.killing.walks import WALKS

_SAMPLES: Final = 60
"""How many samples are taken, whatever the length."""
_TURNS_A_WALK: Final = sum(len(walk.steps) for walk in WALKS) / len(WALKS)
_STOPS_WITHIN: Final = 5.0
_TABLES: Final = ("session", "trace", "mark", "lane")


@dataclass(frozen=True, slots=True)
class Sample:
    """One span of time. ``memory`` and ``files`` are of the process that lives longest."""

    minutes: float
    turns_a_second: float
    p50: float
    p99: float
    memory: float
    files: int
    store: float
    updates: int
    waiting: int
    kills: int

    @staticmethod
    def heading() -> str:
        names = {
            "min": 6,
            "turns/s": 8,
            "p50 ms": 8,
            "p99 ms": 8,
            "MB": 7,
            "files": 6,
            "store MB": 9,
            "waiting": 8,
            "kills": 6,
        }
        return " ".join(f"{name:>{width}}" for name, width in names.items())

    def line(self) -> str:
        return (
            f"{self.minutes:6.1f} {self.turns_a_second:8.1f} {self.p50:8.0f} {self.p99:8.0f} {self.memory:7.1f} "
            f"{self.files:6} {self.store:9.2f} {self.waiting:8} {self.kills:6}"
        )


@dataclass(slots=True)
class Course:
    """How it went."""

    combination: Combination
    seed: str
    samples: list[Sample] = field(default_factory=list)
    walks: int = 0
    turns: int = 0
    repeats: int = 0
    overtaken: int = 0
    unserved: int = 0
    stops: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def memory_a_minute(self) -> float:
        """MB a minute, in the later half of the life of the process that lives longest."""
        return slope([(each.minutes, each.memory) for each in self._of_the_longest])

    @property
    def store_an_update(self) -> float:
        """Bytes that one more update leaves in the store, in the later half."""
        return slope([(float(each.updates), each.store * 2**20) for each in self.samples])

    @property
    def more_files(self) -> float:
        """By how many more files are open later than there ever were before."""
        return more_than_ever([(each.minutes, float(each.files)) for each in self._of_the_longest])

    @property
    def _of_the_longest(self) -> list[Sample]:
        # Where there is but one process it is killed in the first third, and begins anew.
        return [each for each in self.samples if each.minutes >= self.samples[-1].minutes / 3]

    def judge(self) -> None:
        """Add to ``wrong`` what grows for ever."""
        lives = self._of_the_longest
        if lives[-1].minutes - lives[0].minutes >= LONG_ENOUGH and self.memory_a_minute > MEMORY_A_MINUTE:
            self.wrong.append(f"memory grows by {self.memory_a_minute:.2f} MB a minute")
        if self.more_files > OPEN_FILES:
            self.wrong.append(f"{self.more_files:.0f} more files are open than ever before")
        if self.store_an_update > STORE_AN_UPDATE:
            self.wrong.append(f"the store grows by {self.store_an_update:.0f} bytes with each update")
        if max(self.stops, default=0) > _STOPS_WITHIN:
            self.wrong.append(f"it took {max(self.stops):.1f} s to stop")

    def told(self) -> str:
        """The table, and what it comes to."""
        middle = self.samples[len(self.samples) // 3 :]
        return "\n".join(
            [
                f"{self.combination}, seed {self.seed}",
                Sample.heading(),
                *(each.line() for each in self.samples),
                f"turns {self.turns}, walks {self.walks}, repeats {self.repeats}, overtaken {self.overtaken}, "
                f"unserved {self.unserved}; p50 {median(each.p50 for each in middle):.0f} ms, "
                f"p99 {median(each.p99 for each in middle):.0f} ms (medians of the spans); "
                f"memory {self.memory_a_minute:+.2f} MB a minute, store {self.store_an_update:.0f} bytes an update, "
                f"files {self.more_files:+.0f}; longest stop {max(self.stops, default=0):.1f} s; "
                f"wrong {len(self.wrong)}",
                *self.wrong,
            ]
        )

    def as_json(self) -> dict[str, Any]:
        """All of it, for a file."""
        told = {name: getattr(self, name) for name in ("memory_a_minute", "store_an_update", "more_files")}
        return {**asdict(self), "combination": str(self.combination), **told}


class Steady:
    """One installation under load for a time."""

    def __init__(
        self, installation: Installation, load: Load, kills: list[float], course: Course, *, seconds: float, rate: float
    ) -> None:
        self._installation = installation
        self._load = load
        self._kills = kills
        self._course = course
        self._seconds = seconds
        self._rate = rate
        self._choice = installation.choice
        self._chats = itertools.count(FIRST_CHAT)
        self._walking: set[asyncio.Task[Any]] = set()
        self._read = 0
        self._spans: list[tuple[float, float]] = []

    async def goes_through(self) -> None:
        """From the first start to the last stop."""
        installation = self._installation
        for slot in installation.slots:
            await installation.start(slot)
        await installation.all_serve(timedelta(seconds=120))
        async with installation.sessions() as sessions:
            self._load.sessions = sessions
            others = [asyncio.create_task(each) for each in (self._comes_and_goes(), self._is_killed())]
            try:
                await self._is_measured()
                for each in others:
                    each.cancel()
                await asyncio.gather(*others, return_exceptions=True)
                await asyncio.gather(*self._walking)
            finally:
                for each in (*others, *self._walking):
                    each.cancel()
                await asyncio.gather(*others, *self._walking, return_exceptions=True)
            self._load.sessions = None
        for slot in installation.slots:
            await installation.stop(slot)

    async def _comes_and_goes(self) -> None:
        """Men come at random, so many that together they say or tap ``rate`` times a second."""
        while True:
            await asyncio.sleep(self._choice.expovariate(self._rate / _TURNS_A_WALK))
            self._begins(self._lives())

    def _begins(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._walking.add(task)
        task.add_done_callback(self._walking.discard)

    async def _lives(self) -> None:
        life = await self._load.lives(self._choice.choice(WALKS), next(self._chats))
        self._note(life)

    def _note(self, life: Life) -> None:
        course, api = self._course, self._installation.api
        course.walks += 1
        course.repeats += life.repeats
        course.overtaken += life.overtaken
        course.unserved += life.unserved
        self._spans += life.waits
        # What was judged is let go, for the load too would grow.
        self._load.walked.remove(life)
        if all(life is not wronged for wronged, _ in self._load.wronged):
            life.man.chat.told.clear()
            for tap in [name for name, tap in api.taps.items() if tap.acknowledged]:
                del api.taps[tap]

    async def _is_killed(self) -> None:
        """Of several the first is left alone, so that one life is long; a single one is killed in the first third."""
        slots = self._installation.slots
        if len(slots) == 1:
            await asyncio.sleep(self._seconds / 5)
            await self._strikes(slots[0])
            return
        while True:
            await asyncio.sleep(self._choice.uniform(30, 90))
            await self._strikes(self._choice.choice(slots[1:]))

    async def _strikes(self, slot: Slot) -> None:
        await self._installation.kill(slot)
        self._kills.append(time.monotonic())
        await self._installation.start(slot)

    async def _is_measured(self) -> None:
        began = time.monotonic()
        span = self._seconds / _SAMPLES
        store = _Store(self._installation)
        try:
            turns, since = 0, began
            for number in range(1, _SAMPLES + 1):
                await asyncio.sleep(max(0.0, began + number * span - time.monotonic()))
                await self._installation.look_after()
                api, now = self._installation.api, time.monotonic()
                waits = sorted(wait * 1000 for _, wait in self._spans)
                self._spans.clear()
                api.calls.clear()
                memory, files = _of_process(self._installation.slots[0].pid)
                sample = Sample(
                    minutes=round((now - began) / 60, 2),
                    turns_a_second=(self._load.turns - turns) / (now - since),
                    p50=waits[len(waits) // 2] if waits else 0.0,
                    p99=waits[int(len(waits) * 0.99)] if waits else 0.0,
                    memory=memory,
                    files=files,
                    store=await store.megabytes(),
                    updates=self._load.turns,
                    waiting=len(api.queue.waiting),
                    kills=len(self._kills),
                )
                turns, since = self._load.turns, now
                self._course.samples.append(sample)
                print(sample.line(), flush=True)
        finally:
            await store.close()


class _Store:
    """How large the sessions' store is."""

    def __init__(self, installation: Installation) -> None:
        self._files = installation.home
        self._engine = None if installation.store_url is None else create_async_engine(installation.store_url)

    async def megabytes(self) -> float:
        """Its files, the write-ahead log too; of PostgreSQL the sessions' tables and their indexes."""
        if self._engine is None:
            return sum(path.stat().st_size for path in self._files.glob("sessions.sqlite*")) / 2**20
        size = sa.text(" + ".join(["SELECT 0", *(f"pg_total_relation_size('{name}')" for name in _TABLES)]))
        async with self._engine.connect() as connection:
            return float(await connection.scalar(size) or 0) / 2**20

    async def close(self) -> None:
        if self._engine is not None:
            await self._engine.dispose()


def _of_process(number: int) -> tuple[float, int]:
    """Megabytes of memory in use, and open files."""
    status = Path(f"/proc/{number}/status").read_text()
    kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return kilobytes / 1024, len(list(Path(f"/proc/{number}/fd").iterdir()))


async def steady(
    combination: Combination,
    folder: Path,
    store_url: str | None,
    births: Births,
    oracle: Oracle,
    *,
    seconds: float,
    rate: float,
    seed: str,
) -> Course:
    """Keep one combination under load for so long, and judge it."""
    folder.mkdir(parents=True)
    choice = random.Random(f"{seed} {combination}")  # noqa: S311 (to be repeated, not to be secret)
    course, kills = Course(combination, seed), list[float]()
    print(f"{combination}, {seconds / 60:.0f} minutes at {rate:g} turns a second\n{Sample.heading()}", flush=True)
    async with installed(combination, folder, store_url, births, choice) as installation:
        api = installation.api
        load = Load(
            api, oracle, kills, choice,
            thinks=lambda: choice.expovariate(0.5), patience=120, in_order=combination.way == "polling",
        )  # fmt: skip
        await Steady(installation, load, kills, course, seconds=seconds, rate=rate).goes_through()
        problems = [each for each in api.problems if each.kind not in ("unanswered-tap", "two-pollers")]
    course.turns, course.stops = load.turns, installation.stops
    course.wrong += [f"{wrong}\n{life.transcript()}" for life, wrong in load.wronged]
    course.wrong += installation.fell
    course.wrong += [f"Telegram complains: {each}" for each in problems]
    course.wrong += [f"traces of men in {name}" for name in traces_of_men(folder, store_url)]
    course.judge()
    return course
