"""How long a great directory takes to say who can help, beside a plain scan and PostgreSQL, in one run.

All three first have to give the same services in the same order for every question. Times of single questions are of
the clock, because what PostgreSQL does is done in another process.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median
from time import perf_counter, perf_counter_ns

from bot.benchmarks import made_up, postgresql
from bot.benchmarks.scan import scan
from service_directory.areas import Areas
from service_directory.matching import Index, Query, match

TENTH = 10
"""The directory is also measured at a tenth of its size."""
_SCANNED = 50
"""A plain scan is so slow that it is asked only one question in so many,"""
_SENT = 4
"""and PostgreSQL one in so many."""


class OtherServices(Exception):
    """Two ways to answer a question do not agree, so that they cannot be compared."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one way takes for a question: the median and the 99th percentile, in microseconds."""

    name: str
    median: float
    p99: float


async def compared(services: int, questions: int) -> list[str]:
    """The whole comparison, as lines. Where PostgreSQL's package is not installed that is said instead.

    Raises OtherServices.
    """
    areas = Areas.load()
    asked = list(made_up.questions(areas, questions))
    small, large = services // TENTH, services
    index = Index(areas, made_up.services(areas, small))
    index.prepare(made_up.TODAY)
    rows = [_matching(f"matching, {small:,} services", index, asked)]
    seconds, megabytes, index = _built(areas, large)
    rows.append(_matching(f"matching, {large:,} services", index, asked))
    rows.append(_scanning(f"plain scan, {large:,}", areas, index, asked[::_SCANNED]))
    missing = []
    try:
        rows.append(await _asking(f"PostgreSQL, {large:,}", index, asked[::_SENT]))
    except ModuleNotFoundError:
        missing.append(f"{postgresql.PACKAGE} is not installed and was not measured (pip install -e '.[dev]').")
    told = f"built in {seconds:.1f} s, {megabytes:.0f} MB, {_changed(index):.0f} ms when one of them changes"
    return [*_table(rows), f"index of {large:,} services: {told}", *missing]


def _built(areas: Areas, services: int) -> tuple[float, float, Index]:
    """An index ready for the day: how many seconds it takes to build, and the megabytes that Python holds for it."""
    entries = list(made_up.services(areas, services))
    began = perf_counter()
    index = Index(areas, entries)
    index.prepare(made_up.TODAY)
    seconds = perf_counter() - began
    del entries, index
    gc.collect()
    # Counted in a second run, because counting slows it down.
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        index = Index(areas, made_up.services(areas, services))
        index.prepare(made_up.TODAY)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return seconds, (after - before) / 1e6, index


def _changed(index: Index) -> float:
    """How many milliseconds it takes to make the index anew when one service has changed: the median of ten."""
    spent = []
    for entry in islice(index, 10):
        began = perf_counter()
        Index(index.areas, [replace(entry, men_only=not entry.men_only)], before=index).prepare(made_up.TODAY)
        spent.append((perf_counter() - began) * 1000)
    return median(spent)


def _matching(name: str, index: Index, asked: Sequence[Query]) -> Row:
    match(index, asked[0])
    spent = []
    for query in asked:
        began = perf_counter_ns()
        match(index, query)
        spent.append(perf_counter_ns() - began)
    return _row(name, spent)


def _scanning(name: str, areas: Areas, index: Index, asked: Sequence[Query]) -> Row:
    entries = list(index)
    spent = []
    for query in asked:
        began = perf_counter_ns()
        found = scan(areas, entries, query)
        spent.append(perf_counter_ns() - began)
        _agree(index, query, found, name)
    return _row(name, spent)


async def _asking(name: str, index: Index, asked: Sequence[Query]) -> Row:
    async with postgresql.holding(index) as questions:
        await questions.ask(index, asked[0])
        spent = []
        for query in asked:
            began = perf_counter_ns()
            found = await questions.ask(index, query)
            spent.append(perf_counter_ns() - began)
            _agree(index, query, found, name)
    return _row(name, spent)


def _agree(index: Index, query: Query, found: Sequence[str], name: str) -> None:
    ours = [signpost.service_id for signpost in match(index, query).signposts]
    if ours != list(found):
        raise OtherServices(f"{name} answers {query} with {found}, matching with {ours}")


def _row(name: str, nanoseconds: Sequence[int]) -> Row:
    ordered = sorted(nanoseconds)
    return Row(name, median(ordered) / 1000, ordered[int(len(ordered) * 0.99)] / 1000)


def _table(rows: Sequence[Row]) -> list[str]:
    base = rows[0].median
    return [
        f"{'':34}{'median µs':>12}{'p99 µs':>12}{'ratio':>9}",
        *(f"{row.name:34}{row.median:12.1f}{row.p99:12.1f}{row.median / base:9.1f}" for row in rows),
    ]
