"""The words of a book as its editors see them: what each piece is called, how it reads, where in the file it stands."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dialogs.book import Book
from dialogs.spans import Span
from dialogs.texts import split
from dialogs.translation.messages import Message, messages

Kind = Literal["text", "first", "button", "card"]
"""A text to read, the bland first line, the words on a button, or a line of a service's card."""

_SLOT = re.compile(r"\{[^{}\n]*\}")


@dataclass(frozen=True, slots=True)
class Written:
    """Words that an editor wrote for a man to read.

    `what` names them in a message ("`why` of step `hello`"); `words` are those that can be read: where a slot is
    filled there is a blank. `step` is where they are said, "" for an aside.
    """

    flow: str
    step: str
    entry: str
    what: str
    kind: Kind
    words: str
    span: Span


def written(book: Book) -> Iterator[Written]:
    """All that he may read of a book's own flows. What he may *say* is not part of it."""
    for message in messages(book):
        if message.span is not None and message.kind != "typed":
            yield _as_written(message, message.span)


def _as_written(message: Message, span: Span) -> Written:
    flow, place, *rest = message.place.split("/")
    entry = rest[-1]
    kind: Kind = message.kind if message.kind != "typed" else "text"
    if place == "asides":
        place, what = "", f"the aside `{entry}`"
    elif kind == "button":
        what = f"the button `{message.source}`"
    elif "lines" in rest:
        kind, what = "card", f"the card's line `{entry}`"
    else:
        what = f"`{entry}` of step `{place}`"
    parts, _ = split(message.source)
    words = "".join(part if isinstance(part, str) else " " for part in parts)
    return Written(flow, place, entry, what, kind, words, span)


def place(found: re.Match[str], span: Span, lines: Mapping[str, Sequence[str]]) -> Span:
    """Where in the file something stands that was found in the readable words of a text.

    The whole text, when it was written in a way that hides the words (an escape within quotes).
    """
    pattern = re.compile(r"\s+".join(map(re.escape, found[0].split())))
    before = sum(1 for _ in pattern.finditer(found.string, 0, found.start()))
    source = lines.get(span.file, ())[span.line - 1 : span.end_line]
    raw = " " * (span.column - 1) + "\n".join(source)[span.column - 1 :]
    # A slot's name is the program's, not the editor's: nothing is found inside it.
    raw = _SLOT.sub(lambda slot: "\0" * len(slot[0]), raw)
    here = next(itertools.islice(pattern.finditer(raw), before, None), None)
    if here is None:
        return span
    line, column = _counted(raw, here.start())
    end_line, end_column = _counted(raw, here.end())
    return Span(span.file, span.line + line, column + 1, span.line + end_line, end_column + 1)


def _counted(text: str, at: int) -> tuple[int, int]:
    """Lines before a place, and characters before it on its line."""
    return text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)
