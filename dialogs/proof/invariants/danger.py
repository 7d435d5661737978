"""Danger is answered first, one tap away, and lets him go on where he was (engines.md 4.3, 11 to 13 and 16).

The envelope puts a button for urgent help under every message, and his words are screened before anything else, so
an interrupt can come at every step; what is left to hold is that there is a flow for it (F215), that its first message
carries the contact (F214), and that it comes back to exactly where he was (F216). Where a search shows no services, a
lifeline stands in their place (F213).
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.proof.changes import is_interrupted, path, read_after, saved_by_interrupts, taps_of
from dialogs.proof.exploring import way_in
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import Fault, Where
from dialogs.steps import Ask, Branch, Call, End, Find, Locate, Say
from dialogs.texts import HELPLINE, LIFELINE, Text


def unanswered_danger(told: Told) -> Iterator[Fault]:
    """No flow answers the button that stands under every message (F215)."""
    start = told.book.flows[told.book.start]
    if told.known.labels is not None and start.starts and told.known.urgent not in told.book.interrupts:
        yield Fault(
            "F215",
            start.span,
            f"No flow answers `{told.known.urgent}`, the button for urgent help that is under every message.",
            f"Write a flow with `interrupt: [{told.known.urgent}]` that begins with the emergency number.",
        )


def danger_without_contact(told: Told) -> Iterator[Fault]:
    """Flows that answer a danger, and do not say in their first message whom to call (F214)."""
    if told.known.lifelines is None:
        return
    emergency = {LIFELINE + key for key, facts in told.known.lifelines.items() if facts.emergency}
    any_line = {HELPLINE, *(LIFELINE + key for key in told.known.lifelines)}
    for label, roots in told.walk.roots.items():
        if label in told.known.commands:
            continue
        urgent = label == told.known.urgent
        wanted = emergency if urgent else any_line
        whom = "the emergency number" if urgent else "any lifeline"
        lines = " or ".join(f"{{{slot}}}" for slot in sorted(emergency)) if urgent else "{lifeline.NAME}"
        seen: set[Where] = set()
        for root in roots:
            for number, texts in _first_messages(told, root):
                step = told.step(number)
                if told.where(number) in seen or any(wanted & set(text.slots) for text in texts):
                    continue
                seen.add(told.where(number))
                begins = f"begins at step `{step.id}`" if step else "is the question he was at"
                yield told.fault(
                    "F214",
                    (step or told.step(root) or told.book.flows[told.book.interrupts[label]]).span,
                    f"The first message in answer to `{label}` {begins}, and does not have {whom}.",
                    f"Put {lines} into its text.",
                    at=root,
                )


def _first_messages(told: Told, number: int) -> Iterator[tuple[int, tuple[Text, ...]]]:
    """The texts that can make the first message from a node on, each time with the node at which it begins."""
    while isinstance(told.step(number), Branch | Call):
        number = told.walk.follows[number][0]
    match told.step(number):
        case Ask(text=text) | Locate(text=text) | End(text=text):
            yield number, (text,)
        case Say(text=text):
            yield from ((number, (text, *more)) for more in _rest(told, number))
        case Find() as find:
            yield number, (find.found,)
            yield number, (find.widened,)
            for more in _rest(told, number):
                yield number, (find.none, *more)
                yield number, (find.unavailable, *more)
        case _:
            # Back where he was, without a word of the danger.
            yield number, ()


def _rest(told: Told, number: int) -> Iterator[tuple[Text, ...]]:
    """What the message goes on with after a node: nothing, where services follow or he comes back to where he was."""
    after = told.walk.follows[number][0]
    texts = [(told.step(at), texts) for at, texts in _first_messages(told, after)] if after >= 0 else []
    yield from (more for step, more in texts if not isinstance(step, Find))
    if not texts or any(isinstance(step, Find) for step, _ in texts):
        yield ()


def interrupts_that_keep_him(told: Told) -> Iterator[Fault]:
    """Interrupts that cannot come back, or that change what he was at (F216)."""
    home = told.walk.find(told.table.where_he_was, ())
    for flow in told.book.flows.values():
        for label in flow.interrupt:
            for root in told.walk.roots.get(label.name, ()):
                if home < 0 or path(told.walk, root, {home}) is None:
                    yield told.fault(
                        "F216",
                        label.span,
                        f"The flow `{flow.id}` answers `{label.name}` and can never come back to where he was.",
                        "Give it an option `Carry on` that goes to `_return`.",
                        at=root,
                    )
                    break
    yield from _changed_answers(told)


def _changed_answers(told: Told) -> Iterator[Fault]:
    saved = saved_by_interrupts(told.walk)
    read = read_after(told.walk, {name for name, _ in saved}) if saved else {}
    steps: dict[tuple[Where, str], Ask | Locate] = {}
    for (name, _), (number, _, _) in saved.items():
        step = told.step(number)
        if name in read and isinstance(step, Ask | Locate):
            steps[told.where(number), name] = step
    for (where, name), step in steps.items():
        at, taps = next(_changes(told, where, name, read[name]), (read[name][0], ()))
        yield told.fault(
            "F216",
            step.save.span,
            f"Step `{step.id}` answers a danger and saves `{name}`, which the conversation it interrupts reads.",
            "Save it as an answer of its own, or do not save it.",
            at=at,
            taps=taps,
        )


def _changes(told: Told, where: Where, name: str, read: list[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where an interrupt that saves the answer at this step can come and make another of it, and how: soonest first."""
    walk, table = told.walk, told.table
    at_the_step = {n for n in told.nodes if told.where(n) == where and is_interrupted(walk, n)}
    for number in sorted(read, key=lambda n: (walk.phase[n], walk.cost[n])):
        before = _given(told, number, name)
        for label, flow in table.book.interrupts.items():
            root = table.first(flow, table.where_he_was)
            begins = walk.find(root, table.carry(walk.stack[number], root)(walk.values[number]))
            way = path(walk, begins, at_the_step) if begins >= 0 else None
            if way is not None:
                for arrow, _ in walk.arrows(way[-1][1] if way else begins):
                    if arrow.saves == name and set(arrow.given) != set(before):
                        yield number, (way_in(label, told.known), *taps_of(way), *arrow.taps)


def _given(told: Told, number: int, name: str) -> tuple[str, ...]:
    """The values of an answer at a node, as the shortest conversation to it has them."""
    walk = told.walk
    while (before := walk.parent[number]) >= 0:
        for arrow, to in walk.arrows(before):
            if to == number and arrow.taps == walk.taps[number] and arrow.saves == name:
                return arrow.given
        number = before
    return ()


def nothing_found_and_nobody_named(told: Told) -> Iterator[Fault]:
    """Finds that have nobody to name where there are no services (F213)."""
    if told.known.lifelines is None:
        return
    for where, number in told.nearest.items():
        step = told.book.step(*where)
        if not isinstance(step, Find):
            continue
        for name, text in (("none", step.none), ("unavailable", step.unavailable)):
            if not any(slot == HELPLINE or slot.startswith(LIFELINE) for slot in text.slots):
                yield told.fault(
                    "F213",
                    text.span,
                    f"`{name}` of step `{step.id}` names no lifeline.",
                    "Put {helpline} or {lifeline.KEY} into it, so that he has somebody to turn to.",
                    at=number,
                )
