"""Runs of digits as people group them, and dates, for everything that looks for a number of a certain length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

_RUN = re.compile(r"(?<!\d)\+?\(?\d++(?:[ ()./\-‐-―]{1,3}+\d++)*+")
_SHORTEST = 5
"""No number of a telephone has fewer digits, but for those of the emergency services."""
_GROUP = re.compile(r"\d++")
_DATE = re.compile(r"(?<![\d.-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)?\d\d)(?![./-]?\d)")


@dataclass(frozen=True, slots=True)
class Run:
    """Digits in a row: `starts` and `ends` are the places in `digits` where a group starts or ends, and `abroad`
    says that the run opens with a plus."""

    digits: str
    starts: tuple[int, ...]
    ends: frozenset[int]
    abroad: bool

    def fitting(self, pattern: re.Pattern[str]) -> Iterator[str]:
        """What fits the pattern from the start of a group to the end of one."""
        for start in self.starts:
            found = pattern.match(self.digits, start)
            if found and found.end() in self.ends:
                yield found[0]


def runs(text: str) -> list[Run]:
    """The runs of digits in the text, dates left out. Spaces, dots, dashes and brackets may stand between groups."""
    found = (match[0] for match in _RUN.finditer(_DATE.sub(_unless_a_date, text)))
    return [_run(typed) for typed in found if len(typed) >= _SHORTEST]


def _run(typed: str) -> Run:
    groups = _GROUP.findall(typed)
    ends = list(accumulate(map(len, groups)))
    return Run("".join(groups), (0, *ends[:-1]), frozenset(ends), typed.startswith("+"))


def _unless_a_date(match: re.Match[str]) -> str:
    return " | " if is_date(match[1], match[3], match[4]) else match[0]


def is_date(day: str, month: str, year: str) -> bool:
    """Is there such a day? A year of two digits is of any century: 2000 had all the days that a year can have."""
    try:
        date(int(year) if len(year) == 4 else 2000, int(month), int(day))
    except ValueError:
        return False
    return True
