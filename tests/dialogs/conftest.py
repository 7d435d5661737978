"""The small conversation that the tests walk."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.flow import Book
from dialogs.loading import load_book
from tests.support.walking import LIFELINES, Man

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def book() -> Book:
    return load_book(HERE / "book", lifelines=LIFELINES)


@pytest.fixture
def man(book: Book) -> Man:
    return Man(book)
