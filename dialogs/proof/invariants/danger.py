"""Danger is answered first, one tap away, and lets him go on where he was (engines.md 4.3, 11 to 13 and 16).

The envelope puts a button for urgent help under every message, and his words are screened before anything else, so
an interrupt can come at every step; what is left to hold is that there is a flow for it (F215), that its first message
carries the contact (F214), and that it comes back to exactly where he was (F216). Where a search shows no services, a
lifeline stands in their place (F213).
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.proof.changes import from_interrupt, path, read_after, saved_by_interrupts
from dialogs.proof.exploring import way_in
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import Fault, Where
from dialogs.steps import Ask, End, Find, Locate, Say
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
    seen: set[tuple[str, Where]] = set()
    for flow in told.book.flows.values():
        for label in flow.interrupt:
            if label.name in told.known.commands:
                continue
            urgent = label.name == told.known.urgent
            for root in told.walk.roots.get(label.name, ()):
                for step, texts in _first_messages(told, root):
                    named = {slot for text in texts for slot in text.slots}
                    if (urgent and named & emergency) or (not urgent and any(map(_is_lifeline, named))):
                        continue
                    if (label.name, step) in seen:
                        continue
                    seen.add((label.name, step))
                    whom = "the emergency number" if urgent else "any lifeline"
                    keys = ", ".join(f"{{{name}}}" for name in sorted(emergency)) if urgent else "{lifeline.KEY}"
                    yield told.fault(
                        "F214",
                        texts[-1].span,
                        f"The first message of `{flow.id}`, which answers `{label.name}`, does not have {whom}.",
                        f"Put the line into its text: {keys}.",
                        at=root,
                    )


def _is_lifeline(slot: str) -> bool:
    return slot == HELPLINE or slot.startswith(LIFELINE)


def _first_messages(told: Told, number: int) -> Iterator[tuple[Where, list[Text]]]:
    """What the first message from a node on can be made of: a find shows services or a text in their place."""
    texts: list[Text] = []
    while number >= 0:
        step = told.step(number)
        match step:
            case Ask() | Locate() | End():
                yield told.where(number), [*texts, step.text]
                return
            case Say():
                texts.append(step.text)
            case Find():
                yield told.where(number), [*texts, step.found]
                yield told.where(number), [*texts, step.widened]
                # What follows stands in the same message; but whoever finds nothing needs it at once.
                yield told.where(number), [*texts, step.none]
                yield told.where(number), [*texts, step.unavailable]
                return
            case None:
                if texts:
                    yield told.where(number), texts
                return
            case _:
                pass
        number = next(iter(told.walk.follows[number]), -1)


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
    read = read_after(told.walk) if saved else {}
    seen: set[tuple[Where, str]] = set()
    for (name, _), (number, arrow, _) in saved.items():
        if name not in read or (told.where(number), name) in seen:
            continue
        seen.add((told.where(number), name))
        step = told.step(number)
        if not isinstance(step, Ask | Locate):
            continue
        yield told.fault(
            "F216",
            step.save.span,
            f"Step `{step.id}` answers a danger and saves `{name}`, which the conversation it interrupts reads.",
            "Save it as an answer of its own, or do not save it.",
            at=read[name],
            taps=(*from_interrupt(told.walk, number), *arrow.taps),
        )


def nothing_found_and_nobody_named(told: Told) -> Iterator[Fault]:
    """Finds that have nobody to name where there are no services (F213)."""
    if told.known.lifelines is None:
        return
    for where, number in told.nearest.items():
        step = told.book.step(*where)
        if not isinstance(step, Find):
            continue
        for name, text in (("none", step.none), ("unavailable", step.unavailable)):
            if not any(map(_is_lifeline, text.slots)):
                yield told.fault(
                    "F213",
                    text.span,
                    f"`{name}` of step `{step.id}` names no lifeline.",
                    "Put {helpline} or {lifeline.KEY} into it, so that he has somebody to turn to.",
                    at=number,
                )


__all__ = [
    "danger_without_contact",
    "interrupts_that_keep_him",
    "nothing_found_and_nobody_named",
    "unanswered_danger",
    "way_in",
]
