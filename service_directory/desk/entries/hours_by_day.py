"""Opening hours day by day, as they are clicked together, to and from the notation that is kept. Pure.

Not every notation can be clicked together (the first Monday of a month, a day in December): those are told in words,
and stay as they are until somebody replaces them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from service_directory.hours import HoursError, check_notation, open_spells, opening_at
from service_directory.standards import LONDON

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOLIDAYS = "PH"
#: A day's last minute, and the times that mean the whole of one.
MIDNIGHT = 24 * 60
ALL_DAY = ((0, MIDNIGHT),)

#: From and until, in minutes from the day's midnight; until may lie on the next day.
Spans = tuple[tuple[int, int], ...]

_DAY = "|".join(DAYS)
_RANGE = rf"(?:{_DAY})(?:-(?:{_DAY}))?"
_SPAN = r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})"
_RULE = re.compile(
    rf"(?P<days>(?:{_RANGE}|PH)(?:\s*,\s*(?:{_RANGE}|PH))*)?\s*"
    rf"(?P<what>off|closed|24/7|{_SPAN.replace('(', '(?:')}(?:\s*,\s*{_SPAN.replace('(', '(?:')})*)"
)
#: A year of days in which every kind of bank holiday and both changes of the clocks lie.
_TRIED = tuple(date(2026, 3, 1) + timedelta(days=number) for number in range(400))


@dataclass(frozen=True, slots=True)
class Week:
    """When somebody is there on each day from Monday on. `holidays` are bank holidays: None when nobody has said."""

    days: tuple[Spans, ...]
    holidays: Spans | None

    @property
    def is_empty(self) -> bool:
        return not any(self.days) and not self.holidays


NO_WEEK = Week(((),) * len(DAYS), None)


def read_week(notation: str) -> Week | None:
    """The week that a notation stands for; None when it says more than a week can."""
    if not notation.strip():
        return NO_WEEK
    days: list[Spans] = [()] * len(DAYS)
    holidays: Spans | None = None
    for rule in notation.split(";"):
        found = _RULE.fullmatch(rule.strip())
        if found is None:
            return None
        spans = _spans(found["what"])
        named = _days(found["days"])
        if spans is None:
            return None
        if HOLIDAYS in named or found["what"] == "24/7":
            holidays = spans
        for number in range(len(DAYS)):
            if DAYS[number] in named:
                days[number] = spans
    if holidays is None and all(spans == ALL_DAY for spans in days):
        # Whoever never closes is there on bank holidays too: so the reader of the notation has it.
        holidays = ALL_DAY
    week = Week(tuple(days), holidays)
    # Where two rules meet, what counts is what the reader of the notation makes of them.
    return week if _same(notation, write_week(week)) else None


def write_week(week: Week) -> str:
    """The notation of a week; empty when nobody is ever there."""
    if week.is_empty:
        return ""
    if week.holidays == ALL_DAY and all(spans == ALL_DAY for spans in week.days):
        return "24/7"
    rules: list[str] = []
    for spans in dict.fromkeys(week.days):
        if spans:
            rules.append(f"{_runs([n for n in range(len(DAYS)) if week.days[n] == spans])} {_written(spans)}")
    if week.holidays is not None:
        rules.append(f"{HOLIDAYS} {_written(week.holidays) if week.holidays else 'off'}")
    return "; ".join(rules)


def mistakes_in(spans: Sequence[tuple[int, int]]) -> str:
    """What is wrong with the times of one day, in plain words; empty when nothing is."""
    for begins, ends in spans:
        if begins == ends:
            return "it opens and closes at the same time"
    in_order = sorted((begins, ends if ends > begins else ends + MIDNIGHT) for begins, ends in spans)
    for (_, ends), (begins, _) in pairwise(in_order):
        if begins < ends:
            return "two of the times overlap"
    return ""


def read_time(typed: str) -> int | None:
    """Minutes from midnight of a time as people type it: 9, 9am, 9.30, 17:00, 5pm, noon, midnight; or None."""
    plain = typed.strip().casefold().replace(" ", "").replace(".", ":")
    if plain in ("noon", "midday"):
        return 12 * 60
    if plain == "midnight":
        return 0
    found = re.fullmatch(r"(\d{1,2})(?::?(\d{2}))?(am|pm|a:m:?|p:m:?)?", plain)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return hour * 60 + minute


def clock(minutes: int) -> str:
    """A time as the boxes show it: 09:00, 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def in_words(notation: str) -> str:
    """A notation read out, as far as it can be: days and times by their names, the rest as it stands."""
    words = notation.replace("24/7", "day and night, every day")
    words = re.sub(r"\bPH\b", "bank holidays", words)
    words = re.sub(r"\b(off|closed)\b", "closed", words)
    words = re.sub(r"\b([A-Z][a-z])\[-1\]", lambda m: f"the last {_named(m[1])} of the month", words)
    words = re.sub(
        r"\b([A-Z][a-z])\[([1-5])\]",
        lambda m: f"the {('first', 'second', 'third', 'fourth', 'fifth')[int(m[2]) - 1]} {_named(m[1])} of the month",
        words,
    )
    words = re.sub(rf"\b({_DAY})-({_DAY})\b", lambda m: f"{_named(m[1])} to {_named(m[2])}", words)
    words = re.sub(rf"\b({_DAY})\b", lambda m: _named(m[1]), words)
    words = re.sub(r"\s*,\s*", ", ", words)
    return re.sub(r"(\d\d:\d\d)-(\d\d:\d\d)", r"\1 to \2", words)


def _named(day: str) -> str:
    return DAY_NAMES[DAYS.index(day)] if day in DAYS else day


def _spans(what: str) -> Spans | None:
    if what in ("off", "closed"):
        return ()
    if what == "24/7":
        return ALL_DAY
    spans = []
    for begin_hour, begin, end_hour, end in re.findall(_SPAN, what):
        begins, ends = int(begin_hour) * 60 + int(begin), int(end_hour) * 60 + int(end)
        if begins >= MIDNIGHT or ends > MIDNIGHT or int(begin) > 59 or int(end) > 59:
            return None
        spans.append((begins, ends))
    return tuple(sorted(spans))


def _days(named: str | None) -> set[str]:
    """The days that a rule is about; all of the week when it names none."""
    if named is None:
        return set(DAYS)
    found: set[str] = set()
    for part in (one.strip() for one in named.split(",")):
        if part == HOLIDAYS:
            found.add(HOLIDAYS)
            continue
        first, _, last = part.partition("-")
        begins = DAYS.index(first)
        ends = DAYS.index(last or first)
        length = (ends - begins) % len(DAYS)
        found |= {DAYS[(begins + number) % len(DAYS)] for number in range(length + 1)}
    return found


def _runs(numbers: Sequence[int]) -> str:
    """Days as the notation lists them: Mo-Fr,Su."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(_run(run) for run in runs)


def _run(run: Sequence[int]) -> str:
    if len(run) == 1:
        return DAYS[run[0]]
    return f"{DAYS[run[0]]}{',' if len(run) == 2 else '-'}{DAYS[run[-1]]}"


def _written(spans: Iterable[tuple[int, int]]) -> str:
    return ",".join(f"{clock(begins)}-{clock(ends)}" for begins, ends in spans)


def _same(one: str, other: str) -> bool:
    """Whether two notations say the same of every day of a year, also of what they leave unknown."""
    if one == other:
        return True
    try:
        check_notation(one)
    except HoursError:
        return False
    if not other:
        return not any(open_spells(one, day, checked_on=day) for day in _TRIED)
    return all(_of_day(one, day) == _of_day(other, day) for day in _TRIED)


def _of_day(notation: str, day: date) -> tuple[object, ...]:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
    unknown = opening_at(notation, noon, checked_on=day).state == "unknown"
    return (open_spells(notation, day, checked_on=day), unknown)
