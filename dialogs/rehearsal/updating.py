"""Expectations rewritten to what is said now, and nothing else in the file touched: comments stay where they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from dialogs.spans import Span

# Words that can stand in a list of YAML as they are.
_PLAIN = re.compile(r"[A-Za-z][\w '’./-]*[\w.?!]|[A-Za-z]")
_SENTENCES = re.compile(r"(?<=[.?!:])\s+|\n+")
_MOST_WORDS = 8
_ALIKE = 60


@dataclass(frozen=True, slots=True)
class Edit:
    """New words for what is written at a place."""

    span: Span
    words: str


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The file with these places rewritten. Places do not overlap."""
    text = data.decode("utf-8-sig")
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    # The last place first, so that those before it stay where they are.
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        first = starts[edit.span.line - 1] + edit.span.column - 1
        last = starts[edit.span.end_line - 1] + edit.span.end_column - 1
        # What stood below its name (`|`) reaches to the end of its last line.
        end = "\n" if text[first:last].endswith("\n") else ""
        text = text[:first] + _written(edit.words) + end + text[last:]
    return text.encode()


def nearest(words: str, said: str) -> str:
    """Of what is said, the few words that are most like these; else those that are said last: the question."""
    sentences = [sentence.strip() for sentence in _SENTENCES.split(said) if sentence.strip()]
    if not sentences:
        return ""
    best = process.extractOne(words, sentences, scorer=fuzz.token_set_ratio, score_cutoff=_ALIKE)
    return " ".join((best[0] if best else sentences[-1]).split()[:_MOST_WORDS])


def _written(words: str) -> str:
    return words if _PLAIN.fullmatch(words) else json.dumps(words, ensure_ascii=False)
