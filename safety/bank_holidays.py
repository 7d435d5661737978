"""The bank holidays of the four nations, by rule: on them most lines keep other hours. Pure.

Days proclaimed for one year only (a coronation, say) cannot be worked out and are not here. The service directory has
the same calendar for services; the rooms know nothing of each other, and a test holds the two to be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

SCOTLAND: Final = "S92000003"
NORTHERN_IRELAND: Final = "N92000002"

_MONDAY: Final = 0
_SATURDAY: Final = 5


@lru_cache(maxsize=64)
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """The bank holidays of a nation (its GSS code) in a year.

    One that falls on a weekend is given with the day that stands for it: few lines keep their hours on either.
    """
    fixed = {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    good_friday = _easter_sunday(year) - timedelta(days=2)
    movable = {good_friday, _monday_from(date(year, 5, 1)), _monday_from(date(year, 5, 25))}
    if nation == SCOTLAND:
        fixed |= {date(year, 1, 2), date(year, 11, 30)}
        movable |= {_monday_from(date(year, 8, 1))}
    else:
        movable |= {good_friday + timedelta(days=3), _monday_from(date(year, 8, 25))}
    if nation == NORTHERN_IRELAND:
        fixed |= {date(year, 3, 17), date(year, 7, 12)}
    return frozenset((*fixed, *movable, *_substitutes(fixed)))


def kept(nations: Iterable[str], years: Iterable[int]) -> tuple[frozenset[date], frozenset[date]]:
    """The bank holidays of these years that all these nations keep, and those that only some of them do."""
    each = [frozenset().union(*(bank_holidays(nation, year) for year in years)) for nation in nations]
    by_all = frozenset.intersection(*each)
    return by_all, frozenset.union(*each) - by_all


def _monday_from(day: date) -> date:
    """The first Monday on or after a day."""
    return day + timedelta(days=(_MONDAY - day.weekday()) % 7)


def _substitutes(fixed: set[date]) -> Iterator[date]:
    """For each holiday on a weekend, the next weekday that is not a holiday already."""
    taken = {day for day in fixed if day.weekday() < _SATURDAY}
    for day in sorted(fixed - taken):
        while day.weekday() >= _SATURDAY or day in taken:
            day += timedelta(days=1)
        taken.add(day)
        yield day


def _easter_sunday(year: int) -> date:
    """Western Easter, by Gauss's rule as Meeus gives it for the Gregorian calendar."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
