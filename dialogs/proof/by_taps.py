"""A queue that hands things out by how many taps they take, the fewest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class ByTaps(Generic[T]):
    """More can be added while it is gone through, for no fewer taps than those that are being handed out."""

    def __init__(self) -> None:
        self._levels: dict[int, list[T]] = {}

    def add(self, taps: int, item: T) -> None:
        self._levels.setdefault(taps, []).append(item)

    def __iter__(self) -> Iterator[tuple[int, T]]:
        levels = self._levels
        while levels:
            taps = min(levels)
            for item in levels[taps]:
                yield taps, item
            del levels[taps]
