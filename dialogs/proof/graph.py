"""The walked conversation as others look at it: nodes and edges, by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from dialogs.known import Known
from dialogs.proof.exploring import way_in
from dialogs.proof.model import WHERE_HE_WAS, Edge, Node, Where
from dialogs.proof.walk import Walk
from dialogs.steps.branch import CHANNEL


class _Replays(Mapping[Node, tuple[str, ...]]):
    """Each node with the shortest way to it. Made when asked for: most are never looked at."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def __getitem__(self, node: Node) -> tuple[str, ...]:
        number = number_of(self._walk, node)
        if number < 0:
            raise KeyError(node)
        return self._walk.replay(number)

    def __contains__(self, node: object) -> bool:
        return isinstance(node, Node) and number_of(self._walk, node) >= 0

    def __iter__(self) -> Iterator[Node]:
        stacks = self._walk.table.stacks
        # Many nodes are on the same stack.
        places: dict[int, tuple[Where, ...]] = {}
        for number, values in zip(self._walk.stack, self._walk.values, strict=True):
            there = places.get(number)
            if there is None:
                there = places[number] = self._walk.table.places(number)
            yield Node(there, tuple(zip(stacks[number].names, values, strict=True)))

    def __len__(self) -> int:
        return len(self._walk.stack)


def number_of(walk: Walk, node: Node) -> int:
    """The number of a node in the walk, or -1 when it was not reached."""
    stack = walk.table.find(node.places)
    if stack < 0 or tuple(name for name, _ in node.values) != walk.table.stacks[stack].names:
        return -1
    return walk.find(stack, tuple(cell for _, cell in node.values))


class Graph:
    """Every node that can be reached, and the edges between them.

    `nodes` has the shortest conversation that leads to each, from the first message on (for nodes that only
    `also_from` leads to: from there on).
    """

    def __init__(self, walk: Walk, known: Known) -> None:
        self._walk = walk
        self._known = known
        self.nodes: Mapping[Node, tuple[str, ...]] = _Replays(walk)

    def edges(self, node: Node) -> tuple[Edge, ...]:
        """The ways forwards from a node: every option, each set of ticks that makes a difference with Done, Skip,
        a typed place in each area that makes one, and what goes on by itself. Raises KeyError for no node of it."""
        walk = self._walk
        number = number_of(walk, node)
        if number < 0:
            raise KeyError(node)
        return tuple(
            Edge(arrow.taps, walk.node(to) if to >= 0 else None, arrow.ref) for arrow, to in walk.arrows(number)
        )

    def interrupts(self, node: Node) -> tuple[Edge, ...]:
        """What each interrupt makes of a node that waits: the interrupt's first step, above wherever he was."""
        walk, table = self._walk, self._walk.table
        number = number_of(walk, node)
        if number < 0:
            raise KeyError(node)
        if not walk.waits(number):
            return ()
        edges = []
        for flow in table.book.flows.values():
            for label in flow.interrupt:
                root = table.first(flow.id, table.where_he_was)
                values = table.carry(walk.stack[number], root)(walk.values[number])
                edges.append(Edge((way_in(label.name, self._known),), walk.node(walk.find(root, values)), label))
        return tuple(edges)

    def at(self, places: Sequence[Where]) -> tuple[Node, ...]:
        """The nodes with exactly these places, and those of an interrupt that may stand on some of them: what is
        beneath it is then wherever he was."""
        found: list[Node] = []
        for seen in self._seen_as(places):
            stack = self._walk.table.find(seen)
            found += map(self._walk.node, self._walk.numbers(stack) if stack >= 0 else ())
        return tuple(found)

    def seen(self, places: Sequence[Where], answers: Mapping[str, Collection[str]], channel: str) -> tuple[Node, ...]:
        """The nodes that a man can be at who stands on these places with these answers (values by name).

        There is none when he cannot be there; several when he may have been handed over to a flow, or be in it because
        his words called for it.
        """
        table = self._walk.table
        found: list[Node] = []
        for seen in self._seen_as(places):
            at = table.find(seen)
            if at < 0:
                continue
            stack, cells = table.stacks[at], []
            for name in stack.names:
                values = (channel,) if name == CHANNEL else answers.get(name, ())
                cells.append(table.answers.by_name[name].cell(values, stack.mask))
            number = self._walk.find(stack.number, tuple(cells))
            if number >= 0:
                found.append(self._walk.node(number))
        return tuple(found)

    def _seen_as(self, places: Sequence[Where]) -> Iterator[tuple[Where, ...]]:
        yield tuple(places)
        # An interrupt stands on wherever he was, and so does the flow that it hands him over to.
        if places[0] != WHERE_HE_WAS:
            yield from ((WHERE_HE_WAS, *places[above:]) for above in range(1, len(places)))

    def live(self, flow: str, step: str) -> frozenset[str]:
        """The answers (and the channel) that may still be read from a step on, wherever its flow was called from.
        Raises KeyError for no step of the book."""
        table = self._walk.table
        table.live.read[flow, step]
        names = [stack.names for stack in table.stacks if stack.where == (flow, step)]
        return frozenset(name for live in names for name in live)
