"""From what a man needs and roughly where he is to up to three signposts, each with its reasons. Pure.

First the hard filters, in which everything unknown means no; then one order. The area has the first word
in it, so that help runs out from where he is, except for a place to stay: the nearest refuge is seldom the
safest, and many will not take men from close by. Then come the needs it answers, whether it is made for men,
whether it is open now, the way of contact he prefers, his language, and how lately its contacts were checked.
Equals take turns by the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Literal, NamedTuple

from service_directory.areas import NATIONS, NORTHERN_IRELAND, SCOTLAND, UK, Areas
from service_directory.index import Entry, Hours, Index, Shelf
from service_directory.standards import day_in_london

__all__ = [
    "NEEDS",
    "Entry",
    "Hours",
    "Index",
    "Matches",
    "Query",
    "Reason",
    "Signpost",
    "explain",
    "match",
    "order_of_areas",
    "spoken_name",
]

NEEDS = ("talk", "stay", "police_legal", "children", "money", "health", "browsing")

ReasonKey = Literal[
    "why_area",
    "why_widened",
    "why_nation",
    "why_men_only",
    "why_open",
    "why_need",
    "why_contact",
    "why_language",
]

_RANK_OF_KIND: Mapping[str, int] = {"council": 0, "county": 1, "police": 1, "region": 2, "country": 3}
_RANK_OF_UK = 4
_PREFERENCES = 6
"""After the distance: needs, men, open now, way of contact, language, freshness."""
_SMALL = 64
"""In so many bits each one is looked at."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is known of a man's need. Everything but the moment may be unknown.

    `needs` of which one is enough (none: any service), `area` a GSS code, `at` an aware moment, `language`
    and `contact` what he prefers, `age` only if he chose to say.
    """

    needs: tuple[str, ...]
    area: str | None
    at: datetime
    language: str | None = None
    contact: str | None = None
    age: int | None = None

    @property
    def where(self) -> str | None:
        """The area he is in; None for the whole kingdom, which is to say as little as to say nothing."""
        return None if self.area == UK else self.area


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a service was chosen: a line the flow words (`key`) and its one value (an area's name, a need, the way of
    contact or the language that he prefers and it has).
    """

    key: ReasonKey
    value: str = ""


@dataclass(frozen=True, slots=True)
class Signpost:
    """A service to offer. `widened_to` is the code of the area it covers when that is wider than the one asked."""

    service_id: str
    reasons: tuple[Reason, ...]
    widened_to: str | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """Signposts, best first. `widened_to` is the code of the widest area that had to be looked in, if any had."""

    outcome: Literal["found", "widened", "none"]
    signposts: tuple[Signpost, ...] = ()
    widened_to: str | None = None


class _Placed(NamedTuple):
    """A shelf as one question looks at it: the area it is for and how far from him that is, those on it that the
    question is about, and what it asks after that, each as masks from best to worst.
    """

    shelf: Shelf
    area: str
    distance: int
    asked: int
    open_now: int
    preferences: tuple[tuple[int, ...], ...]


_Group = list[tuple[_Placed, int]]
"""Services that are equal so far: on which shelf, and which of those on it."""


def match(index: Index, query: Query, limit: int = 3) -> Matches:
    """The best services for a query, at most `limit`. The same query gives the same answer as long as it is the
    same day and the same services are open.

    An area that is not one of the index's finds nothing. Raises ValueError when `at` has no time zone.
    """
    day = day_in_london(query.at)
    ordered = (one for group in _by_distance(_placed(index, query), query) for one in _in_order(group, day))
    found = [_signpost(index, query, placed, place) for placed, place in islice(ordered, max(limit, 0))]
    if not found:
        return Matches("none")
    # Each comes from farther off than the one before it, or from as far.
    widest = next((one.widened_to for one in reversed(found) if one.widened_to is not None), None)
    return Matches("found" if widest is None else "widened", tuple(found), widest)


def explain(index: Index, query: Query, service_id: str) -> Signpost | None:
    """One service as `match` would give it for a query, however many are before it; None when it would not."""
    for placed in _placed(index, query):
        place = placed.shelf.place(service_id)
        if place is not None and placed.asked >> place & 1:
            return _signpost(index, query, placed, place)
    return None


def spoken_name(areas: Areas, code: str) -> str:
    """An area's name as it stands in a sentence ("covers ..."): never a police force's. Raises KeyError."""
    if code == UK:
        return "the UK"
    area = areas[code]
    if area.kind == "police" and area.nation in (SCOTLAND, NORTHERN_IRELAND):
        return areas[area.nation].name
    if area.kind == "region" and area.name not in ("London", "Yorkshire and The Humber"):
        return f"the {area.name}"
    return f"the {area.name} area" if area.name.endswith("Police") else area.name


def order_of_areas(areas: Areas, area: str | None) -> tuple[tuple[str, int], ...]:
    """The areas whose services surely serve him, with how far each is from him, nearest first.

    When nobody knows where he is, only what covers the kingdom surely does; what covers a nation may, and
    says which nation it is for.
    """
    if area is None:
        return ((UK, 0), *((nation, 1) for nation in NATIONS))
    if area not in areas:
        return ()
    ranked = [(code, _RANK_OF_UK if code == UK else _RANK_OF_KIND[areas[code].kind]) for code in areas.chain(area)]
    return tuple(sorted(ranked, key=lambda pair: pair[1]))


def _placed(index: Index, query: Query) -> list[_Placed]:
    """The shelves that the question is put to, nearest first; a service that stands on several counts by the first."""
    day = day_in_london(query.at)
    nation = index.areas.nation(query.where) if query.where is not None and query.where in index.areas else None
    placed: list[_Placed] = []
    nearer: list[Shelf] = []
    for area, distance in order_of_areas(index.areas, query.where):
        for shelf in index.shelves(area, wholes=area == query.where):
            today = shelf.on(day)
            needs = _by_needs(shelf, query.needs)
            asked = today.standing & needs[-1] & shelf.takes_age(query.age) & ~index.shared(shelf, nearer)
            nearer.append(shelf)
            if asked:
                open_now = today.open_at(query.at, nation)
                preferences = (
                    needs[:-1],
                    (shelf.men_only,),
                    (open_now,),
                    () if query.contact is None else (shelf.contacts.get(query.contact, 0),),
                    () if query.language is None else (shelf.languages.get(query.language, 0),),
                    today.fresh,
                )
                placed.append(_Placed(shelf, area, distance, asked, open_now, preferences))
    return placed


def _by_needs(shelf: Shelf, needs: Sequence[str]) -> tuple[int, ...]:
    """Those that answer all of the needs, those that answer all but one or more, and so on down to one or more.

    Without a need: all services.
    """
    if not needs:
        return (shelf.all,)
    at_least = [0] * len(needs)
    for before, need in enumerate(needs):
        mask = shelf.needs.get(need, 0)
        for count in range(before, 0, -1):
            at_least[count] |= at_least[count - 1] & mask
        at_least[0] |= mask
    return tuple(reversed(at_least))


def _by_distance(placed: Sequence[_Placed], query: Query) -> Iterator[_Group]:
    """Those asked about in groups that are equally far, nearest first.

    To a man who looks for somewhere to stay, all such places are as near as what is nearest.
    """
    distances = sorted({one.distance for one in placed})
    anywhere = [one.shelf.accommodation if _seeks_a_place(query) else 0 for one in placed]
    for distance in distances:
        group: _Group = []
        for one, homes in zip(placed, anywhere, strict=True):
            mask = one.asked & ~homes if one.distance == distance else 0
            if distance == distances[0]:
                mask |= one.asked & homes
            if mask:
                group.append((one, mask))
        if group:
            yield group


def _in_order(group: _Group, day: date) -> Iterator[tuple[_Placed, int]]:
    """Those of a group of equally near services, best first."""
    for equals in _equals(group, 0):
        yield from _in_turn(equals, day)


def _equals(group: _Group, preference: int) -> Iterator[_Group]:
    """A group parted by one preference after the other, best first, into those that nothing tells apart."""
    if preference == _PREFERENCES:
        yield group
        return
    rest = group
    for better in range(len(group[0][0].preferences[preference])):
        taken = _only((placed, mask & placed.preferences[preference][better]) for placed, mask in rest)
        if taken:
            yield from _equals(taken, preference + 1)
            rest = _only((placed, mask & ~placed.preferences[preference][better]) for placed, mask in rest)
        if not rest:
            return
    yield from _equals(rest, preference + 1)


def _only(parts: Iterable[tuple[_Placed, int]]) -> _Group:
    return [part for part in parts if part[1]]


def _in_turn(equals: _Group, day: date) -> Iterator[tuple[_Placed, int]]:
    """Equal services in an order that moves on by one each day, so that in as many days as they are each is first
    once. It moves on by one more after each round: seven services do not each keep their day of the week.
    """
    places = [(placed, mask, mask.bit_count()) for placed, mask in equals]
    total = sum(count for _, _, count in places)
    rounds, days = divmod(day.toordinal(), total)
    first = (rounds + days) % total
    before = 0
    later: list[tuple[_Placed, int, int]] = []
    for placed, mask, count in places:
        skipped = min(max(first - before, 0), count)
        before += count
        at = _place_of(mask, skipped) if skipped < count else mask.bit_length()
        if skipped:
            later.append((placed, mask, at))
        yield from ((placed, place) for place in _places(mask, at))
    for placed, mask, until in later:
        yield from ((placed, place) for place in _places(mask & ((1 << until) - 1), 0))


def _place_of(mask: int, number: int) -> int:
    """Where in a mask the bit stands that has so many set bits before it."""
    place = 0
    while (width := mask.bit_length()) > _SMALL:
        half = width // 2
        low = mask & ((1 << half) - 1)
        count = low.bit_count()
        if number < count:
            mask = low
        else:
            mask >>= half
            place += half
            number -= count
    for _ in range(number):
        mask &= mask - 1
    return place + (mask & -mask).bit_length() - 1


def _places(mask: int, start: int) -> Iterator[int]:
    """The places of the set bits of a mask from a place on."""
    mask >>= start
    place = start
    while mask:
        step = (mask & -mask).bit_length()
        yield place + step - 1
        place += step
        mask >>= step


def _seeks_a_place(query: Query) -> bool:
    """Whether a place to stay is what he asks for, somewhere he has named."""
    return query.where is not None and (not query.needs or "stay" in query.needs)


def _signpost(index: Index, query: Query, placed: _Placed, place: int) -> Signpost:
    entry = placed.shelf.entries[place]
    widened = query.where not in (None, placed.area) and not (entry.accommodation and _seeks_a_place(query))
    where: ReasonKey = "why_area"
    if placed.area == UK or placed.area in NATIONS:
        where = "why_nation"
    elif widened:
        where = "why_widened"
    reasons = [Reason(where, spoken_name(index.areas, placed.area))]
    if entry.men_only:
        reasons.append(Reason("why_men_only"))
    if placed.open_now >> place & 1:
        reasons.append(Reason("why_open"))
    if query.contact is not None and query.contact in entry.contacts:
        reasons.append(Reason("why_contact", query.contact))
    if query.language is not None and query.language in entry.languages:
        reasons.append(Reason("why_language", query.language))
    reasons.extend(Reason("why_need", need) for need in query.needs if need in entry.needs)
    return Signpost(entry.service_id, tuple(reasons), placed.area if widened else None)
