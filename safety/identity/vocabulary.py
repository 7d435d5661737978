"""Words as the readers of identity know them: first names, family names, and words that are no names.

The lists are in given_names.txt and words.yaml beside this file, read once.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from safety.yaml_text import read_yaml

_HERE = Path(__file__).parent


def _lists() -> dict[str, str]:
    return dict(read_yaml((_HERE / "words.yaml").read_text(encoding="utf-8")))


def _given() -> frozenset[str]:
    lines = (_HERE / "given_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


_LISTS: Final = _lists()
_GIVEN: Final = _given()
_GIVEN_WITH_CAPITAL: Final = frozenset(_LISTS["names_with_capital"].split())
_GIVEN_AFTER_IM: Final = frozenset(_LISTS["names_after_im"].split())
_SAID_OF_ONESELF: Final = frozenset(_LISTS["names_said_of_oneself"].split())
_FAMILY: Final = frozenset(_LISTS["family_names"].split())
_FAMILY_WITH_CAPITAL: Final = frozenset(_LISTS["family_names_with_capital"].split())
_NOBODY: Final = frozenset(pair.strip() for pair in _LISTS["nobody"].split(","))
_ORDINARY: Final = frozenset(_LISTS["said"].split())
_SERVICES: Final = tuple(_LISTS["services"].split())

# How adjectives, participles, adverbs, peoples and trades end: "Gutted", "Struggling", "Moldovan", "Psychologist".
_WORDLIKE = re.compile(
    r"(?:(?<!e)ed|ing|in'|ish|ful|less|able|ible|ous|ive|ly|ness|ment|tion|sion|ial|ical|ual|ent|ant|ist|ian|ean|ese|ary|ory|"
    r"ward|wards|some|n't|nt|ship|hood|like|ology|ity|ism|proof|sick)$"
)


def bare(word: str) -> str:
    """The word as it is compared: lower case, without accents and apostrophes, without an ending 's."""
    word = word.casefold().removesuffix("'s").replace("'", "")
    if word.isascii():
        return word
    word = word.replace("ł", "l").replace("ø", "o").replace("ı", "i")
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


def has_capital(word: str) -> bool:
    """Is it written as names are: a capital, and not capitals alone?"""
    return word[:1].isupper() and (len(word) == 1 or not word.isupper())


def is_given(word: str) -> bool:
    """Is it a first name, as it is written here? Names that are words as well need a capital."""
    known = bare(word)
    return known in _GIVEN or (known in _GIVEN_WITH_CAPITAL and word[:1].isupper())


def is_given_after_im(word: str) -> bool:
    """Is it a first name that can be nothing else after "I'm", with a capital or without?"""
    return is_given(word) or bare(word) in _GIVEN_AFTER_IM


def is_said_of_oneself(word: str) -> bool:
    """Is it a first name that is as easily something to be: "Christian", "Rich"?"""
    return bare(word) in _SAID_OF_ONESELF


def is_family(word: str) -> bool:
    """Is it a family name, after a first one? Unknown words with a capital are; words that are words need to be known
    as names too."""
    known = bare(word)
    if known in _FAMILY:
        return True
    if not has_capital(word):
        return False
    return known in _FAMILY_WITH_CAPITAL or is_unknown(word)


def is_ordinary(word: str) -> bool:
    """Is it a word of everyday talk?"""
    return bare(word) in _ORDINARY


def is_unknown(word: str) -> bool:
    """Is it no word that we know, nor one that ends like a word? With a capital, then, it is most likely a name."""
    known = bare(word)
    return len(known) > 1 and known not in _ORDINARY and not _WORDLIKE.search(known)


def is_nobody(first: str, second: str) -> bool:
    """Is it a shop, a drink, somebody famous?"""
    return f"{bare(first)} {bare(second)}" in _NOBODY


def is_service(name: str) -> bool:
    """Does it open like the name of a helpline or of a public body?"""
    return bare(name).startswith(_SERVICES)
