"""Phrases that a clinician can read, matched against words in one pass.

A phrase is words in a row, with four additions:

    hit|hits|(beats up)     one of these
    back?                   may be missing
    {they}                  any of the words listed under that name
    ~                       up to three words of any kind, but not "not", "but" or the end of a sentence

Phrases are compiled once into an automaton without loops. It reads every word once and follows only phrases that have
begun and all of whose words are near, so the time is linear in the message, whatever the message is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Final, Generic, TypeVar

BOUNDARY: Final = "."
"""The word that stands for the end of a sentence: no phrase reaches across it."""

_WIDEST_GAP: Final = 3
_STRETCH: Final = 64
"""Words for which it is found out at once which phrases can begin among them."""
_ELEMENT = re.compile(r"(\([^()]*\)|[^\s()]+)+\??")
_CLASS = re.compile(r"\{(\w+)\}")

Split = Callable[[str], Sequence[str]]
Words = tuple[str, ...]
Payload = TypeVar("Payload")


class PhraseError(ValueError):
    """A phrase cannot be understood; the text names it."""


@dataclass(frozen=True, slots=True)
class Hit(Generic[Payload]):
    """A phrase found: from which word, up to and without which word, and what it stands for."""

    start: int
    end: int
    payload: Payload


@dataclass(frozen=True, slots=True)
class _Element:
    ways: frozenset[Words]
    optional: bool
    gap: bool


class Phrases(Generic[Payload]):
    """A set of phrases, compiled. `split` makes words of a text exactly as messages are made words of."""

    def __init__(
        self,
        phrases: Iterable[tuple[str, Payload]],
        *,
        names: Mapping[str, Sequence[str]],
        split: Split,
        stoppers: Collection[str],
    ) -> None:
        self._stoppers = frozenset(stoppers)
        self._edges: list[dict[str, list[int]]] = [{}]
        self._skips: list[list[int]] = [[]]  # to where without a word
        self._gaps: list[list[int]] = [[]]  # to where with any word
        self._payloads: list[list[Payload]] = [[]]
        self._known: dict[tuple[int, _Element], int] = {}
        parser = _Parser(names, split)
        self._needs = _Needs()
        ends: dict[int, int] = {}  # which phrases end at a state; a phrase is a bit
        for phrase, payload in phrases:
            elements = parser.elements(phrase)
            state = 0
            for element in elements:
                state = self._after(state, element)
            self._payloads[state].append(payload)
            ends[state] = ends.get(state, 0) | self._needs.add(elements)
        self.vocabulary = frozenset(word for edges in self._edges for word in edges)
        self._next, self._any, self._found = self._without_skips()
        self._ahead = self._phrases_ahead(ends)
        # What it was made of is many times larger than what messages are compared with.
        del self._edges, self._skips, self._gaps, self._payloads, self._known

    def find(self, words: Sequence[str]) -> Iterator[Hit[Payload]]:
        """Every phrase in the words, in the order in which they end."""
        first = 0
        for place, word in enumerate(words):
            if word == BOUNDARY:
                yield from self._find(words, first, place)
                first = place + 1
        yield from self._find(words, first, len(words))

    def _find(self, words: Sequence[str], first: int, last: int) -> Iterator[Hit[Payload]]:
        """Every phrase in one sentence, which reaches from word `first` up to and without word `last`."""
        possible = [
            self._needs.met(words[begin : min(last, begin + _STRETCH + self._needs.longest)])
            for begin in range(first, last, _STRETCH)
        ]
        if not any(possible):
            return
        next_, any_, found, ahead = self._next, self._any, self._found, self._ahead
        active: set[tuple[int, int]] = set()  # where in a phrase, and at which word it began
        for place in range(first, last):
            word = words[place]
            can = possible[(place - first) // _STRETCH]
            follows = {(state, place) for state in next_[0].get(word, ()) if ahead[state] & can}
            wild = word not in self._stoppers
            for state, start in active:
                can = possible[(start - first) // _STRETCH]
                for after in next_[state].get(word, ()):
                    if ahead[after] & can:
                        follows.add((after, start))
                if wild:
                    for after in any_[state]:
                        if ahead[after] & can:
                            follows.add((after, start))
            active = follows
            for state, start in follows:
                for payload in found[state]:
                    yield Hit(start, place + 1, payload)

    def _after(self, state: int, element: _Element) -> int:
        """The state after an element; phrases that begin alike share their states."""
        known = self._known.get((state, element))
        if known is not None:
            return known
        end = self._new()
        if element.gap:
            places = [state, *(self._new() for _ in range(_WIDEST_GAP))]
            for here, there in pairwise(places):
                self._gaps[here].append(there)
            for place in places:
                self._skips[place].append(end)
        else:
            self._branch(state, end, element.ways)
        if element.optional:
            self._skips[state].append(end)
        self._known[state, element] = end
        return end

    def _branch(self, state: int, end: int, ways: Iterable[Words]) -> None:
        """Let each way of saying an element lead from `state` to `end`, sharing the beginnings."""
        begun: dict[Words, int] = {(): state}
        for way in ways:
            for length in range(1, len(way)):
                if way[:length] not in begun:
                    begun[way[:length]] = self._new()
                    self._edges[begun[way[: length - 1]]].setdefault(way[length - 1], []).append(begun[way[:length]])
            self._edges[begun[way[:-1]]].setdefault(way[-1], []).append(end)

    def _new(self) -> int:
        for table in (self._skips, self._gaps, self._payloads):
            table.append([])
        self._edges.append({})
        return len(self._edges) - 1

    def _without_skips(
        self,
    ) -> tuple[list[dict[str, tuple[int, ...]]], list[tuple[int, ...]], list[tuple[Payload, ...]]]:
        """The same automaton with every step that takes no word folded into the step before it. States only ever lead
        to states made after them, except the shared beginnings, so the closures are small."""
        closures = [self._closure(state) for state in range(len(self._edges))]

        def reached(states: Iterable[int]) -> tuple[int, ...]:
            return tuple(sorted({state for target in states for state in closures[target]}))

        moves = [{word: reached(states) for word, states in edges.items()} for edges in self._edges]
        start = dict(moves[0])
        for state in closures[0] - {0}:
            for word, states in moves[state].items():
                start[word] = tuple(sorted({*start.get(word, ()), *states}))
        return [start, *moves[1:]], [reached(states) for states in self._gaps], [tuple(p) for p in self._payloads]

    def _phrases_ahead(self, ends: Mapping[int, int]) -> list[int]:
        """For each state, which phrases end at it or can still end after it."""
        ahead = [0] * len(self._edges)
        done = [False] * len(self._edges)
        alike: dict[int, int] = {}  # most states have the same phrases ahead as another, and each is a large number
        for root in range(len(self._edges)):
            waiting = [root]
            while waiting:
                state = waiting[-1]
                after = {
                    *self._skips[state],
                    *self._gaps[state],
                    *(there for states in self._edges[state].values() for there in states),
                }
                undone = [there for there in after if not done[there]]
                if undone:
                    waiting += undone
                    continue
                waiting.pop()
                done[state] = True
                ahead[state] = ends.get(state, 0)
                for there in after:
                    ahead[state] |= ahead[there]
                ahead[state] = alike.setdefault(ahead[state], ahead[state])
        return ahead

    def _closure(self, state: int) -> frozenset[int]:
        """The states that are reached without a word; no two ways lead to the same one, so none is met twice."""
        reached = [state]
        for here in reached:
            reached.extend(self._skips[here])
        return frozenset(reached)


class _Needs:
    """Which phrases can stand in a stretch of words at all: those of whose every element that may not be missing a way
    of saying it begins there. Phrases are bits of an integer, so all are looked at in one go."""

    def __init__(self) -> None:
        self._by_word: list[dict[str, int]] = []  # for the first, second, ... needed element: the phrases a word is for
        self._have: list[int] = []  # the phrases that have so many needed elements
        self._words: set[str] = set()
        self._count = 0
        self.longest = 1

    def add(self, elements: Sequence[_Element]) -> int:
        """Take in a phrase; returns its bit."""
        bit = 1 << self._count
        self._count += 1
        needed = [element for element in elements if not (element.optional or element.gap)]
        for position, element in enumerate(needed):
            if position == len(self._by_word):
                self._by_word.append({})
                self._have.append(0)
            self._have[position] |= bit
            self._words.update(way[0] for way in element.ways)
            for word in {way[0] for way in element.ways}:
                self._by_word[position][word] = self._by_word[position].get(word, 0) | bit
        longest = sum(_WIDEST_GAP if e.gap else max(map(len, e.ways)) for e in elements)
        self.longest = max(self.longest, longest)
        return bit

    def met(self, words: Sequence[str]) -> int:
        """The phrases that these words leave possible."""
        possible = (1 << self._count) - 1
        distinct = self._words.intersection(words)
        for by_word, have in zip(self._by_word, self._have, strict=True):
            begun = 0
            for word in distinct:
                if word in by_word:
                    begun |= by_word[word]
            possible &= begun | ~have
            if not possible:
                return 0
        return possible


class _Parser:
    """From a phrase as it is written to its elements."""

    def __init__(self, names: Mapping[str, Sequence[str]], split: Split) -> None:
        self._names = names
        self._split = split
        self._expanded: dict[str, frozenset[Words]] = {}
        self._split_before: dict[str, Words] = {}

    def elements(self, phrase: str) -> list[_Element]:
        """The elements of a phrase; PhraseError when one means nothing or the whole could match no words at all."""
        elements = [self._element(match[0], phrase) for match in _ELEMENT.finditer(phrase)]
        elements = [element for element in elements if element.gap or element.ways]
        if not elements or elements[0].gap or elements[-1].gap or all(e.optional for e in elements):
            raise PhraseError(f"`{phrase}` must begin and end with words")
        return elements

    def _element(self, source: str, phrase: str) -> _Element:
        if source == "~":
            return _Element(frozenset(), False, True)
        optional = source.endswith("?")
        ways = self._ways(source.removesuffix("?"), phrase)
        if () in ways and len(ways) > 1:
            raise PhraseError(f"`{phrase}`: a word of `{source}` is lost from messages, so it would match anything")
        return _Element(ways - {()}, optional, False)

    def _ways(self, source: str, phrase: str) -> frozenset[Words]:
        """All ways of saying `a|b|(c d)|{name}`; a word that messages lose ("the") is the empty way."""
        ways: set[Words] = set()
        for choice in re.findall(r"\([^()]*\)|[^|]+", source):
            inner = choice[1:-1] if choice.startswith("(") else choice
            for one in inner.split("|"):
                ways.update(self._said(one, phrase))
        return frozenset(ways)

    def _said(self, text: str, phrase: str) -> Iterator[Words]:
        """All ways of saying words in a row, some of which may be names."""
        parts: list[Collection[Words]] = []
        for position, part in enumerate(_CLASS.split(text)):
            parts.append(self._named(part, phrase) if position % 2 else [self._words(part)])
        for way in product(*parts):
            yield tuple(word for words in way for word in words)

    def _words(self, text: str) -> Words:
        """The same few words stand in phrase after phrase, and to make words of a text takes long."""
        if text not in self._split_before:
            self._split_before[text] = tuple(self._split(text))
        return self._split_before[text]

    def _named(self, name: str, phrase: str) -> frozenset[Words]:
        if name not in self._names:
            raise PhraseError(f"`{phrase}` uses {{{name}}}, which is not listed")
        if name not in self._expanded:
            said = (way for text in self._names[name] for way in self._ways(text, phrase))
            self._expanded[name] = frozenset(said) - {()}
        return self._expanded[name]
