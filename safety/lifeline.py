"""One helpline or emergency route: what is known of it, whether it is open, and one plain line about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

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

    def line(self, at: datetime) -> str:
        """One plain line about it for a flow's text, such as "Samaritans: 116 123. Free, any hour."."""
        if self.words is not None:
            return self.words
        who = f", {self.serves}" if self.serves else ""
        way = self.use.replace("{number}", self.number)
        if self.any_hour:
            when = "Free, any hour" if self.free else "Any hour"
        else:
            when = f"Free. {self._when(at)}" if self.free else self._when(at)
        return f"{self.name}{who}: {way}. {when}."

    def _when(self, at: datetime) -> str:
        now = _london(at)
        is_open, change = self.is_open(at), self._opening().next_change(now)
        if is_open is None or change is None:
            return "I don't have its hours"
        day = "" if change - now < timedelta(hours=12) else f"{change:%A} "
        clock = _clock(change)
        if is_open:
            return f"Open now until {day}{clock}"
        return f"Closed now, opens {day or 'at '}{clock}"

    def _opening(self) -> OpeningHours:
        return OpeningHours(self.hours or "off", timezone=_LONDON, country="GB")


def _london(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a time zone could be any time: pass an aware datetime")
    return at.astimezone(_LONDON)


def _clock(time: datetime) -> str:
    if (time.hour, time.minute) in {(0, 0), (12, 0)}:
        return "midnight" if time.hour == 0 else "noon"
    minutes = f".{time:%M}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes}{'am' if time.hour < 12 else 'pm'}"
