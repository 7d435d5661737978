"""Whole turns of the web chat: a real process, real HTTP, and every turn committed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from bot.benchmarks.load import Loaded, flood, steady
from bot.benchmarks.percentiles import percentile
from bot.benchmarks.program import serving

A_SECOND: Final = 30
"""The pace at which Telegram would let a bot answer: beside it stands what is measured there."""

HEAD: Final = f"{'the web chat over HTTP':44}{'turns/s':>9}{'CPU ms':>9}{'p50 ms':>9}{'p99 ms':>9}{'MB':>7}"


async def web_chat(*, runs: int, turns: int, seconds: float) -> list[str]:
    """As many turns as it takes, of one man and of many at once, and arrivals at a steady pace; medians of the runs."""
    found: dict[str, list[Loaded]] = {}
    for _ in range(runs):
        async with serving() as program:
            await flood([program], turns=turns // 4 + 1, at_once=4)
            alone = await flood([program], turns=turns, at_once=1)
            crowd = await flood([program], turns=turns, at_once=16)
            pace = await steady([program], rate=A_SECOND, seconds=seconds)
        for name, one in (("one man after another", alone), ("16 at once", crowd), (f"{A_SECOND} a second", pace)):
            found.setdefault(name, []).append(one)
    return [HEAD, *(line(name, some) for name, some in found.items())]


def line(name: str, runs: Sequence[Loaded]) -> str:
    """The medians of some runs."""
    return (
        f"{name:44}{median(one.rate for one in runs):9.0f}{median(one.cost for one in runs):9.2f}"
        f"{median(percentile(one.waits, 50) for one in runs):9.1f}"
        f"{median(percentile(one.waits, 99) for one in runs):9.1f}{median(one.memory for one in runs):7.0f}"
    )
