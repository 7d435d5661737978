"""What a long run is judged by: nothing grows for ever, and processes stop in time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.endurance.killing.installation import COMBINATIONS
from tests.endurance.killing.steady import Course, Sample


def course(*, memory: Callable[[float], float], files: int = 40, store: float = 0.001) -> Course:
    """Thirty minutes; ``store`` is how many megabytes each update leaves."""
    samples = [
        Sample(
            minutes=minute / 2,
            turns_a_second=30.0,
            p50=8.0,
            p99=30.0,
            memory=memory(minute / 2),
            files=files,
            store=store * minute * 900,
            updates=minute * 900,
            waiting=1,
            kills=0,
        )
        for minute in range(1, 61)
    ]
    return Course(COMBINATIONS[0], "a seed", samples)


def test_a_course_that_levels_off_is_well() -> None:
    well = course(memory=lambda minutes: 190 + min(minutes, 6))
    well.judge()
    assert not well.wrong
    assert "wrong 0" in well.told()
    assert well.as_json()["combination"] == "polling-sqlite-1"


@pytest.mark.parametrize(
    ("ill", "told"),
    [
        (course(memory=lambda minutes: 190 + 3 * minutes), "memory grows by 3.00 MB a minute"),
        (course(memory=lambda _: 190, store=0.01), "the store grows by 10486 bytes with each update"),
    ],
)
def test_what_grows_for_ever_is_told(ill: Course, told: str) -> None:
    ill.judge()
    assert ill.wrong == [told]
    assert told in ill.told()


def test_the_memory_of_a_short_life_is_not_judged() -> None:
    short = course(memory=lambda minutes: 190 + 3 * minutes)
    short.samples = short.samples[:20]
    short.judge()
    assert not short.wrong


def test_a_process_that_stops_late_is_told() -> None:
    late = course(memory=lambda _: 190)
    late.stops = [0.4, 6.2]
    late.judge()
    assert late.wrong == ["it took 6.2 s to stop"]
