"""Phrases that a clinician can read, found in messages all at once.

The language they are written in is that of safety/phrase_language.py. To find them, a message is turned on its side:
for each of its words there is one integer with a bit at every place where the word stands. A phrase is then followed
at all places together, by a shift and an "and" for each of its elements, and given up as soon as no place is left.

Which phrases are followed at all is found out first, a stretch of a sentence at a time: those whose rarest elements
could all begin there. So the time hardly depends on what was said, and is linear in the message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final, Generic, NamedTuple, TypeVar

from safety.phrase_language import BOUNDARY, WIDEST_GAP, Element, Parser, PhraseError, Words
from safety.phrase_places import GAP, Block, Elements, Steps, bits_of

__all__ = ["BOUNDARY", "Hit", "Parser", "PhraseError", "Phrases"]

_BLOCK: Final = 1024
"""Words that are looked at together: the integers stay short, however long the message."""
_STRETCH: Final = 32
"""Words for which it is found out at once which phrases can begin among them."""
_TELLING: Final = 4
"""Elements of a phrase by which it is found out: its rarest. More would leave hardly fewer phrases to follow."""

Payload = TypeVar("Payload")


class Hit(NamedTuple, Generic[Payload]):
    """A phrase found: from which word, up to and without which word, and what it stands for."""

    start: int
    end: int
    payload: Payload


class _Path(NamedTuple):
    """A phrase to be followed, which begins with a word that must be there. `steps`: the numbers of its elements, and
    whether each may be missing. `longest`: the most words it can take; `length`: the words it takes if that is the same
    for every way of saying it, else 0."""

    phrase: int
    steps: Steps
    longest: int
    length: int


class Phrases(Generic[Payload]):
    """A set of phrases, compiled. `parser` makes words of them exactly as messages are made words of; sets that have
    much in common are compiled sooner when they share it."""

    def __init__(self, phrases: Iterable[tuple[str, Payload]], *, parser: Parser, stoppers: Collection[str]) -> None:
        self._payloads: list[Payload] = []
        self._paths: list[_Path] = []
        numbers: dict[frozenset[Words], int] = {}
        needed: list[list[Element]] = []
        for phrase, payload in phrases:
            for elements in _begun(parser.elements(phrase)):
                self._paths.append(_path(len(self._payloads), elements, numbers))
                needed.append([element for element in elements if not (element.optional or element.gap)])
            self._payloads.append(payload)
        self._needs = _Needs(needed)
        self._longest = max((path.longest for path in self._paths), default=1)
        self._stops = frozenset((*stoppers, BOUNDARY))
        self._elements = Elements(numbers)
        self.vocabulary = frozenset(word for ways in numbers for way in ways for word in way)

    def find(self, words: Sequence[str]) -> Iterator[Hit[Payload]]:
        """Every phrase in the words, in the order in which they end."""
        found: set[tuple[int, int, int]] = set()  # end, start and phrase
        for first in range(0, len(words), _BLOCK):
            found.update(self._find(words[first : first + _BLOCK + self._longest], first))
        for end, start, phrase in sorted(found):
            yield Hit(start, end, self._payloads[phrase])

    def _find(self, words: Sequence[str], first: int) -> Iterator[tuple[int, int, int]]:
        """End, start and phrase of all hits in a block of words, the first of which is word `first` of the message."""
        possible = 0
        for stretch in self._stretches(words):
            possible |= self._needs.met(stretch)
        if not possible:
            return
        block = Block(words, self._elements, self._stops)
        for number in bits_of(possible):
            path = self._paths[number]
            ends = block.follow(path.steps)
            if not ends:
                continue
            if path.length:
                for end in bits_of(ends):
                    yield first + end, first + end - path.length, path.phrase
            else:
                for end, start in block.spans(path.steps, path.longest, ends):
                    yield first + end, first + start, path.phrase

    def _stretches(self, words: Sequence[str]) -> Iterator[Sequence[str]]:
        """Parts of sentences, which overlap so that every phrase lies in one of them."""
        begin = 0
        while begin < len(words):
            try:
                end = words.index(BOUNDARY, begin)
            except ValueError:
                end = len(words)
            for first in range(begin, end, _STRETCH):
                yield words[first : min(end, first + _STRETCH + self._longest)]
            begin = end + 1


def _path(phrase: int, elements: Sequence[Element], numbers: dict[frozenset[Words], int]) -> _Path:
    """The path of a phrase; elements that are said alike share a number."""
    shortest = sum(0 if e.gap or e.optional else min(map(len, e.ways)) for e in elements)
    longest = sum(WIDEST_GAP if e.gap else max(map(len, e.ways)) for e in elements)
    steps = tuple((GAP if e.gap else numbers.setdefault(e.ways, len(numbers)), e.optional) for e in elements)
    return _Path(phrase, steps, longest, longest if shortest == longest else 0)


def _begun(elements: Sequence[Element]) -> Iterator[Sequence[Element]]:
    """The phrase once for each element that it can begin with: that one is then needed, and those before are left
    out. No phrase begins with a gap."""
    for place, element in enumerate(elements):
        if not element.gap:
            yield [Element(element.ways, False, False), *elements[place + 1 :]]
            if not element.optional:
                return


class _Needs:
    """Which phrases can stand in some words at all: those of whose every telling element a way of saying it begins
    there. Phrases are bits of an integer, with a stretch of bits for each of their first, second, ... telling elements,
    so that all are looked at in one go."""

    def __init__(self, phrases: Sequence[Sequence[Element]]) -> None:
        self._count = len(phrases)
        self._all = (1 << self._count) - 1
        self._missing = 0  # phrases that have no so manieth telling element
        by_word: defaultdict[str, int] = defaultdict(int)
        begins: dict[frozenset[Words], tuple[float, frozenset[str]]] = {}
        for number, elements in enumerate(phrases):
            for element in elements:
                if element.ways not in begins:
                    words = frozenset([way[0] for way in element.ways])
                    begins[element.ways] = _commonness(words), words
            telling = sorted([begins[element.ways] for element in elements], key=_rarest_first)[:_TELLING]
            for position in range(_TELLING):
                bit = 1 << (position * self._count + number)
                if position >= len(telling):
                    self._missing |= bit
                    continue
                for word in telling[position][1]:
                    by_word[word] |= bit
        self._by_word = dict(by_word)
        self._words = frozenset(by_word)

    def met(self, words: Sequence[str]) -> int:
        """The phrases that some words leave possible."""
        begun = self._missing
        for word in self._words.intersection(words):
            begun |= self._by_word[word]
        possible = self._all
        for _ in range(_TELLING):
            possible &= begun
            begun >>= self._count
        return possible


_rarest_first = itemgetter(0)


def _commonness(words: Iterable[str]) -> float:
    """Roughly how often one of some words stands in a message: short words are the common ones."""
    return sum([2.0 ** -len(word) for word in words])
