"""The small conversation of the tests, and rehearsals of it made up for one test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dialogs.book import Book
from dialogs.findings import Finding
from dialogs.known import Known, LifelineFacts
from dialogs.loading import load_book
from dialogs.rehearsal import Rehearsed, rehearse
from tests.support.walking import LIFELINES

FILE = "rehearsals/one.yaml"
HEAD = "rehearsal: 1\ntitle: One\ntalk:\n"

Rehearse = Callable[[str], Rehearsed]


@pytest.fixture(scope="session")
def book() -> Book:
    facts = dict.fromkeys(LIFELINES, LifelineFacts(always_open=False, emergency=False, longest=60))
    return load_book(Path(__file__).parents[1] / "book", Known(lifelines=facts))


@pytest.fixture
def rehearsed(book: Book) -> Rehearse:
    """Play one rehearsal. What does not begin with `rehearsal` is the turns of its talk."""

    def play(text: str) -> Rehearsed:
        whole = text if text.startswith("rehearsal") else HEAD + text
        return rehearse(book, {FILE: whole.encode()}, LIFELINES)

    return play


def wrong(came: Rehearsed) -> list[Finding]:
    """What went another way, without what was never rehearsed."""
    return [finding for finding in came.findings if finding.code != "F318"]


def codes(came: Rehearsed) -> list[str]:
    return [finding.code for finding in wrong(came)]
