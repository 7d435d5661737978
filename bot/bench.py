"""The benchmarks. Machines are noisy, so every figure is a median and is set against another of the same run."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter_ns

from bot.arrival import Address, Arrival, Erased, Tapped
from bot.benchmarks.directory import compared
from bot.benchmarks.typed import BEGINNINGS, HARD_IDENTITY, ONE_STORY, RUN_TOGETHER, VARIED, filled
from bot.flow_knowledge import known
from bot.rooms import Rooms, now, opened
from bot.sealing import new_chat
from bot.settings import Settings
from dialogs.proof import prove
from safety import identity, risk
from safety.envelope import Turn
from service_directory.matching import Query, match
from service_directory.places import find
from service_directory.standards import day_in_london

_PLACES = ("Leeds", "leds", "near wakefield mate", "LS6 2AB", "newport", "the toon", "Sheffeild", "zzzzzz")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: the median and the 99th percentile of single runs, in microseconds."""

    name: str
    median: float
    p99: float

    @classmethod
    def of(cls, name: str, nanoseconds: Sequence[int]) -> Figure:
        ordered = sorted(nanoseconds)
        return cls(name, statistics.median(ordered) / 1000, ordered[int(len(ordered) * 0.99)] / 1000)


async def measure(turns: int, services: int = 100_000) -> list[str]:
    """Run every benchmark and lay the figures side by side, each as a multiple of the first.

    Then the directory's own comparison, with so many made-up `services`.
    """
    with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as folder:
        settings = replace(
            Settings.read({"FINGERPOST_HOME": folder}), sessions_url=f"sqlite:///{folder}/sessions.sqlite"
        )
        async with opened(settings, examples=True) as rooms:
            figures = [
                *_screening(turns),
                *_noticing(turns),
                _timed("finding a place", turns, lambda n: find(rooms.gazetteer, _PLACES[n % len(_PLACES)])),
                await _matching(rooms, turns),
                await _showing(rooms, turns),
                await _turn(rooms, turns // 4),
                _proving(rooms, turns // 100),
            ]
    base = figures[0].median
    lines = [f"{'':34}{'median µs':>12}{'p99 µs':>12}{'ratio':>9}"]
    lines += [f"{f.name:34}{f.median:12.1f}{f.p99:12.1f}{f.median / base:9.1f}" for f in figures]
    return [*lines, "", *await compared(services, max(turns, 100))]


def _screening(turns: int) -> list[Figure]:
    few = turns // 10
    typed = {
        "one story over and over": filled(ONE_STORY),
        "varied talk": filled(VARIED),
        "beginnings": filled(BEGINNINGS),
        "run together": filled(RUN_TOGETHER),
    }
    return [
        _timed("screening 200 characters of talk", turns, lambda n: risk.screen(VARIED[n % 3000 :][:200])),
        *(_timed(f"  4,096: {kind}", few, _screen_all_of(text)) for kind, text in typed.items()),
    ]


def _screen_all_of(text: str) -> Callable[[int], object]:
    return lambda _: risk.screen(text)


def _noticing(turns: int) -> list[Figure]:
    few, many = turns // 50, filled(HARD_IDENTITY)
    return [
        _timed("noticing identity, 200 characters", turns, lambda n: identity.notice(VARIED[n % 3000 :][:200])),
        _timed("  2,048 hard ones", few, lambda _: identity.notice(many[:2048])),
        _timed("  4,096 hard ones", few, lambda _: identity.notice(many)),
    ]


def _timed(name: str, runs: int, work: Callable[[int], object], *, least: int = 100) -> Figure:
    work(0)
    spent = []
    for number in range(max(runs, least)):
        began = perf_counter_ns()
        work(number)
        spent.append(perf_counter_ns() - began)
    return Figure.of(name, spent)


async def _timed_async(name: str, runs: int, work: Callable[[int], Awaitable[object]]) -> Figure:
    await work(0)
    spent = []
    for number in range(max(runs, 100)):
        began = perf_counter_ns()
        await work(number)
        spent.append(perf_counter_ns() - began)
    return Figure.of(name, spent)


async def _matching(rooms: Rooms, turns: int) -> Figure:
    at = now()
    index = await rooms.directory.index(rooms.areas, day_in_london(at))
    councils = [code for code, area in rooms.areas.items() if area.kind == "council"]
    return _timed(
        "matching in the example directory",
        turns,
        lambda n: match(index, Query(("talk",), councils[n % len(councils)], at)),
    )


def _proving(rooms: Rooms, runs: int) -> Figure:
    around = known(rooms.lifelines)
    return _timed("proving the conversation", runs, lambda _: prove(rooms.book, around), least=5)


async def _showing(rooms: Rooms, turns: int) -> Figure:
    stranger = Address("web", new_chat())
    return await _timed_async("a stranger's first turn", turns, lambda _: rooms.conversation.show(stranger))


async def _turn(rooms: Rooms, turns: int) -> Figure:
    """A whole turn with a durable session: each one is another man's first tap."""
    token = (await rooms.conversation.show(Address("web", new_chat()))).messages[-1].rows[0][0].token

    async def first_tap(number: int) -> object:
        arrival = Arrival(Address("web", new_chat()), Tapped(token), update=str(number))
        return await rooms.conversation.take(arrival, _Nowhere())

    return await _timed_async("a whole turn, committed (SQLite)", turns, first_tap)


class _Nowhere:
    """A channel that shows nobody anything."""

    async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        return ()

    async def erase(self, ids: Sequence[int]) -> Erased:
        return Erased(0)
