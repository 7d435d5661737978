"""Texts with slots: words that people wrote, and the few places where a fact is put in.

A slot is a name in braces, never an expression. `{{` and `}}` stand for the braces themselves. What is put
into a slot is never read for slots again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.spans import Span

# Slots of every text. `{lifeline.KEY}` is a whole worded line about that lifeline; `{helpline}` the one that
# is always there.
HELPLINE = "helpline"
LIFELINE = "lifeline."
# How long without a word until everything is forgotten, in words, such as "an hour".
SILENCE = "silence"
# Who runs this, whom to ask about privacy, where to complain, and where the genuine bot is: the operator's own words.
ABOUT = ("operator", "privacy_contact", "complaints", "genuine")

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_-]*)?")


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words and slots in turn."""

    parts: tuple[str | Slot, ...]
    span: Span

    def render(self, values: Mapping[str, str]) -> str:
        """The text with its slots filled. Raises KeyError, naming the slot, when a value is missing."""
        return "".join(part if isinstance(part, str) else values[part.name] for part in self.parts)

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts if isinstance(part, Slot))

    @property
    def words(self) -> str:
        """The words alone, slots left out."""
        return "".join(part for part in self.parts if isinstance(part, str))

    def __bool__(self) -> bool:
        return bool(self.parts)


@dataclass(frozen=True, slots=True)
class BadBrace:
    """Braces that are no slot: what was written, and how often the same is written before it."""

    written: str
    before: int


def split(raw: str) -> tuple[tuple[str | Slot, ...], tuple[BadBrace, ...]]:
    """The parts of a text, and the braces that cannot be read."""
    parts: list[str | Slot] = []
    bad: list[BadBrace] = []
    words: list[str] = []
    at = 0
    for match in _TOKEN.finditer(raw):
        words.append(raw[at : match.start()])
        at = match.end()
        token, name = match.group(0), match.group(1)
        if token in ("{{", "}}"):
            words.append(token[0])
        elif name is not None and _NAME.fullmatch(name):
            if before := "".join(words):
                parts.append(before)
            words = []
            parts.append(Slot(name))
        else:
            bad.append(BadBrace(token, raw.count(token, 0, match.start())))
    words.append(raw[at:])
    if rest := "".join(words):
        parts.append(rest)
    return tuple(parts), tuple(bad)
