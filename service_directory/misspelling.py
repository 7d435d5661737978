"""Which names a misspelt word could be, and how far off each is. Pure.

rapidfuzz finds the names within a few slips; a slower measure then weighs the few that are left, because
people swap letters, double them and mix up vowels far more often than they write an unrelated letter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

_VOWELS = frozenset("aeiouy")
# A letter and the letters beside it on a British keyboard.
_BESIDE = {
    "q": "wa", "w": "qeas", "e": "wrsd", "r": "etdf", "t": "ryfg", "y": "tugh", "u": "yihj", "i": "uojk",
    "o": "ipkl", "p": "ol", "a": "qwsz", "s": "awedzx", "d": "serfxc", "f": "drtgcv", "g": "ftyhvb",
    "h": "gyujbn", "j": "huiknm", "k": "jiolm", "l": "kop", "z": "asx", "x": "zsdc", "c": "xdfv",
    "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip
_SOUNDS = (
    (re.compile(r"(?:borough|burgh|brough|boro|brugh|bro)$"), "bra"),
    (re.compile(r"(?:shire|sheer|shear|shure|sher)$"), "shr"),
    (re.compile(r"(?:bury|berry|bery|burry|bry)$"), "bri"),
    (re.compile(r"cester|sester|ster(?=$)"), "str"),
    (re.compile(r"mouth|muth|moth"), "mth"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck|qu|c(?=[aouklrt])"), "k"),
    (re.compile(r"wh"), "w"),
    (re.compile(r"y|ee|ea|ie|ei"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)

SHORTEST = 4
_MOST_WEIGHED = 12
# What a slip costs: a likely one half, any other one; a wrong first letter is rarer still.
LIKELY, UNLIKELY, WRONG_START = 0.5, 1.0, 0.5


def most_slips(length: int) -> int:
    """How many slips a word of this length may have and still be looked up."""
    if length < SHORTEST:
        return 0
    return 1 if length == SHORTEST else 2 if length < 9 else 3


@dataclass(frozen=True, slots=True)
class Spellings:
    """Names without spaces, arranged so that those near a misspelt word are found quickly."""

    by_length: tuple[tuple[str, ...], ...]
    by_sound: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, names: Iterable[str]) -> Spellings:
        """``names`` arranged by length and by sound."""
        lengths: dict[int, list[str]] = defaultdict(list)
        sounds: dict[str, list[str]] = defaultdict(list)
        for name in names:
            lengths[len(name)].append(name)
            sounds[_sound(name)].append(name)
        longest = max(lengths, default=0)
        return cls(
            tuple(tuple(lengths[length]) for length in range(longest + 1)),
            {sound: tuple(alike) for sound, alike in sounds.items()},
        )


def near(word: str, spellings: Spellings) -> list[tuple[float, str]]:
    """The names near ``word``, nearest first, each with what its slips cost; none when it is too short."""
    most = most_slips(len(word))
    if not most:
        return []
    alike = spellings.by_sound.get(_sound(word), ())
    found = [(0, name) for name in alike]
    for length in range(len(word) - most, min(len(word) + most, len(spellings.by_length) - 1) + 1):
        for name, slips, _ in process.extract(
            word, spellings.by_length[length], scorer=OSA.distance, score_cutoff=most, limit=_MOST_WEIGHED
        ):
            if name not in alike:
                found.append((slips, name))
    found.sort(key=lambda pair: pair[0])
    return sorted((_cost(word, name, name in alike), name) for _, name in found[:_MOST_WEIGHED])


def _sound(word: str) -> str:
    for pattern, same in _SOUNDS:
        word = pattern.sub(same, word)
    return word


def _cost(typed: str, name: str, alike: bool) -> float:
    if typed == name:
        return 0.0
    start = WRONG_START if typed[0] != name[0] else 0.0
    cost = _slips(typed, name) + start
    return min(cost, LIKELY) if alike else cost


def _slips(typed: str, name: str) -> float:
    """Optimal string alignment with the cost of each slip by how likely it is."""
    before: list[float] = []
    row = [float(column) for column in range(len(name) + 1)]
    for i, letter in enumerate(typed, start=1):
        older, before, row = before, row, [float(i)]
        for j, right in enumerate(name, start=1):
            best = before[j - 1] if letter == right else before[j - 1] + _swap_cost(letter, right)
            extra = LIKELY if i > 1 and letter == typed[i - 2] else UNLIKELY
            lost = LIKELY if j > 1 and right == name[j - 2] else UNLIKELY
            best = min(best, before[j] + extra, row[j - 1] + lost)
            if i > 1 and j > 1 and letter == name[j - 2] and typed[i - 2] == right:
                best = min(best, older[j - 2] + LIKELY)
            row.append(best)
    return row[-1]


def _swap_cost(letter: str, right: str) -> float:
    if letter in _VOWELS and right in _VOWELS:
        return LIKELY
    return LIKELY if right in _BESIDE.get(letter, "") else UNLIKELY
