"""The helplines and emergency routes that are always within reach: their numbers, their hours and how sure we
are.

The facts are in lifelines.yaml, each with its source. This module refuses to load a number that is not a
number, tells hours only while they can be trusted, and words each line for the flows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import phonenumbers
import yaml
from opening_hours import OpeningHours, validate

DEFAULT_HELPLINE_NAME: Final = "Men's helpline"
DEFAULT_HELPLINE: Final = "0808 800 1170"
HOURS_HOLD: Final = timedelta(days=183)
"""How long hours that a person has checked are still told."""
NATIONS: Final = frozenset({"E92000001", "W92000004", "S92000003", "N92000002"})

_LONDON: Final = ZoneInfo("Europe/London")
_SHORT_CODES: Final = frozenset({"999", "101", "111", "116123", "85258", "18000"})
_TRUSTED: Final = frozenset("AB")
_SHOWN: Final = frozenset("ABC")
_LONGEST_NAME: Final = 40
_UNCOMMON_DAYS: Final = OpeningHours("24/7; PH off", timezone=_LONDON, country="GB")


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
        if not self.any_hour and "PH" not in (self.hours or "") and _UNCOMMON_DAYS.is_closed(_london(at)):
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
            return "Check the opening times"
        day = "" if change - now < timedelta(hours=12) else f"{change:%A} "
        clock = _clock(change)
        if is_open:
            return f"Open now until {day}{clock}"
        return f"Closed now, opens {day or 'at '}{clock}"

    def _opening(self) -> OpeningHours:
        return OpeningHours(self.hours or "off", timezone=_LONDON, country="GB")


@dataclass(frozen=True, slots=True)
class Lifelines:
    """All lifelines of an installation, the operator's helpline first among them."""

    helpline: Lifeline
    _by_key: Mapping[str, Lifeline]
    _any_hour: Mapping[str, str]
    _fallback: str

    @classmethod
    def load(
        cls,
        path: Path | None = None,
        helpline_name: str | None = DEFAULT_HELPLINE_NAME,
        helpline: str | None = DEFAULT_HELPLINE,
        checks: Mapping[str, date] | Iterable[tuple[str, date]] = (),
    ) -> Lifelines:
        """Read the lifelines (the shipped file, or `path`) and put the operator's helpline first.

        `checks` says on which day a person last rang each line (key "helpline" counts for the line whose
        number the helpline has). LifelineError when the helpline is missing or no UK number, or the file
        cannot be trusted.
        """
        document = _read(path)
        checked = dict(checks)
        retired = {_digits(str(entry["number"])): str(entry["was"]) for entry in document["retired"]}
        by_key = {key: _with_check(line, checked) for key, line in _entries(document, retired).items()}
        first = _with_check(_helpline(helpline_name, helpline, by_key, retired), checked)
        choices = {nation: str(key) for nation, key in document["any_hour"].items()}
        fallback = choices.pop("otherwise", "")
        for nation, key in [(None, fallback), *choices.items()]:
            _check_any_hour(nation, by_key.get(key), key)
        return cls(first, {"helpline": first, **by_key}, choices, fallback)

    def lifeline(self, key: str) -> Lifeline:
        """The lifeline of this key ("helpline" is the operator's); KeyError when there is none."""
        return self._by_key[key]

    def lines(self) -> tuple[Lifeline, ...]:
        """Every lifeline, the helpline first."""
        return tuple(self._by_key.values())

    def keys(self) -> tuple[str, ...]:
        """The names that a flow's text may use: `worded` has a line for each."""
        return (*self._by_key, "any_hour")

    def open_beside(self, at: datetime, nation: str | None = None) -> Lifeline | None:
        """The line to name beside the helpline: one that answers at any hour, the nation's own where there is
        one; None when the helpline is known to be open at this moment."""
        return None if self.helpline.is_open(at) else self._at_any_hour(nation)

    def worded(self, at: datetime, nation: str | None = None) -> Mapping[str, str]:
        """One plain line for each key, as flows use them; "any_hour" is the line that answers now where he
        is."""
        lines = {key: line.line(at) for key, line in self._by_key.items()}
        return {**lines, "any_hour": self._at_any_hour(nation).line(at)}

    def unrung(self) -> tuple[Lifeline, ...]:
        """The lifelines that nobody is recorded to have checked, the helpline first. Those whose `check` is "read"
        (999 and its kin) are checked by reading their source again: nobody rings 999 to try it."""
        return tuple(line for line in self.lines() if line.rung is None)

    def _at_any_hour(self, nation: str | None) -> Lifeline:
        return self._by_key[self._any_hour.get(nation or "", self._fallback)]


def _london(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a time zone could be any time: pass an aware datetime")
    return at.astimezone(_LONDON)


def _clock(time: datetime) -> str:
    if (time.hour, time.minute) in {(0, 0), (12, 0)}:
        return "midnight" if time.hour == 0 else "noon"
    minutes = f".{time:%M}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes}{'am' if time.hour < 12 else 'pm'}"


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    """The number if it is a UK telephone number that anyone may be sent to: premium rate is not."""
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return None
    if parsed.country_code != 44 or not phonenumbers.is_valid_number(parsed):
        return None
    premium = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.PREMIUM_RATE
    return None if premium else parsed


def _read(path: Path | None) -> dict[str, Any]:
    source = files("safety") / "lifelines.yaml" if path is None else path
    try:
        document = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LifelineError(f"The lifelines file {path} cannot be read: {error}") from error
    missing = {"lifelines", "any_hour", "retired"} - set(document if isinstance(document, dict) else ())
    if missing:
        raise LifelineError(f"The lifelines file has no {', no '.join(sorted(missing))}.")
    return dict(document)


def _entries(document: Mapping[str, Any], retired: Mapping[str, str]) -> dict[str, Lifeline]:
    by_key: dict[str, Lifeline] = {}
    for entry in document["lifelines"]:
        key = str(entry.get("key", "")) if isinstance(entry, dict) else ""
        try:
            line = _entry(entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise LifelineError(f"Lifeline `{key or entry}` is not complete: {error}.") from error
        _check(line, retired)
        if key in by_key or key in {"helpline", "any_hour"}:
            raise LifelineError(f"Two lifelines are called `{key}`.")
        by_key[key] = line
    return by_key


def _entry(entry: Mapping[str, Any]) -> Lifeline:
    number = str(entry["number"])
    return Lifeline(
        key=str(entry["key"]),
        name=str(entry["name"]),
        short=str(entry["short"]),
        what=str(entry["what"]),
        number=number,
        use=str(entry.get("use", "{number}")),
        serves=str(entry.get("serves", "")),
        nations=tuple(entry["nations"]),
        free=entry.get("free", False) is True,
        hours=entry["hours"],
        hours_confidence=entry["hours_confidence"],
        hours_checked=entry["hours_checked"],
        confidence=str(entry["confidence"]),
        check=str(entry.get("check", "ring")),
        rung=entry["rung"],
        words=entry.get("words"),
        sources=tuple(Source(str(source["url"]), source["seen"], source["dated"]) for source in entry["sources"]),
    )


def _check(line: Lifeline, retired: Mapping[str, str]) -> None:
    """LifelineError, naming the lifeline, when it must not be shown to anyone as it stands."""
    wrong = None
    if line.confidence not in _SHOWN:
        wrong = "has a confidence other than A, B or C: move it to `withheld`"
    elif _digits(line.number) in retired:
        wrong = f"has {retired[_digits(line.number)]}"
    elif _digits(line.number) not in _SHORT_CODES and _parsed(line.number) is None:
        wrong = f"has {line.number}, which is no UK number"
    elif not line.nations or not NATIONS.issuperset(line.nations):
        wrong = "names a nation that there is not"
    elif line.check not in {"ring", "read"}:
        wrong = "is checked neither by ringing nor by reading"
    elif not line.sources:
        wrong = "says no source"
    elif line.hours is not None and not validate(line.hours):
        wrong = f"has hours that cannot be understood: {line.hours}"
    if wrong:
        raise LifelineError(f"Lifeline `{line.key}` {wrong}.")


def _check_any_hour(nation: str | None, line: Lifeline | None, key: str) -> None:
    if line is None:
        raise LifelineError(f"`any_hour` names `{key}`, and there is no such lifeline.")
    nations = NATIONS if nation is None else {nation}
    if not line.any_hour or not nations.issubset(line.nations):
        raise LifelineError(f"`any_hour` names `{key}`, which does not answer at every hour in {nation or 'the UK'}.")


def _helpline(
    name: str | None, number: str | None, by_key: Mapping[str, Lifeline], retired: Mapping[str, str]
) -> Lifeline:
    """The operator's helpline, with what is known of it when its number is one of ours."""
    name = " ".join((name or "").split())
    if not name or len(name) > _LONGEST_NAME:
        raise LifelineError(f"The helpline needs a name of 1 to {_LONGEST_NAME} letters. Set FINGERPOST_HELPLINE_NAME.")
    if not (number or "").strip():
        raise LifelineError("There is no helpline number, and no turn leaves without one. Set FINGERPOST_HELPLINE.")
    parsed = _parsed(number or "")
    if parsed is None:
        raise LifelineError(f"The helpline {number!r} is no UK number that can be shown. Set FINGERPOST_HELPLINE.")
    shown = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    if _digits(shown) in retired:
        raise LifelineError(f"The helpline {number!r} is {retired[_digits(shown)]}. Set FINGERPOST_HELPLINE.")
    for line in by_key.values():
        if line.number and _digits(line.number) == _digits(shown):
            return replace(line, key="helpline", name=f"{name} ({line.name})", short=name)
    free = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.TOLL_FREE
    return Lifeline(
        key="helpline",
        name=name,
        short=name,
        what="call",
        number=shown,
        use="{number}",
        serves="",
        nations=tuple(sorted(NATIONS)),
        free=free,
        hours=None,
        hours_confidence=None,
        hours_checked=None,
        confidence="A",
        check="ring",
        rung=None,
        words=None,
        sources=(),
    )


def _with_check(line: Lifeline, checks: Mapping[str, date]) -> Lifeline:
    """The lifeline with the day a person last rang it, if that is later than what the file says. Whoever
    rings compares the hours too, so they are checked from that day."""
    days = [day for day in (line.rung, checks.get(line.key)) if day is not None]
    rung = max(days, default=None)
    checked = max((day for day in (line.hours_checked, rung) if day is not None), default=None)
    return replace(line, rung=rung, hours_checked=checked)
