"""Where most of what was measured lies."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The value that so many of a hundred do not exceed, of values in order."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
