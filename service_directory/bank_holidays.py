"""The bank holidays of the four nations, by rule. Pure.

Days proclaimed for one year only (a coronation, say) cannot be worked out and are not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from service_directory.areas import NATIONS, NORTHERN_IRELAND, SCOTLAND

_MONDAY = 0
_SATURDAY = 5


@lru_cache(maxsize=256)
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """The bank holidays of one nation in one year.

    A holiday that falls on a weekend is given with its substitute: few services open on either.
    """
    fixed = {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    easter = easter_sunday(year)
    movable = {easter - timedelta(days=2), _monday(year, 5, first=True), _monday(year, 5, first=False)}
    if nation == SCOTLAND:
        fixed |= {date(year, 1, 2), date(year, 11, 30)}
        movable |= {_monday(year, 8, first=True)}
    else:
        movable |= {easter + timedelta(days=1), _monday(year, 8, first=False)}
    if nation == NORTHERN_IRELAND:
        fixed |= {date(year, 3, 17), date(year, 7, 12)}
    return frozenset(fixed | movable | _substitutes(fixed))


def shared_bank_holidays(nations: Iterable[str], year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The holidays that all these nations keep, and those that only some of them do. None given: all four."""
    each = [bank_holidays(nation, year) for nation in nations] or [bank_holidays(nation, year) for nation in NATIONS]
    by_all = frozenset.intersection(*each)
    return by_all, frozenset.union(*each) - by_all


def easter_sunday(year: int) -> date:
    """Western Easter, by the anonymous Gregorian computus (Meeus/Jones/Butcher)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    weekday = (32 + 2 * century_rest + 2 * (of_century // 4) - epact - of_century % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _monday(year: int, month: int, *, first: bool) -> date:
    day = date(year, month, 1) if first else date(year, month, 31)
    step = timedelta(days=1 if first else -1)
    while day.weekday() != _MONDAY:
        day += step
    return day


def _substitutes(fixed: set[date]) -> set[date]:
    """For each holiday on a weekend, the next weekday that is not a holiday already."""
    taken = {day for day in fixed if day.weekday() < _SATURDAY}
    substitutes: set[date] = set()
    for day in sorted(day for day in fixed if day.weekday() >= _SATURDAY):
        substitute = day
        while substitute.weekday() >= _SATURDAY or substitute in taken:
            substitute += timedelta(days=1)
        taken.add(substitute)
        substitutes.add(substitute)
    return substitutes
