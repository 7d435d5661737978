"""All that a session remembers of a man: a place in a flow, and answers from closed lists.

Nothing he typed can get in here: values are option ids, area codes and names of steps.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import lt
from typing import NamedTuple, Protocol, Self

from dialogs import pieces
from dialogs.pieces import DEEPEST, Answer, Option, Past, Place, StateError

# Bytes of a state. Of these the services that he was shown and told of take three hundred, with ids of usual length.
LARGEST = 1_300
# Bytes kept free outside of interrupts and hand-overs, so that what one comes back to need not be forgotten for it.
_ROOM_TO_ENTER = 250
# More than the format, the serial, the cards, the language and what sets the fields apart come to.
_HEAD_AND_SIGNS = 50
MOST_TRAIL = 8
MOST_OFFERED = 6
# Services that are shown at once, and of which he can be asked which it was.
MOST_SHOWN = 3

# Format, serial, cards, language; then places, answers, trail, offered and found; and where he was shown services or
# told of one, shown and told.
_HEAD = re.compile(r"2\|(0|[1-9][0-9]{0,15})\|(c?)\|((?:[A-Za-z][A-Za-z0-9_]{0,15})?)\|")
_FIELDS = (5, 7)


class Steps(Protocol):
    """What a state has to know of the conversation it is in: a book."""

    @property
    def first(self) -> Place: ...
    def step(self, flow: str, step: str) -> object | None: ...


class State(NamedTuple):
    """Where he is. Immutable; `dialogs.engine.step` makes the next one.

    `places` is a stack: a flow that was handed over to stands above the one that comes after it. `answers` is
    sorted by name. `offered` are the options of a question that was asked back. `found` is the find step that
    last showed him services, and `cards` says that they belong to the present turn. `language` is a code of
    `book.tongues`, empty for the language that the flows are written in. `shown` are the services that he was shown
    last, and `told` the ids of those that he said something of.
    """

    places: tuple[Place, ...]
    answers: tuple[Answer, ...] = ()
    trail: tuple[Past, ...] = ()
    serial: int = 0
    offered: tuple[Option, ...] = ()
    found: Place | None = None
    cards: bool = False
    language: str = ""
    shown: tuple[Option, ...] = ()
    told: tuple[str, ...] = ()

    @classmethod
    def at_start(cls, book: Steps) -> Self:
        """A stranger: nothing answered, nothing said yet."""
        return cls(places=(book.first,))

    @property
    def place(self) -> Place:
        """The step he is at."""
        return self.places[-1]

    def answer(self, name: str) -> tuple[str, ...]:
        """The values of an answer; none when he was not asked, or skipped."""
        return pieces.values_of(self.answers, name)

    def with_answer(self, name: str, values: tuple[str, ...]) -> Self:
        """The same state with one answer replaced; no values forget it."""
        return self._replace(answers=answered(self.answers, name, ((name, values),) if values else ())[1])

    def fits(self, book: Steps) -> bool:
        """Whether every step this state stands on is in the book: after a flow was edited, it may not be."""
        stood_on = [*self.places, *(place for past in self.trail for place in past.places)]
        return all(book.step(place.flow, place.step) is not None for place in stood_on)

    def bounded(self, widest: int = LARGEST, deepest: int = DEEPEST) -> Self:
        """The same state, forgetting ways back until it is small enough to keep: the oldest first, but those that an
        interrupt or a hand-over comes back to last.

        `widest` is the most bytes that a place or an answer of the book can come to, and `deepest` how many places
        deep it goes: with few enough of them nothing has to be measured.
        """
        if len(self.places) == 1 and not self.offered:
            most = 2 + len(self.answers) + (1 + deepest) * len(self.trail)
            if _HEAD_AND_SIGNS + most * widest + _width(self.shown, self.told) <= LARGEST - _ROOM_TO_ENTER:
                return self
        state = self
        while state.trail and len(state.to_bytes()) > (LARGEST if _entered(state.trail) else LARGEST - _ROOM_TO_ENTER):
            state = state._replace(trail=_shorter(state.trail))
        return state

    def to_bytes(self) -> bytes:
        """The state as it is kept (sealed by the caller): UTF-8. Equal states give equal bytes."""
        return "|".join(
            (
                f"2|{self.serial}|{'c' if self.cards else ''}|{self.language}",
                pieces.places_text(self.places),
                ";".join(map(pieces.answer_text, self.answers)),
                ";".join(map(pieces.past_text, self.trail)),
                pieces.options_text(self.offered),
                pieces.place_text(self.found) if self.found else "",
                *((pieces.options_text(self.shown), ",".join(self.told)) if self.shown or self.told else ()),
            )
        ).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The state that `to_bytes` gave. Raises StateError for anything else."""
        head = _HEAD.match(text) if (text := _decoded(data)) else None
        fields = text[head.end() :].split("|") if head else []
        if head is None or len(fields) not in _FIELDS:
            raise StateError("these bytes are not a state")
        serial, cards, language = head.groups()
        places, answers, trail, offered, found, *last = fields
        shown, told = last or ("", "")
        if last and not shown and not told:
            raise StateError("these bytes are not a state")
        state = cls(
            pieces.read_places(places),
            tuple(map(pieces.read_answer, answers.split(";"))) if answers else (),
            tuple(map(pieces.read_past, trail.split(";"))) if trail else (),
            int(serial),
            pieces.read_options(offered) if offered else (),
            pieces.read_place(found) if found else None,
            cards == "c",
            language,
            pieces.read_services(shown) if shown else (),
            pieces.read_told(told) if told else (),
        )
        names = [name for name, _ in state.answers]
        if not all(map(lt, names, names[1:])):
            raise StateError("these bytes are not a state")
        return state


def answered(
    answers: tuple[Answer, ...], name: str, given: tuple[Answer, ...]
) -> tuple[tuple[str, ...], tuple[Answer, ...]]:
    """What the answer of this name was, and the answers, still sorted, with what is `given` in its place."""
    at = bisect_left(answers, (name,))
    if at < len(answers) and answers[at][0] == name:
        return answers[at][1], answers[:at] + given + answers[at + 1 :]
    return (), answers[:at] + given + answers[at:]


def offer(options: Sequence[Option]) -> tuple[Option, ...]:
    """Options as a state can keep them: few, with labels cut to a length."""
    return tuple(Option(option.id, pieces.label_text(option.label)) for option in options[:MOST_OFFERED])


def services(cards: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    """Services (id and name) as a state can keep them: few, with names cut to a length."""
    return tuple(Option(id_, pieces.name_text(name)) for id_, name in cards[:MOST_SHOWN])


def lengthened(trail: tuple[Past, ...], past: Past) -> tuple[Past, ...]:
    """The trail with one more way back. When there are too many the oldest is forgotten, but never one that an
    interrupt or a hand-over comes back to.
    """
    if len(trail) < MOST_TRAIL or past.entered:
        return (*trail, past)
    kept = _entered(trail)
    return (*trail, past) if len(trail) - kept < MOST_TRAIL else (*trail[:kept], *trail[kept + 1 :], past)


def _entered(trail: tuple[Past, ...]) -> int:
    """How much of the trail he comes back to when he leaves the flow that he was handed over to last."""
    marks = [past.entered for past in trail]
    return len(marks) - marks[::-1].index(True) if True in marks else 0


def _shorter(trail: tuple[Past, ...]) -> tuple[Past, ...]:
    kept = _entered(trail)
    oldest = kept if kept < len(trail) else 0
    return trail[:oldest] + trail[oldest + 1 :]


def _width(shown: tuple[Option, ...], told: tuple[str, ...]) -> int:
    """The most bytes that the services can take: a sign of a name can have four."""
    return sum(len(id_) + 4 * len(name) + 2 for id_, name in shown) + sum(len(id_) + 1 for id_ in told)


def _decoded(data: bytes) -> str:
    try:
        return data.decode() if len(data) <= 4 * LARGEST else ""
    except UnicodeDecodeError:
        return ""


__all__ = ["DEEPEST", "LARGEST", "MOST_TRAIL", "Answer", "Option", "Past", "Place", "State", "StateError", "offer"]
