"""Where in a message the elements of phrases stand: at all places at once.

A place is a bit of an integer: bit number n stands for the place before word number n. So an element is looked for
everywhere by a few "and"s, and a phrase is followed everywhere by a shift and an "and" for each of its elements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from safety.phrase_language import BOUNDARY, WIDEST_GAP, Words

GAP: Final = -1
"""In place of an element's number: `~`."""

Steps = tuple[tuple[int, bool], ...]
"""A phrase: the numbers of its elements, and whether each may be missing."""


def bits_of(number: int) -> list[int]:
    """The places of its bits, from the lowest."""
    places = []
    while number:
        lowest = number & -number
        places.append(lowest.bit_length() - 1)
        number ^= lowest
    return places


class Elements:
    """The distinct elements of all phrases, given by the ways of saying them. Each is known by its number."""

    def __init__(self, all_ways: Iterable[frozenset[Words]]) -> None:
        self.single: list[frozenset[str]] = []  # by number: the words that say it alone
        self.second: list[frozenset[str]] = []  # by number: the second words of longer ways of saying it
        self.longer: list[dict[str, tuple[Words, ...]]] = []  # by number: the longer ways, by those words
        for ways in all_ways:
            longer: dict[str, tuple[Words, ...]] = {}
            for way in sorted([way for way in ways if len(way) > 1]):
                longer[way[1]] = (*longer.get(way[1], ()), way)
            self.single.append(frozenset([way[0] for way in ways if len(way) == 1]))
            self.second.append(frozenset(longer))
            self.longer.append(longer)


class Block:
    """Some words, turned on their side: where in them elements can be. Bit number n stands for the place before word
    number n."""

    def __init__(self, words: Sequence[str], elements: Elements, stops: frozenset[str]) -> None:
        self._elements = elements
        places: defaultdict[str, int] = defaultdict(int)
        bit = 1
        for word in words:
            places[word] |= bit
            bit <<= 1
        passable = bit - 1
        for word in stops.intersection(places):
            passable ^= places[word]
        self._passable = passable  # before words that a gap lets pass
        places.pop(BOUNDARY, None)
        self._places = places
        self._distinct = frozenset(places)
        self._begins: dict[int, tuple[tuple[int, int], ...]] = {}  # of elements that were asked for

    def follow(self, steps: Steps) -> int:
        """The places up to which a phrase can reach."""
        reached = -1
        passable, known = self._passable, self._begins
        for number, optional in steps:
            if number == GAP:
                for _ in range(WIDEST_GAP):
                    reached |= (reached & passable) << 1
                continue
            begins = known.get(number)
            if begins is None:
                begins = known[number] = self._where(number)
            after = reached if optional else 0
            for length, places in begins:
                after |= (reached & places) << length
            if not after:
                return 0
            reached = after
        return reached

    def spans(self, steps: Steps, longest: int, ends: int) -> Iterator[tuple[int, int]]:
        """Up to where and from where a phrase reaches, for all ways from a start to one of the ends. Ends that are
        farther apart than the phrase is long are followed back together: no start can then belong to two of them."""
        while ends:
            together = []
            nearest = 0
            for end in bits_of(ends):
                if end >= nearest:
                    together.append(end)
                    nearest = end + longest
                    ends ^= 1 << end
            starts = bits_of(self._back(steps, together))
            at = 0
            for start in starts:
                while start >= together[at]:
                    at += 1
                yield together[at], start

    def _back(self, steps: Steps, ends: Iterable[int]) -> int:
        """The places from which the phrase reaches one of the ends."""
        reached = sum([1 << end for end in ends])
        for number, optional in reversed(steps):
            if number == GAP:
                for _ in range(WIDEST_GAP):
                    reached |= (reached >> 1) & self._passable
                continue
            before = reached if optional else 0
            for length, places in self._begins[number]:
                before |= (reached >> length) & places
            reached = before
        return reached

    def _where(self, number: int) -> tuple[tuple[int, int], ...]:
        """The places where an element can begin, for each length of the ways of saying it."""
        places, elements = self._places, self._elements
        alone = 0
        for word in elements.single[number] & self._distinct:
            alone |= places[word]
        seconds = elements.second[number] & self._distinct
        if not seconds:
            return ((1, alone),) if alone else ()
        found = {1: alone}
        for second in seconds:
            for way in elements.longer[number][second]:
                begins = places.get(way[0], 0)
                for offset in range(1, len(way)):
                    begins &= places.get(way[offset], 0) >> offset
                if begins:
                    found[len(way)] = found.get(len(way), 0) | begins
        return tuple(found.items())
