"""The language in which a clinician writes phrases.

A phrase is words in a row, with four additions:

    hit|hits|(beats up)     one of these
    back?                   may be missing
    {they}                  any of the words listed under that name
    ~                       up to three words of any kind, but not "not", "but" or the end of a sentence
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import Final

BOUNDARY: Final = "."
"""The word that stands for the end of a sentence: no phrase reaches across it."""

WIDEST_GAP: Final = 3
"""How many words `~` lets pass at most."""

_ELEMENT = re.compile(r"(\([^()]*\)|[^\s()]+)+\??")
_CLASS = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"\([^()]*\)|[^|]+")

Split = Callable[[str], Sequence[str]]
Words = tuple[str, ...]


class PhraseError(ValueError):
    """A phrase cannot be understood; the text names it."""


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a phrase: the ways of saying it and whether it may be missing, or a gap, which is `~`."""

    ways: frozenset[Words]
    optional: bool
    gap: bool


class Parser:
    """From a phrase as it is written to its elements."""

    def __init__(self, names: Mapping[str, Sequence[str]], split: Split) -> None:
        self._names = names
        self._split = split
        # The same few parts stand in phrase after phrase: each is understood once.
        self._known: dict[str, Element] = {"~": Element(frozenset(), False, True)}
        self._expanded: dict[str, frozenset[Words]] = {}
        self._split_before: dict[str, Words] = {}

    def elements(self, phrase: str) -> list[Element]:
        """The elements of a phrase; PhraseError when one means nothing or the whole could match no words at all."""
        elements = [self._element(match[0], phrase) for match in _ELEMENT.finditer(phrase)]
        elements = [element for element in elements if element.gap or element.ways]
        if not elements or elements[0].gap or elements[-1].gap or all(e.optional for e in elements):
            raise PhraseError(f"`{phrase}` must begin and end with words")
        return elements

    def _element(self, source: str, phrase: str) -> Element:
        known = self._known.get(source)
        if known is None:
            known = self._known[source] = self._understood(source, phrase)
        return known

    def _understood(self, source: str, phrase: str) -> Element:
        optional = source.endswith("?")
        ways = self._ways(source.removesuffix("?"), phrase)
        if () in ways and len(ways) > 1:
            raise PhraseError(f"`{phrase}`: a word of `{source}` is lost from messages, so it would match anything")
        return Element(ways - {()}, optional, False)

    def _ways(self, source: str, phrase: str) -> frozenset[Words]:
        """All ways of saying `a|b|(c d)|{name}`; a word that messages lose ("the") is the empty way."""
        ways: set[Words] = set()
        for choice in _CHOICE.findall(source):
            inner = choice[1:-1] if choice.startswith("(") else choice
            for one in inner.split("|"):
                ways.update(self._said(one, phrase))
        return frozenset(ways)

    def _said(self, text: str, phrase: str) -> Collection[Words]:
        """All ways of saying words in a row, some of which may be names."""
        if "{" not in text:
            return (self._words(text),)
        if alone := _CLASS.fullmatch(text):
            return self._named(alone[1], phrase)
        parts: list[Collection[Words]] = []
        for position, part in enumerate(_CLASS.split(text)):
            parts.append(self._named(part, phrase) if position % 2 else [self._words(part)])
        return [tuple(chain.from_iterable(way)) for way in product(*parts)]

    def _words(self, text: str) -> Words:
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
