"""Every node there can be: from a stranger's first step, from every interrupt, and from where people are now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from itertools import product as every_combination

from dialogs.book import Book
from dialogs.known import Known
from dialogs.proof import walk as walking
from dialogs.proof.changes import changed_by_interrupts, changed_on_the_way_back, from_interrupt
from dialogs.proof.model import Node, TooManyStates
from dialogs.proof.table import Table, Values
from dialogs.proof.walk import IN_ORDER, Beginning, Walk
from dialogs.reading import RETURN
from dialogs.steps.branch import CHANNEL


def explore(book: Book, known: Known, also_from: Iterable[Node]) -> tuple[Walk, TooManyStates | None]:
    """The walk over all of it; or as far as it came, and why it went no further."""
    walk = Walk(Table(book))
    try:
        _explore(walk, known, also_from)
    except TooManyStates as too_many:
        return walk, too_many
    return walk, None


def _explore(walk: Walk, known: Known, also_from: Iterable[Node]) -> None:
    table = walk.table
    for phase, channel in enumerate(IN_ORDER):
        walk.begin(_strangers(table, phase, channel))
    walk.begin(_given(table, also_from))
    looked_at = -1
    soonest: dict[int, _Soonest] = {}
    while looked_at < len(walk.stack):
        looked_at = len(walk.stack)
        _interrupt(walk, known, soonest)
        walk.begin(list(_replaced(walk)))
        walk.begin(list(changed_by_interrupts(walk)))
        walk.begin(list(changed_on_the_way_back(walk)))


def _strangers(table: Table, phase: int, channel: str) -> Iterator[Beginning]:
    """A stranger's first step. A flow that is checked by itself, and is not where conversations start but returns,
    is called by we do not know whom, with any answers."""
    flow = table.book.flows[table.book.start]
    called = not flow.starts and any(way.go.name == RETURN for step in flow.steps for way in table.ways[flow.id, step])
    stack = table.first(flow.id, table.where_he_was if called else -1)
    for values in _values_at(table, stack, {}, channel, any_other=called):
        yield Beginning(stack, values, phase=phase)


def _given(table: Table, nodes: Iterable[Node]) -> Iterator[Beginning]:
    """Nodes from outside. What they do not say of an answer may be anything."""
    for node in nodes:
        stack = table.of(node.places)
        for values in _values_at(table, stack, dict(node.values), None, any_other=True):
            yield Beginning(stack, values)


def _values_at(
    table: Table, number: int, known: Mapping[str, str], channel: str | None, *, any_other: bool
) -> Iterator[Values]:
    """The values there can be at a stack: as they are known, and otherwise not answered, or (`any_other`) any."""
    stack = table.stacks[number]
    choices: list[Iterable[str]] = []
    for name in stack.names:
        answer = table.answers.by_name[name]
        cells = answer.cells(stack.mask)
        if name == CHANNEL and channel is not None:
            choices.append([answer.cell([channel], stack.mask)])
        elif name in known and (known[name] in cells or answer.cell([known[name]], stack.mask) in cells):
            choices.append([known[name] if known[name] in cells else answer.cell([known[name]], stack.mask)])
        else:
            choices.append(cells if any_other else [""])
    # More than can be walked need not be made: the walk says that it is too much.
    return islice(every_combination(*choices), walking.MOST_NODES + 1)


class _Soonest:
    """With which values an interrupt can begin, and for each the node where it can come soonest.

    The same holds for all interrupts at whose first steps the same is live. Nodes are looked at once: the walk grows
    from one interrupt to the next.
    """

    def __init__(self, walk: Walk, root: int) -> None:
        self._walk = walk
        self._root = root
        self._nearness: dict[Values, tuple[int, int, int]] = {}
        self._looked_at = 0
        self.nodes: dict[Values, int] = {}

    def look(self) -> None:
        """Look at the nodes that are new."""
        walk, nodes, nearest = self._walk, self.nodes, self._nearness
        stacks = walk.table.stacks
        for number in range(self._looked_at, len(walk.stack)):
            stack = walk.stack[number]
            if stacks[stack].waits:
                at = walk.table.carry(stack, self._root)(walk.values[number])
                nearness = walk.phase[number], walk.cost[number], stack
                if at not in nodes or nearness < nearest[at]:
                    nearest[at], nodes[at] = nearness, number
        self._looked_at = len(walk.stack)


def _interrupt(walk: Walk, known: Known, soonest: dict[int, _Soonest]) -> None:
    """An interrupt at every node that waits: it begins with the answers that there are, above wherever he was."""
    table = walk.table
    for label, flow in table.book.interrupts.items():
        root = table.first(flow, table.where_he_was)
        comes = soonest.setdefault(table.stacks[root].mask, _Soonest(walk, root))
        comes.look()
        taps = (way_in(label, known),)
        walk.begin(Beginning(root, at, number, taps, walk.phase[number]) for at, number in comes.nodes.items())
        walk.roots[label] = [walk.find(root, at) for at in comes.nodes]


def way_in(label: str, known: Known) -> str:
    """What he taps or types to be answered for this label."""
    return known.ways_in.get(label, f"(words that mean {label})")


def _replaced(walk: Walk) -> Iterator[Beginning]:
    """Where he comes to when a flow that answers a danger was called, and another interrupt then took its place."""
    table = walk.table
    if not _calls_an_interrupt(table.book):
        return
    home = walk.find(table.where_he_was, ())
    if home < 0:
        return
    taps = from_interrupt(walk, home)
    for number in range(len(walk.stack)):
        if walk.waits(number):
            stack = table.stacks[walk.stack[number]]
            while stack.beneath >= 0:
                if stack.where[0] in table.answering and stack.beneath != table.where_he_was:
                    values = table.carry(walk.stack[number], stack.beneath)(walk.values[number])
                    yield Beginning(stack.beneath, values, number, taps, walk.phase[number])
                stack = table.stacks[stack.beneath]


def _calls_an_interrupt(book: Book) -> bool:
    answering = set(book.interrupts.values())
    steps = (step for flow in book.flows.values() for step in flow.steps.values())
    return any(ref.name in answering for step in steps for ref in step.calls())
