"""No dead text: every flow, step, case and `else` occurs in some state that can be reached (engines.md 4.3, 2).

Options, Skip and the outcomes of a find are always on offer where their step is reached, so a step that is reached is
all there is to say of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.proof.invariants.told import Told
from dialogs.proof.model import NOT_ANSWERED, Fault
from dialogs.steps import Branch
from dialogs.steps.branch import CHANNEL


def unreached(told: Told) -> Iterator[Fault]:
    """Flows and steps that nothing leads to (F207, F201)."""
    reached = {told.table.stacks[stack].where for stack in set(told.walk.stack)}
    for flow in told.book.flows.values():
        missed = [step for step in flow.steps.values() if (flow.id, step.id) not in reached]
        if len(missed) == len(flow.steps):
            yield Fault("F207", flow.span, f"Nothing leads to the flow `{flow.id}`.", "Call it, or remove it.")
        else:
            for step in missed:
                yield Fault("F201", step.span, f"Nothing leads to step `{step.id}`.", "Lead to it, or remove it.")


def dead_cases(told: Told) -> Iterator[Fault]:
    """Cases that are never taken, and an `else` that nothing is left for (F208).

    Where nobody can have answered, no case is taken: that is told once, as F209.
    """
    taken: dict[int, set[int]] = {}
    branches: dict[int, tuple[Branch, bool]] = {}
    for number in told.nodes:
        stack = told.table.stacks[told.walk.stack[number]]
        if isinstance(stack.step, Branch):
            cell = told.walk.values[number][stack.at]
            taken.setdefault(id(stack.step), set()).add(stack.turns[cell])
            answered = branches.get(id(stack.step), (stack.step, False))[1]
            branches[id(stack.step)] = stack.step, answered or cell != NOT_ANSWERED
    for key, (branch, answered) in branches.items():
        if not answered:
            continue
        for n, case in enumerate(branch.cases):
            if n not in taken[key]:
                yield Fault(
                    "F208",
                    case.value.span,
                    f"At step `{branch.id}` the case `{case.value.name}` can never be taken.",
                    f"Nobody comes here for whom `{branch.on.name}` is `{case.value.name}`"
                    " and no case above it is right. Remove the case, or lead such a man here."
                    if branch.on.name != CHANNEL
                    else "Remove the case, or lead people on that channel here.",
                )
        if len(branch.cases) not in taken[key]:
            yield Fault(
                "F208",
                branch.otherwise.span,
                f"At step `{branch.id}` the `else` can never be taken: the cases leave nothing over.",
                "Remove one of the cases that lead where `else` should; `else` then stands for it.",
            )
