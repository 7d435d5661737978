"""Unpublished conversations while they are written: looked at again before every answer, and taken up as saved."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.rooms import CannotStart
from bot.versions import Preview
from dialogs.book import Book
from dialogs.findings import did_you_mean
from dialogs.flow import Flow
from dialogs.source import Source, SourceError
from dialogs.spans import Ref
from dialogs.steps import Call, End, Step
from dialogs.texts import Text

CALLER = "whoever_calls_it"
BACK = "(Here he is back where this flow was called.)"

SETTLES_WITHIN = 0.05
"""Seconds. A file that is the same after so long is not being written any more."""


class Watch:
    """The files of a preview, and the conversation that is had from them.

    Files are compared by what is in them, not by their dates: a few dozen small files are read in no time, and a
    date can stay the same over two saves.
    """

    def __init__(self, path: Path, versions: Preview, load: Callable[[], Book], *, begin_at: str = "") -> None:
        """`load` reads what is at `path`; `begin_at` is the step (FLOW/STEP) to begin at, instead of the start.

        Raises CannotStart when there is no such step.
        """
        self._path = path
        self._versions = versions
        self._load = load
        self._begin_at = begin_at
        self._seen = versions.current.book.digest
        versions.current = versions.current.with_book(beginning_at(begin_at, versions.current.book))

    def changed(self) -> bool:
        """Whether the files are others than those that were last taken up."""
        return self._digest() != self._seen

    def saved(self) -> bool:
        """Whether there is something to take up, which then counts as looked at. Waits while a file is written."""
        digest, settled = "", self._digest()
        while settled not in (self._seen, digest):
            digest = settled
            time.sleep(SETTLES_WITHIN)
            settled = self._digest()
        before, self._seen = self._seen, settled
        return settled != before

    def take_up(self) -> None:
        """Go on with what was saved. Raises FlowErrors or CannotStart; the last good version then goes on."""
        book = self._load()
        # A step to begin at may have been renamed since; then the conversation begins where it always does.
        with contextlib.suppress(CannotStart):
            book = beginning_at(self._begin_at, book)
        self._versions.current = self._versions.current.with_book(book)

    def _digest(self) -> str:
        try:
            return Source.read(self._path).digest
        except SourceError as error:
            return str(error)


def beginning_at(place: str, book: Book) -> Book:
    """The same book, begun at a step ("main/need"; "" for its start). Raises CannotStart when there is no such step.

    A flow that is there to be called is called, by a flow made for the purpose: so it has something to return to.
    """
    first = book.flows[book.start]
    if not place and first.starts:
        return book
    name, _, step = place.partition("/") if place else (first.id, "", first.first_step.name)
    flow = book.flows.get(name)
    if flow is None:
        raise CannotStart(f"There is no flow `{name}`. {did_you_mean(name, book.flows)}".rstrip())
    if step not in flow.steps:
        raise CannotStart(f"`{name}` has no step `{step}`. {did_you_mean(step, flow.steps)}".rstrip())
    begun = replace(flow, first_step=Ref(step, flow.first_step.span))
    caller = None if flow.starts else _calling(begun)
    tongues = {code: beginning_at(place, tongue) for code, tongue in book.tongues.items()}
    flows = {**book.flows, name: begun} | ({caller.id: caller} if caller else {})
    return replace(book, flows=flows, start=caller.id if caller else name, tongues=tongues)


def _calling(flow: Flow) -> Flow:
    """A flow that calls another one, and ends when that returns."""
    at = flow.span
    steps: Mapping[str, Step] = {
        "call": Call("call", at, flow=Ref(flow.id, at), go=Ref("back", at)),
        "back": End("back", at, first=Text((), at), text=Text((BACK,), at)),
    }
    return replace(
        flow, id=CALLER, starts=True, interrupt=(), answers={}, asides={}, first_step=Ref("call", at), steps=steps
    )


def turns_of(replay: str) -> list[str]:
    """The turns of a conversation that is written in one line, as findings have it: `Yes; Skip`.

    A semicolon that belongs to a turn has a backslash before it.
    """
    turns = (turn.replace(r"\;", ";").strip() for turn in re.split(r"(?<!\\);", replay))
    return [turn for turn in turns if turn]
