"""The rules that every conversation is held to, one module for those that belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dialogs.known import Known
from dialogs.proof.invariants import budget, danger, ending, fitting, hearing, questions, reaching, reading, turns
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import Fault, TooManyStates
from dialogs.proof.walk import Walk

INVARIANTS: tuple[Callable[[Told], Iterator[Fault]], ...] = (
    reaching.unreached,
    reaching.dead_cases,
    ending.dead_returns,
    ending.far_from_an_end,
    questions.unskippable,
    questions.too_many_questions,
    reading.never_given,
    reading.never_read,
    turns.crowded_turns,
    fitting.too_long,
    fitting.too_many_buttons,
    danger.unanswered_danger,
    danger.danger_without_contact,
    danger.interrupts_that_keep_him,
    danger.nothing_found_and_nobody_named,
    hearing.clashes,
)


def faults_of(walk: Walk, known: Known, too_many: TooManyStates | None) -> Iterator[Fault]:
    """Every fault of the walked conversation. One that could not be walked has that for its only fault."""
    told = Told(walk, known)
    if too_many is not None:
        yield budget.too_large(told, too_many)
        return
    for invariant in INVARIANTS:
        yield from invariant(told)
