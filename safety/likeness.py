"""How like danger a message is: a small linear model, for words that no phrase of the lexicon foresees.

It was trained on sentences written for this purpose (safety/training/). Its weights are a text file that can be read
and reviewed: for every feature, how much it speaks for each kind of danger. A message is weighed in windows of some
thirty words, so that a danger in the last line of a long story weighs as much as one that stands alone.

It may only lead to a question. It never interrupts, it takes nothing away from what the phrases heard, and it does not
listen for a man's own violence: of that, only his plain words are heard.

The features of a place in a message: its word, the parts of that word of three and four letters, the word with the one
before it and the one but one before it, the kinds of words that begin here (lexicon/meanings.yaml), each of them with
the kinds that began up to five words before, and the phrases of the lexicon that end here, those too that say nothing
by themselves.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from operator import getitem
from typing import Final

from safety.meanings import Meanings
from safety.phrases import BOUNDARY
from safety.wording import Wording

__all__ = ["KINDS", "Heard", "Likeness", "Meanings", "Weights", "around", "parts", "windows"]

KINDS: Final = ("immediate_danger", "strangulation", "suicide", "child_risk", "sexual_violence")
"""The kinds of danger it weighs, in the order of the weights file's columns; a last column is his own violence, which
is weighed only so that it is not taken for one of these."""

_COLUMNS: Final = len(KINDS) + 1
# In words: up to where a message is one window, else how long windows are and how far apart.
_WHOLE, _SIZE, _STEP = 40, 30, 15
_REACH = 5
_PART_LENGTHS = (3, 4)
_DAMPING = 20.0

# The sums of all columns are added up in one integer, a lane of bits to each column, and the count of features in the
# last lane: one addition for a feature instead of seven. A lane holds the sums of more than two hundred thousand
# characters in one window.
_LANE = 32
_SCALE = 1000
_HALF = 1 << (_LANE - 1)
_BIAS = sum(_HALF << (_LANE * lane) for lane in range(_COLUMNS + 1))
_MASK = (1 << (_LANE * (_COLUMNS + 1))) - 1
_ONE = 1 << (_LANE * _COLUMNS)
_NUMBER = 32  # bits for the number of a word
_LANES = struct.Struct(f"<{_COLUMNS + 1}I")


Heard = tuple[int, tuple[str, ...]]
"""The word at which a phrase ends, and its features."""


def windows(length: int) -> Iterator[tuple[int, int]]:
    """From where to where the windows of a message of so many words reach; they overlap by half."""
    if length <= _WHOLE:
        yield 0, length
        return
    for start in range(0, length - _STEP, _STEP):
        yield start, min(start + _SIZE, length)


def parts(word: str) -> Iterator[str]:
    """A word and its parts of a few letters, as features."""
    yield f"w {word}"
    if word == BOUNDARY:
        return
    marked = f"^{word}$"
    for length in _PART_LENGTHS:
        for start in range(len(marked) - length + 1):
            yield f"c {marked[start : start + length]}"


def around(words: Sequence[str], kinds: Sequence[tuple[str, ...]], place: int) -> Iterator[str]:
    """The features of a place in a message, without those of its word alone."""
    word = words[place]
    if place:
        yield f"b {words[place - 1]} {word}"
        if place > 1:
            yield f"s {words[place - 2]} {word}"
    here = kinds[place]
    if here:
        for kind in here:
            yield kind
        for before in kinds[max(0, place - _REACH) : place]:
            for one in before:
                for kind in here:
                    yield f"{one} > {kind}"


@dataclass(frozen=True, slots=True)
class Weights:
    """What the weights file says. `ask`: how sure it must be that there is danger before a man is asked about it;
    `long`: the same for a message of several windows, each of which could be mistaken; `share`: how much of that must
    be of a kind before he is asked about that kind."""

    ask: float
    long: float
    share: float
    base: tuple[float, ...]
    of: Mapping[str, tuple[float, ...]]

    @classmethod
    def parse(cls, text: str) -> Weights:
        """Raises ValueError for a file that is not one of weights."""
        settings: dict[str, str] = {}
        of: dict[str, tuple[float, ...]] = {}
        numbers = _Numbers()
        for line in text.splitlines():
            if line.startswith("#"):
                name, _, value = line[1:].partition(":")
                settings[name.strip()] = value.strip()
            elif line:
                feature, *weights = line.split("\t")
                of[feature] = tuple([numbers[weight] for weight in weights])
                if len(weights) != _COLUMNS:
                    raise ValueError(f"{feature!r} has {len(weights)} weights")
        base = tuple(map(float, settings["base"].split()))
        return cls(
            ask=float(settings["ask"]), long=float(settings["long"]), share=float(settings["share"]), base=base, of=of
        )


class Likeness:
    """The model, ready to weigh messages."""

    def __init__(self, meanings: Meanings, weights: Weights) -> None:
        self._meanings = meanings
        self._ask, self._long, self._share, self._base = weights.ask, weights.long, weights.share, weights.base
        # What `parts` and `around` would say, looked up without making its text: parts by their letters, pairs of words
        # by their numbers, pairs of kinds by the later, then by the earlier.
        self._parts: dict[str, int] = {}
        self._others: dict[str, int] = {}
        self._kind_after: dict[str, dict[str, int]] = {kind: {} for kind in meanings.kinds}
        self._after: dict[int, int] = {}
        self._after_next: dict[int, int] = {}
        alone: dict[str, int] = {}
        numbers: dict[str, int] = {}

        def pair(before: str, word: str) -> int:
            first = numbers.setdefault(before, len(numbers) + 1)
            return first << _NUMBER | numbers.setdefault(word, len(numbers) + 1)

        pack = _Packing()
        for feature, values in weights.of.items():
            packed = pack(values)
            match feature.split(" "):
                case ["b", before, word]:
                    self._after[pair(before, word)] = packed
                case ["s", before, word]:
                    self._after_next[pair(before, word)] = packed
                case [before, ">", kind]:
                    self._kind_after.setdefault(kind, {})[before] = packed
                case ["c", part]:
                    self._parts[part] = packed
                case ["w", word]:
                    alone[word] = packed
                case _:
                    self._others[feature] = packed
        # What each word adds that it knows, with its parts, and its number.
        self._words = {
            word: (alone.get(word, 0) + self._of_parts(word), numbers.get(word, 0)) for word in {*alone, *numbers}
        }

    @classmethod
    def load(cls, wording: Wording) -> Likeness:
        """The shipped model."""
        text = (files("safety") / "lexicon" / "likeness.tsv").read_text(encoding="utf-8")
        return cls(Meanings.load(wording), Weights.parse(text))

    def asks(self, words: Sequence[str], heard: Iterable[Heard] = ()) -> tuple[str, ...]:
        """The kinds of danger that a message, made into words, is so like that he should be asked about them, the
        likeliest first; `heard` are the phrases in it."""
        found: dict[str, float] = {}
        enough = self._ask if len(words) <= _WHOLE else self._long
        for chances in self.chances(words, heard):
            danger = sum(chances)
            if danger >= enough:
                least = self._share * danger
                for kind, chance in zip(KINDS, chances, strict=True):
                    if chance >= least:
                        found[kind] = max(chance, found.get(kind, 0.0))
        return tuple(sorted(found, key=found.__getitem__, reverse=True))

    def chances(self, words: Sequence[str], heard: Iterable[Heard] = ()) -> Iterator[tuple[float, ...]]:
        """For each window, how likely each of KINDS is."""
        if not words:
            return
        sums = self._sums(words, heard)
        for start, end in windows(len(words)):
            yield self._shares(sums[end] - sums[start])

    def _sums(self, words: Sequence[str], heard: Iterable[Heard]) -> list[int]:
        """The sum of the weights of all places before each place: of the features that `parts` and `around` name."""
        adds = self._of_kinds(self._meanings.along(words))
        for place, phrase in heard:
            for feature in phrase:
                adds[place] += self._others.get(feature, 0)
        after, after_next = self._after, self._after_next
        strange: dict[str, int] = {}
        last = last_but_one = 0  # the numbers of the words before, ready to be looked up with this one's
        total = 0
        sums = [total]
        for word, known, added in zip(words, map(self._words.get, words), adds, strict=True):
            if known is None:
                if word not in strange:
                    strange[word] = self._of_parts(word)
                alone, number = strange[word], 0
            else:
                alone, number = known
            total += alone
            if added:
                total += added
            if last | number in after:
                total += after[last | number]
            if last_but_one | number in after_next:
                total += after_next[last_but_one | number]
            sums.append(total)
            last_but_one = last
            last = number << _NUMBER
        return sums

    def _of_parts(self, word: str) -> int:
        """The weights of the parts of a word, without that of the word itself."""
        if word == BOUNDARY:
            return 0
        weight = self._parts.get
        marked = f"^{word}$"
        return sum(
            [
                weight(marked[start : start + length], 0)
                for length in _PART_LENGTHS
                for start in range(len(marked) - length + 1)
            ]
        )

    def _of_kinds(self, kinds: Sequence[Sequence[str]]) -> list[int]:
        """For each place, the weights of the kinds that begin there, and of each with those that began shortly
        before."""
        adds = [0] * len(kinds)
        preceded = [*[()] * _REACH, *kinds]
        for place, here in enumerate(kinds):
            if here:
                before = [*chain.from_iterable(preceded[place : place + _REACH])]
                for kind in here:
                    after = self._kind_after[kind]
                    adds[place] += sum([after[one] for one in before if one in after], self._others.get(kind, 0))
        return adds

    def _shares(self, packed: int) -> tuple[float, ...]:
        """The likelihood of each of KINDS from packed sums of weights."""
        *lanes, count = _LANES.unpack(((packed + _BIAS) & _MASK).to_bytes(_LANES.size, "little"))
        damped = 10.0 / math.sqrt(count - _HALF + _DAMPING) / _SCALE
        scores = [base + (lane - _HALF) * damped for base, lane in zip(self._base, lanes, strict=True)]
        highest = max(0.0, *scores)
        powers = [math.exp(score - highest) for score in scores]
        whole = sum(powers) + math.exp(-highest)
        return tuple([power / whole for power in powers[: len(KINDS)]])


class _Numbers(dict[str, float]):
    """Numbers by their text. Few weights differ, so each is read once."""

    def __missing__(self, text: str) -> float:
        number = self[text] = float(text)
        return number


class _Packing:
    """Makes one integer of the weights of a feature. Each weight is brought into its lane once."""

    def __init__(self) -> None:
        self._lanes = [_Lane(lane) for lane in range(_COLUMNS)]

    def __call__(self, values: Sequence[float]) -> int:
        return sum(map(getitem, self._lanes, values), _ONE)


class _Lane(dict[float, int]):
    """What a weight adds in a lane."""

    def __init__(self, lane: int) -> None:
        self._shift = _LANE * lane

    def __missing__(self, value: float) -> int:
        added = self[value] = round(value * _SCALE) << self._shift
        return added
