"""What misspelt words nearly name, and whether that is sure enough to answer with. Pure.

Sure means: close, nothing else near it, and a place that many people live in. There are tens of thousands of
hamlets that no open table holds, so a word that is close to a small village may well be another village.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from service_directory.gazetteer import Gazetteer, Meaning
from service_directory.misspelling import near

# How close is sure: (letters at least, cost at most, people at least).
_SURE = (
    (6, 0.5, 3_000),
    (6, 1.0, 30_000),
    (8, 1.0, 10_000),
    (11, 1.0, 3_000),
    (11, 1.5, 50_000),
    (13, 2.0, 20_000),
)
# How much dearer the next other area must be.
_MARGIN = 0.75
# With fewer letters to each slip than this, it is another word and no misspelt name.
_LETTERS_A_SLIP = 3.2
# Names dearer than the nearest by more than this are not offered with it.
_OFFERED_WITHIN = 1.5
# What ten times the people are worth, in slips, when it comes to what is offered first.
_TENFOLD = 0.25


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a run of letters nearly names, likeliest first, and what the slips of the nearest name cost."""

    meanings: tuple[Meaning, ...]
    sure: bool
    cost: float


def look(gazetteer: Gazetteer, run: str, within: frozenset[str] | None = None) -> Likeness | None:
    """What ``run`` (letters without spaces) nearly names; None when nothing.

    ``within`` are councils: then only names in them count, and less is asked to be sure, because the county he
    named beside it says so too.
    """
    found = _near(gazetteer, run, within)
    if not found or found[0][0] > len(run) / _LETTERS_A_SLIP:
        return None
    cost, nearest = found[0]
    areas = {meaning.area for meaning in nearest}
    next_cost = next((other for other, rest in found if any(one.area not in areas for one in rest)), 99.0)
    people = max(meaning.people for meaning in nearest)
    sure = any(len(run) >= letters and cost <= most and people >= least for letters, most, least in _SURE)
    if within is not None:
        sure = sure or (len(run) >= 5 and cost <= 1.0)
    if sure and run not in gazetteer.everyday and next_cost - cost >= _MARGIN:
        return Likeness(tuple(nearest), True, cost)
    offered = [
        (other - _TENFOLD * log10(one.people + 10), one)
        for other, rest in found
        if other <= cost + _OFFERED_WITHIN
        for one in rest
    ]
    offered.sort(key=lambda pair: (pair[0], pair[1].area))
    meanings = [one for _, one in offered]
    return Likeness(tuple(meanings), False, cost)


def _near(gazetteer: Gazetteer, run: str, within: frozenset[str] | None) -> list[tuple[float, tuple[Meaning, ...]]]:
    found = []
    for cost, name in near(run, gazetteer.spellings):
        meanings = tuple(
            one
            for one in gazetteer.runs[name]
            if within is None or not within.isdisjoint(gazetteer.areas.councils(one.area))
        )
        if meanings:
            found.append((cost, meanings))
    return found


def bigger_namesakes(gazetteer: Gazetteer, run: str) -> list[Meaning]:
    """Towns with a name that is one likely slip from ``run``, itself the name of a much smaller place."""
    people = max(one.people for one in gazetteer.runs[run])
    if people >= 3_000 or len(run) < 5:
        return []
    return [
        one
        for cost, name in near(run, gazetteer.spellings)
        if 0 < cost <= 1.0
        for one in gazetteer.runs[name]
        if one.people >= 10_000 and one.people >= 10 * people
    ]
