"""Rehearsals: conversations that the helpline team writes down as it expects them, played on the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.book import Book
from dialogs.findings import Finding, Findings
from dialogs.rehearsal.coverage import Coverage, Item, Part, items_of
from dialogs.rehearsal.playing import Failure, play
from dialogs.rehearsal.script import Rehearsal, read_rehearsal
from dialogs.rehearsal.updating import applied


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of playing rehearsals.

    `findings` has every mistake in their files and every place where the conversation went another way; `parts` how
    much of each flow was met. `updated` has the files that could be made to agree with the conversation as it is.
    """

    played: int
    findings: tuple[Finding, ...]
    parts: tuple[Part, ...]
    updated: Mapping[str, bytes]

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def rehearse(
    book: Book, files: Mapping[str, bytes], lifelines: Mapping[str, str], *, at_least: int | None = None
) -> Rehearsed:
    """Play every rehearsal of `files` (their bytes by the name they are shown under).

    `lifelines` has the worded line of each lifeline that texts name. What nobody rehearses is a warning; with
    `at_least`, a flow of which less than so many per cent are rehearsed is an error.
    """
    findings = Findings()
    coverage = Coverage(book)
    updated: dict[str, bytes] = {}
    played = 0
    for file, data in files.items():
        rehearsal = read_rehearsal(file, data, findings)
        if rehearsal is None:
            continue
        played += 1
        failures = play(book, rehearsal, lifelines, coverage)
        for failure in failures:
            findings.add(failure.code, failure.span, failure.message, hint=failure.hint)
        edits = [failure.edit for failure in failures if failure.edit is not None]
        if edits:
            updated[file] = applied(data, edits)
    parts = coverage.parts()
    for part in parts:
        _add(part, book, findings, at_least)
    return Rehearsed(played, findings.sorted(), parts, updated)


def _add(part: Part, book: Book, findings: Findings, at_least: int | None) -> None:
    for item in part.missing:
        said = f"{item.said[0].upper()}{item.said[1:]} is never rehearsed."
        findings.add("F318", item.span, said)
    if at_least is not None and part.percent < at_least:
        span = book.flows[part.flow].span
        findings.add("F319", span, f"Of `{part.flow}`, {part.percent} % is rehearsed; the least is {at_least} %.")


__all__ = [
    "Coverage",
    "Failure",
    "Item",
    "Part",
    "Rehearsal",
    "Rehearsed",
    "applied",
    "items_of",
    "play",
    "read_rehearsal",
    "rehearse",
]
