"""A book made ready for the engine: what can be worked out before anybody writes is worked out once.

A table has a row for each step that waits for him, with where each option leads and how the question looks, and one
for each branch. The steps in between are few and rarely passed; the engine reads them from the flows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dialogs.exchange import Reply
from dialogs.pieces import DEEPEST, Answer, Place, values_of
from dialogs.reading import RETURN
from dialogs.rendering import Rows, Waiting, fill, heard, rows_of, slot_values
from dialogs.steps import Ask, Branch, End, Locate, Report, Step
from dialogs.steps.branch import CHANNEL, case_of
from dialogs.texts import Text
from dialogs.understanding import Heard
from dialogs.words import Words

if TYPE_CHECKING:
    from dialogs.flow import Flow

# An area's code, and the sign that ends it.
_AREA = 10


class Way(NamedTuple):
    """What an option does that only answers its question and leads to a step of the same flow. `given` is the answer
    of that `name`; both are empty where none is kept.
    """

    name: str
    given: tuple[Answer, ...]
    to: Place


@dataclass(frozen=True, slots=True)
class Question:
    """A step that waits: where each option leads, how it looks without Back and with it, and what can be typed.

    `fixed` is the text of a step whose text has no slots, and `replies` the whole turn in which it is asked.
    """

    place: Place
    text: Text
    first: str | None
    words: Words
    ways: Mapping[str, Way]
    rows: tuple[Rows, Rows]
    heard: tuple[Heard, ...]
    fixed: str | None
    replies: tuple[tuple[Reply, ...], tuple[Reply, ...]] | None

    @classmethod
    def of(cls, place: Place, step: Waiting, words: Words) -> Question:
        rows = rows_of(step, words, back=False), rows_of(step, words, back=True)
        first = step.first.words or None
        fixed = None if step.text.slots else step.text.words
        return cls(
            place,
            step.text,
            first,
            words,
            ways=dict(_ways(place, step)),
            rows=rows,
            heard=() if isinstance(step, End) else heard(step, words),
            fixed=fixed,
            replies=None if fixed is None else ((Reply(fixed, first, rows[0]),), (Reply(fixed, first, rows[1]),)),
        )

    def said(self, lifelines: Mapping[str, str]) -> str:
        """The text with its slots filled."""
        return self.fixed or fill(self.text, slot_values(self.text.slots, lifelines, self.words), self.place)

    def asked(self, lifelines: Mapping[str, str], *, back: bool) -> tuple[Reply, ...]:
        """The turn in which it is asked and nothing is said before it."""
        return self.replies[back] if self.replies else (Reply(self.said(lifelines), self.first, self.rows[back]),)


@dataclass(frozen=True, slots=True)
class Fork:
    """A branch: the cases of the answer `on`, and where each leads, with `else` as the last."""

    on: str
    cases: tuple[str, ...]
    places: tuple[Place, ...]

    @classmethod
    def of(cls, flow: str, step: Branch) -> Fork:
        cases = tuple(case.value.name for case in step.cases)
        return cls(step.on.name, cases, tuple(Place(flow, target.ref.name) for target in step.targets()))

    def way(self, answers: tuple[Answer, ...], channel: str) -> Place:
        values = (channel,) if self.on == CHANNEL else values_of(answers, self.on)
        return self.places[case_of(values, self.cases)]


@dataclass(frozen=True, slots=True)
class Tables:
    """What the engine steps by.

    `first` are the questions that can come first of all. `widest` is the most bytes that a place or an answer can
    take in a stored state, `deepest` how many places deep one can get.
    """

    at: Mapping[Place, Question | Fork]
    first: frozenset[Place]
    widest: int
    deepest: int

    @classmethod
    def of(cls, flows: Mapping[str, Flow], start: str, words: Words) -> Tables:
        at: dict[Place, Question | Fork] = {}
        widest = 0
        for flow_name, flow in flows.items():
            for name, step in flow.steps.items():
                place = Place(flow_name, name)
                widest = max(widest, *_widths(place, step))
                if isinstance(step, Ask | Locate | End):
                    at[place] = Question.of(place, step, words)
                elif isinstance(step, Branch):
                    at[place] = Fork.of(flow_name, step)
        return cls(at, frozenset(_first_questions(flows, start)), widest, _deepest(flows))

    def beyond(self, fork: Fork, answers: tuple[Answer, ...], channel: str) -> Place:
        """The place that a branch leads to, and the branches that follow it. Where they lead round, one of them."""
        place = fork.way(answers, channel)
        for _ in self.at:
            at = self.at.get(place)
            if not isinstance(at, Fork):
                break
            place = at.way(answers, channel)
        return place


def _ways(place: Place, step: Waiting) -> Iterator[tuple[str, Way]]:
    if isinstance(step, End) or (isinstance(step, Ask) and step.many):
        return
    for choice in step.options:
        if isinstance(step, Report) and choice.saves:
            # What he says there is passed on first.
            continue
        if choice.go and not choice.call and choice.go.name != RETURN:
            name = step.save.name if choice.saves else ""
            given = ((name, (choice.id,)),) if name else ()
            yield choice.id, Way(name, given, Place(place.flow, choice.go.name))


def _first_questions(flows: Mapping[str, Flow], start: str) -> Iterator[Place]:
    """The questions that a stranger can come to before he has done anything."""
    ahead, seen = [Place(start, flows[start].first_step.name)], set[Place]()
    while ahead:
        place = ahead.pop()
        step = flows[place.flow].steps.get(place.step)
        if step is None or place in seen:
            continue
        seen.add(place)
        if step.waits:
            yield place
        else:
            ahead.extend(Place(place.flow, target.ref.name) for target in step.targets())
            ahead.extend(Place(c.name, flows[c.name].first_step.name) for c in step.calls() if c.name in flows)


def _deepest(flows: Mapping[str, Flow]) -> int:
    """The longest chain of flows that hand over to each other. What he did in an interrupt is not on the way back."""
    called = {flow: {call.name for step in flows[flow].steps.values() for call in step.calls()} for flow in flows}
    deepest, ends = 1, set(flows)
    while deepest < DEEPEST and (ends := {further for flow in ends for further in called.get(flow, ())}):
        deepest += 1
    return deepest


def _widths(place: Place, step: Step) -> tuple[int, int]:
    """The most bytes that this place, and an answer given at it, can take, with the sign that ends each."""
    here = len(place.flow) + len(place.step) + 2
    if not isinstance(step, Ask | Locate):
        return here, 0
    ids = [len(choice.id) + 1 for choice in step.options]
    if isinstance(step, Report):
        return here + max(ids, default=0), 0
    if isinstance(step, Ask) and step.many:
        return here + sum(ids), len(step.save.name) + 1 + sum(ids)
    return here, len(step.save.name) + 1 + max([*ids, _AREA])
