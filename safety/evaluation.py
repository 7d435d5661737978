"""How well danger is heard: recall and false alarms over sentences that people have labelled.

A sentence of a kind of danger counts as *met* when he is answered first or asked about a danger (`interrupt` or
`ask`), and as *named* when that very kind is among those heard; a sentence labelled `none` is a false alarm when it is
interrupted, or asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safety.risk import LABELS, screen

NONE = "none"
"""The label of a sentence that holds no danger."""

_ANSWERED = ("interrupt", "ask")


class CorpusError(Exception):
    """A file of labelled sentences cannot be read; the message says which line and what to do."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence. `labels` is empty for one without danger; `line` is where it stands in its file."""

    text: str
    labels: frozenset[str]
    line: int


@dataclass(frozen=True, slots=True)
class Score:
    """How many sentences of one kind there were, how many were met, how many of these by their own name, and the
    lines of those that were not met."""

    sentences: int
    met: int
    named: int
    missed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores by kind, and what was done with sentences that hold no danger."""

    scores: Mapping[str, Score]
    harmless: int
    interrupted: tuple[int, ...]
    asked: tuple[int, ...]


def read_rows(rows: Iterable[Mapping[str, str | None]]) -> list[Sentence]:
    """Sentences from rows with `text` and `risk_label` (kinds joined by `|`, or `none`). Raises CorpusError."""
    sentences = []
    for line, row in enumerate(rows, start=2):
        text, labels = row.get("text"), row.get("risk_label")
        if text is None or labels is None:
            raise CorpusError(f"Line {line}: the columns `text` and `risk_label` are needed.")
        named = {label.strip() for label in labels.split("|") if label.strip()}
        if unknown := sorted(named - {*LABELS, NONE}):
            raise CorpusError(f"Line {line}: `{unknown[0]}` is no label. Labels are {', '.join((*LABELS, NONE))}.")
        sentences.append(Sentence(text, frozenset(named - {NONE}), line))
    return sentences


def evaluate(sentences: Sequence[Sentence]) -> Evaluation:
    """Screen every sentence and count."""
    heard = [(sentence, screen(sentence.text)) for sentence in sentences]
    scores = {}
    for label in LABELS:
        of_kind = [(sentence, found) for sentence, found in heard if label in sentence.labels]
        met = [(sentence, found) for sentence, found in of_kind if found.response in _ANSWERED]
        missed = tuple(sentence.line for sentence, found in of_kind if found.response not in _ANSWERED)
        named = sum(label in found.labels for _, found in met)
        scores[label] = Score(len(of_kind), len(met), named, missed)
    harmless = [(sentence, found) for sentence, found in heard if not sentence.labels]
    return Evaluation(
        scores=scores,
        harmless=len(harmless),
        interrupted=tuple(sentence.line for sentence, found in harmless if found.response == "interrupt"),
        asked=tuple(sentence.line for sentence, found in harmless if found.response == "ask"),
    )
