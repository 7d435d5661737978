"""All that a session remembers of a man: a place in a flow, and answers from closed lists.

Nothing he typed can get in here: values are option ids, area codes and names of steps.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Self

from dialogs.book import Book

LARGEST = 1_000
MOST_TRAIL = 8
MOST_OFFERED = 6
DEEPEST = 8
# How much of an offered label is kept: an area's name, its county and its nation.
_LONGEST_LABEL = 64

_FORMAT = 1
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,23}")


class StateError(ValueError):
    """Stored bytes that are no state. The message never repeats them."""


@dataclass(frozen=True, slots=True)
class Option:
    """A button: its id comes back as Pick(id)."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a flow. `ticks` are the options ticked so far where several can be chosen."""

    flow: str
    step: str
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """What Back undoes: where he was, and what an answer was before he gave it.

    `name` is empty when nothing was answered. `entered` marks a hand-over or an interrupt, from which
    `_return` leads exactly here.
    """

    places: tuple[Place, ...]
    name: str = ""
    before: tuple[str, ...] = ()
    entered: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Where he is. Immutable; `dialogs.engine.step` makes the next one.

    `places` is a stack: a flow that was handed over to stands above the one that comes after it. `answers` is
    sorted by name. `offered` are the options of a question that was asked back. `found` is the find step that
    last showed him services, and `cards` says that they belong to the present turn.
    """

    places: tuple[Place, ...]
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    trail: tuple[Past, ...] = ()
    serial: int = 0
    offered: tuple[Option, ...] = ()
    found: Place | None = None
    cards: bool = False

    @classmethod
    def at_start(cls, book: Book) -> Self:
        """A stranger: nothing answered, nothing said yet."""
        return cls(places=(Place(book.start, book.flows[book.start].first_step.name),))

    @property
    def place(self) -> Place:
        """The step he is at."""
        return self.places[-1]

    def answer(self, name: str) -> tuple[str, ...]:
        """The values of an answer; none when he was not asked, or skipped."""
        return next((values for known, values in self.answers if known == name), ())

    def with_answer(self, name: str, values: tuple[str, ...]) -> Self:
        """The same state with one answer replaced; no values forget it."""
        others = {known: kept for known, kept in self.answers if known != name}
        if values:
            others[name] = values
        return replace(self, answers=tuple(sorted(others.items())))

    def fits(self, book: Book) -> bool:
        """Whether every step this state stands on is in the book: after a flow was edited, it may not be."""
        stood_on = [*self.places, *(place for past in self.trail for place in past.places)]
        return all(book.step(place.flow, place.step) is not None for place in stood_on)

    def bounded(self) -> Self:
        """The same state, forgetting the oldest ways back until it is small enough to keep."""
        trimmed = self if len(self.trail) <= MOST_TRAIL else replace(self, trail=self.trail[-MOST_TRAIL:])
        while trimmed.trail and len(trimmed.to_bytes()) > LARGEST:
            trimmed = replace(trimmed, trail=trimmed.trail[1:])
        return trimmed

    def to_bytes(self) -> bytes:
        """The state as it is kept (sealed by the caller). Equal states give equal bytes."""
        fields = [
            _FORMAT,
            self.serial,
            [_place_out(place) for place in self.places],
            [[name, *values] for name, values in self.answers],
            [[int(past.entered), past.name, list(past.before), *map(_place_out, past.places)] for past in self.trail],
            [[option.id, option.label] for option in self.offered],
            _place_out(self.found) if self.found else "",
            int(self.cards),
        ]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The state that `to_bytes` gave. Raises StateError for anything else."""
        try:
            if len(data) > 4 * LARGEST:
                raise ValueError
            return cls._checked(json.loads(data))
        except (ValueError, TypeError, RecursionError):
            raise StateError("these bytes are not a state") from None

    @classmethod
    def _checked(cls, fields: Any) -> Self:
        version, serial, places, answers, trail, offered, found, cards = fields
        if version != _FORMAT or type(serial) is not int or serial < 0 or cards not in (0, 1):
            raise ValueError
        state = cls(
            places=_places_in(places),
            answers=tuple((_name(name), tuple(map(_name, values))) for name, *values in answers),
            trail=tuple(_past_in(*entry) for entry in trail),
            serial=serial,
            offered=tuple(_option_in(*entry) for entry in offered),
            found=_place_in(found) if found else None,
            cards=bool(cards),
        )
        names = [name for name, _ in state.answers]
        if names != sorted(set(names)) or not all(values for _, values in state.answers):
            raise ValueError
        return state


def offer(options: list[Option]) -> tuple[Option, ...]:
    """Options as a state can keep them: few, with labels cut to a length."""
    return tuple(Option(o.id, o.label[:_LONGEST_LABEL]) for o in options[:MOST_OFFERED])


def _place_out(place: Place) -> str:
    return "/".join((place.flow, place.step, *place.ticks))


def _place_in(text: Any) -> Place:
    if not isinstance(text, str):
        raise ValueError
    flow, step, *ticks = text.split("/")
    return Place(_name(flow), _name(step), tuple(map(_name, ticks)))


def _places_in(places: Any) -> tuple[Place, ...]:
    if not isinstance(places, list) or not 1 <= len(places) <= DEEPEST:
        raise ValueError
    return tuple(map(_place_in, places))


def _past_in(entered: Any, name: Any, before: Any, *places: Any) -> Past:
    if entered not in (0, 1) or not isinstance(before, list):
        raise ValueError
    return Past(_places_in(list(places)), _name(name) if name else "", tuple(map(_name, before)), bool(entered))


def _option_in(id_: Any, label: Any) -> Option:
    if not isinstance(label, str) or len(label) > _LONGEST_LABEL:
        raise ValueError
    return Option(_name(id_), label)


def _name(text: Any) -> str:
    if not isinstance(text, str) or not _NAME.fullmatch(text):
        raise ValueError
    return text
