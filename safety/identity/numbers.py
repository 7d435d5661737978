"""Numbers that belong to one person: telephone, National Insurance, NHS, card and account."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Final

import phonenumbers
from stdnum import iban, luhn
from stdnum.gb import nhs

from safety.identity.reading import Reading, listed
from safety.identity.spans import is_date, runs
from safety.lifelines import Lifelines
from safety.lifelines_file import digits, read

# --- telephone -------------------------------------------------------------------------------------------------------

# Mobile and geographic numbers, with the country's prefix, the trunk zero, both ("0044 (0)20 ...") or, for mobiles,
# neither. 03, 08 and 09 are not given to persons, so helplines that are in no list of ours are nobody's detail either.
_UK = re.compile(r"(?:(?:00)?440?|0)(?:7\d{9}|[12]\d{8,9}|56\d{8})|7[1-9]\d{8}")
_ABROAD = re.compile(r"00(?!44)[1-9]\d{7,13}")
_PHONE_WORDS: Final = listed(
    """
    phone fone mobile mob moby tel telephone landline cell whatsapp whats my her his their work home ring call text
    txt reach get
    """
)
_AFTER_A_WORD = re.compile(
    r"(?:phone|fone|mobile|mob|moby|tel|telephone|landline|cell|whats ?app|(?:my|her|his|their|work|home) "
    r"(?:number|num|no|nr)|(?:ring|call|text|txt|phone|reach|get) (?:me|him|her|us|them|"
    r"my \w{1,12}) (?:back )?(?:on|at))"
    r"\b[^\d\n]{0,20}+(\d(?:[ .\-]{0,2}\d){5,14}+)(?!\d)",
    re.I,
)
_MOST_ABROAD = 20
"""As many numbers with another country's prefix are looked at: to judge one takes longer than all the rest."""
_TRUNK = re.compile(r"(?:00)?440?(?=\d{9,10}$)")


@cache
def _published() -> frozenset[str]:
    """The digits of every number in lifelines.yaml, in use or retired: those are nobody's personal detail."""
    texts = [f"{line.number} | {line.use}" for line in Lifelines.load().lines()]
    texts += [str(entry["number"]) for entry in read(None)["retired"]]
    return frozenset(run.digits for text in texts for run in runs(text))


def has_phone(reading: Reading, public: Collection[str] = ()) -> bool:
    """A UK telephone number in any spacing, one with a country's prefix, or digits after "ring me on"; not a number
    that a lifeline has or that is among `public`, and not freephone or business ones."""
    known = _published() | {digits(number) for number in public}
    abroad: list[str] = []
    for run in runs(reading.text):
        if any(not _is_public(number, known) for number in run.fitting(_UK)):
            return True
        if run.abroad and not _is_public(run.digits, known):
            abroad.append(run.digits)
        abroad += [number.removeprefix("00") for number in run.fitting(_ABROAD)]
    if any(_is_possible(number) for number in abroad[:_MOST_ABROAD]):
        return True
    cued = (digits(match[1]) for match in reading.found(_AFTER_A_WORD, _PHONE_WORDS))
    return any(not _is_public(number, known) for number in cued)


def _is_public(number: str, known: Collection[str]) -> bool:
    national = _TRUNK.sub("0", number)
    return national in known or national.startswith(("03", "08", "09"))


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{number[:15]}"))
    except phonenumbers.NumberParseException:
        return False


# --- National Insurance ----------------------------------------------------------------------------------------------

# Prefixes that were never issued are noticed too: people change a letter and mean the same number.
_GAP = r"[ .:\-]{0,2}"
_NI = re.compile(rf"(?<![^\W_])(?P<prefix>[A-Z][ .]?[A-Z]){_GAP}(?:[\dO]{_GAP}){{6}}[A-D](?![^\W_])", re.I)
_NI_IN_PAIRS = re.compile(r"(?<![^\W_])[A-Z]{2} \d\d \d\d \d\d(?![^\W_]| ?\d)")
_NI_WORDS: Final = listed("n ni nino nat national insurance yswiriant")
_NI_CUED = re.compile(
    r"(?:n\.? ?i\b\.?|nino\b|nat(?:ional)? ?ins(?:urance)?\b|insurance (?:number|num|no)\b|yswiriant gwladol\b)"
    rf"[^\d\n]{{0,25}}(?<![^\W_])[A-Z][ .]?[A-Z]{_GAP}(?:[\dO]{_GAP}){{6}}",
    re.I,
)
_SMALL_WORDS: Final = listed("am an as at be by do go he if in is it me my no of on or so to up us we")


def has_ni_number(reading: Reading) -> bool:
    """Two letters, six digits and a letter from A to D, in any spacing; with a cue the last letter may be missing."""
    if any(match["prefix"] not in _SMALL_WORDS for match in _NI.finditer(reading.text)):
        return True
    return _NI_IN_PAIRS.search(reading.text) is not None or any(reading.found(_NI_CUED, _NI_WORDS))


# --- NHS -------------------------------------------------------------------------------------------------------------

_NHS = re.compile(
    r"(?<![\d+])(?<!\d[ .\-])[1-9](?:\d{9}|\d{2}[ .\-]\d{3}[ .\-]?\d{4}|\d{4} \d{5}|(?:[ .\-]\d){9})(?! ?\d)"
)
_NHS_WORDS: Final = listed("n nhs chi h health hospital patient rhif")
_NHS_CUED = re.compile(
    r"(?:n\.? ?h\.? ?s\b|chi\b(?= ?:? ?\d)|(?:chi|h ?& ?c|health(?: and care)?|hospital|patient) "
    r"(?:number|num|no|nr)\b|rhif gig\b)"
    r"[^\d\n]{0,25}\d(?:[ .\-]{0,2}\d){8,9}(?!\d)",
    re.I,
)


def has_nhs_number(reading: Reading) -> bool:
    """Ten digits of which the last is the check digit of the others; with a cue, nine or ten digits. None is issued
    with a leading 0, with which every UK telephone number is written."""
    if any(reading.found(_NHS_CUED, _NHS_WORDS)):
        return True
    return any(nhs.is_valid(digits(match[0])) for match in _NHS.finditer(reading.text))


# --- cards and accounts ----------------------------------------------------------------------------------------------

# Sixteen digits; American Express has fifteen, Maestro up to nineteen.
_CARD = re.compile(r"(?<!\d)(?:[2-6](?:[ .\-]?\d){15}|3[47](?:[ .\-]?\d){13}|[56](?:[ .\-]?\d){17,18})(?!\d)")
_BANK_WORDS: Final = listed(
    """
    card visa master mastercard maestro amex debit credit sort sorting sortcode s sc account acct acc ac acnt bank a
    iban
    """
)
_BANK_CUED = re.compile(
    r"(?:card|visa|master ?card|maestro|amex|debit|credit)\b[^\d\n]{0,25}+\d(?:[ .\-]?\d){12,18}+(?!\d)|"
    r"(?:sort(?:ing)? ?(?:code)?|s/c|sc)\b[ :.=\-a-z']{0,12}\d\d[ .\-]?\d\d[ .\-]?\d\d(?!\d)|"
    r"(?:(?:account|acct|acc|ac|acnt|bank)(?: (?:number|num|nr|no|is|details?))*+\b|a/c\b)(?:'?s\b)?"
    r"[ :#=.\-]{0,4}(?:is|no|number|num)?[ :#=.\-]{0,3}\d(?:[ \-]?\d){6,9}+(?!\d|[.,]\d| ?(?:pounds|quid|k|p)\b)|"
    r"iban\b[^\d\n]{0,12}\d\d(?: ?[A-Z0-9]){11,30}",
    re.I,
)
_SORT_CODE = re.compile(r"(?<![\d/.-])(\d\d)([ -])(\d\d)\2(\d\d)(?![\d.-])")
_THEN_ACCOUNT = re.compile(
    r"[^\w£$€]{0,3}(?:(?:and|acc?|acct|account|no|number|num)[ :.]{1,3}){0,3}\d{4} ?\d{3,4}(?!\d)", re.I
)
_OF_SOMETHING = re.compile(
    r" ?(?:times|x|a|minutes|mins|hours|hrs|days|weeks|months|years|quid|pounds|people|percent|%)\b", re.I
)
_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}+(?: ?[A-Z0-9]{1,3})?(?![^\W_])", re.I)


def has_card_or_account(reading: Reading) -> bool:
    """A card number whose check digit fits, an IBAN whose check digits do, a sort code that is no date, or digits
    after a word of banking."""
    text = reading.text
    if any(luhn.is_valid(digits(match[0])) for match in _CARD.finditer(text)):
        return True
    if any(reading.found(_BANK_CUED, _BANK_WORDS)):
        return True
    if any(iban.is_valid(match[0], check_country=False) for match in _IBAN.finditer(text)):
        return True
    return any(_is_sort_code(match, text) for match in _SORT_CODE.finditer(text))


def _is_sort_code(match: re.Match[str], text: str) -> bool:
    """Two digits, two digits, two digits: with dashes when it can be no date, or with an account number after it."""
    if _THEN_ACCOUNT.match(text, match.end()):
        return True
    if match[2] != "-" or _OF_SOMETHING.match(text, match.end()):
        return False
    return not is_date(match[1], match[3], match[4])
