"""The same question answered by looking at every service and sorting them: what the index is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from service_directory.areas import Areas
from service_directory.hours import nations_of, opening_at
from service_directory.index import FAIR_DAYS, FRESH_DAYS, Entry
from service_directory.matching import Query, order_of_areas
from service_directory.standards import day_in_london

_Key = tuple[int | bool, ...]


def scan(areas: Areas, entries: Sequence[Entry], query: Query, limit: int = 3) -> list[str]:
    """The ids of the best services for a query, best first. `entries` stand in the order of an index."""
    day = day_in_london(query.at)
    distances = _distances(areas, query)
    kept = [(entry, where) for entry in entries if (where := _where(areas, entry, query, distances))]
    nearest = min((distance for _, (distance, _) in kept), default=0)
    homes = query.where is not None and (not query.needs or "stay" in query.needs)
    keyed: list[tuple[_Key, int, str]] = []
    for entry, (distance, shelf) in kept:
        away = nearest if homes and entry.accommodation else distance
        keyed.append((_key(entry, query, away), shelf, entry.service_id))
    # The sort is stable, so that equals keep the order in which they were given.
    keyed.sort(key=itemgetter(0, 1))
    found: list[str] = []
    for _, group in groupby(keyed, key=itemgetter(0)):
        equals = [service_id for _, _, service_id in group]
        rounds, days = divmod(day.toordinal(), len(equals))
        first = (rounds + days) % len(equals)
        found += equals[first:] + equals[:first]
        if len(found) >= limit:
            break
    return found[:limit]


def _distances(areas: Areas, query: Query) -> dict[str, tuple[int, int]]:
    """How far each area is, and which shelf it is when the shelves are counted from the nearest."""
    ordered = order_of_areas(areas, query.where)
    return {code: (distance, 2 * place) for place, (code, distance) in enumerate(ordered)}


def _where(areas: Areas, entry: Entry, query: Query, distances: dict[str, tuple[int, int]]) -> tuple[int, int] | None:
    """How far a service is and the shelf it stands on; None when it does not answer the question."""
    if entry.verdict(day_in_london(query.at)) is None or not entry.takes_age(query.age):
        return None
    if query.needs and entry.needs.isdisjoint(query.needs):
        return None
    named = [(distances[code][1], distances[code][0]) for code in entry.areas if code in distances]
    if query.where is not None and query.where not in entry.areas and _names_all_of(areas, query.where, entry.areas):
        named.append((1, distances[query.where][0]))
    if not named:
        return None
    shelf, distance = min(named)
    return distance, shelf


def _names_all_of(areas: Areas, area: str, codes: Iterable[str]) -> bool:
    """Whether a service covers an area by naming all the parts of it, rather than something wider."""
    asked = set(areas.councils(area)) if area in areas else set()
    if not asked:
        return False
    parts = [set(areas.councils(code)) for code in codes]
    return any(part <= asked for part in parts) and asked <= set().union(*parts)


def _key(entry: Entry, query: Query, distance: int) -> _Key:
    day = day_in_london(query.at)
    is_open = entry.hours is not None and (
        opening_at(
            entry.hours.notation, query.at, nations=nations_of(entry.areas), checked_on=entry.hours.checked_on
        ).is_open
    )
    age = None if entry.checked_on is None else (day - entry.checked_on).days
    return (
        distance,
        -sum(need in entry.needs for need in query.needs),
        not entry.men_only,
        not is_open,
        query.contact is not None and query.contact not in entry.contacts,
        query.language is not None and query.language not in entry.languages,
        3 if age is None else 0 if age <= FRESH_DAYS else 1 if age <= FAIR_DAYS else 2,
    )
