"""How long the program takes from its start to its first answer, and what it holds once everything is loaded."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from bot.benchmarks.program import asked, serving
from bot.benchmarks.telegram.stand_in import TOKEN, StandIn

_HEAD: Final = f"{'the program':44}{'first answer s':>15}{'CPU s':>8}{'MB':>7}"


async def starts(*, runs: int) -> list[str]:
    """Starts of the whole program with the example directory and the desk, with and without Telegram; the medians.

    What has to be made only once (databases, keys) is there already, except in the first line.
    """
    telegram = StandIn()
    server, api = await telegram.listen()
    async with server:
        with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as home:
            return [
                _HEAD,
                await _line("first start, web chat and desk", None, runs),
                await _line("start, web chat and desk", Path(home), runs),
                await _line("start, Telegram too", Path(home), runs, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API=api),
            ]


async def _line(name: str, home: Path | None, runs: int, **variables: str) -> str:
    if home is not None:
        async with serving(home, **variables):
            pass
    took, cost, held = [], [], []
    for _ in range(runs):
        async with serving(home, **variables) as program:
            took.append(program.took)
            cost.append(program.processor())
            # The desk is loaded after the first answer, or when somebody comes to it.
            await asked(program.port, "/desk/sign-in")
            held.append(program.memory())
    return f"{name:44}{median(took):15.2f}{median(cost):8.2f}{median(held):7.0f}"
