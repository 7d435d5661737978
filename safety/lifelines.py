"""The helplines and emergency routes that are always within reach: their numbers, their hours and how sure we are.

The facts are in lifelines.yaml, each with its source. A number that is no number is never loaded, hours are told only
while they can be trusted, and each line is worded once, here, for all flows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import phonenumbers

from safety.lifeline import HOURS_HOLD, NATIONS, Lifeline, LifelineError, Source, in_london
from safety.lifelines_file import digits, entries, parsed, read
from safety.speech import ENGLISH, Speech, filled

__all__ = [
    "DEFAULT_HELPLINE",
    "DEFAULT_HELPLINE_NAME",
    "HOURS_HOLD",
    "NATIONS",
    "Lifeline",
    "LifelineError",
    "Lifelines",
    "Source",
]

DEFAULT_HELPLINE_NAME: Final = "Men's helpline"
DEFAULT_HELPLINE: Final = "0808 800 1170"

ANY_HOUR: Final = "any_hour"
"""What texts call the line that answers at any hour where he is."""

_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Lifelines:
    """All lifelines of an installation, the operator's helpline first among them."""

    helpline: Lifeline
    _by_key: Mapping[str, Lifeline]
    _any_hour: Mapping[str, str]
    _fallback: str
    closed: frozenset[str] = frozenset()
    """The keys of those that do not answer for now, whatever their hours say."""

    @classmethod
    def load(
        cls,
        path: Path | None = None,
        helpline_name: str | None = DEFAULT_HELPLINE_NAME,
        helpline: str | None = DEFAULT_HELPLINE,
        checks: Mapping[str, date] | Iterable[tuple[str, date]] = (),
    ) -> Lifelines:
        """Read the lifelines (the shipped file, or `path`) and put the operator's helpline first.

        `checks` says on which day a person last rang each line; the helpline and the line that has its number
        count as one. LifelineError when the helpline is missing or no UK number, or the file cannot be trusted.
        """
        document, retired, listed = _shipped() if path is None else _read(path)
        first = _helpline(helpline_name, helpline, listed, retired)
        checked = dict(checks)
        for line in listed.values():
            if digits(line.number) == digits(first.number):  # one telephone: whoever rang one rang both
                days = [checked[key] for key in ("helpline", line.key) if key in checked]
                checked.update(dict.fromkeys(("helpline", line.key), max(days)) if days else {})
        by_key = {key: _with_check(line, checked) for key, line in listed.items()}
        first = _with_check(first, checked)
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
        return (*self._by_key, ANY_HOUR)

    def closing(self, keys: Collection[str]) -> Lifelines:
        """The same lifelines while these do not answer, and no others. What has the number of one is closed with it.

        A key that there is not, and one that cannot be closed, is passed over.
        """
        numbers = {digits(self._by_key[key].number) for key in keys if key in self._by_key}
        shut = frozenset(line.key for line in self.can_be_closed() if digits(line.number) in numbers)
        return replace(self, closed=shut)

    def can_be_closed(self) -> tuple[Lifeline, ...]:
        """Those that can stop answering. 999, its kin and the NHS are not among them: nobody here rings them to try."""
        return tuple(line for line in self.lines() if line.check == "ring")

    def open_beside(self, at: datetime, nation: str | None = None) -> Lifeline | None:
        """The line to name beside the helpline: one that answers at any hour, the nation's own where there is
        one; None when the helpline is known to be open at this moment."""
        open_now = self.helpline.key not in self.closed and self.helpline.is_open(at)
        return None if open_now else self._at_any_hour(nation)

    def worded(self, at: datetime, nation: str | None = None, speech: Speech = ENGLISH) -> Mapping[str, str]:
        """One plain line for each key, as flows use them; "any_hour" is the line that answers now where he
        is. For one that is closed its name is said, and that line in its place."""
        return _Worded(self, in_london(at), nation, speech)

    def line(self, key: str, at: datetime, nation: str | None = None, speech: Speech = ENGLISH) -> str:
        """The line of one key, as `worded` has it. KeyError when there is none."""
        if key == ANY_HOUR:
            return self._at_any_hour(nation).line(at, speech)
        line = self._by_key[key]
        if key not in self.closed:
            return line.line(at, speech)
        return filled(speech.closed, name=line.name, instead=self.line(ANY_HOUR, at, nation, speech))

    def own_words(self) -> Mapping[str, str]:
        """What is said of each lifeline alone, for translators."""
        return {name: words for line in self.lines() for name, words in line.own_words().items()}

    def unrung(self) -> tuple[Lifeline, ...]:
        """The lifelines that nobody is recorded to have checked, the helpline first. Those whose `check` is "read"
        (999 and its kin) are checked by reading their source again: nobody rings 999 to try it."""
        return tuple(line for line in self.lines() if line.rung is None)

    def _at_any_hour(self, nation: str | None) -> Lifeline:
        """The line that answers at any hour where he is. One that is closed hands over to the next: last of all 999,
        which nothing closes."""
        for key in (self._any_hour.get(nation or "", self._fallback), self._fallback):
            if key not in self.closed:
                return self._by_key[key]
        place = NATIONS if nation is None else {nation}
        others = [line for line in self.lines() if line.any_hour and place.issubset(line.nations)]
        others.sort(key=lambda line: (line.check == "read", line.what != "call"))
        return next(line for line in others if line.key not in self.closed)


@dataclass(frozen=True, slots=True)
class _Worded(Mapping[str, str]):
    """The lines as they are at one moment, worded when they are asked for: a text names one or two of them."""

    lifelines: Lifelines
    at: datetime
    nation: str | None
    speech: Speech

    def __getitem__(self, key: str) -> str:
        return self.lifelines.line(key, self.at, self.nation, self.speech)

    def __iter__(self) -> Iterator[str]:
        return iter(self.lifelines.keys())

    def __len__(self) -> int:
        return len(self.lifelines.keys())


def _check_any_hour(nation: str | None, line: Lifeline | None, key: str) -> None:
    if line is None:
        raise LifelineError(f"`any_hour` names `{key}`, and there is no such lifeline.")
    nations = NATIONS if nation is None else {nation}
    if not line.any_hour or not nations.issubset(line.nations):
        raise LifelineError(f"`any_hour` names `{key}`, which does not answer at every hour in {nation or 'the UK'}.")


def _read(path: Path | None) -> tuple[Mapping[str, Any], Mapping[str, str], Mapping[str, Lifeline]]:
    """What a file says, the numbers among it that must not be given any more, and its lifelines by key."""
    document = read(path)
    retired = {digits(str(entry["number"])): str(entry["was"]) for entry in document["retired"]}
    return document, retired, entries(document, retired)


@cache
def _shipped() -> tuple[Mapping[str, Any], Mapping[str, str], Mapping[str, Lifeline]]:
    return _read(None)


def _helpline(
    name: str | None, number: str | None, by_key: Mapping[str, Lifeline], retired: Mapping[str, str]
) -> Lifeline:
    """The operator's helpline, with what is known of it when its number is one of ours."""
    name = " ".join((name or "").split())
    if not name or len(name) > _LONGEST_NAME:
        raise LifelineError(f"The helpline needs a name of 1 to {_LONGEST_NAME} letters. Set FINGERPOST_HELPLINE_NAME.")
    if not (number or "").strip():
        raise LifelineError("There is no helpline number, and no turn leaves without one. Set FINGERPOST_HELPLINE.")
    dialled = parsed(number or "")
    if dialled is None:
        raise LifelineError(f"The helpline {number!r} is no UK number that can be shown. Set FINGERPOST_HELPLINE.")
    shown = phonenumbers.format_number(dialled, phonenumbers.PhoneNumberFormat.NATIONAL)
    if digits(shown) in retired:
        raise LifelineError(f"The helpline {number!r} is {retired[digits(shown)]}. Set FINGERPOST_HELPLINE.")
    for line in by_key.values():
        if digits(line.number) == digits(shown):
            return replace(line, key="helpline", name=f"{name} ({line.name})", short=name)
    free = phonenumbers.number_type(dialled) == phonenumbers.PhoneNumberType.TOLL_FREE
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
        ways={},
        sources=(),
    )


def _with_check(line: Lifeline, checks: Mapping[str, date]) -> Lifeline:
    """The lifeline with the day a person last rang it, if that is later than what the file says. Whoever
    rings compares the hours too, so they are checked from that day."""
    days = [day for day in (line.rung, checks.get(line.key)) if day is not None]
    rung = max(days, default=None)
    checked = max((day for day in (line.hours_checked, rung) if day is not None), default=None)
    return replace(line, rung=rung, hours_checked=checked)
