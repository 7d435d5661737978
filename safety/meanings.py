"""Kinds of words, such as weapons or the words for a child (lexicon/meanings.yaml), and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import pairwise

from safety.phrases import BOUNDARY
from safety.wording import Wording
from safety.yaml_text import read_yaml


class Meanings:
    """Which kinds of words (lexicon/meanings.yaml) stand where in a message."""

    def __init__(self, kinds: Mapping[str, str], wording: Wording) -> None:
        known: dict[tuple[str, ...], set[str]] = {}
        for kind, entries in kinds.items():
            for entry in entries.split(","):
                words = tuple(word for word in wording.split(entry) if word != BOUNDARY)
                if words:
                    known.setdefault(words, set()).add(kind)
        self._alone: dict[str, tuple[str, ...]] = {}
        # The longer entries by their first two words, the shorter before the longer.
        self._longer: dict[str, dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]] = {}
        for words, found in sorted(known.items(), key=lambda entry: len(entry[0])):
            of = tuple(sorted(found))
            if len(words) == 1:
                self._alone[words[0]] = of
            else:
                self._longer.setdefault(words[0], {}).setdefault(words[1], []).append((words, of))
        self.vocabulary = frozenset(word for words in known for word in words)
        self.kinds = frozenset(kinds)

    @classmethod
    def load(cls, wording: Wording) -> Meanings:
        """The shipped kinds of words, made into words as messages are."""
        text = (files("safety") / "lexicon" / "meanings.yaml").read_text(encoding="utf-8")
        return cls(read_yaml(text)["kinds"], wording)

    def at(self, words: Sequence[str], place: int) -> tuple[str, ...]:
        """The kinds of the words that begin at a place."""
        found = self._alone.get(words[place], ())
        for entry, kinds in (
            self._longer.get(words[place], {}).get(words[place + 1], ()) if place + 1 < len(words) else ()
        ):
            if len(entry) == 2 or tuple(words[place : place + len(entry)]) == entry:
                found += kinds
        return tuple(dict.fromkeys(found))

    def along(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """`at` for each place."""
        alone, longer = self._alone, self._longer
        found = [alone.get(word, ()) for word in words]
        for place, (word, after) in enumerate(pairwise(words)):
            if word in longer and after in longer[word]:
                found[place] = self.at(words, place)
        return found
