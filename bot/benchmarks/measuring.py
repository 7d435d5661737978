"""Runs the engines side by side and lays out what each of them takes.

Every engine first has to say the same twelve texts. Times are of the processor, so that other work on the machine
counts as little as it can; what is compared is of one run of the program.
"""

from __future__ import annotations

import gc
import importlib
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from time import process_time

from bot.benchmarks.conversation import INPUTS, TEXTS, Engine

# In the order in which they are shown: module and class. Tools that are there for tests only may be missing.
ENGINES = (
    ("ours", "Fingerpost"),
    ("generator", "HandWritten"),
    ("state_machine", "Transitions"),
    ("conversation_handler", "TelegramHandlers"),
    ("windows", "AiogramWindows"),
)
BASE = "ConversationHandler"
"""The engine that the others are compared with."""
SESSIONS = 10_000
"""Live sessions that memory is told for."""


class OtherWords(Exception):
    """An engine does not say the same as the others, so that it cannot be compared."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one engine: turns a second with the session in memory, and saved and loaded each turn;
    bytes of a saved session, and of the memory of a live one.
    """

    name: str
    version: str
    turns: float
    saved_turns: float | None
    stored: int | None
    live: float


def engines() -> Iterator[Engine | str]:
    """Each engine, or the name of a package that is not installed."""
    for module, name in ENGINES:
        try:
            engine: Engine = getattr(importlib.import_module(f"bot.benchmarks.{module}"), name)()
        except ModuleNotFoundError as missing:
            yield missing.name or module
        else:
            yield engine


def measured(engine: Engine, *, seconds: float, runs: int, sessions: int) -> Row:
    """Measure one engine: `runs` runs of about `seconds` each after a discarded one, and `sessions` live sessions.

    Raises OtherWords when it does not say exactly what all have to say.
    """
    for save in (False, True) if engine.saves else (False,):
        if tuple(engine.talk(1, save=save)) != TEXTS:
            raise OtherWords(f"{engine.name} does not say the twelve texts")
    return Row(
        name=engine.name,
        version=version(engine.package) if engine.package else "",
        turns=_turns_a_second(engine, seconds, runs, save=False),
        saved_turns=_turns_a_second(engine, seconds, runs, save=True) if engine.saves else None,
        stored=engine.stored(),
        live=_memory(engine, sessions) / sessions,
    )


def _turns_a_second(engine: Engine, seconds: float, runs: int, *, save: bool) -> float:
    conversations = 1
    while _spent(engine, conversations, save=save) < seconds:
        conversations *= 2
    rates = [conversations * len(INPUTS) / max(_spent(engine, conversations, save=save), 1e-9) for _ in range(runs)]
    return median(rates)


def _spent(engine: Engine, conversations: int, *, save: bool) -> float:
    began = process_time()
    engine.talk(conversations, save=save)
    return process_time() - began


def _memory(engine: Engine, sessions: int) -> int:
    """The bytes that Python holds for so many live sessions."""
    engine.hold(1)
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        held = engine.hold(sessions)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        del held
    finally:
        tracemalloc.stop()
    return after - before


def table(rows: Sequence[Row]) -> list[str]:
    """The figures as lines, each engine as a multiple of the base."""
    base = next((row.turns for row in rows if row.name == BASE), None)
    head = (
        f"{'':26}{'version':>9}{'turns/s':>12}{'ratio':>9}{'saved, turns/s':>16}{'bytes stored':>14}"
        f"{f'MB per {SESSIONS:,} live':>20}"
    )
    return [head, *(_line(row, base) for row in rows)]


def _line(row: Row, base: float | None) -> str:
    ratio = "-" if base is None else f"{row.turns / base:,.1f}"
    saved = "-" if row.saved_turns is None else f"{row.saved_turns:,.0f}"
    stored = "-" if row.stored is None else f"{row.stored:,}"
    live = f"{row.live * SESSIONS / 1e6:,.1f}"
    return f"{row.name:26}{row.version:>9}{row.turns:12,.0f}{ratio:>9}{saved:>16}{stored:>14}{live:>20}"


def side_by_side(*, seconds: float = 0.2, runs: int = 5, sessions: int = 200) -> list[str]:
    """The whole comparison, as lines. A tool that is not installed is said to be missing."""
    rows, missing = [], []
    for engine in engines():
        if isinstance(engine, str):
            missing.append(f"{engine} is not installed and was not measured (pip install -e '.[dev]').")
        else:
            rows.append(measured(engine, seconds=seconds, runs=runs, sessions=sessions))
    return [*table(rows), *missing]
