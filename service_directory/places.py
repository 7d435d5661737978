"""Typed words about where he is, to the area they mean, or to a question back. Pure.

``find`` never guesses: a name that could be two places is asked about, a name that is like several is asked
about, and a name that is like none is unknown. It never answers anything finer than a council, and forgets
the words: nothing here stores or logs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise

from service_directory.gazetteer import Gazetteer, Meaning, likely
from service_directory.misspelling import near
from service_directory.place_answers import UNKNOWN, AreaFound, Place, answer
from service_directory.place_likeness import bigger_namesakes, look
from service_directory.place_words import FILLERS, NAME_PARTS, is_cued, is_elsewhere, name_key, read

__all__ = ["AreaFound", "Gazetteer", "Place", "find"]

# An outward code lies in the council that holds this many thousandths of its postcodes, if one does.
MAIN_SHARE = 900
# A council with less than this is not worth offering.
OFFERED_SHARE = 20

# How often one question may look through all names for misspellings: what keeps a long message quick.
MOST_LOOKS = 3
# A message with more words than this that are not said around a place is about something else.
MOST_THAT_MATTER = 4
# With as many letters to each slip, all he typed is likelier to be a name than a part of it is.
NEARLY = 7
# What the slips of a word in a longer message may cost.
PART_COST = 1.0
# A place with fewer people that stands beside a word we do not know may be part of a longer name.
KNOWN_BY_ITSELF = 20_000

_OUTCODE = re.compile(r"[a-z]{1,2}[0-9][0-9a-z]?")
_POSTCODE_AREA = re.compile(r"[a-z]{1,2}")
_DISTRICT = re.compile(r"[0-9][0-9a-z]?")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name among his words: from ``start`` up to ``end``."""

    start: int
    end: int
    name: str


def find(gazetteer: Gazetteer, words: str) -> Place:
    """Where ``words`` say he is. Never raises, whatever was typed."""
    typed = read(words)
    whole = name_key(" ".join(typed))
    if not typed or whole in gazetteer.unsaid or whole in gazetteer.elsewhere:
        return UNKNOWN
    if whole in gazetteer.names:
        return _by_name(gazetteer, whole.replace(" ", ""))
    outcode = _by_outcode(gazetteer, typed)
    if outcode is not None:
        return outcode
    mentions = _mentions(gazetteer, typed)
    matter = _that_matter(typed, mentions)
    core = name_key(" ".join(typed[place] for place in matter))
    if not matter or core in gazetteer.unsaid or core in gazetteer.elsewhere:
        return UNKNOWN
    kept = [mention for mention in mentions if not is_elsewhere(typed, mention.start)]
    if mentions and not kept:
        return UNKNOWN
    if len(kept) == len(mentions) and core.replace(" ", "") in gazetteer.runs:
        return _by_name(gazetteer, core.replace(" ", ""))
    if kept:
        return _by_mentions(gazetteer, typed, kept, matter)
    return _by_likeness(gazetteer, typed, matter)


def _by_name(gazetteer: Gazetteer, run: str) -> Place:
    return answer(gazetteer, [*likely(gazetteer.runs[run]), *bigger_namesakes(gazetteer, run)])


# --- outward codes ---------------------------------------------------------------------------------------


def _by_outcode(gazetteer: Gazetteer, typed: list[str]) -> Place | None:
    """The first outward code among his words; None when there is none."""
    for place, word in enumerate(typed):
        # "the m1" is a road.
        if _OUTCODE.fullmatch(word) and not (place and typed[place - 1] == "the"):
            if word in gazetteer.outcodes:
                return _outcode_answer(gazetteer, word)
            # "LS66" is none, but only Leeds and its neighbours have codes like it.
            councils = gazetteer.postcode_areas.get(word[: 1 + word[1].isalpha()])
            if len(typed) <= MOST_THAT_MATTER and councils:
                return answer(gazetteer, [_council(gazetteer, code) for code in councils], sure=False)
    for place, (letters, district) in enumerate(pairwise(typed)):
        # Apart ("ls 6") it may be chance ("me 2 kids"): only alone or after "in" and the like.
        alone = place + 2 == len(typed) and all(word in FILLERS for word in typed[:place])
        if (
            _POSTCODE_AREA.fullmatch(letters)
            and _DISTRICT.fullmatch(district)
            and letters + district in gazetteer.outcodes
            and (alone or is_cued(typed, place))
        ):
            return _outcode_answer(gazetteer, letters + district)
    return None


def _council(gazetteer: Gazetteer, code: str) -> Meaning:
    return Meaning(code, gazetteer.areas[code].name, 0)


def _outcode_answer(gazetteer: Gazetteer, outcode: str) -> Place:
    shares = gazetteer.outcodes[outcode]
    if shares[0][1] >= MAIN_SHARE:
        shares = shares[:1]
    offered = [code for code, share in shares if share >= OFFERED_SHARE]
    return answer(gazetteer, [_council(gazetteer, code) for code in offered])


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


def _named(mentions: Iterable[_Mention]) -> set[int]:
    return {place for mention in mentions for place in range(mention.start, mention.end)}


def _that_matter(typed: list[str], mentions: list[_Mention]) -> list[int]:
    """Which of his words are not only said around a place."""
    named = _named(mentions)
    return [place for place, word in enumerate(typed) if place in named or word not in FILLERS]


def _by_mentions(gazetteer: Gazetteer, typed: list[str], mentions: list[_Mention], matter: list[int]) -> Place:
    named = _named(mentions)
    left_over = [place for place in matter if place not in named]
    together = _together(gazetteer, mentions)
    if together and not left_over:
        return answer(gazetteer, likely(together) if len(mentions) == 1 else together)
    cued = [mention for mention in mentions if is_cued(typed, mention.start)]
    if len(mentions) + len(left_over) > MOST_THAT_MATTER:
        return answer(gazetteer, _meanings(gazetteer, cued)) if cued else UNKNOWN
    # "milton kenes" holds the name Milton, but all its words together are nearly another name.
    run = "".join(typed[matter[0] : matter[-1] + 1])
    whole = look(gazetteer, run)
    if whole is not None and whole.cost <= len(run) / NEARLY:
        meanings = whole.meanings if whole.sure else (*whole.meanings, *_meanings(gazetteer, mentions))
        return answer(gazetteer, meanings, sure=whole.sure)
    wide = [mention for mention in mentions if gazetteer.is_wide(mention.name)]
    if wide:
        return _inside(gazetteer, typed, mentions, wide, matter)
    if not left_over:
        return answer(gazetteer, _meanings(gazetteer, mentions))
    if not cued:
        mentions = [mention for mention in mentions if mention.name not in gazetteer.everyday]
    return _with_left_over(gazetteer, typed, mentions, left_over) if mentions else UNKNOWN


def _inside(
    gazetteer: Gazetteer, typed: list[str], mentions: list[_Mention], wide: list[_Mention], matter: list[int]
) -> Place:
    """A county or the like, and words beside it that may be a misspelt name of a place in it."""
    scope = frozenset[str]().union(*(gazetteer.scope(mention.name) for mention in wide))
    named = _named(wide)
    rest = look(gazetteer, "".join(typed[place] for place in matter if place not in named), scope)
    if rest is not None and rest.sure:
        return answer(gazetteer, rest.meanings)
    meanings = _meanings(gazetteer, mentions)
    if rest is not None:
        return answer(gazetteer, [*rest.meanings, *meanings])
    return answer(gazetteer, [*meanings, *_beside(gazetteer, meanings, scope)])


def _with_left_over(gazetteer: Gazetteer, typed: list[str], mentions: list[_Mention], left_over: list[int]) -> Place:
    """A short message with a town in it and words we do not know, which may belong to its name."""
    meanings = _meanings(gazetteer, mentions)
    if len(mentions) == 1:
        meanings = likely(meanings)
    narrowed = _narrowed_by_misspelt(gazetteer, meanings, "".join(typed[place] for place in left_over))
    if len(narrowed) < len(meanings):
        return answer(gazetteer, narrowed)
    known = max(one.people for one in meanings) >= KNOWN_BY_ITSELF
    part = any(typed[place] in NAME_PARTS for place in left_over)
    return answer(gazetteer, meanings, sure=known and not part)


def _beside(gazetteer: Gazetteer, meanings: list[Meaning], scope: frozenset[str]) -> list[Meaning]:
    """The councils that people count to a county and that are not part of it, such as Derby of Derbyshire."""
    inside = {code for one in meanings for code in gazetteer.areas.councils(one.area)}
    return [_council(gazetteer, code) for code in sorted(scope - inside)]


def _together(gazetteer: Gazetteer, mentions: list[_Mention]) -> list[Meaning]:
    """What all the names mean as one place ("Newport, Isle of Wight"); nothing when they cannot be one."""
    best: list[Meaning] = []
    for mention in mentions:
        scopes = [gazetteer.scope(other.name) for other in mentions if other.name != mention.name]
        fits = [
            meaning
            for meaning in gazetteer.names[mention.name]
            if all(not scope.isdisjoint(gazetteer.areas.councils(meaning.area)) for scope in scopes)
        ]
        if fits and (not best or _size(gazetteer, fits) < _size(gazetteer, best)):
            best = fits
    return best


def _meanings(gazetteer: Gazetteer, mentions: list[_Mention]) -> list[Meaning]:
    """What the names mean together, or else the first meaning of each, then the second of each, and so on."""
    together = _together(gazetteer, mentions)
    if together:
        return together
    meanings = [gazetteer.names[mention.name] for mention in mentions]
    most = max(len(each) for each in meanings)
    return [each[rank] for rank in range(most) for each in meanings if rank < len(each)]


def _size(gazetteer: Gazetteer, meanings: Iterable[Meaning]) -> int:
    return sum(len(gazetteer.areas.councils(meaning.area)) for meaning in meanings)


def _narrowed_by_misspelt(gazetteer: Gazetteer, meanings: list[Meaning], rest: str) -> list[Meaning]:
    """Those of ``meanings`` that lie in the county or nation that ``rest`` nearly names; all when in none."""
    for _, name in near(rest, gazetteer.wide):
        councils = {code for one in gazetteer.runs[name] for code in gazetteer.areas.councils(one.area)}
        fits = [one for one in meanings if not councils.isdisjoint(gazetteer.areas.councils(one.area))]
        if fits:
            return fits
    return meanings


# --- misspelt names --------------------------------------------------------------------------------------


def _by_likeness(gazetteer: Gazetteer, typed: list[str], matter: list[int]) -> Place:
    spans: dict[str, bool] = {}
    for span, is_all in _spans(typed, matter):
        spans.setdefault(span, is_all)
    for span, is_all in islice(spans.items(), MOST_LOOKS):
        if span in gazetteer.heads:
            return answer(gazetteer, gazetteer.heads[span], sure=False)
        nearly = look(gazetteer, span.replace(" ", ""))
        if nearly is not None and (is_all or nearly.cost <= PART_COST):
            return answer(gazetteer, nearly.meanings, sure=nearly.sure)
    return UNKNOWN


def _spans(typed: list[str], matter: list[int]) -> Iterable[tuple[str, bool]]:
    """What may be a misspelt name, likeliest first: all of a short message, then what comes after "in".

    With each whether it is all he said.
    """
    if len(matter) <= MOST_THAT_MATTER:
        yield " ".join(typed[matter[0] :]), True
        yield " ".join(typed[matter[0] : matter[-1] + 1]), True
        yield " ".join(typed[place] for place in matter), True
    for place in matter:
        if is_cued(typed, place):
            yield typed[place], False
            yield " ".join(typed[place : place + 2]), False
