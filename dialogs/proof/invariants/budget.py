"""A conversation that cannot be walked is not called proved (F206), and what makes it so large is named."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence

from dialogs.proof import walk as walking
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import Fault, TooManyStates, Where

_MOST_NAMED = 6


def too_large(told: Told, reason: TooManyStates) -> Fault:
    """Why the walk was given up: at the step with the most states, the answers that multiply there."""
    start = told.book.flows[told.book.start]
    if str(reason):
        return Fault("F206", reason.span or start.span, str(reason), "Tick fewer options in one question.")
    crowd = Counter(told.walk.stack)
    number, _ = crowd.most_common(1)[0]
    stack = told.table.stacks[number]
    cells: dict[str, set[str]] = {name: set() for name in stack.names}
    for values in told.walk.number[number]:
        for name, cell in zip(stack.names, values, strict=True):
            cells[name].add(cell)
    reads = _farthest_reads(told, told.table.places(number))
    # Those with the most values first, and of these those that are read farthest away.
    many = sorted(
        ((len(found), *reads.get(name, (0, "")), name) for name, found in cells.items() if len(found) > 1), reverse=True
    )
    named = [f"`{name}` ({count} values{read})" for count, _, read, name in many[:_MOST_NAMED]]
    more = f", and {len(many) - len(named)} more" if len(many) > len(named) else ""
    too_many = f"The conversation has more than {walking.MOST_NODES:,} states, too many to walk."
    if not named or stack.step is None:
        hint = "A flow counts anew for each place that it is called from: call it from fewer."
        return Fault("F206", start.span, f"{too_many} It is the steps that are so many, not the answers.", hint)
    return Fault(
        "F206",
        stack.step.span,
        f"{too_many} At step `{stack.where[1]}` of `{stack.where[0]}` these answers multiply:"
        f" {', '.join(named)}{more}.",
        "Read an answer soon after it was asked, tell fewer of its values apart, or ask it later.",
    )


def _farthest_reads(told: Told, places: Sequence[Where]) -> Mapping[str, tuple[int, str]]:
    """For each answer how many steps away the farthest read of it is, and in words which. The channel is none."""
    distance = _distances(told, places)
    found: dict[str, tuple[int, str]] = {}
    for read in told.table.answers.reads:
        far = distance.get((read.flow, read.step.id), -1)
        if far > found.get(read.answer, (-1, ""))[0]:
            found[read.answer] = far, f", read last by step `{read.step.id}` of `{read.flow}`"
    return found


def _distances(told: Told, places: Sequence[Where]) -> Mapping[Where, int]:
    """How many steps lead from a stack to each step at least: first on its top, then where that returns to, and last
    in an interrupt."""
    flows = told.book.flows
    follows: dict[Where, list[Where]] = {}
    for here, ways in told.table.ways.items():
        follows[here] = [(here[0], way.go.name) for way in ways if way.go.name in flows[here[0]].steps]
        follows[here] += [(way.call, flows[way.call].first_step.name) for way in ways if way.call]
    interrupts = [(name, flows[name].first_step.name) for name in sorted(told.table.answering)]
    distance: dict[Where, int] = {}
    for where in (*reversed(places), *interrupts):
        if where in distance:
            continue
        distance[where] = max(distance.values(), default=-1) + 1
        ahead = deque([where])
        while ahead:
            at = ahead.popleft()
            for to in follows.get(at, ()):
                if to not in distance:
                    distance[to] = distance[at] + 1
                    ahead.append(to)
    return distance
