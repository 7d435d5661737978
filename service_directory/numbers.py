"""Telephone numbers as they may be shown to a man: checked, and written the way people read them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_UK_CALLING_CODE = 44

#: The ranges that Ofcom keeps for drama: nobody will ever answer them. National digits without the leading 0.
_DRAMA = re.compile(
    r"1632960\d{3}|(?:113|114|115|116|117|118|121|131|141|151|161)4960\d{3}|2079460\d{3}|1914980\d{3}"
    r"|2896496\d{3}|2920180\d{3}|3069990\d{3}|8081570\d{3}|7700900\d{3}"
)
_DEARER = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.SHARED_COST}


class NumberError(ValueError):
    """The number must not be shown; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Number:
    """`value` is E.164 (or a short code as it is dialled), `display` the way it is written in the UK."""

    value: str
    display: str


def read_number(written: str, *, example: bool) -> Number:
    """A UK number as a steward wrote it. Raises NumberError.

    Examples may use only the ranges kept for drama, and real services never: a made-up number must not ring
    at somebody's home, and a man must not be sent to a line that nobody can answer.
    """
    try:
        parsed = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        raise NumberError(f"“{written}” is not a telephone number") from None
    drama = parsed.country_code == _UK_CALLING_CODE and is_drama(parsed)
    if example:
        if not drama:
            raise NumberError("an example may only use numbers that Ofcom keeps for drama, such as 01632 960123")
        return _number(parsed)
    if drama:
        raise NumberError("this number is kept for drama and nobody answers it; write the real one")
    if parsed.country_code != _UK_CALLING_CODE or parsed.extension:
        raise NumberError(f"“{written}” is not a UK number without an extension")
    if phonenumbers.is_valid_short_number_for_region(parsed, "GB"):
        return _short(str(parsed.national_number))
    if not phonenumbers.is_valid_number(parsed):
        raise NumberError(f"“{written}” cannot be a working UK number; check its digits")
    if phonenumbers.number_type(parsed) in _DEARER:
        raise NumberError("this number costs callers extra; give one at a normal rate")
    return _number(parsed)


def display_number(value: str) -> str:
    """How a stored number is written for reading."""
    if not value.startswith("+"):
        return _short(value).display
    parsed = phonenumbers.parse(value)
    return _number(parsed).display


def is_drama(parsed: phonenumbers.PhoneNumber) -> bool:
    return _DRAMA.fullmatch(phonenumbers.national_significant_number(parsed)) is not None


def _number(parsed: phonenumbers.PhoneNumber) -> Number:
    return Number(
        phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL),
    )


def _short(digits: str) -> Number:
    grouped = len(digits) > 5 and len(digits) % 3 == 0
    return Number(digits, " ".join(re.findall("...", digits)) if grouped else digits)
