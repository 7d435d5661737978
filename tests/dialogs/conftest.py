"""The small conversation that the tests walk."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.book import Book
from dialogs.known import Known, LifelineFacts
from dialogs.loading import load_book
from tests.support.walking import LIFELINES, Man

HERE = Path(__file__).parent
ANY_LINE = LifelineFacts(always_open=False, emergency=False, longest=60)


@pytest.fixture(scope="session")
def book() -> Book:
    return load_book(HERE / "book", Known(lifelines=dict.fromkeys(LIFELINES, ANY_LINE)))


@pytest.fixture
def man(book: Book) -> Man:
    return Man(book)
