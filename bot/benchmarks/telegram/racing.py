"""Whole turns over HTTP, bot by bot: how many a second, at what cost, and how long a man waits at Telegram's pace."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from bot.benchmarks.percentiles import percentile
from bot.benchmarks.program import free_port, memory, processor, running
from bot.benchmarks.telegram.stand_in import TOKEN, StandIn

OURS: Final = "fingerpost"
ECHOES: Final = ("python-telegram-bot", "aiogram")
A_SECOND: Final = 30
"""Telegram lets a bot send about so many messages a second."""

_FIRST_CHAT: Final = 4_200_000_000
_WITHIN: Final = 300.0
_SETTLES: Final = 4.0
"""What a program still loads after its first answer takes so many seconds; `fingerpost bench start` is about that."""


@dataclass(frozen=True, slots=True)
class Race:
    """What was measured of one bot. `rate` turns a second with a pile waiting, `cost` milliseconds of its processor for
    each; `waits` the milliseconds from an update to its answer at Telegram's pace, sorted; `memory` MB afterwards."""

    name: str
    rate: float
    cost: float
    waits: tuple[float, ...]
    memory: float


async def race(name: str, *, pile: int, seconds: float, sessions_url: str | None = None) -> Race:
    """Let one bot answer a pile of `pile` updates of as many men, then arrivals at random for so many seconds."""
    telegram = StandIn()
    server, api = await telegram.listen()
    async with server, _bot(name, api, sessions_url) as process:
        telegram.write(_FIRST_CHAT - 1, "/start")
        await _in_time(telegram.answered(1))
        await asyncio.sleep(_SETTLES)
        telegram.sent.clear()
        cost = processor(process.pid)
        began = perf_counter()
        for number in range(pile):
            telegram.write(_FIRST_CHAT + number, "/start")
        await _in_time(telegram.answered(pile))
        took = perf_counter() - began
        await asyncio.sleep(0.2)
        cost = processor(process.pid) - cost
        waits = await _at_telegrams_pace(telegram, _FIRST_CHAT + pile, seconds)
        return Race(name, pile / took, cost / pile * 1000, waits, memory(process.pid))


async def _at_telegrams_pace(telegram: StandIn, first: int, seconds: float) -> tuple[float, ...]:
    telegram.sent.clear()
    chance, chat, ends = random.Random(5), first, perf_counter() + seconds  # noqa: S311
    while perf_counter() < ends:
        telegram.write(chat, "/start")
        chat += 1
        await asyncio.sleep(chance.expovariate(A_SECOND))
    await _in_time(telegram.answered(chat - first))
    return tuple(sorted((telegram.sent[one] - telegram.made[one]) * 1000 for one in range(first, chat)))


async def races(*, runs: int, pile: int, seconds: float) -> list[str]:
    """All bots in turn, `runs` times over; the medians as lines, each bot beside python-telegram-bot's."""
    names = [name for name in (*ECHOES, OURS) if name == OURS or importlib.util.find_spec(_MODULES[name]) is not None]
    found: dict[str, list[Race]] = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            found[name].append(await race(name, pile=pile, seconds=seconds))
    missing = [f"{name} is not installed and was not measured." for name in ECHOES if name not in names]
    return [*table(found), *missing]


def table(found: dict[str, list[Race]]) -> list[str]:
    """The medians of the runs as lines."""
    base = median(one.rate for one in found[ECHOES[0]]) if found.get(ECHOES[0]) else None
    head = f"{'a turn over HTTP':34}{'turns/s':>9}{'ratio':>8}{'CPU ms':>9}{'p50 ms':>9}{'p99 ms':>9}{'MB':>7}"
    return [head, *(_line(name, races, base) for name, races in found.items())]


def _line(name: str, runs: Sequence[Race], base: float | None) -> str:
    rate = median(one.rate for one in runs)
    shown = f"{name} (every turn committed)" if name == OURS else f"{name} (echo)"
    ratio = "-" if base is None else f"{rate / base:.2f}"
    return (
        f"{shown:34}{rate:9.0f}{ratio:>8}{median(one.cost for one in runs):9.2f}"
        f"{median(percentile(one.waits, 50) for one in runs):9.1f}"
        f"{median(percentile(one.waits, 99) for one in runs):9.1f}{median(one.memory for one in runs):7.0f}"
    )


_MODULES: Final = {"python-telegram-bot": "telegram", "aiogram": "aiogram"}


@contextlib.asynccontextmanager
async def _bot(name: str, api: str, sessions_url: str | None) -> AsyncIterator[asyncio.subprocess.Process]:
    with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as home:
        async with running(*_program(name, api, home, sessions_url), Path(home) / "said") as process:
            yield process


def _program(name: str, api: str, home: str, sessions_url: str | None) -> tuple[tuple[str, ...], dict[str, str]]:
    if name != OURS:
        return ("-m", "bot.benchmarks.telegram.echoes", name, api), {}
    variables = {"HOME": home, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": api, "PORT": str(free_port())}
    if sessions_url is not None:
        variables["SESSIONS_URL"] = sessions_url
    given = {f"FINGERPOST_{variable}": value for variable, value in variables.items()}
    return ("-c", "from bot.cli import main; main()", "run", "--with-example-directory"), given


async def _in_time(waiting: object) -> None:
    await asyncio.wait_for(waiting, _WITHIN)  # type: ignore[arg-type]
