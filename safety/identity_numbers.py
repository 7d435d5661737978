"""Numbers that belong to one person: telephone, National Insurance, NHS, date of birth, card and account.

Every pattern is bounded, so that each takes time linear in the text.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

import phonenumbers

from safety.lifelines import Lifelines

_NUMERALS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SAID: Final = {**{word: str(digit) for digit, word in enumerate(_NUMERALS)}, "oh": "0", "nought": "0", "o": "0"}
_ONE = rf"(?:(?:double|triple) )?(?:{'|'.join(_SAID)})"
_SAID_RUN = re.compile(rf"\b{_ONE}(?:[ ,-]{{1,2}}{_ONE}){{3,20}}\b", re.I)
_SAID_ONE = re.compile(rf"(?:(double|triple) )?({'|'.join(_SAID)})\b", re.I)


def in_figures(text: str) -> str:
    """The text with digits that are spelled out, four or more in a row, written in figures: "oh seven double one"."""

    def figures(run: re.Match[str]) -> str:
        times = {"double": 2, "triple": 3}
        ones = _SAID_ONE.finditer(run[0])
        return "".join(_SAID[one[2].casefold()] * times.get((one[1] or "").casefold(), 1) for one in ones)

    return _SAID_RUN.sub(figures, text)


_PHONELIKE = re.compile(r"(?<![\w+])\+?\(?\d(?:[\d().\-/ ]{0,3}\d){5,15}(?!\w)")
_UK_PREFIX = re.compile(r"^(?:00)?440?(?=\d{9,10}$)")
_UK_PERSONAL = re.compile(r"0?7\d{9}|0[1-389]\d{8,9}")
_FREEPHONE = ("0800", "0808")


@cache
def _public() -> frozenset[str]:
    """The digits of every number that stands in lifelines.yaml: those are nobody's personal detail."""
    texts = (f"{line.number} {line.use}" for line in Lifelines.load().lines())
    return frozenset(_digits(match[0]) for text in texts for match in _PHONELIKE.finditer(text))


def has_phone(text: str) -> bool:
    """A UK telephone number in any spacing, or any number with a country's prefix; helplines' numbers are not."""
    for match in _PHONELIKE.finditer(text):
        national = _UK_PREFIX.sub("0", _digits(match[0]))
        if national in _public() or national.startswith(_FREEPHONE):
            continue
        if _UK_PERSONAL.fullmatch(national) or (match[0].startswith("+") and _is_possible(match[0])):
            return True
    return False


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


# Prefixes that were never issued are noticed too: people change a letter and mean the same number.
_NI = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])", re.I)
_NI_CUED = re.compile(r"\b(?:ni|nino|national insurance)\b.{0,20}?[A-Z]{2}[ -]?(?:\d[ -]?){6}[A-Z]?\b", re.I)


def has_ni_number(text: str) -> bool:
    """Two letters, six digits and a letter from A to D, in any spacing; with a cue the last letter may be missing."""
    return bool(_NI.search(text) or _NI_CUED.search(text))


_TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_NHS_CUED = re.compile(r"\bnhs\b.{0,20}?\d(?:[ -]?\d){8,9}(?!\d)", re.I)


def has_nhs_number(text: str) -> bool:
    """Ten digits of which the last is the check digit of the others; with a cue, nine or ten digits."""
    return bool(_NHS_CUED.search(text)) or any(_nhs_fits(_digits(match[0])) for match in _TEN_DIGITS.finditer(text))


def _nhs_fits(digits: str) -> bool:
    """Modulus 11. No number is issued with a leading 0, with which every UK telephone number is written."""
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return not digits.startswith("0") and (11 - weighted % 11) % 11 == int(digits[9])


_MONTH = "(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|ober)?"
_DAY_OF_MONTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)?,? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?)"
_DATE = re.compile(r"(?<!\d)(\d{1,2})[ ./-]{1,2}(\d{1,2})[ ./-]{1,2}((?:19|20)\d{2})(?!\d)")
_DATE_SAID = re.compile(rf"\b{_DAY_OF_MONTH},? (?P<year>(?:19|20)\d{{2}})\b", re.I)
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|born)\b.{0,15}?"
    rf"(?:\b{_DAY_OF_MONTH}|\b\d{{1,2}}[ ./-]\d{{1,2}}|\b\d{{6,8}}\b)",
    re.I,
)
_OLDEST, _YOUNGEST = 1920, 2010
"""Years in which whoever types may have been born: a date in one of them is hardly ever a date of anything else."""


def has_date_of_birth(text: str) -> bool:
    """A date after a word of birth, or any full date that lies as far back as births do."""
    if _BORN.search(text):
        return True
    if any(_OLDEST <= int(match["year"]) <= _YOUNGEST for match in _DATE_SAID.finditer(text)):
        return True
    return any(
        _OLDEST <= int(match[3]) <= _YOUNGEST and _is_date(int(match[3]), int(match[2]), int(match[1]))
        for match in _DATE.finditer(text)
    )


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


_CARDLIKE = re.compile(r"(?<!\d)[2-6](?:[ -]?\d){12,18}(?!\d)")
_SORT_CODE = re.compile(r"(?<![\d/.-])(\d{2})-(\d{2})-(\d{2})(?![\d/.-])")
_ACCOUNT_CUED = re.compile(
    r"\b(?:account|acc|acct|sort ?code|card)\b(?: (?:number|no\.?|num))?[ :#=a-z]{0,12}\d(?:[ -]?\d){5,18}", re.I
)
_IBAN = re.compile(r"\bGB\d{2} ?[A-Z]{4}(?: ?\d){14}\b", re.I)


def has_card_or_account(text: str) -> bool:
    """A card number whose check digit fits, a British IBAN, a sort code, or digits after a word of banking."""
    if any(_luhn_fits(_digits(match[0])) for match in _CARDLIKE.finditer(text)):
        return True
    if _ACCOUNT_CUED.search(text) or _IBAN.search(text):
        return True
    # Two digits, two digits, two digits is a date when it can be one.
    return any(not _is_date(2000 + int(match[3]), int(match[2]), int(match[1])) for match in _SORT_CODE.finditer(text))


def _luhn_fits(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
