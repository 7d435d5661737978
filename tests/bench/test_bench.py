"""The benchmarks run and tell every figure. No time is asserted: machines are noisy."""

from __future__ import annotations

import re

from bot.bench import measure


async def test_every_benchmark_gives_a_figure_and_a_ratio() -> None:
    lines = await measure(20, services=500)
    gap = lines.index("")
    for head in (lines[0], lines[gap + 1]):
        assert "median" in head
    directory = lines[gap + 2 : -1]
    assert [line.split(",")[0] for line in directory] == ["matching", "matching", "plain scan", "PostgreSQL"]
    assert len(lines[1:gap]) == 13
    assert re.fullmatch(
        r"index of 500 services: built in \d+\.\d s, \d+ MB, \d+ ms when one of them changes", lines[-1]
    )
    for line in (*lines[1:gap], *directory):
        assert re.search(r"\d+\.\d +\d+\.\d +\d+\.\d$", line), line
