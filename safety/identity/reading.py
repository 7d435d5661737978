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
_DIGIT = re.compile(r"\d")


def listed(words: str) -> frozenset[str]:
    """The words of a list that is written as running text."""
    return frozenset(words.split())


class Word(NamedTuple):
    """A word as it stands, in lower case, and where it begins and ends."""

    typed: str
    lower: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its words. The vocabulary has "dob's" as it stands, and "dob" as well; `with_is` has
    those that end so."""

    text: str
    words: tuple[Word, ...] = field(default=())
    vocabulary: frozenset[str] = frozenset()
    with_is: frozenset[str] = frozenset()
    has_digits: bool = False

    @classmethod
    def of(cls, text: str) -> Reading:
        """Take a text apart."""
        found = [(match[0], match.span()) for match in _WORD.finditer(text)]
        words = tuple([Word(typed, typed.casefold(), start, end) for typed, (start, end) in found])
        vocabulary = frozenset([word.lower for word in words])
        with_is = frozenset([word for word in vocabulary if word.endswith("'s")] if "'" in text else ())
        vocabulary |= {word.removesuffix("'s") for word in with_is}
        return cls(text, words, vocabulary, with_is, _DIGIT.search(text) is not None)

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
        """The places in the text at which one of these words begins, also with an 's after it: "my dob's"."""
        if not self.vocabulary.isdisjoint(wakers):
            with_is = {word for word in self.with_is if word.removesuffix("'s") in wakers}
            for word in self.words:
                if word.lower in wakers or word.lower in with_is:
                    yield word.start

    def found(self, pattern: re.Pattern[str], wakers: Collection[str]) -> Iterator[re.Match[str]]:
        """Where the pattern fits from one of these words on."""
        for start in self.starts(wakers):
            match = pattern.match(self.text, start)
            if match:
                yield match
