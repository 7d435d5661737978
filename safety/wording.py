"""From a typed message to the words that phrases are compared with.

Spelling, dialect and text-speak that a person wrote down in lexicon/words.yaml are made one; sentences end where
punctuation ends them. `Guesses` then reads a word that no phrase knows as the one it was most likely meant to be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from safety.normalising import folded, plain
from safety.phrases import BOUNDARY

# Between a pronoun or noun and a verb: "she'll", "he's", "they've". What stands after says which word is meant.
_JOINED = re.compile(r"\b([a-z]+)'(ll|s|re|ve|d|m)\b")
_MEANT = {"ll": " will", "re": " are", "ve": " have", "d": " would", "m": " am"}
_TAKES_IS = frozenset(("she", "he", "it", "that", "what", "who", "there", "here", "where", "how"))
_SIGN = re.compile(r"[a-z0-9@$|]+(?:[!|@$*][a-z0-9@$|]+)*|[.!?;:\n]+")
_LEET = (
    str.maketrans("013457@$!|8*", "oieastasiiba"),
    str.maketrans("013457@$!|8*", "oleastasllbu"),
)
_SHORTEST_GUESSED = 5
_SHORTEST_RUN = 9
_LONGEST_WORD = 14
_DOUBLED = re.compile(r"([a-z])\1")


class Wording:
    """How messages and phrases alike are made into words."""

    def __init__(self, *, lost: Collection[str], same: Mapping[str, str]) -> None:
        self.lost = frozenset(lost)
        self._same = {word: tuple(meant.split()) for word, meant in same.items() if " " not in word}
        self._pairs = {tuple(pair.split()): meant for pair, meant in same.items() if " " in pair}

    def split(self, text: str) -> list[str]:
        """The words of a text, with BOUNDARY where a sentence ends."""
        words: list[str] = []
        spelled = _JOINED.sub(_unjoined, plain(text).casefold())
        for match in _SIGN.finditer(folded(spelled)):
            sign = match[0]
            if sign[0] in ".!?;:\n":
                if words and words[-1] != BOUNDARY:
                    words.append(BOUNDARY)
            elif sign not in self.lost:
                words.extend(self._same.get(sign, (sign,)))
                if len(words) > 1 and (words[-2], words[-1]) in self._pairs:
                    words[-2:] = [self._pairs[words[-2], words[-1]]]
        return words


class Guesses:
    """The word that an unknown word was most likely meant to be, out of those that phrases know."""

    def __init__(
        self,
        vocabulary: Collection[str],
        *,
        wording: Wording,
        guessed: Collection[str],
        ordinary: Collection[str],
    ) -> None:
        """`guessed`: the words that a near miss may stand for. `ordinary`: words that are near one and not meant."""
        self._known = frozenset(vocabulary)
        self._wording = wording
        self._ordinary = frozenset(ordinary)
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(guessed):
            self._by_first.setdefault(word[0], []).append(word)

    def read(self, words: Sequence[str]) -> list[str]:
        """The words with each unknown one replaced by what it was most likely meant to be, if that can be said."""
        seen: dict[str, tuple[str, ...]] = {}
        for word in words:
            if word not in seen:
                seen[word] = self._meant(word)
        return [meant for word in words for meant in seen[word]]

    def _meant(self, word: str) -> tuple[str, ...]:
        if word == BOUNDARY or word in self._known or word in self._ordinary:
            return (word,)
        for reading in self._readings(word):
            if reading in self._known:
                return (reading,)
            split = tuple(self._wording.split(reading))
            if split != (reading,) and split and all(part in self._known for part in split):
                return split
        if word.isalpha() and len(word) >= _SHORTEST_GUESSED:
            near = process.extractOne(
                word, self._by_first.get(word[0], ()), scorer=OSA.distance, score_cutoff=1, processor=None
            )
            if near is not None:
                return tuple(self._wording.split(near[0]))
        return self._run(word) or (word,)

    @staticmethod
    def _readings(word: str) -> Iterator[str]:
        """Other spellings of the same word: digits and signs for letters, letters doubled, a "g" dropped."""
        if not word.isalpha() and any(sign.isalpha() for sign in word):
            for table in _LEET:
                yield word.translate(table)
        single = _DOUBLED.sub(r"\1", word)
        if single != word:
            yield single
        if word.endswith("in"):
            yield word + "g"

    def _run(self, word: str) -> tuple[str, ...] | None:
        """The words of a run without spaces, such as the joined letters of "k i l l m y s e l f"; None when it is not
        made of known words alone. The shortest way through, so that "myself" is not "my" and "self"."""
        if len(word) < _SHORTEST_RUN or not word.isalpha():
            return None
        ways: list[tuple[str, ...] | None] = [()]
        for end in range(1, len(word) + 1):
            best: tuple[str, ...] | None = None
            for start in range(max(0, end - _LONGEST_WORD), end):
                before = ways[start]
                if before is None or not self._is_part(word[start:end], start):
                    continue
                if best is None or len(before) + 1 < len(best):
                    best = (*before, word[start:end])
            ways.append(best)
        whole = ways[-1]
        return whole and tuple(part for part in whole if part not in self._wording.lost)

    def _is_part(self, part: str, start: int) -> bool:
        """Whether a run may have this part here. "i" counts only as its first word: else every "-ion" would do."""
        if part == "i":
            return start == 0
        return part in self._known if len(part) > 1 else part == "a"


def _unjoined(match: re.Match[str]) -> str:
    word, joined = match[1], match[2]
    if joined == "s":
        return f"{word} is" if word in _TAKES_IS else word
    return word + _MEANT[joined]
