"""The walk over every node that can be reached, and from it whatever an interrupt or Back can make of a node.

Breadth first by taps, so that the way to each node is a shortest one; first in the terminal, so that it can be
replayed there wherever it can be had there at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dialogs.proof.by_taps import ByTaps
from dialogs.proof.model import Node, TooManyStates
from dialogs.proof.table import NOWHERE, Arrow, Table, Values
from dialogs.steps import Branch
from dialogs.steps.branch import CHANNELS

MOST_NODES = 200_000
"""More states than this are not walked: such a conversation is not called proved."""

IN_ORDER = ("terminal", *(channel for channel in CHANNELS if channel != "terminal"))
# Not on any channel: from a node that was given as a beginning.
ELSEWHERE = len(IN_ORDER)


# A branch goes one way, by itself.
_FREE = (0,)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A node to walk on from, the node that it follows (-1 for none) by which taps, and on which channel."""

    stack: int
    values: Values
    parent: int = -1
    taps: tuple[str, ...] = ()
    phase: int = ELSEWHERE


@dataclass(slots=True)
class Walk:
    """The nodes reached, by number: on which stack, with which values, and what follows.

    `parent` and `taps` lead back towards the beginning (a parent of -1), `cost` counts the taps from there, and
    `phase` says on which channel (an index of IN_ORDER), or ELSEWHERE. `roots` are the nodes at which each
    interrupt begins, by its label.
    """

    table: Table
    stack: list[int] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)
    follows: list[list[int]] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    taps: list[tuple[str, ...]] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)
    phase: list[int] = field(default_factory=list)
    number: list[dict[Values, int]] = field(default_factory=list)
    roots: dict[str, list[int]] = field(default_factory=dict)
    _leads_here: list[list[int]] = field(default_factory=list)

    def find(self, stack: int, values: Values) -> int:
        """The number of a node, or -1 when it was not reached."""
        return self.number[stack].get(values, -1) if stack < len(self.number) else -1

    def numbers(self, stack: int) -> list[int]:
        """The nodes on a stack."""
        return list(self.number[stack].values()) if stack < len(self.number) else []

    def node(self, number: int) -> Node:
        stack = self.table.stacks[self.stack[number]]
        return Node(self.table.places(stack.number), tuple(zip(stack.names, self.values[number], strict=True)))

    def replay(self, number: int) -> tuple[str, ...]:
        """What he taps and types to get there, from the first message on."""
        back: list[tuple[str, ...]] = []
        while number >= 0:
            back.append(self.taps[number])
            number = self.parent[number]
        return tuple(tap for taps in reversed(back) for tap in taps)

    def waits(self, number: int) -> bool:
        """Whether he is asked something there, or has come to an end."""
        return self.table.stacks[self.stack[number]].waits

    def arrows(self, number: int) -> Iterator[tuple[Arrow, int]]:
        """The ways on from a node, each with the node it leads to (-1: a dead `_return`)."""
        stack = self.table.stacks[self.stack[number]]
        arrows = self.table.arrows(stack.number)
        if isinstance(stack.step, Branch):
            arrows = [arrows[stack.turns[self.values[number][stack.at]]]]
        # A walk that was given up has not followed every way.
        return zip(arrows, self.follows[number], strict=False)

    def leads_here(self) -> Sequence[Sequence[int]]:
        """The nodes from which each node is come to by one step. Grows with the walk, between two beginnings."""
        known = len(self._leads_here)
        self._leads_here += [[] for _ in range(known, len(self.stack))]
        for number in range(known, len(self.stack)):
            for to in self.follows[number]:
                if to >= 0:
                    self._leads_here[to].append(number)
        return self._leads_here

    def costs(self, number: int) -> Sequence[int]:
        """How many taps each of the ways on from a node takes."""
        stack = self.table.stacks[self.stack[number]]
        return _FREE if isinstance(stack.step, Branch) else stack.costs

    def begin(self, beginnings: Iterable[Beginning]) -> None:
        """Walk on from nodes that are new."""
        ahead: ByTaps[int] = ByTaps()
        for start in beginnings:
            cost = (self.cost[start.parent] if start.parent >= 0 else 0) + len(start.taps)
            number = self._come_to(start.stack, start.values, start.parent, start.taps, cost, start.phase)
            if number >= 0:
                ahead.add(cost, number)
        for cost, number in ahead:
            # Who was come to by fewer taps meanwhile has been walked on from already.
            if self.cost[number] == cost and not self.follows[number]:
                self._walk_on(number, ahead)

    def _walk_on(self, at: int, ahead: ByTaps[int]) -> None:
        """Come to every node that follows this one."""
        table = self.table
        stack, values, phase, here = table.stacks[self.stack[at]], self.values[at], self.phase[at], self.cost[at]
        follows = self.follows[at]
        arrows = stack.arrows if stack.arrows is not None else table.arrows(stack.number)
        if isinstance(stack.step, Branch):
            arrows = [arrows[stack.turns[values[stack.at]]]]
        for arrow in arrows:
            if arrow.to == NOWHERE:
                follows.append(-1)
                continue
            carried = arrow.carry(values)
            cost = here + len(arrow.taps)
            known = self.find(arrow.to, carried)
            if known < 0:
                known = self._come_to(arrow.to, carried, at, arrow.taps, cost, phase)
                ahead.add(cost, known)
            elif self.phase[known] == phase and self.cost[known] > cost and not self.follows[known]:
                self.parent[known], self.taps[known], self.cost[known] = at, arrow.taps, cost
                ahead.add(cost, known)
            follows.append(known)

    def _come_to(self, stack: int, values: Values, parent: int, taps: tuple[str, ...], cost: int, phase: int) -> int:
        """The number of a new node; -1 for one that was reached before."""
        while stack >= len(self.number):
            self.number.append({})
        known = self.number[stack]
        if values in known:
            return -1
        number = len(self.stack)
        if number >= MOST_NODES:
            raise TooManyStates
        known[values] = number
        self.stack.append(stack)
        self.values.append(values)
        self.follows.append([])
        self.parent.append(parent)
        self.taps.append(taps)
        self.cost.append(cost)
        self.phase.append(phase)
        return number
