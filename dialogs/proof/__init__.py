"""The proof: what every state that a man can come to must satisfy, before a conversation may be used.

`prove` walks the product of the steps he stands on and the answers that are still to be read, through every tap,
every typed place, every outcome of a search and every interrupt. What it finds comes with the shortest conversation
that shows it. Back, Why, Start again and leaving are never counted as a way on: a way out must not depend on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from dialogs.book import Book
from dialogs.known import Known
from dialogs.proof.exploring import explore
from dialogs.proof.graph import Graph
from dialogs.proof.invariants import faults_of
from dialogs.proof.model import ANY_OTHER, NOT_ANSWERED, WHERE_HE_WAS, Edge, Fault, Node

_NOTHING_KNOWN = Known()
# As many as are in use at once: a version that is published, its translations, and the ones that it replaces.
_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found (nothing: the conversation is sound), and the walked conversation."""

    faults: tuple[Fault, ...]
    graph: Graph


def prove(book: Book, known: Known = _NOTHING_KNOWN, *, also_from: Iterable[Node] = ()) -> Proof:
    """Every fault of the conversation, in no particular order.

    `known` says what the program around the flows offers; what it does not say is not checked. `also_from` are
    further nodes from which everything must hold too, such as those where people are while a new version is
    published: what a node does not say of an answer may be anything, and faults that can only be met from there have
    no replay, but say where from. The places of such a node must be steps of the book.
    """
    walk, too_many = explore(book, known, also_from)
    return Proof(tuple(faults_of(walk, known, too_many)), Graph(walk, known))


def proved(book: Book, known: Known) -> Proof:
    """The same, remembered: who publishes has the same conversation proved to be checked and to be compared."""
    return _remembered(book, known)


@lru_cache(_REMEMBERED)
def _remembered(book: Book, known: Known) -> Proof:
    return prove(book, known)


__all__ = [
    "ANY_OTHER",
    "NOT_ANSWERED",
    "WHERE_HE_WAS",
    "Edge",
    "Fault",
    "Graph",
    "Node",
    "Proof",
    "prove",
    "proved",
]
