"""How a fault is told: with its replay, and with what an editor has to know to see it."""

from __future__ import annotations

from functools import cached_property

from dialogs.known import Known
from dialogs.proof.model import Fault, Where
from dialogs.proof.walk import ELSEWHERE, IN_ORDER, Walk
from dialogs.spans import Span
from dialogs.steps import Step


class Told:
    """What every invariant looks at: the walk, and what is known around the flows."""

    def __init__(self, walk: Walk, known: Known) -> None:
        self.walk = walk
        self.table = walk.table
        self.book = walk.table.book
        self.known = known
        self.nodes = range(len(walk.stack))

    def step(self, number: int) -> Step | None:
        """The step that a node stands on; None for wherever he was."""
        return self.table.stacks[self.walk.stack[number]].step

    def where(self, number: int) -> Where:
        return self.table.stacks[self.walk.stack[number]].where

    @cached_property
    def nearest(self) -> dict[Where, int]:
        """Every step that is reached, with the node on it that takes the fewest taps."""
        found: dict[Where, int] = {}
        best: dict[Where, tuple[int, int]] = {}
        for number in self.nodes:
            where, distance = self.where(number), (self.walk.phase[number], self.walk.cost[number])
            if where not in best or distance < best[where]:
                best[where], found[where] = distance, number
        return found

    def said_in(self, language: str) -> str:
        """Where a fault is one of a translation, in which."""
        return f" in the language `{language}`" if language else ""

    def fault(
        self, code: str, span: Span, message: str, hint: str = "", *, at: int, taps: tuple[str, ...] = ()
    ) -> Fault:
        """A fault that is seen at this node, or after these taps there."""
        walk = self.walk
        phase = walk.phase[at]
        if phase == ELSEWHERE:
            root = at
            while walk.parent[root] >= 0:
                root = walk.parent[root]
            message = f"{message} Those can meet it who are at `{'/'.join(self.where(root))}` now."
            return Fault(code, span, message, hint)
        if phase:
            message = f"{message} (On {IN_ORDER[phase]}.)"
        return Fault(code, span, message, hint, walk.replay(at) + taps)
