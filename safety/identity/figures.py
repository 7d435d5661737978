"""Digits that are spelled out, said in pairs, or typed as letters, written in figures.

People who do not want a number seen by a filter, who dictate, or who type with their thumbs write "oh seven double
one", "nine hundred", "o77OO". Everything that looks at numbers looks at what this makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from safety.identity.births import MONTHS
from safety.identity.reading import Reading


def _counted(words: str, first: int, step: int = 1) -> dict[str, int]:
    return {word: first + step * place for place, word in enumerate(words.split())}


UNITS: Final = {
    **_counted("zero one two three four five six seven eight nine", 0),
    **dict.fromkeys(("oh", "o", "nought", "naught"), 0),
    # Welsh. "Pump" and "un" are other words too: units count only in a run of four digits or more.
    **_counted("dim un dau tri pedwar pump chwech saith wyth naw", 0),
}
TEENS: Final = _counted("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10)
TENS: Final = _counted("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
TIMES: Final = {"double": 2, "treble": 3, "triple": 3}
_ZEROS: Final = {"hundred": 2, "thousand": 3}
_FEWEST_DIGITS = 4
"""Single digits in words are numbers of something ("one two punch") until there are as many as this in a row."""

_ITEM = rf"(?:(?:{'|'.join((*UNITS, *TEENS, *TENS, *TIMES, *_ZEROS))})\b|\d++)"
_RUN = re.compile(rf"(?<!\w){_ITEM}(?:(?:[ .-]|, ?)(?:and )?{_ITEM})*+", re.I)
_ITEMS = re.compile(r"[A-Za-z]++|\d++|,")
_NUMBERED = re.compile(rf"\b(flat|number|room|unit|apartment|house) ({'|'.join(UNITS)})\b", re.I)

_NTH: Final = {
    **_counted("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth", 1),
    **_counted("fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth", 14),
}
_ORDINAL = re.compile(rf"\b(?:(twenty|thirty)[ -])?({'|'.join(_NTH)}|thirtieth)\b(?! name)", re.I)

# "o77OO 9oo": zeros typed as letters, in a word that is otherwise digits; a small L never opens one.
_LETTERED = re.compile(r"(?<![^\W_])(?=[oO]*+\d)[oO\d](?:[oO\d]++|[Il](?=[oOIl\d]*+(?![^\W_])))*+(?![^\W_])")
_LETTERS = str.maketrans("oOIl", "0011")


NUMBER_WORDS: Final = frozenset((*UNITS, *TEENS, *TENS, *TIMES, *_ZEROS))


def in_figures(reading: Reading) -> str:
    """The text with spelled-out numbers in figures, and ordinals too ("23th") where it speaks of a month."""
    text = reading.text
    said: Set[str] = reading.vocabulary
    if "-" in text:
        said = {part for word in said for part in word.split("-")}
    if not said.isdisjoint(MONTHS):
        text = _ORDINAL.sub(_ordinal, text)
    if not said.isdisjoint(NUMBER_WORDS):
        text = _NUMBERED.sub(lambda match: f"{match[1]} {UNITS[match[2].casefold()]}", text)
        text = _RUN.sub(lambda run: _in_figures(run[0]), text)
    if reading.has_digits:
        text = _LETTERED.sub(lambda word: word[0].translate(_LETTERS), text)
    return text


def _ordinal(match: re.Match[str]) -> str:
    """Always with the ending "th": nobody reads this, and one ending is enough for what looks at dates."""
    tens = TENS[match[1].casefold()] if match[1] else 0
    return f"{tens + _NTH.get(match[2].casefold(), 30)}th"


def _in_figures(run: str) -> str:
    items = [item.casefold() for item in _ITEMS.findall(run) if item.casefold() != "and"]
    if all(item.isdecimal() or item == "," for item in items):
        return run
    groups = _groups(items)
    if all(item.isdecimal() or item in UNITS or item in TIMES or item == "," for item in items) and (
        sum(map(len, groups)) < _FEWEST_DIGITS
    ):
        return run
    return " ".join(groups)


def _groups(items: list[str]) -> list[str]:
    """What is said, as groups of digits: neighbouring single digits together, tens with their units."""
    groups: list[str] = []
    open_for = ""  # what the last group may still take: "units" after single digits, "unit" after tens, "year" ...
    times = 1
    for item in items:
        if item in TIMES:
            times = TIMES[item]
            continue
        if item in UNITS:
            digits = str(UNITS[item]) * times
            if open_for == "units":
                groups[-1] += digits
            elif open_for == "tens" and digits != "0":
                groups[-1] = groups[-1][:-1] + digits
                open_for = ""
                times = 1
                continue
            elif open_for == "thousands":
                groups[-1] = groups[-1][:-1] + digits
            else:
                groups.append(digits)
            open_for = "units"
        elif item in TEENS or item in TENS:
            digits = str(TEENS.get(item) or TENS[item])
            if open_for == "century":
                groups[-1] += digits
            elif open_for == "thousands":
                groups[-1] = groups[-1][:-2] + digits
            else:
                groups.append(digits)
            open_for = "tens" if item in TENS else "century" if item == "nineteen" else ""
        elif item in _ZEROS and groups:
            groups[-1] += "0" * _ZEROS[item]
            open_for = "thousands" if item == "thousand" else ""
        else:
            if item.isdecimal():
                groups.append(item)
            open_for = ""
        times = 1
    return groups
