"""Reading one entry of a directory document field by field, so that every mistake is named in plain words. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(?::\d+)?(?:[/?#][^\s<>\"]*)?")
_EMAIL = re.compile(r"[^\s@<>\",;:]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_FARTHEST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing to put right: which entry, which field of it, and what to do."""

    entry: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.entry}, {self.field}: {self.message}" if self.field else f"{self.entry}: {self.message}"


@dataclass(slots=True)
class Fields:
    """The fields of one mapping in a document. Every problem met is added to `problems`, none is raised.

    `today` is the day that `days_ago` and `days_ahead` are counted from; only examples may use them, since
    a real check happened on a real day.
    """

    entry: str
    values: Mapping[Any, Any]
    today: date
    example: bool
    problems: list[Rejection]
    path: str = ""
    _known: set[str] = field(default_factory=set)

    def reject(self, name: str, message: str) -> None:
        self.problems.append(Rejection(self.entry, f"{self.path}{name}", message))

    def finish(self) -> None:
        """Name the fields that nobody asked for: a misspelt field must not vanish in silence."""
        for name in self.values:
            if name not in self._known:
                near = difflib.get_close_matches(str(name), sorted(self._known), n=1)
                self.reject(str(name), "there is no such field" + (f"; did you mean {near[0]}?" if near else ""))

    def has(self, name: str) -> bool:
        self._known.add(name)
        return self.values.get(name) is not None

    def text(self, name: str, *, longest: int = 400, required: bool = False) -> str:
        """A text in one line; empty when it is missing."""
        if not self.has(name):
            if required:
                self.reject(name, "is missing")
            return ""
        value = self.values[name]
        if not isinstance(value, str):
            self.reject(name, "must be text; put it in quotes")
            return ""
        line = _SPACES.sub(" ", value).strip()
        if _UNSEEN.search(line):
            self.reject(name, "holds characters that cannot be seen; type it again")
        elif len(line) > longest:
            self.reject(name, f"is {len(line)} characters long; at most {longest} fit")
        elif required and not line:
            self.reject(name, "is missing")
        return line

    def slug(self, name: str = "id") -> str:
        """An id: it is printed on buttons, so it is short and plain."""
        value = self.text(name, required=True)
        if value and not _SLUG.fullmatch(value):
            self.reject(name, "may hold up to 60 small letters, digits and hyphens")
        return value

    def choice(self, name: str, choices: Collection[str], *, default: str | None = None) -> str:
        if not self.has(name):
            if default is None:
                self.reject(name, f"is missing; it is one of {_listed(choices)}")
            return default or ""
        value = self.values[name]
        if not isinstance(value, str) or value not in choices:
            self.reject(name, f"“{value}” is not one of {_listed(choices)}")
            return default or ""
        return value

    def choices(self, name: str, choices: Collection[str]) -> tuple[str, ...]:
        """One or more values from a closed list, each once."""
        values = [str(value) for value in self.items(name)]
        if not values and not self.has(name):
            self.reject(name, f"is missing; it is a list of {_listed(choices)}")
        for value in values:
            if value not in choices:
                self.reject(name, f"“{value}” is not one of {_listed(choices)}")
        return tuple(dict.fromkeys(values))

    def answer(self, name: str, choices: Collection[str]) -> str:
        """One of a closed list in which yes and no may stand as YAML reads them; unknown when it is missing."""
        value = self.values.get(name)
        if self.has(name) and isinstance(value, bool):
            word = "yes" if value else "no"
            if word not in choices:
                self.reject(name, f"“{word}” is not one of {_listed(choices)}")
            return word
        return self.choice(name, choices, default="unknown")

    def flag(self, name: str, *, default: bool) -> bool:
        if not self.has(name):
            return default
        value = self.values[name]
        if not isinstance(value, bool):
            self.reject(name, "must be yes or no")
            return default
        return value

    def whole(self, name: str, *, least: int, most: int) -> int | None:
        if not self.has(name):
            return None
        value = self.values[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.reject(name, f"must be a whole number from {least} to {most}")
            return None
        return value

    def day(self, name: str, *, required: bool = False, past: bool = False) -> date | None:
        """A date. `past` refuses one after today, for things that are said to have happened."""
        if not self.has(name):
            if required:
                self.reject(name, "is missing; write a date like 2026-03-31")
            return None
        day = self._day(name, self.values[name])
        if day is not None and past and day > self.today:
            self.reject(name, f"{day.isoformat()} lies in the future")
            return None
        return day

    def url(self, name: str, *, required: bool = False) -> str:
        return self._shaped(name, _URL, "must be a web address that begins with https://", required)

    def email(self, name: str) -> str:
        return self._shaped(name, _EMAIL, "must be an email address", True)

    def items(self, name: str) -> list[Any]:
        """A list; empty when it is missing."""
        if not self.has(name):
            return []
        value = self.values[name]
        if not isinstance(value, list):
            self.reject(name, "must be a list; write each item on a line of its own after “- ”")
            return []
        return value

    def parts(self, name: str) -> Iterator[Fields]:
        """The mappings in a list."""
        for number, item in enumerate(self.items(name), start=1):
            if isinstance(item, Mapping):
                yield self._inside(item, f"{name} {number}, ")
            else:
                self.reject(f"{name} {number}", "must have fields of its own")

    def part(self, name: str) -> Fields | None:
        """A mapping inside this one, or None."""
        if not self.has(name):
            return None
        value = self.values[name]
        if not isinstance(value, Mapping):
            self.reject(name, "must have fields of its own")
            return None
        return self._inside(value, f"{name}, ")

    def _inside(self, values: Mapping[Any, Any], path: str) -> Fields:
        return Fields(self.entry, values, self.today, self.example, self.problems, f"{self.path}{path}")

    def _shaped(self, name: str, shape: re.Pattern[str], advice: str, required: bool) -> str:
        value = self.text(name, longest=500, required=required)
        if value and not shape.fullmatch(value):
            self.reject(name, advice)
        return value

    def _day(self, name: str, value: Any) -> date | None:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        counted: Mapping[str, Callable[[int], timedelta]] = {
            "days_ago": lambda days: timedelta(days=-days),
            "days_ahead": lambda days: timedelta(days=days),
        }
        if isinstance(value, Mapping) and len(value) == 1:
            (way, days), *_ = value.items()
            if way in counted and type(days) is int and 0 <= days <= _FARTHEST_DAYS:
                if not self.example:
                    self.reject(name, "only examples may count days from today; write the date itself")
                    return None
                return self.today + counted[way](days)
        self.reject(name, "must be a date like 2026-03-31")
        return None


def _listed(choices: Iterable[str]) -> str:
    return ", ".join(choices)
