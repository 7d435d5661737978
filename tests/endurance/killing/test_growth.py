"""What grows for ever is told from what fills up once or goes up and down."""

from __future__ import annotations

import math

from tests.endurance.killing.growth import MEMORY_A_MINUTE, OPEN_FILES, more_than_ever, slope

MINUTES = [n / 2 for n in range(60)]


def test_a_leak_is_seen_in_the_later_half() -> None:
    assert slope([(at, 180 + 2 * at) for at in MINUTES]) > MEMORY_A_MINUTE


def test_a_cache_that_fills_once_is_no_leak() -> None:
    assert slope([(at, 180 + min(30.0, 10 * at)) for at in MINUTES]) < MEMORY_A_MINUTE


def test_what_goes_up_and_down_is_no_leak() -> None:
    assert abs(slope([(at, 180 + 5 * math.sin(at)) for at in MINUTES])) < MEMORY_A_MINUTE


def test_open_files_that_are_never_closed_are_seen() -> None:
    assert more_than_ever([(at, 30 + 4 * at) for at in MINUTES]) > OPEN_FILES
    assert more_than_ever([(at, 30.0 + 15 * (at % 2)) for at in MINUTES]) == 0


def test_too_few_samples_tell_nothing() -> None:
    assert slope([]) == slope([(1, 1), (2, 9)]) == more_than_ever([(1, 1), (2, 9)]) == 0
