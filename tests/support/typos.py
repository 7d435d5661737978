"""Slips of the thumb, made from a seed: the same name and seed give the same slip."""

from __future__ import annotations

from random import Random

_BESIDE = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def misspelt(name: str, chance: Random) -> str:
    """``name`` in lower case with one slip: a letter lost, doubled, swapped, mistaken or put in."""
    word = name.lower()
    places = [place for place, letter in enumerate(word) if letter.isalpha()]
    place = chance.choice(places)
    kind = chance.choice(("lost", "doubled", "swapped", "beside", "any", "added"))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind == "lost":
        return before + after
    if kind == "doubled":
        return before + letter * 2 + after
    if kind == "swapped" and after:
        return before + after[0] + letter + after[1:]
    if kind == "beside":
        return before + chance.choice(_BESIDE.get(letter, _LETTERS)) + after
    if kind == "added":
        return before + letter + chance.choice(_LETTERS) + after
    return before + chance.choice(_LETTERS) + after
