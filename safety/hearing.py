"""Which of the phrases that were found count: not those that an idiom covers or that a "not" turns round, and those
that speak of long ago or of play only as a question.

All of it takes time linear in the message and in the phrases found, whatever they are: a message may be nothing but
idioms, dangers and nots.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from safety.phrases import BOUNDARY, Hit

Response = Literal["interrupt", "ask", "note", "none"]

_COVERED: Final = b"\1"


class Meaning(NamedTuple):
    """What a phrase of the lexicon stands for. `met`: "except" takes away, for its label or for all; "softens" makes a
    question of an interruption; a "hint" says nothing by itself and is weighed by the model only. `alone`: it counts
    only as the whole message."""

    label: str | None
    met: Response | Literal["hint", "except", "softens"]
    disclosure: bool
    features: tuple[str, ...] = ()
    alone: bool = False


def heard_among(
    found: Sequence[Hit[Meaning]], words: Sequence[str], *, nots: Collection[str], between: Collection[str]
) -> list[Hit[Meaning]]:
    """What is left of the phrases found in the words, in the order in which they end. `nots` turn a phrase round when
    only words of `between` stand between them."""
    if not found:
        return []
    length = len(words) - (words[-1] == BOUNDARY)
    covers = _Covers([hit for hit in found if hit.payload.met == "except"], len(words))
    softeners = _Softeners([hit for hit in found if hit.payload.met == "softens"], words)
    denied = [False]
    for word in words:
        denied.append(word in nots or (denied[-1] and word in between))
    left = []
    for hit in found:
        start, end, meaning = hit
        if meaning.met == "except" or denied[start] or (meaning.alone and (start, end) != (0, length)):
            continue
        if covers.over(hit):
            continue
        if meaning.met == "interrupt" and softeners.reach(hit):
            hit = Hit(start, end, meaning._replace(met="ask"))
        left.append(hit)
    return left


class _Covers:
    """The words that ways of speaking ("could murder a pint") take up, for a kind of danger or (None) for all."""

    def __init__(self, covers: Sequence[Hit[Meaning]], length: int) -> None:
        self._covered: dict[str | None, bytearray] = {}
        for start, end, meaning in covers:
            covered = self._covered.setdefault(meaning.label, bytearray(length))
            covered[start:end] = _COVERED * (end - start)

    def over(self, hit: Hit[Meaning]) -> bool:
        """Whether one of them takes up a word of the phrase."""
        for covered in (self._covered.get(None), self._covered.get(hit.payload.label)):
            if covered is not None and covered.find(_COVERED, hit.start, hit.end) >= 0:
                return True
        return False


class _Softeners:
    """Phrases that make a question of a danger in their own sentence, or in the one before."""

    def __init__(self, softeners: Sequence[Hit[Meaning]], words: Sequence[str]) -> None:
        self._ends = [softener.end for softener in softeners]
        self._sentences = [0, *accumulate(word == BOUNDARY for word in words)] if softeners else []
        # By how many softeners end before: where the first of all the others begins.
        self._first_start = [*accumulate((softener.start for softener in reversed(softeners)), min)][::-1]

    def reach(self, hit: Hit[Meaning]) -> bool:
        """Whether one of them softens the phrase. Of those that end no later than it, the last is the nearest; of the
        others, the one that begins first."""
        sentences = self._sentences
        before = bisect_right(self._ends, hit.end)
        if before and sentences[self._ends[before - 1]] >= sentences[hit.start]:
            return True
        return before < len(self._ends) and sentences[self._first_start[before]] <= sentences[hit.end] + 1
