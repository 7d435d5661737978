"""Walks the conversation and reports what a man could run into."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.flow import Book
from dialogs.spans import Span


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that the conversation breaks, and the shortest way to see it."""

    code: str
    span: Span
    message: str
    hint: str = ""
    replay: tuple[str, ...] | None = None


def prove(book: Book) -> list[Fault]:
    """Every fault that walking the book finds."""
    return []
