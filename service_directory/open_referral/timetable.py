"""Opening hours as HSDS writes them: a row for each pair of times, with the weekdays it holds on. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from opening_hours import OpeningHours, State

#: How the notes of a row begin, before the notation that it was made from.
AS_WRITTEN: Final = "opening_hours="

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DAYS = rf"{_DAY}(?:-{_DAY})?(?:\s*,\s*{_DAY}(?:-{_DAY})?)*"
_TIME = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_TIMES = rf"{_TIME}(?:\s*,\s*{_TIME})*"
#: One rule that says the same of every week of the year.
_WEEKLY = re.compile(rf"24/7|(?:{_DAYS}\s+)?(?:off|closed|{_TIMES})")
_HOLIDAYS = re.compile(rf"PH\s+(?P<what>off|closed|{_TIMES})")
_AMONG_HOLIDAYS = re.compile(rf"(?:PH\s*,\s*(?P<after>{_DAYS})|(?P<before>{_DAYS})\s*,\s*PH)\s+(?P<what>.+)")
_ROUND_THE_CLOCK = "24/7"

_BYDAY: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: A Monday, on the clock on the wall. Bank holidays are taken out of the notation before it is asked.
_MONDAY: Final = datetime(2024, 1, 15)  # noqa: DTZ001
_DAY_LONG: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
#: A day and night is written as HSDS advises.
_WHOLE_DAY: Final = ("00:00", "23:59")


@dataclass(frozen=True, slots=True)
class Slot:
    """Times on some weekdays of every week: ``MO`` and so on; ``09:00``, in UK time.

    What closes at or before the time it opens closes on the next day.
    """

    days: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """The hours of every week, and what is said of bank holidays in words (empty when nothing is)."""

    slots: tuple[Slot, ...]
    holidays: str


def timetable(notation: str) -> Timetable | None:
    """OpenStreetMap notation as a timetable; None when it says more than weekdays and bank holidays can."""
    rules: list[str] = []
    holidays = ""
    for rule in (part.strip() for part in notation.split(";")):
        among = _AMONG_HOLIDAYS.fullmatch(rule)
        alone = _HOLIDAYS.fullmatch(rule)
        if alone or among:
            holidays = _said((alone or among)["what"])  # type: ignore[index]
        if among:
            rules.append(f"{among['after'] or among['before']} {among['what']}")
        elif not alone:
            rules.append(rule)
    if not rules or not all(_WEEKLY.fullmatch(rule) for rule in rules):
        return None
    if _ROUND_THE_CLOCK in rules and not holidays:
        holidays = "Open on bank holidays too."
    return Timetable(_slots("; ".join(rules)), holidays)


def _slots(notation: str) -> tuple[Slot, ...]:
    """What the library that reads the hours for men says of one week.

    Times that end on the next day stay one row that closes earlier than it opens; longer ones are cut at midnight.
    """
    days_of: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    first, last = _MONDAY - _WEEK, _MONDAY + 2 * _WEEK
    for begin, end, state, *_ in OpeningHours(notation).intervals(first, last):
        if state != State.OPEN:
            continue
        if end - begin == last - first:
            days_of[_WHOLE_DAY].extend(range(len(_BYDAY)))
        elif _MONDAY <= begin < _MONDAY + _WEEK:
            for opens, closes, day in _cut(begin, end):
                days_of[opens, closes].append(day)
    return tuple(
        Slot(tuple(_BYDAY[day] for day in sorted(set(days))), opens, closes)
        for (opens, closes), days in sorted(days_of.items())
    )


def _cut(begin: datetime, end: datetime) -> Iterator[tuple[str, str, int]]:
    """An opening as rows: when it opens and closes, and the number of the weekday on which it opens."""
    if end - begin < _DAY_LONG:
        yield f"{begin:%H:%M}", f"{end:%H:%M}", begin.weekday()
        return
    while begin < end:
        midnight = datetime(begin.year, begin.month, begin.day) + _DAY_LONG  # noqa: DTZ001
        upto = min(midnight, end)
        whole = upto - begin == _DAY_LONG
        opens, closes = _WHOLE_DAY if whole else (f"{begin:%H:%M}", f"{upto:%H:%M}")
        yield opens, closes, begin.weekday()
        begin = midnight


def _said(what: str) -> str:
    return "Closed on bank holidays." if what in ("off", "closed") else f"On bank holidays: {what}."
