"""Follows the proven graph as the engine goes: from one question to the next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dialogs.proof import ANY_OTHER, NOT_ANSWERED, Graph, Node
from tests.support.naive_reading import is_in_nation

WHERE_HE_WAS = ("", "")
# To where an interrupt that is over comes back.
INTERRUPTED = Node((WHERE_HE_WAS,), ())


def end_of_turn(graph: Graph, node: Node | None) -> Node | None:
    """Where a turn ends that comes to this node: at the next question or end, or wherever he was when an interrupt
    came. None where `_return` finds nothing to return to."""
    while node is not None and node.places[-1] != WHERE_HE_WAS:
        edges = graph.edges(node)
        if not edges or edges[0].taps:
            break
        (edge,) = edges
        node = edge.to
    return node


def turns_from(graph: Graph, node: Node) -> Iterator[tuple[tuple[str, ...], Node | None]]:
    """What he can tap or type at a question, and where the turn then ends."""
    for edge in graph.edges(node):
        if edge.taps:
            yield edge.taps, end_of_turn(graph, edge.to)


def agrees(node: Node, answers: Mapping[str, Collection[str]], channel: str) -> bool:
    """Whether a man with these answers can be at the node, as far as its cells say."""
    return all(_is_in(cell, (channel,) if name == "channel" else answers.get(name, ())) for name, cell in node.values)


def _is_in(cell: str, values: Collection[str]) -> bool:
    if cell == NOT_ANSWERED or not values:
        return cell == NOT_ANSWERED and not values
    # Of several choices the cell has a case for each branch to come.
    return all(
        case == ANY_OTHER or case in values or any(is_in_nation(value, case) for value in values)
        for case in cell.split("/")
    )
