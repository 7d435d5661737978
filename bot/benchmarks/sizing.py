"""What one machine carries: one process and more, on SQLite and PostgreSQL, at several rates.

The figures of docs/operators.md are made by it. Men, processes and databases share one machine here, so that what one
machine carries is told, and each process's share of the processor for each turn.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.benchmarks.load import Loaded, flood, steady
from bot.benchmarks.percentiles import percentile
from bot.benchmarks.program import Program, serving
from bot.benchmarks.stores import SqliteStore, Store, in_postgresql

RATES: Final = (10, 60, 120, 203)
"""Turns a second. The last is what a million conversations a day come to in their busiest hour (docs/operators.md)."""
_PROCESSES: Final = (1, 2, 3)
_HEAD: Final = (
    f"{'processes':22}{'asked/s':>9}{'turns/s':>9}{'CPU ms':>8}{'of database':>13}{'p50 ms':>9}{'p99 ms':>9}"
    f"{'refused':>9}{'MB each':>9}{'connections':>13}{'bytes a turn':>14}"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One line: the rate that was asked for (None: as much as it takes), what came of it, milliseconds of the
    processor that the database's server took for each turn, how many connections the sessions' database had (None: a
    file has none), and by how many bytes a turn it grew."""

    asked: float | None
    loaded: Loaded
    cost: float
    connections: int | None
    growth: float


async def sized(*, seconds: float, turns: int, rates: Sequence[float] = RATES) -> list[str]:
    """The whole table, as lines; `turns` as fast as they are answered, and `seconds` at each rate."""
    lines = [_HEAD]
    with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as folder:
        home = Path(folder)
        store = SqliteStore(home / "sessions.sqlite")
        async with serving(home) as program:
            found = await _each([program], store, seconds, turns, rates)
        lines += [_line("1 on SQLite", each) for each in found]
    try:
        for processes in _PROCESSES:
            async with (
                in_postgresql("sessions", "directory") as (sessions, directory),
                _together(processes, sessions, directory) as programs,
            ):
                found = await _each(programs, sessions, seconds, turns, rates)
            lines += [_line(f"{processes} on PostgreSQL", each) for each in found]
    except ModuleNotFoundError as missing:
        lines.append(f"{missing.name} is not installed: PostgreSQL was not measured (pip install -e '.[dev]').")
    return lines


@contextlib.asynccontextmanager
async def _together(processes: int, sessions: Store, directory: Store) -> AsyncIterator[list[Program]]:
    """So many processes over the same databases and the same home."""
    with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as home:
        async with contextlib.AsyncExitStack() as stack:
            urls = {"SESSIONS_URL": sessions.url, "DIRECTORY_URL": directory.url}
            yield [await stack.enter_async_context(serving(Path(home), **urls)) for _ in range(processes)]


async def _each(
    programs: Sequence[Program], store: Store, seconds: float, turns: int, rates: Sequence[float]
) -> list[Measured]:
    await flood(programs, turns=turns // 4 + 1, at_once=4)
    found = []
    for rate in (*rates, None):
        before, spent = await store.size(), await store.processor()
        if rate is None:
            loaded = await flood(programs, turns=turns, at_once=16)
        else:
            loaded = await steady(programs, rate=rate, seconds=seconds)
        turns_taken = len(loaded.waits) + loaded.refused
        spent, growth = await store.processor() - spent, await store.size() - before
        connections = await store.connections()
        found.append(Measured(rate, loaded, spent / turns_taken * 1000, connections, growth / turns_taken))
    return found


def _line(name: str, one: Measured) -> str:
    asked = "most" if one.asked is None else f"{one.asked:g}"
    connections = "-" if one.connections is None else str(one.connections)
    return (
        f"{name:22}{asked:>9}{one.loaded.rate:9.1f}{one.loaded.cost:8.2f}{one.cost:13.2f}"
        f"{percentile(one.loaded.waits, 50):9.1f}{percentile(one.loaded.waits, 99):9.1f}{one.loaded.refused:9}"
        f"{one.loaded.memory:9.0f}"
        f"{connections:>13}{one.growth:14,.0f}"
    )
