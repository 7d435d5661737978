"""Walks every path of a book through the real engine and hands back what a man would read.

A place is visited once for each stack of steps he can stand on: answers change which services are found, never
which words are said. Typed places, Why, Back and every outcome of a search are walked too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dialogs.book import Book
from dialogs.engine import (
    AreaChoice,
    Begin,
    Card,
    Describe,
    Described,
    Detail,
    Find,
    Found,
    Given,
    Interrupt,
    Line,
    Locate,
    Located,
    Pick,
    Reply,
    Report,
    Reported,
    State,
    Words,
    step,
)

CHANNELS = ("telegram", "web", "terminal")
NUMBER = "[number]"
"""Stands for the whole line of a lifeline: numbers are no part of what a flow's author wrote."""
NONSENSE = "(words that mean nothing here)"

_CARD = Card("a-service", lines=(Line("name", {"name": "A service"}),), more=(Line("cost", {"text": "Free."}),))
_LEEDS = AreaChoice("E08000035", "Leeds", "West Yorkshire", "England")
_NEWPORTS = (
    AreaChoice("W06000022", "Newport", None, "Wales"),
    AreaChoice("E06000046", "Isle of Wight", None, "England"),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said, and the taps that led to it."""

    path: tuple[str, ...]
    channel: str
    replies: tuple[Reply, ...]
    state: State

    @property
    def at(self) -> str:
        """The flow and step where he then stands."""
        return f"{self.state.place.flow}/{self.state.place.step}"


def every_turn(book: Book, lifelines: Mapping[str, str]) -> Iterator[Turn]:
    """Every turn a man can be given, the nearest first, each with the shortest way to it."""
    for channel in CHANNELS:
        seen: set[tuple[object, ...]] = set()
        start = State.at_start(book)
        ahead: deque[tuple[State, Given, tuple[str, ...]]] = deque([(start, Begin(), ())])
        ahead.extend((start, Interrupt(label), (f"({label})",)) for label in sorted(book.interrupts))
        while ahead:
            state, given, path = ahead.popleft()
            for turn in _said(book, state, given, path, channel, lifelines):
                yield turn
                key = (turn.state.places, turn.state.offered)
                if key not in seen:
                    seen.add(key)
                    ahead.extend((turn.state, given, (*turn.path, name)) for name, given in _ways_on(turn))


def _ways_on(turn: Turn) -> Iterator[tuple[str, Given]]:
    for option in (option for reply in turn.replies for row in reply.rows for option in row):
        if option.id.startswith("m."):
            yield option.label, Detail(option.id.removeprefix("m."))
        else:
            yield option.label, Pick(option.id)
    yield NONSENSE, Words("zzzz")
    yield "(a place)", Words("leeds")
    yield "(a place of two names)", Words("newport")


def _said(
    book: Book, state: State, given: Given, path: tuple[str, ...], channel: str, lifelines: Mapping[str, str]
) -> Iterator[Turn]:
    """The turns that one tap can lead to: a search can end in four ways."""
    stepped = step(book, state, given, lifelines=lifelines, channel=channel)
    if stepped.request is None:
        yield Turn(path, channel, stepped.replies, stepped.state)
        return
    answers: tuple[Given, ...]
    match stepped.request:
        case Locate(words=words):
            answers = (_place(words),)
        case Find():
            answers = (
                Found("found", (_CARD,), "Leeds"),
                Found("found", (_CARD,)),
                Found("widened", (_CARD,), "Leeds", "West Yorkshire"),
                Found("none"),
                Found("unavailable"),
            )
        case Describe():
            answers = (Described(_CARD), Described(None))
        case Report():
            answers = (Reported(),)
    for answer in answers:
        for later in _said(book, stepped.state, answer, path, channel, lifelines):
            yield Turn(path, channel, (*stepped.replies, *later.replies), later.state)


def _place(words: str) -> Located:
    if words == "leeds":
        return Located("area", (_LEEDS,))
    return Located("choose", _NEWPORTS) if words == "newport" else Located("unknown")
