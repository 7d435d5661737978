"""Typed words about where he is, to the area they mean, or to a question back. Pure.

``find`` never guesses: a name that could be two places is asked about, a name that is like several is asked
about, and a name that is like none is unknown. It never answers anything finer than a council, and forgets
the words: nothing here stores or logs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from service_directory.gazetteer import MOST_CHOICES, Gazetteer, Meaning
from service_directory.misspelling import near
from service_directory.place_words import CUES, FILLERS, is_cued, is_elsewhere, name_key, read

__all__ = ["AreaFound", "Gazetteer", "Place", "find"]

# An outward code counts as lying in a council that holds this many thousandths of its postcodes.
MAIN_SHARE = 900
# A council with less than this is not worth offering.
OFFERED_SHARE = 20

# How sure a misspelt name must be: its length at least, its slips at most, the next area's slips this much more.
SURE_LENGTH = 6
SURE_COST = 1.0
LONG_LENGTH, LONG_COST = 9, 1.5
SURE_MARGIN = 1.0

# How often one question may look through all names for misspellings: what keeps a long message quick.
MOST_LOOKS = 4
# Words left over beside a place he named: with more than this, the message is about something else.
MOST_LEFT_OVER = 4

_OUTCODE = re.compile(r"[a-z]{1,2}[0-9][0-9a-z]?")
_POSTCODE_AREA = re.compile(r"[a-z]{1,2}")
_DIGITS = re.compile(r"[0-9][0-9a-z]?")


@dataclass(frozen=True, slots=True)
class AreaFound:
    """An area to answer with or to offer.

    When it is offered, ``name`` is the place he named ("Newport") and ``county`` what tells it from the others
    ("Isle of Wight", or the council where there is no county). When it is the answer, ``name`` is the area's.
    """

    code: str
    name: str
    county: str
    nation_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """``area``: exactly one; ``choose``: two to four, each a different area; ``unknown``: none."""

    outcome: Literal["area", "choose", "unknown"]
    areas: tuple[AreaFound, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name among his words: from ``start`` up to ``end``."""

    start: int
    end: int
    name: str


UNKNOWN = Place("unknown")


def find(gazetteer: Gazetteer, words: str) -> Place:
    """Where ``words`` say he is. Never raises, whatever was typed."""
    typed = read(words)
    said = " ".join(typed)
    bare = name_key(said)
    if not typed or bare in gazetteer.unsaid or bare in gazetteer.elsewhere:
        return UNKNOWN
    if bare in gazetteer.names:
        return _answer(gazetteer, gazetteer.names[bare])
    outcode = _by_outcode(gazetteer, typed)
    if outcode is not None:
        return outcode
    mentions = _mentions(gazetteer, typed)
    matter = _that_matter(typed, mentions)
    core = " ".join(typed[place] for place in matter)
    if core in gazetteer.unsaid or core in gazetteer.elsewhere:
        return UNKNOWN
    run = core.replace(" ", "")
    if run in gazetteer.runs and not any(is_elsewhere(typed, mention.start) for mention in mentions):
        return _answer(gazetteer, gazetteer.runs[run])
    if mentions:
        return _by_mentions(gazetteer, typed, mentions, matter)
    return _by_likeness(gazetteer, typed, matter)


# --- outward codes ---------------------------------------------------------------------------------------


def _by_outcode(gazetteer: Gazetteer, typed: list[str]) -> Place | None:
    """The first outward code among his words; None when there is none."""
    for place, word in enumerate(typed):
        if _OUTCODE.fullmatch(word) and not (place and typed[place - 1] == "the"):
            if word in gazetteer.outcodes:
                return _outcode_answer(gazetteer, word)
            # "LS66" is none, but only Leeds and its neighbours have codes like it.
            councils = gazetteer.postcode_areas.get(word[: 1 + word[1].isalpha()], ())
            if len(typed) - place <= MOST_LEFT_OVER and councils:
                return _answer(gazetteer, [_council(gazetteer, code) for code in councils], sure=False)
    for place, (letters, digits) in enumerate(zip(typed, typed[1:], strict=False)):
        # Apart ("ls 6") it may be chance ("me 2 kids"): only alone or after "in" and the like.
        alone = all(word in FILLERS for word in (*typed[:place], *typed[place + 2 :]))
        if (
            _POSTCODE_AREA.fullmatch(letters)
            and _DIGITS.fullmatch(digits)
            and letters + digits in gazetteer.outcodes
            and ((alone and place + 2 == len(typed)) or is_cued(typed, place))
        ):
            return _outcode_answer(gazetteer, letters + digits)
    return None


def _council(gazetteer: Gazetteer, code: str) -> Meaning:
    return Meaning(code, gazetteer.areas[code].name, 0)


def _outcode_answer(gazetteer: Gazetteer, outcode: str) -> Place:
    shares = gazetteer.outcodes[outcode]
    if shares[0][1] >= MAIN_SHARE:
        return _answer(gazetteer, [_council(gazetteer, shares[0][0])])
    offered = [code for code, share in shares if share >= OFFERED_SHARE]
    return _answer(gazetteer, [_council(gazetteer, code) for code in offered])


# --- names among his words -------------------------------------------------------------------------------


def _mentions(gazetteer: Gazetteer, typed: list[str]) -> list[_Mention]:
    """The names among his words, longest first at each word."""
    mentions: list[_Mention] = []
    place = 0
    while place < len(typed):
        for length in range(min(gazetteer.longest_name, len(typed) - place), 0, -1):
            name = " ".join(typed[place : place + length])
            if name in gazetteer.names and not (length == 1 and name in FILLERS):
                mentions.append(_Mention(place, place + length, name))
                place += length
                break
        else:
            place += 1
    return mentions


def _that_matter(typed: list[str], mentions: list[_Mention]) -> list[int]:
    """Which of his words are not only said around a place."""
    named = {place for mention in mentions for place in range(mention.start, mention.end)}
    return [place for place, word in enumerate(typed) if place in named or word not in FILLERS]


def _by_mentions(gazetteer: Gazetteer, typed: list[str], mentions: list[_Mention], matter: list[int]) -> Place:
    named = {place for mention in mentions for place in range(mention.start, mention.end)}
    left_over = [place for place in matter if place not in named]
    if left_over and len(matter) <= MOST_LEFT_OVER:
        # "milton kenes" holds the name Milton, but all its words together are nearly another name.
        whole = "".join(typed[place] for place in matter)
        better = _look(gazetteer, whole)
        if better is not None and better.outcome == "area":
            return better
    kept = [
        mention
        for mention in mentions
        if not is_elsewhere(typed, mention.start)
        and (
            not left_over
            or is_cued(typed, mention.start)
            or (mention.name not in gazetteer.everyday and len(left_over) <= MOST_LEFT_OVER)
        )
    ]
    if not kept:
        return UNKNOWN
    narrowed = _narrowed(gazetteer, kept)
    if len(narrowed) > 1 and left_over:
        narrowed = _narrowed_by_misspelt(gazetteer, narrowed, [typed[place] for place in left_over])
    return _answer(gazetteer, narrowed)


def _narrowed(gazetteer: Gazetteer, mentions: list[_Mention]) -> list[Meaning]:
    """What the names mean together: "Newport, Isle of Wight" is one place, "Leeds or York" are two."""
    best: list[Meaning] | None = None
    for mention in mentions:
        scopes = [gazetteer.scope(other.name) for other in mentions if other.name != mention.name]
        fits = [
            meaning
            for meaning in gazetteer.names[mention.name]
            if all(not scope.isdisjoint(gazetteer.areas.councils(meaning.area)) for scope in scopes)
        ]
        if fits and (best is None or _size(gazetteer, fits) < _size(gazetteer, best)):
            best = fits
    if best is not None:
        return best
    # Nothing fits all of it: the first meaning of each name, then the second of each, is asked about.
    meanings = [gazetteer.names[mention.name] for mention in mentions]
    most = max(len(each) for each in meanings)
    return [each[rank] for rank in range(most) for each in meanings if rank < len(each)]


def _size(gazetteer: Gazetteer, meanings: Iterable[Meaning]) -> int:
    return sum(len(gazetteer.areas.councils(meaning.area)) for meaning in meanings)


def _narrowed_by_misspelt(gazetteer: Gazetteer, meanings: list[Meaning], left_over: list[str]) -> list[Meaning]:
    """``meanings`` in the county, council or nation that one of the left-over words nearly names."""
    for word in islice((word for word in left_over if len(word) > 3), MOST_LOOKS):
        for _, run in near(word, gazetteer.by_length)[:3]:
            councils = frozenset().union(*(gazetteer.areas.councils(meaning.area) for meaning in gazetteer.runs[run]))
            fits = [one for one in meanings if not councils.isdisjoint(gazetteer.areas.councils(one.area))]
            if fits:
                return fits
    return meanings


# --- misspelt names --------------------------------------------------------------------------------------


def _by_likeness(gazetteer: Gazetteer, typed: list[str], matter: list[int]) -> Place:
    if not matter:
        return UNKNOWN
    words = [typed[place] for place in matter]
    if len(words) <= MOST_LEFT_OVER:
        head = gazetteer.heads.get(" ".join(words))
        if head is not None:
            return _answer(gazetteer, head)
        whole = _look(gazetteer, "".join(words))
        if whole is not None:
            return whole
    looks = 0
    for span in _spans(typed, matter):
        if looks == MOST_LOOKS - 1:
            break
        looks += 1
        part = _look(gazetteer, span)
        if part is not None:
            return part
    return UNKNOWN


def _spans(typed: list[str], matter: list[int]) -> Iterable[str]:
    """Runs of words that may be a misspelt name: after "in" and the like, else any of a short message."""
    seen = set()
    short = len(matter) <= MOST_LEFT_OVER
    for length in (2, 1):
        for first in range(len(matter) - length + 1):
            places = matter[first : first + length]
            cued = is_cued(typed, places[0])
            span = "".join(typed[place] for place in places)
            if (short or cued) and len(places) < len(matter) and len(span) >= SURE_LENGTH and span not in seen:
                seen.add(span)
                yield span


def _look(gazetteer: Gazetteer, run: str) -> Place | None:
    """What ``run`` nearly names: the area when it is sure, a question when it is not, None when nothing."""
    found = near(run, gazetteer.by_length)
    if not found:
        return None
    nearest = gazetteer.runs[found[0][1]]
    areas = {meaning.area for meaning in nearest}
    next_cost = next((cost for cost, name in found if any(one.area not in areas for one in gazetteer.runs[name])), 99.0)
    cost = found[0][0]
    sure = (len(run) >= SURE_LENGTH and cost <= SURE_COST) or (len(run) >= LONG_LENGTH and cost <= LONG_COST)
    if sure and next_cost - cost >= SURE_MARGIN:
        return _answer(gazetteer, nearest)
    meanings = [meaning for _, name in found for meaning in gazetteer.runs[name]]
    return _answer(gazetteer, meanings, sure=False)


# --- answers ---------------------------------------------------------------------------------------------


def _answer(gazetteer: Gazetteer, meanings: Sequence[Meaning], *, sure: bool = True) -> Place:
    """One area, or up to four to choose from, in the order given; one that is not sure is no answer."""
    different = {meaning.area: meaning for meaning in reversed(meanings)}
    chosen = [meaning for meaning in dict.fromkeys(meanings) if different.get(meaning.area) is meaning]
    if len(chosen) == 1:
        return Place("area", (_found(gazetteer, chosen[0].area),)) if sure else UNKNOWN
    offered = [_offered(gazetteer, meaning) for meaning in chosen[:MOST_CHOICES]]
    return Place("choose", tuple(_told_apart(gazetteer, offered)))


def _found(gazetteer: Gazetteer, code: str) -> AreaFound:
    area = gazetteer.areas[code]
    return AreaFound(code, area.name, area.county, _nation_name(gazetteer, code))


def _nation_name(gazetteer: Gazetteer, code: str) -> str:
    nation = gazetteer.areas.nation(code)
    return gazetteer.areas[nation].name if nation else ""


def _offered(gazetteer: Gazetteer, meaning: Meaning) -> AreaFound:
    area = gazetteer.areas[meaning.area]
    county = area.county or ("" if meaning.shown == area.name else area.name)
    return AreaFound(area.code, meaning.shown, county, _nation_name(gazetteer, area.code))


def _told_apart(gazetteer: Gazetteer, offered: list[AreaFound]) -> Iterable[AreaFound]:
    """Two that would read the same get their council, or what kind of area they are, behind the name."""
    labels = [(one.name, one.county, one.nation_name) for one in offered]
    for one, label in zip(offered, labels, strict=True):
        if labels.count(label) == 1:
            yield one
            continue
        area = gazetteer.areas[one.code]
        more = area.name if area.name != one.name else area.kind
        yield AreaFound(one.code, f"{one.name} ({more})", one.county, one.nation_name)
