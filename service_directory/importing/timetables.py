"""Opening hours as HSDS and Open Referral UK write them (RFC 5545 rules), as the notation that is kept here. Pure.

What cannot be said exactly is not said at all: hours that are wrong send a man to a line that does not answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from service_directory.hours import HoursError, check_notation
from service_directory.importing.cleaning import clean, day, whole_number
from service_directory.open_referral.timetable import AS_WRITTEN, timetable

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "mo mon monday",
            "tu tue tues tuesday",
            "we wed weds wednesday",
            "th thu thur thurs thursday",
            "fr fri friday",
            "sa sat saturday",
            "su sun sunday",
        )
    )
    for word in words.split()
}
_TIME = re.compile(r"T?(\d{1,2})[:.](\d{2})(?::\d{2})?(?:\.\d+)?\s*(am|pm)?(?:Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
_SHORT_TIME = re.compile(r"(\d{1,2})\s*(am|pm)", re.IGNORECASE)


class Unclear(ValueError):
    """A rule cannot be put into the notation exactly; the message says why."""


def opening_hours(rules: Sequence[Mapping[str, Any]], today: date) -> str:
    """The notation for a service's schedules that are valid today; empty when there is none.

    Raises Unclear when any of them says something the notation cannot.
    """
    ours = _as_we_wrote_it(rules)
    if ours:
        return ours
    spans: dict[int, set[tuple[str, str]]] = {}
    for rule in rules:
        if not _valid(rule, today):
            continue
        span = _span(rule)
        if span is None:
            continue
        for number in _days(rule):
            spans.setdefault(number, set()).add(span)
    notation = _written({number: tuple(sorted(found)) for number, found in spans.items()})
    try:
        if notation:
            check_notation(notation)
    except HoursError as error:
        raise Unclear(str(error)) from None
    return notation


def _as_we_wrote_it(rules: Sequence[Mapping[str, Any]]) -> str:
    """The notation that our own export keeps beside the rows it makes of it, if they still say the same.

    It knows of bank holidays, which the rows tell only in words. Empty when it is not ours, or no longer true.
    """
    notes = {clean(rule.get("notes")) for rule in rules}
    written = notes.pop() if len(notes) == 1 else ""
    notation = written.removeprefix(AS_WRITTEN)
    if notation == written:
        return ""
    try:
        check_notation(notation)
    except HoursError:
        return ""
    found = timetable(notation)
    made = [] if found is None else [(",".join(slot.days), slot.opens, slot.closes) for slot in found.slots]
    told = [tuple(clean(rule.get(name)) for name in ("byday", "opens_at", "closes_at")) for rule in rules]
    return notation if sorted(one for one in told if any(one)) == sorted(made) else ""


def _valid(rule: Mapping[str, Any], today: date) -> bool:
    begins, ends = day(rule.get("valid_from")), day(rule.get("valid_to")) or day(rule.get("until"))
    return (begins is None or begins <= today) and (ends is None or today <= ends)


def _span(rule: Mapping[str, Any]) -> tuple[str, str] | None:
    opens, closes = _time(rule.get("opens_at")), _time(rule.get("closes_at"))
    if opens is None and closes is None:
        if clean(rule.get("description")) or clean(rule.get("byday")):
            raise Unclear("the times stand in words, or not at all")
        return None
    if opens is None or closes is None:
        raise Unclear("it opens or closes at a time that is not told")
    if opens == "00:00" and closes in ("00:00", "23:59", "24:00"):
        return "00:00", "24:00"
    if opens == closes:
        raise Unclear("it opens and closes at the same time")
    return opens, closes


def _time(value: Any) -> str | None:
    text = clean(value)
    if not text:
        return None
    found = _TIME.fullmatch(text) or _TIME.search(text)
    short = None if found else _SHORT_TIME.fullmatch(text)
    if found is None and short is None:
        raise Unclear(f"“{text[:30]}” is not a time")
    if found:
        hour, minute, half = int(found.group(1)), int(found.group(2)), found.group(3)
    else:
        assert short is not None  # noqa: S101  # one of the two was found
        hour, minute, half = int(short.group(1)), 0, short.group(2)
    if half:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise Unclear(f"“{text[:30]}” is not a time")
    return f"{hour:02}:{minute:02}"


def _days(rule: Mapping[str, Any]) -> list[int]:
    """The days of the week on which a rule holds, from 0 for Monday."""
    frequency = clean(rule.get("freq")).upper()
    interval = whole_number(rule.get("interval"), least=0, most=1000)
    if frequency == "DAILY" and interval in (None, 0, 1):
        return list(range(7))
    if frequency not in ("", "WEEKLY") or interval not in (None, 0, 1) or clean(rule.get("bymonthday")):
        raise Unclear("it does not keep the same hours every week")
    written = clean(rule.get("byday")) or clean(rule.get("weekday"))
    if not written:
        raise Unclear("the days are not told")
    numbers: list[int] = []
    for part in re.split(r"[,;/&\s]+|\band\b", written.casefold()):
        if part and part not in _DAY_WORDS:
            raise Unclear(f"“{part[:20]}” is not a day of the week")
        if part:
            numbers.append(_DAY_WORDS[part])
    return numbers


def _written(spans: Mapping[int, tuple[tuple[str, str], ...]]) -> str:
    if len(spans) == len(_DAYS) and all(found == (("00:00", "24:00"),) for found in spans.values()):
        return "24/7"
    parts: list[str] = []
    number = 0
    while number < len(_DAYS):
        found = spans.get(number)
        last = number
        while found and last + 1 < len(_DAYS) and spans.get(last + 1) == found:
            last += 1
        if found:
            days = _DAYS[number] if last == number else f"{_DAYS[number]}-{_DAYS[last]}"
            parts.append(f"{days} {','.join(f'{opens}-{closes}' for opens, closes in found)}")
        number = last + 1
    return "; ".join(parts)
