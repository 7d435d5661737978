"""What the proof speaks in: nodes, edges, faults."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.spans import Ref, Span

# A step of a flow, by the names of both.
Where = tuple[str, str]

WHERE_HE_WAS: Where = ("", "")
"""At the bottom of a stack: wherever he was when an interrupt came, or whoever called the flow that is checked by
itself. To come back there is a good end."""

NOT_ANSWERED = ""
"""The cell of an answer that he has not given: he was not asked, or skipped."""

ANY_OTHER = "*"
"""The cell of an answer whose value no branch that is still to come asks for by name or by its nation."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that the conversation breaks, and the shortest way to see it (what he taps or types).

    `replay` is None where no conversation shows it: the fault lies in what is written, or can only be met by those
    who are in the middle of a conversation already.
    """

    code: str
    span: Span
    message: str
    hint: str = ""
    replay: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """Where a man can be, as far as it decides what can still happen to him.

    `places` is the stack of steps he stands on, as (flow, step); the last is where he is. `values` are the answers
    that are still to be read, sorted by name, each with the cell it is in: a value that a branch to come asks for (a
    nation stands for every area in it that none asks for by itself), `ANY_OTHER` or `NOT_ANSWERED`. Where several
    choices can be ticked, the cell says which case of each branch to come is taken. The channel is a value too.
    """

    places: tuple[Where, ...]
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on. `taps` is empty where the conversation goes on by itself; `to` None is a dead `_return`."""

    taps: tuple[str, ...]
    to: Node | None
    ref: Ref


class TooManyStates(Exception):
    """The conversation cannot be walked within its budget, so it is not called proved.

    The message is empty when it is the walk that grew too large; otherwise it says what did, and `span` where.
    """

    def __init__(self, message: str = "", span: Span | None = None) -> None:
        super().__init__(message)
        self.span = span
