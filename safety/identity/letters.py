"""Letters that are said by their names, or typed with a space after each, put together again.

"dee ee two two, three zed pee" is a postcode to whoever reads it out; so is "n e 4  8 p q". What is read out is put
together only where a whole postcode or National Insurance number comes of it: the names of letters are words too.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from safety.identity.figures import NUMBER_WORDS, TEENS, TENS, TIMES, UNITS
from safety.identity.postcodes import AREAS
from safety.identity.reading import Reading, listed

# How letters are called, and the alphabet of pilots and the police.
_CALLED: Final = {
    name: letter
    for letter, names in {
        "A": "ay alpha alfa",
        "B": "bee bravo",
        "C": "cee see sea charlie",
        "D": "dee delta",
        "E": "ee echo",
        "F": "eff ef foxtrot",
        "G": "gee golf",
        "H": "aitch haitch hotel",
        "I": "eye india",
        "J": "jay juliet juliett",
        "K": "kay kilo",
        "L": "el ell lima",
        "M": "em mike",
        "N": "en november",
        "O": "oh oscar",
        "P": "pee pea papa",
        "Q": "queue cue kew quebec",
        "R": "ar arr are romeo",
        "S": "ess es sierra",
        "T": "tee tea tango",
        "U": "you uniform",
        "V": "vee victor",
        "W": "doubleyou dubya whiskey whisky",
        "X": "ex xray x-ray",
        "Y": "why wye yankee",
        "Z": "zed zee zulu",
    }.items()
    for name in names.split()
}
_WAKERS: Final = frozenset(_CALLED) - listed("see sea oh are tea you ex why")
"""What makes it worth a look: a letter's name that is no word of every sentence."""
_SPELLED_OUT: Final = listed("postcode postcodes post insurance nino ni")
"""So does what is spelled out, where a figure is said in words."""
_BEFORE, _AFTER = 8, 14
"""As many words before and after such a word are looked at; a National Insurance number has nine signs."""
_SAID_DOUBLE: Final = frozenset(("u", "you"))
_NO_LETTERS: Final = listed("am an as at be by do go he if in is it me my no of on or so to up us we ok im")
_NOT_A_SIGN: Final = "-"
_SAID = "|".join((*_CALLED, *UNITS, *TEENS, *TENS, *TIMES))
_ITEM = rf"(?:x-ray|(?:{_SAID})\b|[a-z]{{1,2}}\b|[a-z]?\d++[a-z]{{0,2}}\b)"
_PAIR_BEFORE_A_NUMBER = re.compile(rf"(?<![^\W_])([A-Z]{{2}})[ \-](?:{'|'.join((*UNITS, *TEENS, *TENS, *TIMES))})\b")
_RUN = re.compile(rf"(?<![\w']){_ITEM}(?:(?:[ .\-]|, ?){_ITEM})++(?!')", re.I)
_ITEMS = re.compile(r"x-ray|[a-z0-9]++", re.I)
_POSTCODE = re.compile(r"(?P<area>[A-Z]{1,2})[0-9O][0-9A-Z]?(?P<inward>[0-9O][ABD-HJLNP-UW-Z]{2})")
_NI = re.compile(r"[A-Z]{2}[0-9O]{6}[A-D]?")

# Characters that all stand alone, with wider gaps between what were words: "p o s t c o d e  n e 4  8 p q".
_GAPPED = re.compile(r"(?<!\S)\w(?:[^\S\n]{1,4}\w(?!\S)){3,}+")
_GAP = re.compile(r"[^\S\n]{2,4}")


class _Sign(NamedTuple):
    """A letter or figure, where in the text it stands, and whether it is said by its name there."""

    sign: str
    start: int
    end: int
    is_said: bool


def without_gaps(text: str) -> str:
    """The text as it was typed, before white space is made one: spaced-out words put together at their wider gaps."""
    return _GAPPED.sub(_word_by_word, text) if "  " in text else text


def _word_by_word(run: re.Match[str]) -> str:
    words = _GAP.split(run[0])
    return run[0] if len(words) == 1 else " ".join("".join(word.split()) for word in words)


def in_letters(reading: Reading) -> str:
    """The text with postcodes and National Insurance numbers that are read out letter by letter written as such."""
    text = reading.text
    said = reading.vocabulary
    wakers: frozenset[str] = _WAKERS
    if not said.isdisjoint(NUMBER_WORDS):
        wakers |= _SPELLED_OUT | {pair.lower() for pair in _PAIR_BEFORE_A_NUMBER.findall(text)}
    elif not reading.has_digits:
        return text
    if said.isdisjoint(wakers):
        return text
    parts, last = [], 0
    for start, end in _stretches(reading, wakers):
        parts += [text[last:start], _RUN.sub(_put_together, text[start:end])]
        last = end
    return "".join((*parts, text[last:])) if parts else text


def _stretches(reading: Reading, wakers: frozenset[str]) -> list[tuple[int, int]]:
    """Where in the text something may be read out: around every word that makes it worth a look."""
    words, found = reading.words, list[tuple[int, int]]()
    for index, word in enumerate(words):
        if word.lower in wakers:
            end = words[index + _AFTER].start if index + _AFTER < len(words) else len(reading.text)
            start = words[index - _BEFORE].start if index >= _BEFORE else 0
            if found and start <= found[-1][1]:
                start = found.pop()[0]
            found.append((start, end))
    return found


def _put_together(run: re.Match[str]) -> str:
    signs = _signs(run[0])
    said = "".join(sign.sign for sign in signs)
    for pattern in (_NI, _POSTCODE):
        for found in pattern.finditer(said):
            code = found[0]
            if not any(sign.is_said for sign in signs[found.start() : found.end()]):
                continue
            if pattern is _POSTCODE:
                if found["area"].casefold() not in AREAS and found["area"][-1].casefold() not in AREAS:
                    continue
                code = f"{code[: -len(found['inward'])]} {found['inward']}"
            return f"{run[0][: signs[found.start()].start]}{code}{run[0][signs[found.end() - 1].end :]}"
    return run[0]


def _signs(run: str) -> list[_Sign]:
    """What is said, sign by sign: "double u" is a W, "twenty two" two figures."""
    signs: list[_Sign] = []
    times, after_tens, times_at = 1, False, 0
    for item in _ITEMS.finditer(run):
        typed, word = item[0], item[0].casefold()
        if word in TIMES:
            times, times_at = TIMES[word], item.start()
            continue
        start = item.start() if times == 1 else times_at
        if times == 2 and word in _SAID_DOUBLE:
            said, times = "W", 1
        elif len(typed) == 2 and typed.isupper():
            said = typed
        elif word in _NO_LETTERS:
            said = _NOT_A_SIGN
        elif word in _CALLED:
            said = _CALLED[word]
        elif word in UNITS:
            said = "O" if word == "o" else str(UNITS[word])
        elif word in TEENS or word in TENS:
            said = str(TEENS.get(word) or TENS[word])
        else:
            said = typed.upper()
        if after_tens and word in UNITS and said not in ("0", "O"):
            signs.pop()
        signs += [_Sign(sign, start, item.end(), said != typed.upper()) for sign in said * times]
        times, after_tens = 1, word in TENS
    return signs
