"""The words a man types about where he is, made plain before anything looks them up. Pure.

The first thing done to them is to cut every full postcode to its outward half: nothing after this module can
know more of where he is than that.
"""

from __future__ import annotations

import re
import unicodedata

# What is looked at of what he typed; more than this is not a place.
LONGEST_TEXT = 600
MOST_WORDS = 60

_POSTCODE = re.compile(
    r"(?<![a-z0-9])([a-z]{1,2}[0-9](?:[0-9]|[a-z])?)(?:[\s.\-]*[0-9][a-z]{2}|[\s.\-]+[0-9][a-z]?)(?![a-z0-9])",
    re.IGNORECASE,
)
_APART = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_CLOSE_BY = re.compile(
    r"\b(?:not (?:too |that |very )?far (?:from|off)|(?:\w+ )?(?:mins?|minutes?|miles?) (?:away )?(?:from|outside|of)"
    r"|(?:to the )?(?:north|south|east|west) of|on the (?:edge|outskirts) of|(?:in|on) the (?:middle|centre) of)\b"
)
_SAME = {"saint": "st", "gt": "great", "nth": "north", "sth": "south", "co": "county", "cty": "county"}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Said around a place and part of none: they never stand in the way of finding it.
FILLERS = _words(
    """
    a about actually airport all also am an and area around as at authority aye based basically bc be
    been borough bro bruv bud but by cc center centre cheers city close code corporation council county
    currently dc district down edge er erm fam for from half hey hi hiya hour i id im in innit is ish it
    its ive just kinda lads like live lived lives living local lol m mate maybe mbc me metropolitan
    miles mins minutes moment mostly mr my n near nearby nearer nearest next now of off ok on or
    originally out outside outskirts over pal part perhaps please pls post postcode presently probably
    quite really region right road roughly round rural s say so some somewhere sort stay staying suburb
    suburbs ta tbh thank thanks that thats the there think thinking this to towards town u ua um unitary
    up village was way we well were where whereabouts within x xx yeah yep yes you
    byw comhairle cyngor dw dwi dwin ger o rwyn ym yn yng ymyl
    """
)
# After one of these comes a place, whatever else the sentence is about.
CUES = _words(
    """
    area around at based by city from in live living near nearby nearest nr of off outside place
    postcode round stay staying to towards town within
    ger ym yn yng
    """
)
# Beside a name these make another name of it: Little London, Boston Manor, Harborough Magna.
NAME_PARTS = _words(
    """
    abbas abbey abbots beach bishops bottom bourne bridge brook castle chapel church common cross dale
    down downs end farm fen ferry field fields forest gate grange great green grove hall ham harbour
    heath high hill hills holme hope house island kings lane le lea leigh little lodge long low lower
    magna major manor marsh mead meadows mill mills minor moor moss mount mouth nether new old over park
    parva point pool quay queens regis ridge road row sands sea side spa springs st station stoke stone
    street thorpe top upper vale view ville wells wood woods
    """
)
_NOT_THERE = re.compile(
    r"\b(?:not (?:in|from|near|at|living in)|(?:dont|do not) live in|isnt in|left|fled|escaped(?: from)?|anywhere but"
    r"|moved (?:away )?from|used to (?:live|be) (?:in|at|near)|came from|nowhere near)(?: the)?$"
)


def cut_postcodes(text: str) -> str:
    """``text`` with every full postcode, and every one broken off after its sector, cut to the outward half."""
    return _POSTCODE.sub(r"\1", text)


def plain(text: str) -> str:
    """Lower-case letters and digits with single spaces: accents, marks and other scripts are gone."""
    if text.isascii() and text.isalnum():
        return text.lower()  # one word, as most names are
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return _APART.sub(" ", _APOSTROPHES.sub("", text).casefold().replace("&", " and ")).strip()


def name_key(text: str) -> str:
    """How a name is looked up: plain, with abbreviations said one way and without "the" in front."""
    words = [_SAME.get(word, word) for word in plain(text).split()]
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def read(text: str) -> list[str]:
    """The words of what he typed, ready to be looked up: never a full postcode, never more than MOST_WORDS."""
    near = _CLOSE_BY.sub("near", plain(cut_postcodes(text[:LONGEST_TEXT])))
    return [_SAME.get(word, word) for word in near.split()[:MOST_WORDS]]


def is_cued(words: list[str], start: int) -> bool:
    """Do the words before ``start`` say that a place comes now ("in", "near the", "just outside")?"""
    before = start - 1
    while before >= 0 and words[before] in ("the", "just", "a"):
        before -= 1
    return before >= 0 and words[before] in CUES


def is_elsewhere(words: list[str], start: int) -> bool:
    """Do the words before ``start`` say that he is not there ("I left", "not in")?"""
    return _NOT_THERE.search(" ".join(words[max(0, start - 6) : start])) is not None
