"""Does a figure grow without bound? Pure: samples in, a slope out."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import linear_regression, median
from typing import Final

MEMORY_A_MINUTE: Final = 1.0
"""MB. What a process may seem to grow by, in the later half of its life, without being said to grow for ever."""

LONG_ENOUGH: Final = 10.0
"""Minutes. In a shorter life caches still fill, and what memory does says nothing."""

OPEN_FILES: Final = 20
"""How many more files may be open in the later half of a life than there ever were in the earlier one."""

STORE_AN_UPDATE: Final = 2048
"""Bytes. An update leaves a mark for a day, and a man who stays one session: its rows and their indexes."""


def later_half(samples: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """The samples after the middle of the time that they span."""
    middle = (samples[0][0] + samples[-1][0]) / 2
    return [each for each in samples if each[0] >= middle]


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """By how much the second figure grows when the first grows by one, in the later half; 0 for too few."""
    late = later_half(samples) if samples else []
    if len({x for x, _ in late}) < 3:
        return 0.0
    return linear_regression([x for x, _ in late], [y for _, y in late]).slope


def more_than_ever(samples: Sequence[tuple[float, float]]) -> float:
    """By how much the later half's median is above the earlier half's highest; 0 when it is not."""
    if len(samples) < 4:
        return 0.0
    late = later_half(samples)
    early = samples[: len(samples) - len(late)]
    return max(0.0, median(y for _, y in late) - max(y for _, y in early))
