"""Noticing words that would lead to a door. Pure.

Where men stay after leaving is not to be known, so nothing that looks like an address may stand in anything
written about accommodation. It errs on the side of noticing: a steward can say it another way.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

_SURE_STREETS = "Street|Road|Lane|Avenue|Crescent|Terrace|Mews|Heol|Ffordd|Stryd"
_STREETS = (
    rf"{_SURE_STREETS}|St|Rd|Ln|Ave|Drive|Close|Court|Way|Place|Gardens|Grove|Hill|Square|Row|Walk|Park|Parade"
    r"|Yard|Green|Buildings|House|Lodge|Gate|View|Rise|Broadway|Quay|Wharf"
)
_NUMBER = r"\d{1,4}[A-Za-z]?,?"
_NAMED = r"[A-Z][\w'.-]*"
_PATTERNS = (
    re.compile(r"\b(?:GIR[\s.-]*0AA|[A-Z]{1,2}\d[A-Z\d]?[\s.-]{0,3}\d[A-Z]{2})\b", re.IGNORECASE),
    re.compile(rf"\b{_NUMBER}\s+(?:{_NAMED}\s+){{1,4}}(?:{_STREETS})\b"),
    re.compile(rf"\b{_NUMBER}\s+(?:[\w'.-]+\s+){{1,2}}(?:{_SURE_STREETS})\b", re.IGNORECASE),
    re.compile(rf"\b{_NAMED}\s+(?:{_SURE_STREETS}|Rd|Ave|Cres)\b"),
    re.compile(r"\b(?:Heol|Ffordd|Stryd)\s+[A-Z]\w*"),
    re.compile(r"\b(?:flat|apartment|apt|unit|suite|plot)\.?\s+(?:number\s+|no\.?\s+)?\d+", re.IGNORECASE),
    re.compile(r"\bP\.?\s?O\.?\s+Box\s+\d+", re.IGNORECASE),
    # Points on a map: three words, degrees, grid references, plus codes, and links to any of them.
    re.compile(r"///\w+\.\w+\.\w+|\b(?:what3words|w3w)\W+\w+\.\w+\.\w+", re.IGNORECASE),
    re.compile(r"-?\d{1,2}\.\d{3,}\s*°?\s*[NS]?\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}"),
    re.compile(r"\b[HNSTO][A-HJ-Z]\s?(?:\d{3}\s?\d{3}|\d{4}\s?\d{4}|\d{5}\s?\d{5})\b"),
    re.compile(r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"),
    re.compile(r"\b(?:maps\.app|goo\.gl/maps|google\.[a-z.]+/maps|maps\.google|openstreetmap\.org|w3w\.co)\S*", re.I),
)
_JOINTS = re.compile(r"[-_/.+@=&?#%:]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


def looks_like_address(text: str) -> str | None:
    """The first part of a text that looks like a UK street address, full postcode or map point; or None.

    An id, and an address of the web or of email, is also read as if its hyphens and dots were spaces.
    """
    if found := _found(text):
        return found
    joined = " " not in text.strip() and _JOINTS.search(text) is not None
    return _found(_JOINTS.sub(" ", unquote(text))) if joined else None


def _found(text: str) -> str | None:
    # The compatibility form turns no-break spaces and full-width letters into plain ones.
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).replace("’", "'")
    for pattern in _PATTERNS:
        found = pattern.search(plain)
        if found:
            return found.group()
    return None
