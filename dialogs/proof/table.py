"""Stacks of steps by number, each compiled once: what is live there, and how values are carried along each way on.

The walk itself then does nothing but look up and carry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from dialogs.book import Book
from dialogs.proof.answers import Answers
from dialogs.proof.liveness import Liveness, all_ways, liveness
from dialogs.proof.model import WHERE_HE_WAS, Where
from dialogs.proof.ways import Way
from dialogs.reading import RETURN
from dialogs.spans import Ref
from dialogs.steps import Branch, Step
from dialogs.steps.branch import case_of

Values = tuple[str, ...]
NOWHERE = -1


@dataclass(slots=True)
class Arrow:
    """One way on from a stack: where it leads (NOWHERE: a dead `_return`), and how the values become those there.

    `saves` names the answer that it gives or forgets, and `given` are the values that it then has.
    """

    taps: tuple[str, ...]
    to: int
    ref: Ref
    carry: Callable[[Values], Values]
    way: Way
    saves: str = ""
    given: tuple[str, ...] = ()


@dataclass(slots=True)
class Stack:
    """A stack of steps: the step on top and the stack beneath (-1 for none), and what is live there."""

    number: int
    beneath: int
    where: Where
    step: Step | None
    depth: int
    mask: int
    # What is live where this flow and every interrupt beneath it can be left to, at any moment.
    escape: int
    names: tuple[str, ...]
    waits: bool
    # Whether it stands on wherever he was: then he is inside an interrupt.
    interrupted: bool
    arrows: list[Arrow] | None = None
    costs: tuple[int, ...] = ()
    # A branch goes the way of this number, by the cell of the answer it asks for, which stands at `at`.
    turns: Mapping[str, int] = field(default_factory=dict)
    at: int = -1


class Table:
    """All stacks of a book that were come to, by number."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.answers = Answers(book)
        self.ways = all_ways(book, self.answers)
        self.live: Liveness = liveness(book, self.answers, self.ways)
        self.answering = frozenset(book.interrupts.values())
        self.stacks: list[Stack] = []
        self._numbers: dict[tuple[int, Where], int] = {}
        self._carried: dict[tuple[int, int, str, tuple[str, ...]], Callable[[Values], Values]] = {}
        self.where_he_was = self.stack(-1, WHERE_HE_WAS)

    def first(self, flow: str, beneath: int = -1) -> int:
        """The stack at a flow's first step."""
        return self.stack(beneath, (flow, self.book.flows[flow].first_step.name))

    def stack(self, beneath: int, where: Where) -> int:
        number = self._numbers.get((beneath, where))
        if number is None:
            number = self._numbers[beneath, where] = len(self.stacks)
            self.stacks.append(self._made(number, beneath, where))
        return number

    def of(self, places: Sequence[Where]) -> int:
        """The stack of these places."""
        number = -1
        for where in places:
            number = self.stack(number, where)
        return number

    def find(self, places: Sequence[Where]) -> int:
        """The same, or -1 for places that were never come to."""
        number = -1
        for where in places:
            if (number, where) not in self._numbers:
                return -1
            number = self._numbers[number, where]
        return number

    def places(self, number: int) -> tuple[Where, ...]:
        places: list[Where] = []
        while number >= 0:
            stack = self.stacks[number]
            places.append(stack.where)
            number = stack.beneath
        return tuple(reversed(places))

    def _made(self, number: int, beneath: int, where: Where) -> Stack:
        under = self.stacks[beneath] if beneath >= 0 else None
        if where == WHERE_HE_WAS:
            return Stack(number, beneath, where, None, 1, 0, 0, (), False, True)
        escape = under.escape if under else 0
        if under and where[0] in self.answering:
            escape |= under.mask
        mask = self.live.read[where] | escape
        if under:
            mask |= self.live.through[where] & under.mask
        step = self.book.flows[where[0]].steps[where[1]]
        names = tuple(sorted(answer.name for answer in self.answers.of(mask)))
        depth = under.depth + 1 if under else 1
        interrupted = under is not None and under.interrupted
        return Stack(number, beneath, where, step, depth, mask, escape, names, step.waits, interrupted)

    def arrows(self, number: int) -> list[Arrow]:
        """The ways on from a stack; the engine takes exactly one of a branch's, by `Stack.turns`."""
        stack = self.stacks[number]
        if stack.arrows is None:
            stack.arrows = [arrow for way in self._ways_of(stack) for arrow in self._arrows(stack, way)]
            stack.costs = tuple(len(arrow.taps) for arrow in stack.arrows)
            if isinstance(stack.step, Branch):
                self._turn(stack, stack.step)
        return stack.arrows

    def _ways_of(self, stack: Stack) -> Sequence[Way]:
        return self.ways[stack.where] if stack.step is not None else ()

    def _turn(self, stack: Stack, branch: Branch) -> None:
        answer = self.answers.by_name[branch.on.name]
        stack.at = stack.names.index(answer.name)
        cases = [case.value.name for case in branch.cases]
        stack.turns = {cell: case_of(values, cases) for cell, values in answer.cells(stack.mask).items()}

    def _arrows(self, stack: Stack, way: Way) -> list[Arrow]:
        to = self._target(stack, way)
        if to == NOWHERE:
            return [Arrow(way.taps, to, way.go, _nothing, way)]
        if not way.ticked:
            return [self._arrow(stack, way, way.taps, to, way.values)]
        answer = self.answers.by_name[way.saves]
        ticks = answer.ticks(way.ticked, self.stacks[to].mask)
        return [
            self._arrow(stack, way, (*(choice.label for choice in chosen), *way.taps), to, tuple(c.id for c in chosen))
            for chosen in ticks.values()
        ]

    def _arrow(self, stack: Stack, way: Way, taps: tuple[str, ...], to: int, values: tuple[str, ...]) -> Arrow:
        return Arrow(taps, to, way.go, self.carry(stack.number, to, way.saves, values), way, way.saves, values)

    def _target(self, stack: Stack, way: Way) -> int:
        """The stack that a way leads to; without a `go` the call comes back to this step."""
        if way.go.name == RETURN:
            to = stack.beneath
            if to == NOWHERE:
                return NOWHERE
        elif way.go:
            to = self.stack(stack.beneath, (stack.where[0], way.go.name))
        else:
            to = stack.number
        return self.first(way.call, to) if way.call else to

    def carry(self, source: int, to: int, saves: str = "", values: tuple[str, ...] = ()) -> Callable[[Values], Values]:
        """How values at one stack become those at another, when the answer `saves` becomes `values` on the way."""
        before, after = self.stacks[source], self.stacks[to]
        # What is live on a stack says how: many stacks are alike in that.
        key = before.mask, after.mask, saves, values
        carried = self._carried.get(key)
        if carried is None:
            carried = self._carried[key] = self._carry(before, after, saves, values)
        return carried

    def _carry(self, before: Stack, after: Stack, saves: str, values: Sequence[str]) -> Callable[[Values], Values]:
        wanted: list[tuple[int, Mapping[str, str] | None, str]] = []
        for name in after.names:
            answer = self.answers.by_name[name]
            if name == saves:
                wanted.append((-1, None, answer.cell(values, after.mask)))
            else:
                wanted.append((before.names.index(name), answer.coarser(before.mask, after.mask), ""))
        return _carrier(wanted, len(before.names))


def _carrier(wanted: Sequence[tuple[int, Mapping[str, str] | None, str]], width: int) -> Callable[[Values], Values]:
    """The quickest function that does it: most values are carried as they are."""
    if not wanted:
        return _nothing
    plain = [at for at, _, _ in wanted]
    if all(at >= 0 and names is None for at, names, _ in wanted):
        if plain == list(range(width)):
            return _same
        if len(plain) > 1:
            return itemgetter(*plain)
    steps = tuple(wanted)

    def carried(values: Values) -> Values:
        return tuple(
            [cell if at < 0 else values[at] if names is None else names[values[at]] for at, names, cell in steps]
        )

    return carried


def _nothing(_: Values) -> Values:
    return ()


def _same(values: Values) -> Values:
    return values
