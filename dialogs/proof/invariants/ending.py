"""Every way can be brought to an end, soon, by going forwards.

F205: a `_return` has somewhere to return to (engines.md 4.3, 1). F203: from every question an end can be reached
(DESIGN.md 4; engines.md 4.3, 9), and F218: within ten taps (engines.md 4.3, 10). To come back from an interrupt to
where he was is an end too. Back, Start again and leaving do not count: a way out must not depend on them.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.proof.by_taps import ByTaps
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import WHERE_HE_WAS, Fault
from dialogs.steps import End

MOST_TAPS_TO_AN_END = 10


def dead_returns(told: Told) -> Iterator[Fault]:
    """Returns with nothing to return to (F205)."""
    seen: set[int] = set()
    for number in told.nodes:
        if -1 not in told.walk.follows[number]:
            continue
        flow, step = told.where(number)
        for arrow, to in told.walk.arrows(number):
            if to < 0 and id(arrow.way) not in seen:
                seen.add(id(arrow.way))
                yield told.fault(
                    "F205",
                    arrow.ref.span,
                    f"Step `{step}` returns, but nothing called the flow `{flow}`.",
                    "Let it lead to a step of this flow.",
                    at=number,
                    taps=arrow.taps,
                )


def far_from_an_end(told: Told) -> Iterator[Fault]:
    """Questions from which no end can be reached (F203), or only by more than ten taps (F218)."""
    taps = taps_to_an_end(told)
    by_distance = sorted(told.nodes, key=lambda n: (told.walk.phase[n], told.walk.cost[n]))
    stuck: set[tuple[str, str]] = set()
    far: set[str] = set()
    for number in by_distance:
        step = told.step(number)
        if step is None or not step.waits:
            continue
        flow, name = told.where(number)
        if number not in taps:
            if (flow, name) not in stuck:
                stuck.add((flow, name))
                yield told.fault(
                    "F203",
                    step.span,
                    f"From step `{name}` no end can be reached.",
                    "Give it an option that leads to an `end` step, or in the end to one.",
                    at=number,
                )
        elif taps[number] > MOST_TAPS_TO_AN_END and flow not in far:
            # What leads there or follows from it is as far, so one for each flow says enough.
            far.add(flow)
            yield told.fault(
                "F218",
                step.span,
                f"From step `{name}` it takes {taps[number]} taps to come to an end.",
                f"Give it, or a step soon after it, a shorter way: the most is {MOST_TAPS_TO_AN_END}.",
                at=number,
            )


def taps_to_an_end(told: Told) -> dict[int, int]:
    """How many taps it takes at least from each node to an end; nodes that have none are left out."""
    walk = told.walk
    comes_from: list[list[tuple[int, int]]] = [[] for _ in told.nodes]
    for number in told.nodes:
        for cost, to in zip(walk.costs(number), walk.follows[number], strict=True):
            if to >= 0:
                comes_from[to].append((number, cost))
    found: dict[int, int] = {}
    ahead: ByTaps[int] = ByTaps()
    for number in told.nodes:
        if isinstance(told.step(number), End) or told.where(number) == WHERE_HE_WAS:
            ahead.add(0, number)
    for taps, number in ahead:
        if number not in found:
            found[number] = taps
            for before, cost in comes_from[number]:
                if before not in found:
                    ahead.add(taps + cost, before)
    return found
