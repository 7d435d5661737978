"""How well identity is noticed: counts over sentences that people have labelled with the kinds that are in them.

A sentence counts as noticed when every kind that it is labelled with is told; a harmless one is a false alarm when
anything is told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from safety.evaluation import CorpusError
from safety.identity import KINDS, notice

COLUMN = "identifiers"
"""The column of a file that names the kinds in a sentence, with spaces between; empty when there are none."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was noticed. `by_kind` has for each kind how often it was told and how often it was there; lines are where
    sentences stand in their file."""

    sentences: int
    missed: tuple[int, ...]
    by_kind: Mapping[str, tuple[int, int]]
    harmless: int
    alarmed: tuple[int, ...]


def measure(rows: Iterable[Mapping[str, str | None]]) -> Noticed:
    """Notice what is in the `text` of every row and compare it with its `identifiers`. Raises CorpusError."""
    told: dict[str, int] = dict.fromkeys(KINDS, 0)
    there: dict[str, int] = dict.fromkeys(KINDS, 0)
    sentences, missed, harmless, alarmed = 0, [], 0, []
    for line, row in enumerate(rows, start=2):
        text, labels = row.get("text"), row.get(COLUMN)
        if text is None or labels is None:
            raise CorpusError(f"Line {line}: the columns `text` and `{COLUMN}` are needed.")
        kinds = set(labels.split())
        if unknown := sorted(kinds - set(KINDS)):
            raise CorpusError(f"Line {line}: `{unknown[0]}` is no kind. Kinds are {', '.join(KINDS)}.")
        found = set(notice(text))
        for kind in kinds:
            there[kind] += 1
            told[kind] += kind in found
        if not kinds:
            harmless += 1
            alarmed += [line] if found else []
        else:
            sentences += 1
            missed += [] if kinds <= found else [line]
    by_kind = {kind: (told[kind], there[kind]) for kind in KINDS}
    return Noticed(sentences, tuple(missed), by_kind, harmless, tuple(alarmed))
