"""Names, numbers and addresses in typed words: noticed, so that they are not kept and he can be told he need not.

Only kinds are returned, never what was found. What each kind looks like is in `identity_words` and `identity_numbers`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from safety import identity_numbers as numbers
from safety import identity_words as words
from safety.normalising import plain

_NOTICED: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("phone", numbers.has_phone),
    ("email", words.has_email),
    ("name", words.has_name),
    ("address", words.has_address),
    ("postcode", words.has_postcode),
    ("ni_number", numbers.has_ni_number),
    ("nhs_number", numbers.has_nhs_number),
    ("date_of_birth", numbers.has_date_of_birth),
    ("handle", words.has_handle),
    ("card_or_account", numbers.has_card_or_account),
)

KINDS: Final = tuple(kind for kind, _ in _NOTICED)
"""Every kind that can be noticed, in the order in which `notice` tells them."""


def notice(text: str) -> tuple[str, ...]:
    """The kinds of personal detail in the text, in the order of `KINDS`; nothing that was found is returned or kept."""
    typed = numbers.in_figures(plain(text))
    return tuple(kind for kind, is_there in _NOTICED if is_there(typed))


def cut_postcode(text: str) -> str:
    """The text with every full postcode cut to its outward half, the finest place that is ever wanted of him."""
    return words.POSTCODE.sub(lambda postcode: postcode["outward"], plain(text))
