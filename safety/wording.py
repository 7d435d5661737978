"""From a typed message to the words that phrases are compared with.

Spelling, dialect and text-speak that a person wrote down in lexicon/words.yaml are made one; sentences end where
punctuation ends them. `Guesses` then reads a word that no phrase knows as the one it was most likely meant to be.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from safety.normalising import folded, joined, plain, squeezed
from safety.phrases import BOUNDARY

# Between a pronoun or noun and a verb: "she'll", "he's", "they've". What stands after says which word is meant.
_JOINED = re.compile(r"\b([a-z]+)'(ll|s|re|ve|d|m)\b")
_MEANT = {"ll": " will", "re": " are", "ve": " have", "d": " would", "m": " am"}
_TAKES_IS = frozenset(("she", "he", "it", "that", "what", "who", "there", "here", "where", "how"))
_ENDS = ".!?;:\n"
_SIGN = re.compile(r"[a-z0-9@$|]+(?:[!|@$*][a-z0-9@$|]+)*|[.!?;:\n]+")
_LEET = (
    str.maketrans("013457@$!|8*", "oieastasiiba"),
    str.maketrans("013457@$!|8*", "oleastasllbu"),
)
_SHORTEST_GUESSED = 5
_SHORTEST_RUN = 9
_LONGEST_PART = 14
_NO_WAY = sys.maxsize
_DOUBLED = re.compile(r"([a-z])\1")


class Wording:
    """How messages and phrases alike are made into words."""

    def __init__(self, *, lost: Collection[str], same: Mapping[str, str]) -> None:
        self.lost = frozenset(lost)
        self._same = {word: tuple(meant.split()) for word, meant in same.items() if " " not in word}
        self._pairs: dict[str, dict[str, str]] = {}  # by the second word, then by the first
        for pair, meant in same.items():
            if " " in pair:
                first, second = pair.split()
                self._pairs.setdefault(second, {})[first] = meant

    def split(self, text: str) -> list[str]:
        """The words of a text, with BOUNDARY where a sentence ends."""
        text = plain(text).casefold()
        if "'" in text:
            text = _JOINED.sub(_unjoined, text)
        words: list[str] = []
        for sign in _SIGN.findall(joined(text) if text.isascii() else folded(text)):
            if sign in self.lost:
                continue
            same = self._same.get(sign)
            if same is not None:
                words += same
            elif sign[0] in _ENDS:
                if words and words[-1] != BOUNDARY:
                    words.append(BOUNDARY)
                continue
            else:
                words.append(sign)
            if words[-1] in self._pairs:
                self._join(words)
        return words

    def split_word(self, word: str) -> list[str]:
        """`split` for one folded word of letters and digits: many times quicker."""
        word = squeezed(word)
        if word in self.lost:
            return []
        words = list(self._same.get(word, (word,)))
        if words[-1] in self._pairs:
            self._join(words)
        return words

    def _join(self, words: list[str]) -> None:
        """Make one word of the last two, where they are a pair."""
        if len(words) > 1 and words[-2] in self._pairs[words[-1]]:
            words[-2:] = [self._pairs[words[-1]][words[-2]]]


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
        self._settled = self._known | frozenset(ordinary) | {BOUNDARY}
        # A near miss begins with the same letter and has at most one letter more or less.
        self._near: dict[tuple[str, int], list[str]] = {}
        for word in sorted(guessed):
            for length in range(len(word) - 1, len(word) + 2):
                self._near.setdefault((word[0], length), []).append(word)
        lengths: dict[str, set[int]] = {}
        for word in self._known:
            if 1 < len(word) <= _LONGEST_PART:
                lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {begun: tuple(sorted(found)) for begun, found in lengths.items()}

    def read(self, words: Sequence[str]) -> list[str]:
        """The words with each unknown one replaced by what it was most likely meant to be, if that can be said."""
        meant = {word: self._meant(word) for word in set(words) - self._settled}
        read: list[str] = []
        for word in words:
            if word in meant:
                read += meant[word]
            else:
                read.append(word)
        return read

    def _meant(self, word: str) -> Sequence[str]:
        for reading in self._readings(word):
            if reading in self._known:
                return (reading,)
            split = self._wording.split_word(reading) if reading.isalnum() else self._wording.split(reading)
            if split != [reading] and split and all(part in self._known for part in split):
                return split
        if word.isalpha() and len(word) >= _SHORTEST_GUESSED:
            near = process.extractOne(
                word, self._near.get((word[0], len(word)), ()), scorer=OSA.distance, score_cutoff=1, processor=None
            )
            if near is not None:
                return self._wording.split(near[0])
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
        fewest = [0] + [_NO_WAY] * len(word)  # parts up to each letter, and where the last of them begins
        begins = [0] * (len(word) + 1)
        for start in range(len(word)):
            parts = fewest[start] + 1
            if parts > _NO_WAY:
                continue
            for length in self._part_lengths(word, start):
                end = start + length
                if end <= len(word) and parts < fewest[end] and (length == 1 or word[start:end] in self._known):
                    fewest[end] = parts
                    begins[end] = start
        if fewest[-1] == _NO_WAY:
            return None
        way: list[str] = []
        end = len(word)
        while end:
            way.append(word[begins[end] : end])
            end = begins[end]
        return tuple(part for part in reversed(way) if part not in self._wording.lost)

    def _part_lengths(self, word: str, start: int) -> tuple[int, ...]:
        """The lengths that a part of a run can have which begins at a letter. Of single letters, "i" counts only as the
        first word: else every "-ion" would do."""
        lengths = self._lengths.get(word[start : start + 2], ())
        return (1, *lengths) if word[start] == "a" or (word[start] == "i" and start == 0) else lengths


def _unjoined(match: re.Match[str]) -> str:
    word, joined = match[1], match[2]
    if joined == "s":
        return f"{word} is" if word in _TAKES_IS else word
    return word + _MEANT[joined]
