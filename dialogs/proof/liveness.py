"""Which answers are still to be read, and for which differences: worked out backwards through all flows.

For each step two sets (as bits of dialogs.proof.answers): what may be read from there before it is given anew, and
what gets through to the flow's `_return` without being given anew. What is live at a place on a stack follows from
the two and from what is live where the flow returns to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dialogs.book import Book
from dialogs.flow import Flow
from dialogs.proof.answers import Answers
from dialogs.proof.model import Where
from dialogs.proof.ways import Way, ways_on
from dialogs.reading import RETURN
from dialogs.steps import Locate, Step

_ALL = -1


@dataclass(frozen=True, slots=True)
class Liveness:
    """`read` and `through` for each step; `asked` is what an interrupt may read wherever it comes."""

    read: Mapping[Where, int]
    through: Mapping[Where, int]
    asked: int


def liveness(book: Book, answers: Answers, ways: Mapping[Where, Sequence[Way]]) -> Liveness:
    """What is live where. `ways` are the ways on from each step."""
    answering = set(book.interrupts.values())
    read: dict[Where, int] = {}
    through: dict[Where, int] = {}
    asked = 0
    # An interrupt can come at every step that waits for him, so what it reads is live there. It may read more
    # than it did at first sight only by being interrupted itself, which adds nothing new: two rounds settle it.
    for _ in range(2 if answering else 1):
        for flow in in_order_of_calls(book):
            _settle(flow, book, answers, ways, read, through, asked, passes=flow.id in answering)
        for name in answering:
            asked |= read[(name, book.flows[name].first_step.name)]
    return Liveness(read, through, asked)


def _settle(
    flow: Flow,
    book: Book,
    answers: Answers,
    ways: Mapping[Where, Sequence[Way]],
    read: dict[Where, int],
    through: dict[Where, int],
    asked: int,
    *,
    passes: bool,
) -> None:
    """The least sets that agree with each other, for one flow; those of the flows it calls are there already.

    `passes`: another interrupt may take this flow's place at any moment, so everything gets through it.
    """
    leads_here: dict[str, list[str]] = {}
    for name in flow.steps:
        for way in ways[flow.id, name]:
            leads_here.setdefault(way.go.name or name, []).append(name)
        read[flow.id, name] = answers.told_apart(flow.steps[name]) | (asked if flow.steps[name].waits else 0)
        through[flow.id, name] = _ALL if passes else 0
    ahead = dict.fromkeys(flow.steps)
    while ahead:
        name, _ = ahead.popitem()
        here = flow.id, name
        may_read, may_pass = read[here], through[here]
        for way in ways[here]:
            before, past = _behind(way, here, book, answers, read, through)
            may_read |= before
            may_pass |= past
        if (may_read, may_pass) != (read[here], through[here]):
            read[here], through[here] = may_read, may_pass
            ahead.update(dict.fromkeys(leads_here.get(name, ())))


def _behind(
    way: Way, here: Where, book: Book, answers: Answers, read: Mapping[Where, int], through: Mapping[Where, int]
) -> tuple[int, int]:
    """The two sets at the beginning of a way."""
    after = here if not way.go else (here[0], way.go.name)
    before, past = (0, _ALL) if way.go.name == RETURN else (read[after], through[after])
    if way.call:
        first = way.call, book.flows[way.call].first_step.name
        before, past = read[first] | (before & through[first]), past & through[first]
    if way.saves:
        given = ~answers.by_name[way.saves].bits
        before, past = before & given, past & given
    return before, past


def in_order_of_calls(book: Book) -> Iterator[Flow]:
    """The flows, each after those that it calls. No flow comes to call itself."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[Flow]:
        if name in done:
            return
        done.add(name)
        for step in book.flows[name].steps.values():
            for ref in step.calls():
                yield from visit(ref.name)
        yield book.flows[name]

    for name in book.flows:
        yield from visit(name)


def all_ways(book: Book, answers: Answers) -> Mapping[Where, Sequence[Way]]:
    """The ways on from every step of the book."""
    skip, done = book.words.skip, book.words.done
    return {
        (flow.id, step.id): tuple(ways_on(step, _typed(step, answers), skip, done))
        for flow in book.flows.values()
        for step in flow.steps.values()
    }


def _typed(step: Step, answers: Answers) -> Sequence[str]:
    return answers.typed(step.save.name) if isinstance(step, Locate) else ()
