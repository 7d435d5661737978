"""Where the states of an old version come to in a new one, and for whom the new one is not sound from there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from dialogs.book import Book
from dialogs.codes import CODES
from dialogs.known import Known
from dialogs.proof import ANY_OTHER, NOT_ANSWERED, Fault, Node, Proof, prove
from dialogs.proof.table import Table
from dialogs.versions.carrying import Moves, Places

MOST_PROOFS = 40
"""How often the new version is walked again to find out for whom it is not sound; the rest counts as not sound."""


_Said = tuple[tuple[str, str], ...]
"""What can be known of one answer: its name, each time with another cell."""


@dataclass(frozen=True, slots=True)
class _There:
    """Where those on a stack of the old version come to stand in the new one.

    `before` is what the old version still told apart, `mask` what the new one does, and `names` are the answers that
    it still reads; of one that the old version never asked for, beside it, what is then known.
    """

    places: Places
    before: int
    mask: int
    names: tuple[tuple[str, _Said], ...]


class Meeting:
    """Two versions, and how the answers that one tells apart are told apart by the other."""

    def __init__(self, old: Book, new: Book, moves: Moves) -> None:
        self._old = Table(old)
        self._new = Table(new)
        self._moves = moves
        self._known = {name: answer.values for flow in new.flows.values() for name, answer in flow.answers.items()}
        # Thousands of states are met by the same few questions.
        self._there: dict[Places, _There] = {}
        self._met: dict[tuple[str, str, int, int], _Said] = {}

    def nodes(self, node: Node) -> Iterator[Node]:
        """The states of the new version that a state of the old one can come to.

        An answer that was given before and that the old version was not going to read again may be anything.
        """
        there = self._there.get(node.places) or self._standing(node.places)
        cells = dict(node.values)
        said: list[_Said] = []
        for name, unasked in there.names:
            if name in cells:
                key = name, cells[name], there.before, there.mask
                said.append(self._met.get(key) or self._said(*key))
            elif unasked:
                said.append(unasked)
        for values in product(*said):
            yield Node(there.places, values)

    def _standing(self, before: Places) -> _There:
        places = tuple(self._moves.get(where, where) for where in before)
        stack = self._new.stacks[self._new.of(places)]
        asked = self._old.answers.by_name
        names = tuple((name, () if name in asked else ((name, NOT_ANSWERED),)) for name in stack.names)
        self._there[before] = there = _There(places, self._old.stacks[self._old.of(before)].mask, stack.mask, names)
        return there

    def _said(self, name: str, cell: str, before: int, mask: int) -> _Said:
        self._met[name, cell, before, mask] = said = tuple(
            (name, met) for met in sorted(self._cells(name, cell, before, mask))
        )
        return said

    def _cells(self, name: str, cell: str, before: int, mask: int) -> Collection[str]:
        """The cells of the new version that a cell of the old one can come to, as far as the two masks tell."""
        old, new = self._old.answers.by_name[name], self._new.answers.by_name[name]
        if cell == NOT_ANSWERED:
            return {NOT_ANSWERED}
        if old.many or new.many:
            return new.cells(mask).keys()
        # A typed place can be any area, those that only the new version asks for by name among them.
        values = {*old.values, *(new.named if ANY_OTHER in old.values else ())}
        met = {value for value in values if old.cell((value,), before) == cell}
        # What the new version does not know is left behind on the way.
        closed = self._known.get(name)
        return {new.cell((value,) if closed is None or value in closed else (), mask) for value in met}


def unsound_for(
    book: Book, known: Known, proof: Proof, standing: Mapping[Places, Iterable[Node]]
) -> Mapping[Places, Fault]:
    """For which of those who stand somewhere the conversation breaks a rule that it keeps from its beginning.

    `proof` is what was found from its beginning; `standing` has the states of this book in which people on each
    stack would go on. Each stack is given one fault that somebody there can meet.
    """
    return _Search(book, known, proof, standing).found()


class _Search:
    """Proves for all at once, and halves them to see whose fault a fault is."""

    def __init__(self, book: Book, known: Known, proof: Proof, standing: Mapping[Places, Iterable[Node]]) -> None:
        self._book = book
        self._known = known
        self._before = {(fault.code, fault.span) for fault in proof.faults}
        proved = proof.graph.nodes
        self._new = {stack: [node for node in nodes if node not in proved] for stack, nodes in standing.items()}
        self._left = MOST_PROOFS

    def found(self) -> Mapping[Places, Fault]:
        # In this order those at the same step are halved away together.
        stacks = sorted((stack for stack, nodes in self._new.items() if nodes), key=lambda stack: stack[::-1])
        return dict(self._among(stacks))

    def _among(self, stacks: Sequence[Places]) -> Iterator[tuple[Places, Fault]]:
        fault = self._fault(stacks) if stacks else None
        if fault is None:
            return
        if len(stacks) == 1 or self._left <= 0:
            yield from ((stack, fault) for stack in stacks)
            return
        half = len(stacks) // 2
        yield from self._among(stacks[:half])
        yield from self._among(stacks[half:])

    def _fault(self, stacks: Sequence[Places]) -> Fault | None:
        self._left -= 1
        nodes = [node for stack in stacks for node in self._new[stack]]
        faults = prove(self._book, self._known, also_from=nodes).faults
        return next((fault for fault in faults if self._is_new(fault)), None)

    def _is_new(self, fault: Fault) -> bool:
        return CODES[fault.code].severity == "error" and (fault.code, fault.span) not in self._before
