"""Full postcodes: noticed, and cut to the outward half, which is the finest place that is ever wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from safety.identity.reading import listed
from safety.identity.vocabulary import is_ordinary

# How a postcode ends. All that is looked for begins at most this far before it.
_END = re.compile(r"[0-9O] ?[ABD-HJLNP-UW-Z] ?[ABD-HJLNP-UW-Z](?![^\W_])", re.I)
_REACH = 14

# A unit or an ending made of letters that a postcode can end with is no postcode: "stuck on the M1 4hr".
_INWARD = r"(?P<inward>(?-i:[0-9O](?!hr|ft|yr|wk|st|nd|rd|th|lb|gb|tb|hz|hp))[ABD-HJLNP-UW-Z]{2})"
# The areas named here are those that have a district 0, which may be typed as the letter: "CRO 4QJ".
_WHOLE = re.compile(
    r"(?<![^\W_])(?P<outward>(?:[A-PR-UWYZ][A-HK-Y]?\d|(?-i:BL|CM|CR|FY|HA|PR|SL|SS)O)"
    r"(?:[\dO]|[A-HJKMNPR-Y])?)[ \n,.\-]{0,3}" + _INWARD,
    re.I,
)
# With spaces where none belong ("D N 5 5 1 P T", "NE4 9 ZA"): in capitals throughout, or after the word.
_SPACED = re.compile(
    r"(?<![^\W_])(?P<outward>[A-Z](?: ?[A-Z])? ?\d(?: ?[0-9A-HJKMNPR-Y])??)[ \-]{0,2}"
    r"(?P<inward>\d ?[ABD-HJLNP-UW-Z] ?[ABD-HJLNP-UW-Z])",
    re.I,
)
_ONE_SPACE = re.compile(r"[a-z]{1,2}\d[\da-z]? \d [a-z]{2}")
_SIZE = re.compile(r"\d[GT]B", re.I)
"""How much a disk or a telephone holds; after letters that are no area, it is the end of no postcode: "PS5 2TB"."""
_TEXT_SPEAK: Final = frozenset("abckmnruxyoi")
"""Letters that stand for words."""
_WORD_BEFORE = re.compile(r"\b(?:post ?code|pc|zip(?: code)?|cod post)\b[^\d\n]{0,12}$", re.I)
AREAS: Final = listed(
    """
    ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex fk fy
    g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr
    nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa
    wc wd wf wn wr ws wv yo ze
    """
)


def has_postcode(text: str) -> bool:
    """A full postcode. The first half alone is no detail: it is what he is asked for."""
    return next(_found(text), None) is not None


def cut(text: str) -> str:
    """The text with every full postcode cut to its outward half."""
    kept, last = [], 0
    for match in _found(text):
        kept += [text[last : match.start()], match["outward"].replace(" ", "")]
        last = match.end()
    return "".join((*kept, text[last:]))


def _found(text: str) -> Iterator[re.Match[str]]:
    last = 0
    for end in _END.finditer(text):
        begin = max(last, end.start() - _REACH)
        match = _WHOLE.search(text, begin, end.end()) or _spaced(text, begin, end.end())
        if match and match.end() == end.end() and not _is_size(match):
            yield match
            last = match.end()


def _area(match: re.Match[str]) -> str:
    return re.split(r"\d", match["outward"].replace(" ", "").casefold(), maxsplit=1)[0]


def _is_size(match: re.Match[str]) -> bool:
    return _SIZE.fullmatch(match["inward"]) is not None and _area(match) not in AREAS


def _spaced(text: str, begin: int, end: int) -> re.Match[str] | None:
    match = _SPACED.search(text, begin, end)
    if match is None or _area(match) not in AREAS:
        return None
    if match[0].islower() and _ONE_SPACE.fullmatch(match[0]):
        return None if is_ordinary(match[0][-2:]) else match
    signs = match[0].casefold().split()
    if max(map(len, signs)) == 1 and not _TEXT_SPEAK.issuperset(sign for sign in signs if sign.isalpha()):
        return match  # every sign alone, which nobody types without meaning to
    if match[0].isupper() or _WORD_BEFORE.search(text[max(0, match.start() - 24) : match.start()]):
        return match
    return None
