"""What can change an answer behind a node's back, so that the node is come to with values no way forwards leads to.

Two things can. An interrupt may give an answer and return. And Back undoes a question's own answer, but not what was
given meanwhile in a flow that was called from a question and came back to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property, partial, reduce
from operator import or_

from dialogs.book import Book
from dialogs.proof.liveness import in_order_of_calls, liveness
from dialogs.proof.table import Arrow, Table
from dialogs.proof.walk import Beginning, Walk
from dialogs.reading import RETURN

# An answer by name, and the values it is given (none: it is forgotten).
Given = tuple[str, tuple[str, ...]]


def is_interrupted(walk: Walk, number: int) -> bool:
    """Whether the node is inside an interrupt."""
    return walk.table.stacks[walk.stack[number]].interrupted


def from_interrupt(walk: Walk, number: int) -> tuple[str, ...]:
    """The taps that lead to a node inside an interrupt, from what calls the interrupt on."""
    roots = {root for numbers in walk.roots.values() for root in numbers}
    back = [walk.taps[number]]
    while number not in roots and walk.parent[number] >= 0:
        number = walk.parent[number]
        back.append(walk.taps[number])
    return tuple(tap for taps in reversed(back) for tap in taps)


def saved(walk: Walk, among: Iterable[int], coming_back: Collection[int]) -> dict[Given, tuple[int, Arrow, int]]:
    """The answers that are given or forgotten on the ways on from these nodes, if anything reads them.

    Each with the first node that does, the way, and the node that this leads to, which is one of `coming_back`: the
    same answer may be given on a way that never does.
    """
    found: dict[Given, tuple[int, Arrow, int]] = {}
    for number in among:
        for arrow, to in walk.arrows(number):
            if arrow.saves and to in coming_back and walk.table.answers.by_name[arrow.saves].is_read:
                for each in _each(walk, arrow):
                    found.setdefault((each.saves, each.given), (number, each, to))
    return found


def _each(walk: Walk, arrow: Arrow) -> Iterable[Arrow]:
    """One for each set of ticks that some branch tells apart: where it leads there may be none that does."""
    if not arrow.way.ticked:
        return (arrow,)
    answer = walk.table.answers.by_name[arrow.saves]
    return (
        replace(arrow, taps=(*(c.label for c in chosen), *arrow.way.taps), given=tuple(c.id for c in chosen))
        for chosen in answer.ticks(arrow.way.ticked, answer.bits).values()
    )


def saved_by_interrupts(walk: Walk) -> dict[Given, tuple[int, Arrow, int]]:
    """The answers that interrupts give or forget, and then come back: by themselves, or by another interrupt that
    takes their place."""
    home = walk.find(walk.table.where_he_was, ())
    if home < 0:
        return {}
    inside = [n for n in range(len(walk.stack)) if walk.waits(n) and is_interrupted(walk, n)]
    return saved(walk, inside, _coming_back(walk, inside, home))


def _coming_back(walk: Walk, inside: Iterable[int], home: int) -> set[int]:
    """The nodes from which he comes back to where he was. `inside` are those where another interrupt can come."""
    answering = _first_stacks(walk)
    coming = {home} | _led_here(walk, {home})
    left = inside
    # Nearly all come back by themselves, and only for the others is it looked up where each interrupt leads.
    while left := [number for number in left if number not in coming]:
        taken_over = [n for n in left if not coming.isdisjoint(_interrupting(walk, n, answering))]
        if not taken_over:
            break
        coming |= _led_here(walk, taken_over)
        coming.update(taken_over)
    return coming


def _first_stacks(walk: Walk) -> list[int]:
    """The stacks at which interrupts begin."""
    table = walk.table
    return [table.first(flow, table.where_he_was) for flow in sorted(table.answering)]


def _interrupting(walk: Walk, number: int, answering: Iterable[int]) -> Iterator[int]:
    """Where each interrupt begins that comes at a node inside another."""
    stack, values = walk.stack[number], walk.values[number]
    for root in answering:
        begins = walk.find(root, walk.table.carry(stack, root)(values))
        if begins >= 0:
            yield begins


def read_after(walk: Walk, names: Iterable[str]) -> dict[str, list[int]]:
    """Which of these answers are read after a node where an interrupt can come, interrupts apart: each with these
    nodes.

    One can come before a stranger has been asked anything.
    """
    table = walk.table
    wanted = reduce(or_, (table.answers.by_name[name].bits for name in names), 0)
    calm = Book(table.book.flows, table.book.start, table.book.digest, {}, {})
    plain = liveness(calm, table.answers, table.ways)
    masks: dict[int, int] = {-1: 0}
    for number, stack in enumerate(table.stacks):
        under = masks[stack.beneath]
        masks[number] = plain.read[stack.where] | (plain.through[stack.where] & under) if stack.step else 0
    found: dict[str, list[int]] = {}
    for stack in table.stacks:
        here = [number for number in walk.numbers(stack.number) if stack.waits or walk.parent[number] < 0]
        if here and not stack.interrupted:
            for answer in table.answers.of(masks[stack.number] & wanted):
                found.setdefault(answer.name, []).extend(here)
    return {name: sorted(numbers) for name, numbers in found.items()}


def changed_by_interrupts(walk: Walk) -> Iterator[Beginning]:
    """Nodes as an interrupt leaves them that gives an answer which only interrupts read.

    To give one that is read by what was interrupted is a fault of its own (F216), and not walked on.
    """
    given = saved_by_interrupts(walk)
    if not given:
        return
    read = read_after(walk, {name for name, _ in given})
    home = walk.find(walk.table.where_he_was, ())
    for change, (node, arrow, to) in given.items():
        if change[0] not in read:
            taps = (*from_interrupt(walk, node), *arrow.taps, *_taps_home(walk, to, home))
            yield from _changed(walk, change, range(len(walk.stack)), partial(_the_same, taps))


def _taps_home(walk: Walk, source: int, home: int) -> tuple[str, ...]:
    """The taps that lead out of interrupts again, if need be by another that takes the place of this one."""
    answering = _first_stacks(walk)
    taps: dict[int, tuple[str, ...]] = {source: ()}
    ahead = deque([source])
    while ahead and home not in taps:
        at = ahead.popleft()
        ways = [(arrow.taps, to) for arrow, to in walk.arrows(at)]
        if walk.waits(at):
            ways += [(walk.taps[root], root) for root in _interrupting(walk, at, answering)]
        for more, to in ways:
            if to >= 0 and to not in taps:
                taps[to] = taps[at] + more
                ahead.append(to)
    return taps.get(home, ())


def changed_on_the_way_back(walk: Walk) -> Iterator[Beginning]:
    """Nodes before a question, as Back leads to them from it when a flow called there gave an answer."""
    table = walk.table
    saving = _flows_that_save(walk)
    for stack in list(table.stacks):
        here = walk.numbers(stack.number)
        if not here or not any(a.way.call in saving and not a.way.go for a in stack.arrows or ()):
            continue
        above = [_flows_above(table, over, stack.number) for over in range(len(table.stacks))]
        inside = [number for number, over in enumerate(walk.stack) if above[over]]
        # Another interrupt can take the place of a flow that answers a danger, which is a way to come back too.
        left = [number for number in inside if table.answering.intersection(above[walk.stack[number]])]
        before = _led_here(walk, set(here))
        for change, (node, arrow, to) in saved(walk, inside, before.union(here, left)).items():
            rest = [(arrow, to), *(path(walk, to, set(here)) or [])]
            yield from _changed(walk, change, sorted(before), partial(_there_and_back, walk, Towards(walk, node), rest))


def _flows_that_save(walk: Walk) -> set[str]:
    """The flows that give an answer which is read, or call one that does."""
    table = walk.table
    found: set[str] = set()
    for flow in in_order_of_calls(table.book):
        ways = [way for step in flow.steps for way in table.ways[flow.id, step]]
        if any(way.call in found or (way.saves and table.answers.by_name[way.saves].is_read) for way in ways):
            found.add(flow.id)
    return found


def _the_same(taps: tuple[str, ...], _: int) -> tuple[str, ...]:
    return taps


def _there_and_back(walk: Walk, node: Towards, rest: list[tuple[Arrow, int]], source: int) -> tuple[str, ...]:
    """The taps that lead from one node to another and on by the rest, and then back to where they began."""
    way = [*node.path(source), *rest]
    return (*taps_of(way), *[walk.table.book.words.back] * _ways_back(walk, source, way))


def _flows_above(table: Table, stack: int, beneath: int) -> list[str]:
    """The flows that a stack has above another; none when it does not stand on that."""
    flows: list[str] = []
    while stack >= 0 and stack != beneath:
        flows.append(table.stacks[stack].where[0])
        stack = table.stacks[stack].beneath
    return flows if stack >= 0 else []


def _led_here(walk: Walk, here: Iterable[int]) -> set[int]:
    """The nodes from which these can be reached, without the ones themselves."""
    leads_here = walk.leads_here()
    ahead = list(here)
    known = set(ahead)
    seen: set[int] = set()
    while ahead:
        for number in leads_here[ahead.pop()]:
            if number not in seen:
                seen.add(number)
                ahead.append(number)
    return seen - known


def path(walk: Walk, source: int, goals: Collection[int]) -> list[tuple[Arrow, int]] | None:
    """A way forwards from one node to any of others, with few steps; None when there is none."""
    came: dict[int, tuple[int, Arrow]] = {}
    ahead = deque([source])
    while ahead:
        at = ahead.popleft()
        if at in goals:
            way: list[tuple[Arrow, int]] = []
            while at != source:
                at, arrow, to = (*came[at], at)
                way.append((arrow, to))
            return way[::-1]
        for arrow, to in walk.arrows(at):
            if to >= 0 and to != source and to not in came:
                came[to] = at, arrow
                ahead.append(to)
    return None


class Towards:
    """Ways forwards to one node from many: the same as `path`, by one search for all of them."""

    def __init__(self, walk: Walk, goal: int) -> None:
        self._walk = walk
        self._goal = goal

    @cached_property
    def _far(self) -> dict[int, int]:
        """How many steps it is from each node from which the goal can be reached."""
        leads_here = self._walk.leads_here()
        far = {self._goal: 0}
        ahead = deque([self._goal])
        while ahead:
            at = ahead.popleft()
            for number in leads_here[at]:
                if number not in far:
                    far[number] = far[at] + 1
                    ahead.append(number)
        return far

    def path(self, source: int) -> list[tuple[Arrow, int]]:
        """The way from a node; empty when there is none, or when it is the goal itself."""
        way: list[tuple[Arrow, int]] = []
        at = source
        while left := self._far.get(at, 0):
            arrow, at = next((arrow, to) for arrow, to in self._walk.arrows(at) if self._far.get(to) == left - 1)
            way.append((arrow, at))
        return way


def taps_of(way: Iterable[tuple[Arrow, int]]) -> tuple[str, ...]:
    """What he taps and types on a way."""
    return tuple(tap for arrow, _ in way for tap in arrow.taps)


def _ways_back(walk: Walk, source: int, way: Iterable[tuple[Arrow, int]]) -> int:
    """How many times Back leads to where the way began: each tap is noted, and forgotten where a flow that was
    called from a question comes back to it."""
    noted: list[int] = []
    at = source
    for arrow, to in way:
        if arrow.taps:
            noted.append(walk.stack[at] if arrow.way.call and not arrow.way.go else -1)
        if arrow.way.go.name == RETURN and walk.stack[to] in noted:
            del noted[noted.index(walk.stack[to]) :]
        at = to
    return len(noted)


def _changed(
    walk: Walk, change: Given, among: Iterable[int], taps: Callable[[int], tuple[str, ...]]
) -> Iterator[Beginning]:
    """Those of the nodes that wait outside interrupts, with one answer changed."""
    table = walk.table
    name, values = change
    for number in among:
        stack = table.stacks[walk.stack[number]]
        if stack.waits and name in stack.names and not is_interrupted(walk, number):
            changed = table.carry(stack.number, stack.number, name, values)(walk.values[number])
            if walk.find(stack.number, changed) < 0:
                yield Beginning(stack.number, changed, number, taps(number), walk.phase[number])
