"""One helpline or emergency route: what is known of it, whether it is open, and one plain line about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State

from safety.bank_holidays import kept
from safety.speech import ENGLISH, Speech, filled

HOURS_HOLD: Final = timedelta(days=183)
"""How long hours that a person has checked are still told."""
NATIONS: Final = frozenset({"E92000001", "W92000004", "S92000003", "N92000002"})

_LONDON: Final = ZoneInfo("Europe/London")
_TRUSTED: Final = frozenset("AB")
_ANY_DAY: Final = re.compile(r"Mo-Su,PH [^;]+")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SOON: Final = timedelta(hours=12)
_LOOKS_AHEAD: Final = timedelta(days=21)
_ON_HOLIDAYS: Final = re.compile(r"PH (?P<what>.+)")
_ON_HOLIDAYS_TOO: Final = re.compile(r"(?P<days>[A-Za-z,-]+),PH (?P<what>.+)")


class LifelineError(Exception):
    """The lifelines cannot be given to anyone as they are; the text says to the operator what to mend."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was seen, on which day, and which day the page gives itself."""

    url: str
    seen: date
    dated: date | None


@dataclass(frozen=True, slots=True)
class Lifeline:
    """One helpline or emergency route. The meaning of each field is written at the top of lifelines.yaml."""

    key: str
    name: str
    short: str
    what: str
    number: str
    use: str
    serves: str
    nations: tuple[str, ...]
    free: bool
    hours: str | None
    hours_confidence: str | None
    hours_checked: date | None
    confidence: str
    check: str
    rung: date | None
    words: str | None
    ways: Mapping[str, str] = field(hash=False)
    sources: tuple[Source, ...]

    @property
    def any_hour(self) -> bool:
        """Whether a source good enough says that somebody answers at every hour."""
        return self.hours == "24/7" and self.hours_confidence in _TRUSTED

    def hours_known(self, at: datetime) -> bool:
        """Whether its hours may be told at this moment: the source is good enough and a person checked them
        lately."""
        if self.any_hour:
            return True
        if self.hours is None or self.hours_confidence not in _TRUSTED or self.hours_checked is None:
            return False
        today = in_london(at).date()
        return self.hours_checked <= today <= self.hours_checked + HOURS_HOLD

    def is_open(self, at: datetime) -> bool | None:
        """Whether somebody answers at this moment, or None when that is not known. On a bank holiday of any of its
        nations that its hours do not speak of it is not known.
        """
        if not self.hours_known(at):
            return None
        opening, now = self._opening(at), in_london(at)
        return None if opening.is_unknown(now) else opening.is_open(now)

    def line(self, at: datetime, speech: Speech = ENGLISH) -> str:
        """One plain line about it for a flow's text, such as "Samaritans: 116 123. Free, any hour."."""
        own = {name: speech.lines.get(f"{name}.{self.key}", words) for name, words in self._own_words()}
        if "words" in own:
            return own["words"]
        who = f", {own['serves']}" if "serves" in own else ""
        way = own["use"].replace("{number}", self.number)
        if self.any_hour:
            when = speech.free_any_hour if self.free else speech.any_hour
        else:
            hours = self._when(at, speech)
            when = filled(speech.free, when=hours) if self.free else hours
        return f"{self.name}{who}: {way}. {when}."

    def own_words(self) -> Mapping[str, str]:
        """What is said of this lifeline alone, by the names that `Speech.lines` has for it: for translators."""
        return {f"{name}.{self.key}": words for name, words in self._own_words()}

    def _own_words(self) -> Iterator[tuple[str, str]]:
        if self.words is not None:
            yield "words", self.words
            return
        if self.serves:
            yield "serves", self.serves
        yield "use", self.use

    def _when(self, at: datetime, speech: Speech) -> str:
        now, is_open = in_london(at), self.is_open(at)
        if is_open is None:
            return speech.hours_unknown
        change = self._opening(at).next_change(now) if is_open else self._next_opening(at)
        if change is None:
            return speech.hours_unknown
        soon = change - now < _SOON
        clock = _clock(change, speech)
        when = clock if soon else f"{speech.weekday(change.weekday())} {clock}"
        if is_open:
            return filled(speech.open_until, when=when)
        return filled(speech.opens_at if soon else speech.opens_on, when=when)

    def _next_opening(self, at: datetime) -> datetime | None:
        """When it opens next; None when a day of which nothing is known comes first, or when that is days off."""
        now = in_london(at)
        for start, _, state, *_ in self._opening(at).intervals(now, now + _LOOKS_AHEAD):
            if state == State.OPEN:
                return start
            if state == State.UNKNOWN:
                return None
        return None

    def _opening(self, at: datetime) -> OpeningHours:
        return _opening(self.hours or "off", self.nations, in_london(at).year)


def in_london(at: datetime) -> datetime:
    """The same moment on a London clock. ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a time zone could be any time: pass an aware datetime")
    return at.astimezone(_LONDON)


def _clock(time: datetime, speech: Speech) -> str:
    if (time.hour, time.minute) in {(0, 0), (12, 0)}:
        return speech.midnight if time.hour == 0 else speech.noon
    minutes = f".{time:%M}" if time.minute else ""
    return filled(speech.before_noon if time.hour < 12 else speech.after_noon, clock=f"{time.hour % 12 or 12}{minutes}")


@lru_cache(maxsize=512)
def _opening(hours: str, nations: tuple[str, ...], year: int) -> OpeningHours:
    """Hours with the bank holidays of a year and the next put in: the library knows only those of the whole kingdom."""
    return OpeningHours(with_dates(hours, nations, year), timezone=_LONDON, max_interval_days=60)


def with_dates(hours: str, nations: tuple[str, ...], year: int) -> str:
    """Hours in which "PH" has become the days that it stands for. Days that only some of the nations keep are unknown,
    and so are all of them where the hours do not speak of any.

    LifelineError when "PH" stands where it cannot be understood.
    """
    if hours == "24/7":
        return hours
    by_all, by_some = (_listed(days) for days in kept(nations, (year, year + 1)))
    rules, told = [], False
    for rule in (part.strip() for part in hours.split(";")):
        alone, too = _ON_HOLIDAYS.fullmatch(rule), _ON_HOLIDAYS_TOO.fullmatch(rule)
        if alone:
            rules.append(f"{by_all} {alone['what']}")
        elif too:
            rules += [f"{too['days']} {too['what']}", f"{by_all} {too['what']}"]
        elif "PH" in rule:
            raise LifelineError(f"PH stands alone, or last in a list of days, and not as in {rule!r}.")
        else:
            rules.append(rule)
        told = told or bool(alone or too)
    if not told:
        rules.append(f"{by_all} unknown")
    # Where every day and every holiday has the same hours, a day that some keep has them as well.
    if by_some and not _ANY_DAY.fullmatch(hours):
        rules.append(f"{by_some} unknown")
    return "; ".join(rules)


def _listed(days: frozenset[date]) -> str:
    return ",".join(f"{day:%Y} {_MONTHS[day.month - 1]} {day.day:02}" for day in sorted(days))
