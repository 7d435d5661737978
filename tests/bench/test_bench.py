"""The benchmarks run and tell every figure. No time is asserted: machines are noisy."""

from __future__ import annotations

import re

from bot.bench import measure


async def test_every_benchmark_gives_a_figure_and_a_ratio() -> None:
    head, *lines = await measure(20)
    assert "median" in head
    assert len(lines) == 10
    for line in lines:
        assert re.search(r"\d+\.\d +\d+\.\d +\d+\.\d$", line), line
