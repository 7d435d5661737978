"""Dates of birth: any date after a word of birth, and old dates that are no date of anything else."""

from __future__ import annotations

import re
from typing import Final

from safety.identity.reading import Reading, listed
from safety.identity.spans import is_date

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|"
    r"tachwedd|rhagfyr)"
)
_DAY = r"(?<!\d)\d{1,2}(?: ?(?:st|nd|rd|th))?"
_DAY_AND_MONTH = (
    rf"(?:{_DAY}(?: ?(?:of|ov|o)\b'?)?[ .,/\-]{{0,2}}{_MONTH}\b|"
    rf"\b{_MONTH}[ .]{{1,2}}(?:the )?{_DAY}\b(?! ?(?:years|yrs)))"
)

MONTHS: Final = listed(
    """
    january february march april may june july august september october november december jan feb febuary mar apr
    jun jul aug sep sept oct nov dec ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd
    rhagfyr
    """
)
_BIRTH_WORDS: Final = listed(
    """
    d dob birth birthdate birthdates born date dyddiad birthday bday b b-day birth-day
    """
)

# What is between the word and the date may name a place ("born in Hull on"), but is no other sentence.
_BORN = re.compile(
    r"(?:d\.? ?o\.? ?b\b|(?:date of birth|birth ?dates?|born|dyddiad geni)\b)[^\d\n.!?]{0,6}[^\d\n!?]{0,34}?"
    rf"(?:{_DAY_AND_MONTH}|{_DAY} (?:of )?(?:the )?\d{{1,2}}(?:st|nd|rd|th)\b|"
    rf"(?<!\d)\d{{1,2}} ?[./ \-] ?\d{{1,2}}(?:(?! ?(?:am|pm|years|yrs|min|"
    rf"hour))(?! ?[./\-] ?\d{{5}})\b)|"
    r"(?<!\d)(?:\d{6}|\d{8})(?!\d)|(?<!\d)(?:19|20)\d\d[./ \-]\d\d[./ \-]\d\d(?!\d))",
    re.I,
)
_BIRTHDAY = re.compile(
    r"b(?:irth)?[ -]?day\b(?:'?s| is| was|:| on| falls| the| my| ?=| ?-| ?\(){0,3} ?"
    rf"(?:{_DAY_AND_MONTH}|(?<!\d)\d{{1,2}}[./\-]\d{{1,2}}\b)",
    re.I,
)

_NUMERIC = re.compile(r"(?<![\d.,/£-])(\d{1,2}) ?([./ \-]) ?(\d{1,2}) ?\2 ?((?:19|20)?\d\d)(?![\d/-]|[.,]\d)")
_YEAR_FIRST = re.compile(r"(?<![\d./-])((?:19|20)\d\d)([./\-])(\d{1,2})\2(\d{1,2})(?![\d/-])")
_SAID = re.compile(rf"{_DAY_AND_MONTH}[ ,.]{{0,2}}'?(?P<year>(?:19|20)\d\d)\b", re.I)
_OLDEST, _YOUNGEST = 1920, 2010
"""Years in which whoever types may have been born."""
_EARLIEST_IN_SHORT = 40
"""A year of two digits below this may be one of ours; from here up it is of the last century."""
_SENTENCE_END = ".!?\n"

# A date of something else: what it was is said in the same sentence, or the date hangs on a word of time.
_OF_TIME = re.compile(r"\b(?:on|since|until|till|til|from|dated|by|before|after|around|about|in|the)\W{0,2}$", re.I)
_EVENT = re.compile(
    r"\b(?:married|marriage|wedding|wed|met|meet|granted|court|hearing|order|left|leave|leaving|moved?|started?|began|"
    r"begun|happened|happen|hit|punched|attacked|assault(?:ed)?|died|death|passed|split|divorced?|separated|arrested|"
    r"charged|bail|convicted|sentenced|incident|report(?:ed)?|signed|bought|sold|joined|tenancy|mortgage|operation|"
    r"diagnosed|accident|crash|saturday|sunday|monday|tuesday|wednesday|thursday|friday|anniversary|got|came|went|"
    r"threw|thrown|kicked|called|rang|phoned|was when|is when|ago|letter|statement|engaged|lived?|together|expires?|"
    r"due|deadline|appointment|last|since|exp|expiry|valid|version|score[ds]?|won|beat)\b",
    re.I,
)


def has_date_of_birth(reading: Reading) -> bool:
    """A date after a word of birth, or a full date that lies as far back as births do and is of nothing else."""
    text = reading.text
    if any(reading.found(_BORN, _BIRTH_WORDS)) or any(reading.found(_BIRTHDAY, _BIRTH_WORDS)):
        return True
    found = [match for match in _NUMERIC.finditer(text) if _is_old(match[1], match[3], match[4])]
    found += [match for match in _YEAR_FIRST.finditer(text) if _is_old(match[4], match[3], match[1])]
    if not reading.vocabulary.isdisjoint(MONTHS):
        found += [match for match in _SAID.finditer(text) if _OLDEST <= int(match["year"]) <= _YOUNGEST]
    return any(_stands_alone(text, match) for match in found)


def _is_old(day: str, month: str, year: str) -> bool:
    if len(year) == 2:
        return int(year) >= _EARLIEST_IN_SHORT and is_date(day, month, year)
    return _OLDEST <= int(year) <= _YOUNGEST and is_date(day, month, year)


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Is it the date of nothing that its sentence tells?"""
    before = text[max(0, match.start() - 80) : match.start()]
    after = text[match.end() : match.end() + 80]
    start = max(before.rfind(sign) for sign in _SENTENCE_END) + 1
    end = min((place for sign in _SENTENCE_END if (place := after.find(sign)) >= 0), default=len(after))
    before, after = before[start:], after[:end]
    return not (_OF_TIME.search(before) or _EVENT.search(before) or _EVENT.search(after))
