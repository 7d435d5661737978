"""Names, numbers and addresses in typed words: noticed, so that they are not kept and he can be told he need not.

Only kinds are returned, never what was found. Every reader takes time in proportion to the text: patterns are bounded,
anchored on something that is rare, and never step back over what they have read.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from safety.identity import postcodes
from safety.identity.addresses import has_address
from safety.identity.births import has_date_of_birth
from safety.identity.figures import in_figures
from safety.identity.letters import in_letters, without_gaps
from safety.identity.names import has_name
from safety.identity.numbers import has_card_or_account, has_nhs_number, has_ni_number, has_phone
from safety.identity.online import has_email, has_handle
from safety.identity.reading import Reading
from safety.normalising import plain

KINDS: Final = (
    "phone",
    "email",
    "name",
    "address",
    "postcode",
    "ni_number",
    "nhs_number",
    "date_of_birth",
    "handle",
    "card_or_account",
)
"""Every kind that can be noticed, in the order in which `notice` tells them."""


def notice(text: str, public: Collection[str] = ()) -> tuple[str, ...]:
    """The kinds of personal detail in the text, in the order of `KINDS`; nothing that was found is returned or kept.

    `public` are telephone numbers that belong to nobody, beside those of the shipped lifelines: the operator's own.
    """
    reading = Reading.of(plain(without_gaps(text)))
    for rewritten in (in_letters, in_figures):
        written = rewritten(reading)
        if written != reading.text:
            reading = Reading.of(written)
    found = {
        "email": has_email(reading),
        "name": has_name(reading),
        "address": has_address(reading),
        "handle": has_handle(reading),
    }
    if reading.has_digits:
        found["phone"] = has_phone(reading, public)
        found["postcode"] = postcodes.has_postcode(reading.text)
        found["ni_number"] = has_ni_number(reading)
        found["nhs_number"] = has_nhs_number(reading)
        found["date_of_birth"] = has_date_of_birth(reading)
        found["card_or_account"] = has_card_or_account(reading)
    return tuple(kind for kind in KINDS if found.get(kind))


def cut_postcode(text: str) -> str:
    """The text with every full postcode cut to its outward half, the finest place that is ever wanted of him."""
    return postcodes.cut(in_letters(Reading.of(plain(without_gaps(text)))))
