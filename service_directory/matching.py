"""From what a man needs and roughly where he is to up to three signposts, each with its reasons. Pure.

First the hard filters, in which everything unknown means no; then one order. The area has the first word
in it, so that help runs out from where he is, except for a place to stay: the nearest refuge is seldom the
safest, and many will not take men from close by.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from service_directory.areas import NATIONS, NORTHERN_IRELAND, SCOTLAND, UK, Areas
from service_directory.hours import nations_of, opening_at
from service_directory.standards import Spell, Verdict, day_in_london

NEEDS = ("talk", "stay", "police_legal", "children", "money", "health", "browsing")

ReasonKey = Literal["why_area", "why_widened", "why_nation", "why_men_only", "why_open", "why_need"]

_NEAREST = 0
_RANK_OF_KIND = {"council": 0, "county": 1, "police": 1, "region": 2, "country": 3}
_RANK_OF_UK = 4
_FRESH_DAYS, _FAIR_DAYS = 31, 92


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours in the notation of hours.py, and the day somebody last checked them."""

    notation: str
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A service as the index knows it. `spells` are the days on which the rule holds for it."""

    service_id: str
    needs: frozenset[str]
    areas: frozenset[str]
    men_only: bool
    accommodation: bool
    spells: tuple[Spell, ...]
    hours: Hours | None = None
    contacts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    minimum_age: int | None = None
    maximum_age: int | None = None
    checked_on: date | None = None

    def verdict(self, on: date) -> Verdict | None:
        """The rule's answer on a day; None when the service does not meet it then."""
        return next((spell.verdict for spell in self.spells if spell.first <= on <= spell.last), None)


class Index:
    """All that matching needs of a directory at one revision. Immutable: a change makes a new one."""

    __slots__ = ("_by_area", "_entries", "_nations", "areas", "revision")

    def __init__(self, areas: Areas, entries: Iterable[Entry], revision: int = 0) -> None:
        self.areas = areas
        self.revision = revision
        self._entries = {entry.service_id: entry for entry in entries}
        by_area: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries.values():
            for code in entry.areas:
                by_area[code].append(entry)
        self._by_area: Mapping[str, tuple[Entry, ...]] = {code: tuple(of) for code, of in by_area.items()}
        self._nations = {entry.service_id: nations_of(entry.areas) for entry in self._entries.values()}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, service_id: str) -> bool:
        return service_id in self._entries

    def __getitem__(self, service_id: str) -> Entry:
        return self._entries[service_id]

    def covering(self, code: str) -> tuple[Entry, ...]:
        """The services whose record names this very area."""
        return self._by_area.get(code, ())

    def nations(self, service_id: str) -> tuple[str, ...]:
        """The nations a service works in."""
        return self._nations[service_id]


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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a service was chosen: a line the flow words (`key`) and its one value (an area's name, a need)."""

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


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: Entry
    area: str
    rank: int
    needs: tuple[str, ...]
    open_now: bool


def match(index: Index, query: Query, limit: int = 3) -> Matches:
    """The best services for a query, at most `limit`. The same query gives the same answer all day.

    An area that is not one of the index's finds nothing. Raises ValueError when `at` has no time zone.
    """
    today = day_in_london(query.at)
    ranked = sorted(_candidates(index, query, today), key=lambda candidate: _order(candidate, query, today))
    chosen = ranked[: max(limit, 0)]
    if not chosen:
        return Matches("none")
    signposts = tuple(_signpost(candidate, index, query) for candidate in chosen)
    widest = max(
        (candidate for candidate in chosen if _is_widened(candidate, query)),
        key=lambda candidate: candidate.rank,
        default=None,
    )
    if widest is None:
        return Matches("found", signposts)
    return Matches("widened", signposts, widest.area)


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


def _candidates(index: Index, query: Query, today: date) -> Iterable[_Candidate]:
    seen: set[str] = set()
    for code in _covering_areas(index.areas, query.area):
        for entry in index.covering(code):
            needs = tuple(need for need in query.needs if need in entry.needs)
            if entry.service_id in seen or (query.needs and not needs):
                continue
            if entry.verdict(today) is None or not _takes_age(entry, query.age):
                continue
            seen.add(entry.service_id)
            hours = entry.hours or Hours("")
            opening = opening_at(
                hours.notation,
                query.at,
                nations=index.nations(entry.service_id),
                checked_on=hours.checked_on,
            )
            yield _Candidate(entry, code, _rank(index.areas, code), needs, opening.is_open)


def _covering_areas(areas: Areas, area: str | None) -> tuple[str, ...]:
    """The areas whose services surely serve him, narrowest first.

    When nobody knows where he is, only what covers the kingdom surely does; what covers a nation may, and
    says which nation it is for.
    """
    if area is None:
        return (UK, *NATIONS)
    if area not in areas:
        return ()
    return tuple(sorted(areas.chain(area), key=lambda code: _rank(areas, code)))


def _rank(areas: Areas, code: str) -> int:
    return _RANK_OF_UK if code == UK else _RANK_OF_KIND[areas[code].kind]


def _takes_age(entry: Entry, age: int | None) -> bool:
    """Whether his age fits. An age nobody asked rules nothing out: the card shows the limits instead."""
    if age is None:
        return True
    too_young = entry.minimum_age is not None and age < entry.minimum_age
    too_old = entry.maximum_age is not None and age > entry.maximum_age
    return not (too_young or too_old)


def _order(candidate: _Candidate, query: Query, today: date) -> tuple[int | bool | bytes, ...]:
    entry = candidate.entry
    return (
        _distance(candidate, query),
        -len(candidate.needs),
        not entry.men_only,
        not candidate.open_now,
        query.contact is not None and query.contact not in entry.contacts,
        query.language is not None and query.language not in entry.languages,
        _staleness(entry.checked_on, today),
        _turn_of_the_day(entry.service_id, today),
    )


def _distance(candidate: _Candidate, query: Query) -> int:
    if query.area is None:
        return 0 if candidate.area == UK else 1
    return _NEAREST if candidate.entry.accommodation else candidate.rank


def _staleness(checked_on: date | None, today: date) -> int:
    """How long ago the contacts were checked, coarsely, so that a day's difference decides nothing."""
    if checked_on is None:
        return 3
    days = (today - checked_on).days
    return 0 if days <= _FRESH_DAYS else 1 if days <= _FAIR_DAYS else 2


def _turn_of_the_day(service_id: str, today: date) -> bytes:
    """A place in the queue that is the same all day and another tomorrow, so that equals take turns."""
    return hashlib.blake2b(f"{today.isoformat()} {service_id}".encode(), digest_size=8).digest()


def _is_widened(candidate: _Candidate, query: Query) -> bool:
    return query.area is not None and candidate.area != query.area and not candidate.entry.accommodation


def _signpost(candidate: _Candidate, index: Index, query: Query) -> Signpost:
    widened = _is_widened(candidate, query)
    where: ReasonKey = "why_area"
    if candidate.area == UK or candidate.area in NATIONS:
        where = "why_nation"
    elif widened:
        where = "why_widened"
    reasons = [Reason(where, spoken_name(index.areas, candidate.area))]
    if candidate.entry.men_only:
        reasons.append(Reason("why_men_only"))
    if candidate.open_now:
        reasons.append(Reason("why_open"))
    reasons.extend(Reason("why_need", need) for need in candidate.needs)
    return Signpost(candidate.entry.service_id, tuple(reasons), candidate.area if widened else None)
