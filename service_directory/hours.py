"""Opening hours: the OpenStreetMap notation that stewards write, asked at one moment. Pure.

"PH" stands for the bank holidays of the nations a service works in. The library that reads the notation
knows only those that the whole kingdom shares, so they are worked out here and written into the notation
as dates. Hours that say nothing of bank holidays are unknown on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from opening_hours import (  # type: ignore[attr-defined]  # its stubs forget ParserError
    OpeningHours,
    ParserError,
    State,
)

from service_directory.areas import ENGLAND, NATIONS, NORTHERN_IRELAND, SCOTLAND, WALES
from service_directory.bank_holidays import shared_bank_holidays
from service_directory.standards import LONDON
from service_directory.view import MONTHS, UNKNOWN_OPENING, Opening

#: How many days a check of opening hours stays good.
HOURS_DAYS = 183

_HORIZON = timedelta(days=21)
#: A change farther off than this is not looked for: without a limit the library searches to the year 9999.
_FAR_DAYS = 60
_SMALL_HOURS = 6
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NATION_OF_LETTER = {
    "E": ENGLAND,
    "W": WALES,
    "S": SCOTLAND,
    "N": NORTHERN_IRELAND,
    "P": NORTHERN_IRELAND,  # PSNI
}
_UNSUPPORTED = re.compile(r"\b(SH|sunrise|sunset|dawn|dusk|easter|week)\b|\|\|", re.IGNORECASE)
_HOLIDAY_RULE = re.compile(r"PH\s+(?P<what>.+)")
_HOLIDAY_IN_LIST = re.compile(r"(?:PH,(?P<after>[A-Za-z,\-]+)|(?P<before>[A-Za-z,\-]+),PH)\s+(?P<what>.+)")


class HoursError(ValueError):
    """The notation cannot be read; the message says so in plain words."""


def check_notation(notation: str) -> None:
    """Raises HoursError when the hours cannot be understood in full."""
    if _UNSUPPORTED.search(notation):
        raise HoursError("opening hours may use days, times, dates and PH only")
    try:
        _parsed(notation, (), 2026)
    except (ParserError, HoursError):
        raise HoursError(
            f"the opening hours “{notation}” cannot be read; write them like “Mo-Fr 09:00-17:00; PH off” or “24/7”"
        ) from None


def opening_at(
    notation: str, at: datetime, *, nations: tuple[str, ...] = (), checked_on: date | None = None
) -> Opening:
    """Whether a service with these hours is open at an aware moment.

    `nations` are those it works in: their bank holidays count. Hours nobody checked within HOURS_DAYS,
    and hours that cannot be read, are unknown. Never raises for bad hours.
    """
    moment = at.astimezone(LONDON)
    today = moment.date()
    if not notation or not _is_good(checked_on, today):
        return UNKNOWN_OPENING
    try:
        hours = _parsed(notation, nations, moment.year)
    except (ParserError, HoursError):
        return UNKNOWN_OPENING
    if hours.is_unknown(moment):
        return UNKNOWN_OPENING
    if _comes_twice(moment):
        # By the clock on the wall it would open and close twice.
        end = next((end for start, end in _open_spells(notation, today, nations) if _within(moment, start, end)), None)
        if end is not None:
            always = hours.next_change(moment) is None
            return Opening("always") if always else Opening("open", until=end, words=_said(end, moment))
    elif hours.is_open(moment):
        until = hours.next_change(moment)
        return Opening("always") if until is None else Opening("open", until=until, words=_said(until, moment))
    # Counted in UTC, because the same hour in London may not exist three weeks on.
    horizon = (moment.astimezone(UTC) + _HORIZON).astimezone(LONDON)
    for start, _end, state, *_comment in hours.intervals(moment, horizon):
        if state == State.OPEN:
            return Opening("closed", opens=start, words=_said(start, moment))
        if state == State.UNKNOWN:
            break
    return UNKNOWN_OPENING


def open_spells(
    notation: str, day: date, *, nations: tuple[str, ...] = (), checked_on: date | None = None
) -> tuple[tuple[datetime, datetime], ...]:
    """When a service with these hours is open on a day in London: from and until, `until` no longer in it.

    For every moment of that day this says the same as `opening_at`. Never raises for bad hours.
    """
    if not notation or not _is_good(checked_on, day):
        return ()
    return _open_spells(notation, day, nations)


@lru_cache(maxsize=4096)
def _open_spells(notation: str, day: date, nations: tuple[str, ...]) -> tuple[tuple[datetime, datetime], ...]:
    try:
        hours = _parsed(notation, nations, day.year)
    except (ParserError, HoursError):
        return ()
    midnight = datetime.combine(day, time(), LONDON)
    midnights = (midnight, datetime.combine(day + timedelta(days=1), time(), LONDON))
    return tuple((start, end) for start, end, state, *_ in hours.intervals(*midnights) if state == State.OPEN)


def _comes_twice(moment: datetime) -> bool:
    """Whether the clock in London shows this time twice on this day."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def _within(moment: datetime, start: datetime, end: datetime) -> bool:
    # Counted in seconds: of two times in one zone Python compares what the clock on the wall shows.
    return start.timestamp() <= moment.timestamp() < end.timestamp()


def _is_good(checked_on: date | None, today: date) -> bool:
    """Whether hours that were checked on a day can be relied on today."""
    return checked_on is not None and today - timedelta(days=HOURS_DAYS) <= checked_on <= today


def nations_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The nations in which areas lie, in the order of NATIONS; all four for the United Kingdom.

    A GSS code begins with its nation's letter; Northern Ireland's police area has no GSS code.
    """
    found = {_NATION_OF_LETTER.get(code[:1]) for code in codes}
    return NATIONS if None in found else tuple(nation for nation in NATIONS if nation in found)


def nations_kept(nations: tuple[str, ...], nation: str | None) -> tuple[str, ...]:
    """Those of a service's nations whose bank holidays count for somebody in `nation`: that one alone, where it is
    known and the service works in it. Who rings from Leeds need not wonder what is kept in Glasgow.
    """
    return (nation,) if nation is not None and nation in nations else nations


@lru_cache(maxsize=4096)
def _parsed(notation: str, nations: tuple[str, ...], year: int) -> OpeningHours:
    """Hours with the bank holidays of a year and the next written into them."""
    return OpeningHours(_with_dates(notation, nations, year), timezone=LONDON, max_interval_days=_FAR_DAYS)


def _with_dates(notation: str, nations: tuple[str, ...], year: int) -> str:
    if str(OpeningHours(notation).normalize()) == "24/7":
        return "24/7"
    both = [shared_bank_holidays(nations, year), shared_bank_holidays(nations, year + 1)]
    kept_by_all = _as_dates(frozenset().union(*(by_all for by_all, _ in both)))
    kept_by_some = _as_dates(frozenset().union(*(by_some for _, by_some in both)))
    rules: list[str] = []
    speaks_of_holidays = False
    for rule in (part.strip() for part in notation.split(";")):
        alone, in_list = _HOLIDAY_RULE.fullmatch(rule), _HOLIDAY_IN_LIST.fullmatch(rule)
        if alone:
            rules.append(f"{kept_by_all} {alone['what']}")
        elif in_list:
            rules.append(f"{in_list['after'] or in_list['before']} {in_list['what']}")
            rules.append(f"{kept_by_all} {in_list['what']}")
        elif "PH" in rule:
            raise HoursError("PH stands alone, or first or last in a list of days")
        else:
            rules.append(rule)
        speaks_of_holidays = speaks_of_holidays or bool(alone or in_list)
    if not speaks_of_holidays:
        rules.append(f"{kept_by_all} unknown")
    if kept_by_some:
        rules.append(f"{kept_by_some} unknown")
    return "; ".join(rules)


def _as_dates(days: frozenset[date]) -> str:
    return ",".join(f"{day.year} {MONTHS[day.month - 1][:3]} {day.day:02}" for day in sorted(days))


def _said(when: datetime, now: datetime) -> str:
    """A moment as people say it: "5pm", "9.30am tomorrow", "9am on Monday", "9am on Monday 4 January"."""
    days = (when.date() - now.date()).days
    clock = _clock(when)
    if days == 1 and clock == "midnight":
        return clock
    if days == 0 or (days == 1 and when.hour < _SMALL_HOURS and now.hour >= _SMALL_HOURS):
        return clock
    if days == 1:
        return f"{clock} tomorrow"
    named = _DAYS[when.weekday()]
    return f"{clock} on {named}" if days < len(_DAYS) else f"{clock} on {named} {when.day} {MONTHS[when.month - 1]}"


def _clock(when: datetime) -> str:
    if when.minute == 0 and when.hour in (0, 12):
        return "midnight" if when.hour == 0 else "noon"
    minutes = f".{when.minute:02}" if when.minute else ""
    return f"{when.hour % 12 or 12}{minutes}{'am' if when.hour < 12 else 'pm'}"
