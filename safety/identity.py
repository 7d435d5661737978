"""Names, numbers and addresses in typed words: noticed, so that they are not kept."""

from __future__ import annotations

import re

from safety.normalising import plain

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}")
_POSTCODE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,2}[0-9][A-Za-z0-9]?)[ \n]?([0-9][A-Za-z]{2})(?![A-Za-z0-9])")


def notice(text: str) -> tuple[str, ...]:
    """The kinds of personal detail in the text, in the order of the house's list."""
    words = plain(text)
    found = {"email": _EMAIL.search(words), "postcode": _POSTCODE.search(words)}
    return tuple(kind for kind, match in found.items() if match)


def cut_postcode(text: str) -> str:
    """The text with every full postcode cut to its outward half: the finest place we ever want to know."""
    return _POSTCODE.sub(r"\1", plain(text))
