"""A text and its words, taken apart once for all readers.

Most of what points to a person stands after a word that few sentences have. So every reader is woken by such words,
and looks at the text only there: that keeps the time in proportion to the text, and short.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

WORD = r"[^\W\d_]++(?:['-][^\W\d_]++)*+"
"""A word, with what hangs on it by an apostrophe or a dash."""
_WORD = re.compile(WORD)


def listed(words: str) -> frozenset[str]:
    """The words of a list that is written as running text."""
    return frozenset(words.split())


def with_possessives(words: str) -> frozenset[str]:
    """The words of a list, each with an ending 's as well: "my insta's"."""
    return frozenset(form for word in words.split() for form in (word, f"{word}'s"))


class Word(NamedTuple):
    """A word as it stands, in lower case, and where it begins and ends."""

    typed: str
    lower: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its words."""

    text: str
    words: tuple[Word, ...] = field(default=())
    vocabulary: frozenset[str] = frozenset()
    has_digits: bool = False

    @classmethod
    def of(cls, text: str) -> Reading:
        """Take a text apart."""
        words = tuple(Word(match[0], match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(text))
        vocabulary = frozenset(word.lower for word in words)
        return cls(text, words, vocabulary, any(map(str.isdecimal, text)))

    def at(self, index: int) -> Word | None:
        """The word of this number, if there is one."""
        return self.words[index] if 0 <= index < len(self.words) else None

    def places(self, wakers: Collection[str]) -> Iterator[int]:
        """The numbers of the words that are among these."""
        if not self.vocabulary.isdisjoint(wakers):
            for index, word in enumerate(self.words):
                if word.lower in wakers:
                    yield index

    def starts(self, wakers: Collection[str]) -> Iterator[int]:
        """The places in the text at which one of these words begins."""
        return (self.words[index].start for index in self.places(wakers))

    def found(self, pattern: re.Pattern[str], wakers: Collection[str]) -> Iterator[re.Match[str]]:
        """Where the pattern fits from one of these words on."""
        for index in self.places(wakers):
            match = pattern.match(self.text, self.words[index].start)
            if match:
                yield match
