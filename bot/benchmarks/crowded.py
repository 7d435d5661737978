"""Whether a turn costs more beside a million live sessions, or after months of history, than in an empty store.

Every store is walked through by the same men, a few in one and then a few in the next, so that the machine's other
work falls on all of them alike.
"""

from __future__ import annotations

import contextlib
import functools
import random
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from bot.benchmarks.percentiles import percentile
from bot.benchmarks.stores import SqliteStore, Store, in_postgresql
from bot.benchmarks.walking import walk
from bot.rooms import Rooms, now, opened
from bot.session import as_milliseconds
from bot.settings import Settings
from service_directory.areas import Areas
from service_directory.matching import NEEDS
from service_directory.store import Directory, example_values

_TWO_DAYS: Final = 48 * 3600 * 1000
_LETTERS: Final = 10_000
_MONTHS: Final = 24


@dataclass
class Figures:
    """What was measured in one store. `turns` in nanoseconds; `sweep` in seconds; `bytes_each` of a live session
    or a mark."""

    name: str
    turns: list[int] = field(default_factory=list)
    sweep: float = 0.0
    bytes_each: float | None = None


async def crowded(*, live: int, men: int) -> list[str]:
    """The whole comparison on SQLite and PostgreSQL, as lines: so many `live` sessions, and `men` for each store."""
    lines = [f"{'a turn in a store':44}{'median ms':>11}{'p99 ms':>9}{'ratio':>8}{'sweep s':>10}{'bytes each':>12}"]
    with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as folder:
        files = [SqliteStore(Path(folder) / f"{name}.sqlite") for name in ("empty", "live", "history")]
        lines += _lines("SQLite", await _compared(files, live, men))
    try:
        async with in_postgresql("empty", "live", "history") as databases:
            lines += _lines("PostgreSQL", await _compared(databases, live, men))
    except ModuleNotFoundError as missing:
        lines.append(f"{missing.name} is not installed: PostgreSQL was not measured (pip install -e '.[dev]').")
    return lines


def _lines(engine: str, found: Sequence[Figures]) -> Iterator[str]:
    base = median(found[0].turns)
    for one in found:
        each = "-" if one.bytes_each is None else f"{one.bytes_each:,.0f}"
        yield (
            f"{f'{engine}, {one.name}':44}{median(one.turns) / 1e6:11.2f}{percentile(sorted(one.turns), 99) / 1e6:9.1f}"
            f"{median(one.turns) / base:8.2f}{one.sweep:10.3f}{each:>12}"
        )


async def _compared(stores: Sequence[Store], live: int, men: int) -> list[Figures]:
    _, full, old = stores
    found = [Figures("empty"), Figures(f"{live:,} live sessions"), Figures(f"{live:,} marks, {_MONTHS} months behind")]
    for store in stores:
        # The tables, and rows as patterns for others.
        async with _rooms(store) as rooms:
            await walk(rooms, -1)
            await walk(rooms, -2, leaves=False)
    found[1].bytes_each = await _live(full, live)
    found[2].bytes_each = await _marks(old, live)
    for store in stores:
        await store.rest()
    async with contextlib.AsyncExitStack() as stack:
        everywhere = [await stack.enter_async_context(_rooms(store, old=store is old)) for store in stores]
        for rooms in everywhere:
            await walk(rooms, -1)
        for man in range(men):
            for rooms, figures in zip(everywhere, found, strict=True):
                figures.turns += await walk(rooms, man)
        for rooms, figures in zip(everywhere, found, strict=True):
            began = perf_counter()
            await rooms.sessions.sweep(now())
            figures.sweep = perf_counter() - began
    return found


@contextlib.asynccontextmanager
async def _rooms(store: Store, *, old: bool = False) -> AsyncIterator[Rooms]:
    """The program's rooms over a store of sessions, and a directory of their own that holds the examples; one that is
    `old` has years behind it."""
    with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as folder:
        settings = replace(Settings.read({"FINGERPOST_HOME": folder}), sessions_url=store.url)
        directory = await Directory.open(settings.directory_url)
        try:
            await directory.load_document(example_values(), at=now(), who="bench", why="to be measured", apply=True)
        finally:
            await directory.close()
        if old:
            async with opened(settings, examples=False) as rooms:
                areas = rooms.areas
            await _years(SqliteStore(Path(folder) / "directory.sqlite"), areas)
        async with opened(settings, examples=False, serving=True) as rooms:
            yield rooms


async def _live(store: Store, count: int) -> float:
    """Let so many men be in the middle of a conversation; the bytes that each takes on the disk."""
    before = await store.size()
    sizes = {
        what: await store.ask(f"SELECT max({what}) FROM {table}")  # noqa: S608 (our own words)
        for table, what in (
            ("session", "length(session.sealed)"),
            ("session", "length(place)"),
            ("session", "key_number"),
            ("trace", "length(trace.sealed)"),
            ("trace", "seal_number"),
        )
    }
    sealed, place, number, chat, seal = sizes.values()
    soon = as_milliseconds(now() + timedelta(minutes=20))

    def sessions() -> Iterator[Sequence[object]]:
        for who, chance, ends_at in _spread(count, soon):
            yield who, number, ends_at, _noise(chance, sealed), _noise(chance, place)

    def traces() -> Iterator[Sequence[object]]:
        for who, chance, ends_at in _spread(count, soon):
            yield who, number, seal, ends_at, ends_at + _TWO_DAYS, _noise(chance, chat)

    await store.fill("session", ("who", "key_number", "ends_at", "sealed", "place"), sessions())
    await store.fill("trace", ("who", "key_number", "seal_number", "wipe_at", "drop_at", "sealed"), traces())
    await store.rest()
    return (await store.size() - before) / count


async def _marks(store: Store, count: int) -> float:
    """Let a day of updates lie behind, each with its mark; the bytes that each takes on the disk."""
    before = await store.size()
    number = await store.ask("SELECT max(key_number) FROM mark")
    later = as_milliseconds(now() + timedelta(hours=1))

    def marks() -> Iterator[Sequence[object]]:
        for name, _, ends_at in _spread(count, later):
            yield name, number, ends_at - _TWO_DAYS // 2, ends_at

    await store.fill("mark", ("name", "key_number", "made_at", "ends_at"), marks())
    await store.rest()
    return (await store.size() - before) / count


async def _years(directory: Store, areas: Areas) -> None:
    """Let a directory have years of counts, letters and log."""
    regions = [code for code, area in areas.items() if area.kind == "region"]
    months = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(_MONTHS)]
    await directory.fill(
        "desk_count",
        ("month", "region", "kind", "number"),
        (
            (month.isoformat(), region, f"signposts:{need}", 25)
            for month in months
            for region in regions
            for need in NEEDS
        ),
    )
    at = f"{now():%Y-%m-%d %H:%M:%S.%f}"
    await directory.fill(
        "desk_mail",
        (
            "kind",
            "service_id",
            "recipient",
            "message_id",
            "subject",
            "plain",
            "html",
            "state",
            "queued_at",
            "due_at",
            "attempts",
            "trouble",
        ),
        (
            ("still_right", "", "somebody@example.org", "", "Listings desk", "", "", "sent", at, at, 1, "")
            for _ in range(_LETTERS)
        ),
    )
    await directory.fill(
        "desk_log", ("at", "who", "what", "about"), ((at, "somebody", "signed in", "") for _ in range(_LETTERS))
    )


def _spread(count: int, begins: int) -> Iterator[tuple[str, random.Random, int]]:
    """For each of so many rows a pseudonym, a source of chance, and a moment within forty minutes, in milliseconds.

    Pseudonyms come in order, which every database takes in many times faster.
    """
    chance = random.Random(1)  # noqa: S311
    step = (1 << 128) // max(count, 1)
    for number in range(count):
        yield f"{number * step + chance.randrange(step):032x}", chance, begins + chance.randrange(40 * 60 * 1000)


@functools.cache
def _noises() -> bytes:
    return random.Random(2).randbytes(1 << 22)  # noqa: S311


def _noise(chance: random.Random, length: int) -> bytes:
    """What is sealed cannot be told from noise, and is as long for every man."""
    begins = chance.randrange(len(_noises()) - length)
    return _noises()[begins : begins + length]
