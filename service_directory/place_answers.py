"""What a question about a place is answered with: one area, a choice of two to four, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service_directory.areas import UK
from service_directory.gazetteer import MOST_CHOICES, Gazetteer, Meaning


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


UNKNOWN = Place("unknown")


def answer(gazetteer: Gazetteer, meanings: Sequence[Meaning], *, sure: bool = True) -> Place:
    """The one area that ``meanings`` have, or up to four to choose from, in the order given.

    When it is not ``sure``, one area alone would be a guess: it is offered with the nation that holds it, so
    that "not quite, but in England" has a button too.
    """
    different: dict[str, Meaning] = {}
    for meaning in meanings:
        different.setdefault(meaning.area, meaning)
    if not different:
        return UNKNOWN
    if len(different) == 1:
        code = next(iter(different))
        if sure or code == UK:
            return Place("area", (_found(gazetteer, code),))
        nation = gazetteer.areas.nation(code)
        wider = nation if nation != code else UK
        different[wider] = Meaning(wider, gazetteer.areas[wider].name, 0)
    offered = [_offered(gazetteer, meaning) for meaning in list(different.values())[:MOST_CHOICES]]
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


def _told_apart(gazetteer: Gazetteer, offered: Iterable[AreaFound]) -> Iterator[AreaFound]:
    """Two that would read the same get their council, or what kind of area they are, behind the name."""
    offered = list(offered)
    labels = [(one.name, one.county, one.nation_name) for one in offered]
    for one, label in zip(offered, labels, strict=True):
        if labels.count(label) == 1:
            yield one
            continue
        area = gazetteer.areas[one.code]
        more = area.name if area.name != one.name else area.kind
        yield AreaFound(one.code, f"{one.name} ({more})", one.county, one.nation_name)
