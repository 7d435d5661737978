"""Whole turns over HTTP can be measured, of our bot and of those that it is set against. No time is asserted."""

from __future__ import annotations

import pytest

from bot.benchmarks.telegram.racing import ECHOES, OURS, Race, race, table


@pytest.mark.parametrize("name", [*ECHOES, OURS])
async def test_every_bot_answers_everybody(name: str) -> None:
    measured = await race(name, pile=20, seconds=0.5)
    assert measured.rate > 0
    assert measured.memory > 10
    assert len(measured.waits) > 1
    assert list(measured.waits) == sorted(measured.waits)


def test_the_table_sets_every_bot_beside_the_first() -> None:
    found = {
        ECHOES[0]: [Race(ECHOES[0], 100.0, 3.0, (1.0, 2.0), 60.0)],
        OURS: [Race(OURS, rate, 1.0, (2.0, 9.0), 150.0) for rate in (100.0, 250.0, 300.0)],
    }
    _, echo, ours = table(found)
    assert echo.split()[-6:] == ["100", "1.00", "3.00", "2.0", "2.0", "60"]
    assert ours.split()[-6:] == ["250", "2.50", "1.00", "9.0", "9.0", "150"]
