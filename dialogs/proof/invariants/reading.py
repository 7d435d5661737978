"""What is read was asked, and what is asked is read (engines.md 4.3, 1 and 14).

F209: an answer that a branch or a find reads can have been given on some way there. F219: a find has something to
look by. F210: an answer that is kept is read by something, because what nothing needs should not be asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.findings import listed
from dialogs.proof.answers import Read, reads_of
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import NOT_ANSWERED, Fault, Where
from dialogs.steps import Branch, Find


def never_given(told: Told) -> Iterator[Fault]:
    """Reads of answers that nobody can have given by then (F209), and finds with nothing to look by (F219)."""
    given: dict[Where, set[str]] = {}
    nearest: dict[Where, int] = {}
    for number in told.nodes:
        stack = told.table.stacks[told.walk.stack[number]]
        if isinstance(stack.step, Branch | Find):
            nearest.setdefault(stack.where, number)
            names = given.setdefault(stack.where, set())
            names.update(
                name for name, cell in zip(stack.names, told.walk.values[number], strict=True) if cell != NOT_ANSWERED
            )
    reads: dict[Where, list[Read]] = {}
    for read in told.table.answers.reads:
        reads.setdefault((read.flow, read.step.id), []).append(read)
    for where, number in nearest.items():
        missing = [read for read in reads.get(where, ()) if read.answer not in given[where]]
        if missing:
            yield from _missing(told, number, missing)


def _missing(told: Told, number: int, missing: list[Read]) -> Iterator[Fault]:
    step = missing[0].step
    if isinstance(step, Find) and len(missing) == len(tuple(reads_of(step))):
        yield told.fault(
            "F219",
            step.span,
            f"Step `{step.id}` looks by {listed(dict.fromkeys(r.answer for r in missing))},"
            " and nobody who comes here has answered.",
            "Ask before it, or lead here only from where it was asked.",
            at=number,
        )
        return
    for read in missing:
        yield told.fault(
            "F209",
            read.ref.span,
            f"Step `{step.id}` reads `{read.answer}`, which nobody can have answered by then.",
            "Ask it before, with `save`, or leave it out here.",
            at=number,
        )


def never_read(told: Told) -> Iterator[Fault]:
    """Answers that are listed, and that no branch, find or part of the program reads (F210)."""
    if told.known.read_elsewhere is None:
        return
    read = {read.answer for read in told.table.answers.reads} | set(told.known.read_elsewhere)
    told_of: set[str] = set()
    for flow in told.book.flows.values():
        for answer in flow.answers.values():
            if answer.name not in read and answer.name not in told_of:
                told_of.add(answer.name)
                asked = answer.name in told.table.answers.writes
                yield Fault(
                    "F210",
                    answer.span,
                    f"The answer `{answer.name}` is {'asked and kept' if asked else 'listed'}, and nothing reads it.",
                    "Take it out of `answers`" + (" and out of `save`." if asked else "."),
                )
