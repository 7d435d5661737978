"""The web chat under load over HTTP: as much as it takes, and at a steady rate of arrivals at random."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from bot.benchmarks.program import Program
from bot.benchmarks.web_man import Line, Man, Refused, lines


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was measured. `rate`: turns a second that were taken; `waits`: milliseconds from an arrival to its answer,
    sorted; `refused`: how many arrivals got no turn; `cost`: milliseconds of the processes' processor for each turn;
    `memory`: MB of the largest process."""

    rate: float
    waits: tuple[float, ...]
    refused: int
    cost: float
    memory: float


async def flood(programs: Sequence[Program], *, turns: int, at_once: int) -> Loaded:
    """Take so many turns as fast as the processes answer, of so many men who each wait for nothing but the answer."""
    left = iter(range(turns))
    waits: list[float] = []

    async def one(seed: int) -> None:
        man = Man(random.Random(seed))  # noqa: S311
        for _ in left:
            began = perf_counter()
            answered = await _turn(man, free)
            if answered:
                waits.append((perf_counter() - began) * 1000)
            if man.has_left or not answered:
                seed += at_once
                man = Man(random.Random(seed))  # noqa: S311

    async with lines(tuple(program.port for program in programs), -(-at_once // len(programs))) as free:
        cost, began = _processor(programs), perf_counter()
        await asyncio.gather(*(one(seed) for seed in range(at_once)))
        took = perf_counter() - began
        return _loaded(programs, turns, took, waits, _processor(programs) - cost)


async def steady(programs: Sequence[Program], *, rate: float, seconds: float, at_once: int = 64) -> Loaded:
    """Let turns arrive at random at a rate, each of some man whose last turn is over, or of a new one.

    A turn that waits for one of `at_once` connections waits nonetheless: its time runs from its arrival.
    """
    chance = random.Random(7)  # noqa: S311
    idle: deque[Man] = deque()
    waits: list[float] = []

    async def one(man: Man, arrived: float) -> None:
        if not await _turn(man, free):
            return
        waits.append((perf_counter() - arrived) * 1000)
        if not man.has_left:
            idle.append(man)

    async with lines(tuple(program.port for program in programs), -(-at_once // len(programs))) as free:
        cost, began = _processor(programs), perf_counter()
        arrives = began
        turns: list[asyncio.Task[None]] = []
        while arrives < began + seconds:
            await asyncio.sleep(arrives - perf_counter())
            # As long as he reads, somebody else writes; now and then somebody is new.
            man = idle.popleft() if len(idle) > rate else Man(random.Random(len(turns)))  # noqa: S311
            turns.append(asyncio.create_task(one(man, arrives)))
            arrives += chance.expovariate(rate)
        await asyncio.gather(*turns)
        took = perf_counter() - began
        return _loaded(programs, len(turns), took, waits, _processor(programs) - cost)


async def _turn(man: Man, free: asyncio.Queue[Line]) -> bool:
    """Let a man take a turn; was he answered?"""
    line = await free.get()
    try:
        await man.take(line)
    except Refused:
        return False
    else:
        return True
    finally:
        free.put_nowait(line)


def _processor(programs: Sequence[Program]) -> float:
    return sum(program.processor() for program in programs)


def _loaded(programs: Sequence[Program], turns: int, took: float, waits: list[float], spent: float) -> Loaded:
    return Loaded(
        rate=len(waits) / took,
        waits=tuple(sorted(waits)),
        refused=turns - len(waits),
        cost=spent / turns * 1000,
        memory=max(one.memory() for one in programs),
    )
