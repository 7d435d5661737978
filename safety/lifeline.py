"""One helpline or emergency route: what is known of it, whether it is open, and one plain line about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

from safety.speech import ENGLISH, Speech, filled

HOURS_HOLD: Final = timedelta(days=183)
"""How long hours that a person has checked are still told."""
NATIONS: Final = frozenset({"E92000001", "W92000004", "S92000003", "N92000002"})

_LONDON: Final = ZoneInfo("Europe/London")
_TRUSTED: Final = frozenset("AB")
_COMMON_DAYS: Final = OpeningHours("24/7; PH off", timezone=_LONDON, country="GB")


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
        today = _london(at).date()
        return self.hours_checked <= today <= self.hours_checked + HOURS_HOLD

    def is_open(self, at: datetime) -> bool | None:
        """Whether somebody answers at this moment, or None when that is not known. On a public holiday that
        its hours do not speak of it is not known."""
        if not self.hours_known(at):
            return None
        if not self.any_hour and "PH" not in (self.hours or "") and _COMMON_DAYS.is_closed(_london(at)):
            return None
        return self._opening().is_open(_london(at))

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
        now = _london(at)
        is_open, change = self.is_open(at), self._opening().next_change(now)
        if is_open is None or change is None:
            return speech.hours_unknown
        soon = change - now < timedelta(hours=12)
        clock = _clock(change, speech)
        when = clock if soon else f"{speech.weekday(change.weekday())} {clock}"
        if is_open:
            return filled(speech.open_until, when=when)
        return filled(speech.opens_at if soon else speech.opens_on, when=when)

    def _opening(self) -> OpeningHours:
        return OpeningHours(self.hours or "off", timezone=_LONDON, country="GB")


def _london(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a time zone could be any time: pass an aware datetime")
    return at.astimezone(_LONDON)


def _clock(time: datetime, speech: Speech) -> str:
    if (time.hour, time.minute) in {(0, 0), (12, 0)}:
        return speech.midnight if time.hour == 0 else speech.noon
    minutes = f".{time:%M}" if time.minute else ""
    return filled(speech.before_noon if time.hour < 12 else speech.after_noon, clock=f"{time.hour % 12 or 12}{minutes}")
