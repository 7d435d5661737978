"""What only the calendar says of a flow: nobody has reviewed it, or it is due again.

Such a lapse is told by `flows check` (as a warning: it must never stop a correction or a rollback) and by `doctor`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dialogs.book import Book
from dialogs.findings import Findings, listed
from dialogs.flow import Flow
from dialogs.spans import Span

MOST_NAMED = 4
"""More flows than this are told by their number: a line of all names would not be read."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """One thing to put right about reviews; `code` is that of the finding."""

    code: str
    message: str
    hint: str
    span: Span


def lapses(book: Book, today: date) -> Iterator[Lapse]:
    """What is amiss on this day. Flows of which the same is to be said (at first that is all) are told together."""
    unreviewed = [flow for flow in book.flows.values() if not flow.review.on]
    if unreviewed:
        yield Lapse(
            "F241",
            f"Nobody has reviewed {_named(unreviewed)} yet.",
            "Have the words read by somebody who did not write them, and write down who and when.",
            unreviewed[0].review.span,
        )
    overdue: dict[str, list[Flow]] = {}
    for flow in book.flows.values():
        review = flow.review
        if _is_to_come(flow, today):
            message = f"`{flow.id}` is said to have been reviewed on {review.on}, which is still to come."
            yield Lapse("F242", message, "Write the day of the review.", review.span)
        if _is_overdue(flow, today):
            overdue.setdefault(review.due, []).append(flow)
    for day, flows in sorted(overdue.items()):
        message = f"{_named(flows)} {'was' if len(flows) == 1 else 'were'} due for review on {day}."
        yield Lapse("F240", message, "Review the words, and write down when they are due again.", flows[0].review.span)


def to_review(book: Book, today: date) -> int:
    """How many flows nobody has reviewed by this day, or are due for it again."""
    return sum(
        not flow.review.on or _is_to_come(flow, today) or _is_overdue(flow, today) for flow in book.flows.values()
    )


def _is_to_come(flow: Flow, today: date) -> bool:
    return bool(flow.review.on) and date.fromisoformat(flow.review.on) > today


def _is_overdue(flow: Flow, today: date) -> bool:
    return bool(flow.review.due) and date.fromisoformat(flow.review.due) < today


def _named(flows: Sequence[Flow]) -> str:
    """The first few by name, and how many more."""
    if len(flows) <= MOST_NAMED:
        return listed(flow.id for flow in flows)
    few = ", ".join(f"`{flow.id}`" for flow in flows[: MOST_NAMED - 1])
    return f"{few} and {len(flows) - MOST_NAMED + 1} more flows"


def check(book: Book, today: date, findings: Findings) -> None:
    """A warning for each lapse."""
    for lapse in lapses(book, today):
        findings.add(lapse.code, lapse.span, lapse.message, hint=lapse.hint)
