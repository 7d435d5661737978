"""`fingerpost bench`: how fast and how large it is, beside others and beside itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import click

from bot.bench import measure
from bot.benchmarks.crowded import crowded
from bot.benchmarks.measuring import side_by_side
from bot.benchmarks.sizing import sized
from bot.benchmarks.starting import starts
from bot.benchmarks.telegram.racing import races
from bot.benchmarks.web_chat import web_chat
from bot.explaining import explained


async def _engine(turns: int, services: int, live: int) -> list[str]:
    # In a thread that has no event loop: some of the engines begin their own.
    return await asyncio.to_thread(side_by_side, seconds=turns / 10_000)


PARTS: Final[dict[str, Callable[[int, int, int], Coroutine[Any, Any, list[str]]]]] = {
    "rooms": lambda turns, services, live: measure(turns, services),
    "engine": _engine,
    "start": lambda turns, services, live: starts(runs=3),
    "telegram": lambda turns, services, live: races(runs=3, pile=turns // 4, seconds=10),
    "web": lambda turns, services, live: web_chat(runs=3, turns=turns // 2, seconds=10),
    "live": lambda turns, services, live: crowded(live=live, men=turns // 20),
    "load": lambda turns, services, live: sized(seconds=20, turns=turns),
}
"""Each part, and what takes the lines of its table."""


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--turns", default=2000, show_default=True, help="How many turns to take of each kind.")
@click.option("--services", default=100_000, show_default=True, help="How many made-up services to match among.")
@click.option("--live", default=1_000_000, show_default=True, help="How many live sessions to fill a store with.")
def bench(parts: tuple[str, ...], turns: int, services: int, live: int) -> None:
    """The benchmarks: medians, and ratios within one run, because machines are noisy.

    PARTS: rooms (screening, places, matching, proving), engine (beside other engines), start (and memory), telegram
    (whole turns over HTTP beside echo bots), web, live (a turn beside a million live sessions, which takes 10 GB of
    disk), load (what one machine carries). All but the last when none is named; that takes a quarter of an hour.
    """
    with explained():
        for number, part in enumerate(parts or tuple(PARTS)[:-1]):
            if number:
                click.echo()
            for line in asyncio.run(PARTS[part](turns, services, live)):
                click.echo(line)
