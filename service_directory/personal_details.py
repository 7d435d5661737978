"""Noticing what would tell of a person, where only things are to be named. Pure.

It knows shapes, not people: an address of email, a telephone number, a name with its title. Whoever writes evidence
down is told not to name anybody; this catches what slips in.
"""

from __future__ import annotations

import re
import unicodedata

_PATTERNS = (
    re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\w/.-])(?:\+|00)?\d(?:[\s().-]?\d){9,13}(?![\w/-])"),
    re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|PC|DC|Sgt)\.?\s+[A-Z][\w'’-]+"),
)


def looks_personal(text: str) -> str | None:
    """The first part of a text that looks like a way to reach somebody, or a name with its title; or None."""
    plain = unicodedata.normalize("NFKC", text)
    found = (pattern.search(plain) for pattern in _PATTERNS)
    return next((one.group() for one in found if one), None)


_LEADS = re.compile(rf"{_PATTERNS[0].pattern}|{_PATTERNS[1].pattern}|https?://\S+|\bwww\.\S+", re.IGNORECASE)


def looks_like_a_way(text: str) -> str | None:
    """The first part of a text that would lead somewhere: a number, an address of email or of the web; or None."""
    found = _LEADS.search(unicodedata.normalize("NFKC", text))
    return found.group().rstrip(".,;)") if found else None
