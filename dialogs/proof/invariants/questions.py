"""What is asked of him is little, and can be passed over.

F202: at most five questions before the first services (DESIGN.md 4). F204: every question can be skipped, which does
not lead back to it (DESIGN.md 2; that it has a Skip and a reason is seen to by the loader).
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.proof.by_taps import ByTaps
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import Fault, Where
from dialogs.steps import Ask, End, Find, Locate, Step

MOST_QUESTIONS = 5
MOST_WAYS = 200_000


def unskippable(told: Told) -> Iterator[Fault]:
    """Questions that Skip leads back to, before any services (F204)."""
    seen: set[Where] = set()
    for number in told.nodes:
        step = told.step(number)
        if not isinstance(step, Ask | Locate) or not step.skip or told.where(number) in seen:
            continue
        # The ways on from a question end with Skip.
        stack = told.walk.stack[number]
        if _comes_back(told, told.walk.follows[number][-1], stack):
            seen.add(told.where(number))
            yield told.fault(
                "F204",
                step.skip.span,
                f"To skip step `{step.id}` leads back to it.",
                "Let `skip` lead to the question after it.",
                at=number,
                taps=told.table.arrows(stack)[-1].taps,
            )


def _comes_back(told: Told, number: int, stack: int) -> bool:
    """Whether what follows by itself leads to this stack. Services on the way are something new to him."""
    while number >= 0 and not told.walk.waits(number) and not isinstance(told.step(number), Find):
        number = next(iter(told.walk.follows[number]), -1)
    return number >= 0 and told.walk.stack[number] == stack


def counts(step: Step | None) -> bool:
    """Whether a step is one of the questions that are counted."""
    return isinstance(step, Ask | Locate) and step.counts


def too_many_questions(told: Told) -> Iterator[Fault]:
    """The nearest way on which more than five different questions are asked before services or an end (F202)."""
    if sum(counts(told.book.step(*where)) for where in told.nearest) <= MOST_QUESTIONS:
        return
    # A way to a node, with the questions that were asked on it. What led to each is kept for the replay.
    ahead: ByTaps[tuple[int, frozenset[Where]]] = ByTaps()
    came: dict[tuple[int, frozenset[Where]], tuple[tuple[int, frozenset[Where]], tuple[str, ...]] | None] = {}
    for number in told.nodes:
        if told.walk.parent[number] < 0 and told.where(number)[0] == told.book.start:
            came[number, frozenset()] = None
            ahead.add(0, (number, frozenset()))
    for taps, way in ahead:
        number, asked = way
        step = told.step(number)
        if isinstance(step, Find | End):
            continue
        if isinstance(step, Ask | Locate) and counts(step):
            asked |= {told.where(number)}
            if len(asked) > MOST_QUESTIONS:
                yield _question_too_many(told, number, step, len(asked), _replay(came, way))
                return
        for arrow, to in told.walk.arrows(number):
            if to >= 0 and (to, asked) not in came:
                came[to, asked] = way, arrow.taps
                ahead.add(taps + len(arrow.taps), (to, asked))
        if len(came) > MOST_WAYS:
            span = told.book.flows[told.book.start].span
            yield Fault("F206", span, "There are too many ways to the first services to count their questions.")
            return


def _question_too_many(told: Told, number: int, step: Ask | Locate, count: int, replay: tuple[str, ...]) -> Fault:
    fault = told.fault(
        "F202",
        step.span,
        f"Step `{step.id}` is question {count} before the first services.",
        "Leave a question out, or ask it after the first services. A menu has `counts: no`.",
        at=number,
    )
    return Fault(fault.code, fault.span, fault.message, fault.hint, replay if fault.replay is not None else None)


def _replay(
    came: dict[tuple[int, frozenset[Where]], tuple[tuple[int, frozenset[Where]], tuple[str, ...]] | None],
    way: tuple[int, frozenset[Where]],
) -> tuple[str, ...]:
    back: list[tuple[str, ...]] = []
    while (before := came[way]) is not None:
        way, taps = before
        back.append(taps)
    return tuple(tap for taps in reversed(back) for tap in taps)
