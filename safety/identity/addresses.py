"""Addresses: a number and a street, a flat, a box, a named house, or a street that he says he lives in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from safety.identity.reading import Reading, Word, listed
from safety.identity.vocabulary import is_ordinary, is_unknown

# Words that end the names of streets. Those in the second list are everyday words too, and need more around them.
_STREETS: Final = listed(
    """
    street st str road rd avenue ave av lane ln crescent cres cresent terrace terr tce gardens gdns grove mews wynd
    vennel brae brow boulevard blvd parade promenade esplanade croft fold garth ginnel vale dene heath loan quay
    wharf heights villas mansions towers buildings cottages bungalow cottage hse maisonette caravan
    """
)
_STREETS_THAT_ARE_WORDS: Final = listed(
    """
    close drive dr way court ct place pl square sq hill row park walk view rise green gate gates house tower flats
    gardens bank side end yard field fields meadow meadows wood bridge lodge farm apartments path approach circus
    cross bottom top
    """
)
# Between the number and the end of the street's name: no word that joins or counts.
_NEVER_BETWEEN: Final = listed(
    """
    a an the of or and in to at on up down off from by for with my her his our their your this that these those is
    was are were am pm it he she we they i you me him them us as if so but not no yes into onto out over past along
    across through under between behind before after until till than then when where who how why what which while
    because year years yr yrs month months week weeks wk wks day days night nights hour hours hr hrs minute minutes
    min mins second seconds mile miles km metre metres m ft foot feet inch inches yard yards kid kids child children
    son sons daughter daughters boy boys girl girls people person man men woman women time times bed beds bedroom
    bedrooms bedroomed room rooms pound pounds quid pence p k grand percent stone kg mg ml litre litres bottle
    bottles can cans pint pints fag fags beer beers drink drinks more less other different whole full half double
    single long short busy main quiet side back dead private council way ways door doors house houses flat flats car
    cars bus buses stop stops storey floor floors family crown county magistrates magistrate high-court supreme
    police social good bad nice big small new old close local empty star star's hot cold next last first of-the
    minor major few many some any every each all both o'clock oclock separate wrong right left plates plate dogs dog
    cats cat friends mates jobs job hits hit threw ran run walked walk drove
    """
) - {"high"}

_PARTS_OF_TOWNS: Final = listed("le la court hyde near very really earls earl's barons baron's")
_BUILT: Final = listed(
    """
    house court cottage farm lodge towers tower flats apartments mansions heights point hall barn
    """
)
_BUILT_OR_STREET: Final = _BUILT | listed("close drive way walk row")
_LIKE_STREETS: Final = frozenset(("close", "drive"))
_SHORT_TYPES: Final = listed("st dr pl ct sq av str")
STREETS: Final = _STREETS | _STREETS_THAT_ARE_WORDS | _BUILT
_MOST_NAMES = 3
"""The name of a street has at most as many words before its last."""

# A number that ends where the name of the street begins.
_NUMBER_BEFORE = re.compile(
    r"(?<![\d£$€.,:/\-])(?:\d{1,4} ?[a-h]?|\d{1,3}[/\-]\d{1,3}),? (?P<on>(?:on|in|at) )?(?P<the>the )?$", re.I
)
_LONGEST_NUMBER = 20
_IN_NAMES: Final = frozenset(("old", "new", "long", "little", "great", "big", "short", "back", "side"))
"""Words that are no part of a street's name unless they have a capital: "Old Kent Road"."""
_BEFORE_NAMES: Final = frozenset(("on", "in", "at", "the"))
_PARTING: Final = frozenset((" ", ", ", ". ", "-"))
"""What may stand between the words of a street's name: "St. Cuthbert's"."""
# The same read backwards, which is quickly seen not to fit: a figure, perhaps a letter, perhaps "on the".
_FIGURE_BEFORE = re.compile(r" (?:eht )?(?:(?:no|ni|ta) )?,?(?:[a-h] ?)?\d", re.I)
_LIVES: Final = listed(
    """
    live lives lived living stay stays staying house flat home place sleeping moved based address addy here come i'm im
    she's shes he's hes they're theyre round back send sent lodging hiding trapped locked stuck we're were is am number
    no nr at to
    """
)
"""Words shortly before a number that make it the number of a house."""
_SHORTLY = 24
_LIVING: Final = listed(
    "live lives lived living stay stays staying house flat home moved address based bungalow hiding im i'm i "
    "she's shes come"
)
_LIVES_ON_BEFORE = re.compile(
    r"\b(?:live|lives|lived|living|stay|stays|staying|house(?: is)?|flat(?: is)?|home(?: is)?|moved|"
    r"address(?: is|:)?|based|"
    r"bungalow|hiding|im|i'm|i am|she's|shes|come) (?:just |now |down |over |up |back )?"
    r"(?:(?:on|in|at|to|:) )?(?:the )?$",
    re.I,
)
_WELSH_STREETS: Final = listed(
    """
    heol ffordd stryd lon lôn maes bryn clos rhodfa rhiw cae cwrt llys tan pen ger parc trem gwaun coed dol
    """
)
_WELSH_BEFORE = re.compile(r"(?<![\d£])\d{1,4} ?[a-h]?,? $", re.I)
# "Rose Cottage, Mill Lane, Bakewell": a house that has a name, its street and its town, as on an envelope. Welsh
# houses are told by their streets: "Pen-y-Garth, Heol y Capel, Llanfechan".
_PART = r"[A-Z][\w'\-]{1,20}(?: [\w'\-]{1,20}){0,3}"
_OPENING = r"(?:^|[\n.!?:;] ?|\b(?i:live|living|stay|staying|am|at|in|to|is|i'm|im|it's|its) )"
_HOUSE_BEFORE = re.compile(
    rf"{_OPENING}(?:The )?(?:[A-Z][\w'\-]{{1,20}} ){{1,3}}(?i:cottages?|farm|farmhouse|lodge|barn|bungalow|villa|"
    r"grange|croft|rectory|vicarage|manor|house), (?:[A-Z][\w'\-]{1,20} ){1,3}$"
)
_WELSH_HOUSE_BEFORE = re.compile(rf"{_OPENING}(?P<house>{_PART}), $")
_TOWN_AFTER = re.compile(r",? [A-Z][\w\-]{2}")
_WELSH_TOWN_AFTER = re.compile(r"(?: [\w'\-]{1,20}){1,3}, [A-Z]")
_ENVELOPE = 100
_FLATS: Final = listed("flat apartment apt unit bedsit studio maisonette plot caravan pitch")
_FLAT = re.compile(
    r"(?:flat|apartment|apt|unit|bedsit|studio|maisonette|plot|caravan|pitch)\.? ?(?:no\.? ?|number )?"
    r"(?:\d{1,4} ?[a-h]?|[a-h]\d{0,2}|\d{1,2}[/\-]\d{1,2})"
    r"(?:,? (?:at |in |of |on )?(?P<next>\d{1,4}|[^\W\d_]++)(?: (?P<second>[^\W\d_]++))?)?\b",
    re.I,
)
_IN_BEFORE = re.compile(
    r"\b(?:live|lives|living|stay|staying|im|i'm|i am|address is|we're|address:?)(?: (?:in|at))? $", re.I
)
_ROOM = re.compile(
    r"room \d{1,4}[a-z]?,? (?:(?:at|in|of) )?(?:the |a )?(?:[\w&']++ ){0,2}?(?:travel ?lodge|premier inn|ibis|"
    r"holiday inn|hotel|"
    r"hostel|inn|lodge|guest ?house|b&b|bnb|ymca|britannia|novotel|motel)\b",
    re.I,
)
_BOX = re.compile(r"p\.? ?o\.? ?box (?:no\.? ?)?\d{1,6}\b|bfpo ?\d{1,4}\b", re.I)
_ADDRESS_IS = re.compile(r"(?:address|addy)(?: is|'s|s|:| =) (?P<rest>[^\n.!?]{3,60})", re.I)
_OTHER_ADDRESSES: Final = listed("email e-mail mail web ip website")
_HOUSES: Final = listed("house cottage farm bungalow place home flat block building boat")
_NAMED_HOUSE = re.compile(r"[a-z]++(?:'s| is)? (?:called|named) (?:the )?(?P<name>[^\W\d_]{2,40})", re.I)
_AT_A_NUMBER = re.compile(
    r"(?:(?:live|lives|living|stay|staying) at|address(?: is|:)|(?:house|door) number(?: is|:)?) (?:number |no\.? ?)?"
    r"\d{1,4}[a-h]?,? (?!am\b|pm\b|degrees\b|o'?clock\b)(?P<word>[^\W\d_]{3,40})",
    re.I,
)
_SEND_TO_A_NUMBER = re.compile(
    r"(?:i'?m|i am|we'?re|we are|she'?s|come|police|cops|ambulance|someone|somebody|help|round)"
    r"(?: (?:at|to|now|here|quick))? "
    r"(?:number |no\.? ?)?\d{1,4}[a-h]?,? (?P<word>[^\W\d_]{4,40})",
    re.I,
)
_SEND_WORDS: Final = listed("im i'm i we're we she's shes come police cops ambulance someone somebody help round")
_AT_WORDS: Final = listed("live lives living stay staying address house door")


def has_address(reading: Reading) -> bool:
    """A house or flat with its number and street, a box, a house by its name, or the street that somebody lives in."""
    return (
        any(_is_street(reading, index) for index in reading.places(STREETS))
        or any(_is_welsh(reading, index) for index in reading.places(_WELSH_STREETS))
        or any(_is_flat(reading.text, match) for match in reading.found(_FLAT, _FLATS))
        or any(reading.found(_ROOM, ("room",)))
        or any(reading.found(_BOX, ("p", "po", "bfpo")))
        or any(_is_address(reading, index) for index in reading.places(("address", "addy")))
        or any(match["name"][0].isupper() for match in reading.found(_NAMED_HOUSE, _HOUSES))
        or any(match["word"].casefold() not in _NEVER_BETWEEN for match in reading.found(_AT_A_NUMBER, _AT_WORDS))
        or any(_is_place(match["word"]) for match in reading.found(_SEND_TO_A_NUMBER, _SEND_WORDS))
    )


def _is_place(word: str) -> bool:
    return word.casefold() not in _NEVER_BETWEEN and is_unknown(word)


def _before(text: str, place: int, length: int) -> str:
    return text[max(0, place - length) : place]


def _is_street(reading: Reading, index: int) -> bool:
    """Does this word end the name of a street with a number, or of one that somebody lives in?"""
    text, last = reading.text, reading.words[index]
    if last.typed[0].isupper() and _is_on_an_envelope(text, last):
        return True
    lives = not reading.vocabulary.isdisjoint(_LIVING)
    for first in range(index, max(index - _MOST_NAMES, 0) - 1, -1):
        start, before = reading.words[first].start, reading.at(first - 1)
        between = text[before.end : start] if before else text[:start]
        names = reading.words[first:index]
        may_be_numbered = reading.has_digits and (
            before is None or len(before.lower) == 1 or before.lower in _BEFORE_NAMES or between not in _PARTING
        )
        if may_be_numbered and _is_numbered(reading, names, last, first):
            return True
        if lives and names and _is_lived_in(text, names, last):
            return True
        if before is None or between not in _PARTING:
            return False
        if before.lower in _NEVER_BETWEEN and not (before.lower in _IN_NAMES and before.typed[0].isupper()):
            return False
    return False


def _is_on_an_envelope(text: str, last: Word) -> bool:
    """A house by its name, its street, its town: each with a capital, and commas between."""
    if not _TOWN_AFTER.match(text, last.end):
        return False
    return _HOUSE_BEFORE.search(_before(text, last.start, _ENVELOPE)) is not None


def _is_numbered(reading: Reading, names: Sequence[Word], last: Word, first: int) -> bool:
    start = reading.words[first].start
    before = _before(reading.text, start, _LONGEST_NUMBER)
    number = _NUMBER_BEFORE.search(before) if _FIGURE_BEFORE.match(before[::-1]) else None
    if number is None:
        return False
    number_at = start - len(number[0])
    nearest = reading.words[max(0, first - 6) : first]
    lives = any(word.lower in _LIVES and number_at - _SHORTLY <= word.start < number_at for word in nearest)
    if number["on"] and not lives:
        return False
    if not names:
        return bool(number["the"]) and (lives or last.typed[0].isupper())
    if last.lower in _SHORT_TYPES and len(names) == 1 and is_ordinary(names[0].typed):
        return lives or names[0].typed[0].isupper()
    if last.lower in _STREETS and not number["the"]:
        return True
    return lives or _have_capitals(names, last) or not all(is_ordinary(name.typed) for name in names)


def _have_capitals(names: Sequence[Word], last: Word) -> bool:
    return all(word.typed[0].isupper() for word in (*names, last))


def _is_lived_in(text: str, names: Sequence[Word], last: Word) -> bool:
    """No number: the street that he lives in is an address, a part of a town ("Notting Hill") is not."""
    if last.lower not in _STREETS | _BUILT_OR_STREET or not _LIVES_ON_BEFORE.search(_before(text, names[0].start, 32)):
        return False
    if any(name.lower in _PARTS_OF_TOWNS or name.lower.endswith("'s") for name in names):
        return False
    if last.lower in _STREETS:
        return not all(is_ordinary(name.typed) and name.typed.islower() for name in names)
    if last.lower in _LIKE_STREETS and all(is_unknown(name.typed) for name in names):
        return True
    return _have_capitals(names, last) and not is_ordinary(names[0].typed)


def _is_welsh(reading: Reading, index: int) -> bool:
    """ "16 maes y dderwen": the kind of street comes first."""
    word, name = reading.words[index], reading.at(index + 1)
    if name is None or name.lower in _NEVER_BETWEEN:
        return False
    if word.typed[0].isupper() and _WELSH_TOWN_AFTER.match(reading.text, word.end):
        house = _WELSH_HOUSE_BEFORE.search(_before(reading.text, word.start, _ENVELOPE))
        if house and not is_ordinary(house["house"].split()[-1]):
            return True
    return _WELSH_BEFORE.search(_before(reading.text, word.start, 8)) is not None


def _is_flat(text: str, match: re.Match[str]) -> bool:
    """A flat with its house, or one that he lives in."""
    following, second = match["next"] or "", match["second"] or ""
    if following.casefold() in _NEVER_BETWEEN:
        return False
    if _IN_BEFORE.search(_before(text, match.start(), 16)):
        return True
    if following.isdecimal() or second.casefold() in STREETS:
        return True
    return following[:1].isupper() and not is_ordinary(following)


def _is_address(reading: Reading, index: int) -> bool:
    """ "My address is ...": with a number, or with the name of something."""
    cue, before = reading.words[index], reading.at(index - 1)
    match = _ADDRESS_IS.match(reading.text, cue.start)
    if match is None or (before and before.lower in _OTHER_ADDRESSES):
        return False
    first, *others = match["rest"].split()
    if first[0].isdecimal():
        return True
    if first.casefold() == "the" and others:
        first = others[0]
    return not is_ordinary(first) and any(word[0].isupper() for word in (first, *others))
