"""Every service that may be offered, arranged so that a question is answered without looking at each. Pure.

Services stand on a shelf for each area that they cover, in one order that favours none. What is known of them is
kept as bits: bit 5 of a mask speaks of the fifth service on its shelf. To ask for all that are for men and open
now is then to take two numbers and keep the bits that they share, which takes about as long for ten services as
for a thousand. What turns with the calendar (does the rule hold, when is it open, how fresh is it) is worked out
once for a day.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import permutations
from typing import Any

from service_directory.areas import NATIONS, UK, Areas
from service_directory.hours import nations_kept, nations_of, open_spells
from service_directory.standards import Spell, Verdict

FRESH_DAYS, FAIR_DAYS = 31, 92
"""A contact checked within so many days is fresh, or fair; coarsely, so that a day's difference decides nothing."""
_DAYS_KEPT = 3

_Key = tuple[str, bool]
"""Which shelf: the area's code, and whether the services on it only name all the parts of the area."""


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

    def takes_age(self, age: int | None) -> bool:
        """Whether an age fits. An age nobody asked rules nothing out: the card shows the limits instead."""
        if age is None:
            return True
        too_young = self.minimum_age is not None and age < self.minimum_age
        too_old = self.maximum_age is not None and age > self.maximum_age
        return not (too_young or too_old)


@dataclass(frozen=True, slots=True)
class ShelfDay:
    """What holds of the services on a shelf on one day in London, as masks.

    `standing`: those that meet the rule. `fresh`: checked within FRESH_DAYS, within FAIR_DAYS, ever; each mask has
    the one before in it.
    """

    standing: int
    fresh: tuple[int, int, int]
    _opened: Mapping[str | None, tuple[tuple[float, ...], tuple[int, ...]]]

    def open_at(self, moment: datetime, nation: str | None = None) -> int:
        """Those that are known to be open at a moment of the day, to somebody in a nation if that is known."""
        turns, masks = self._opened.get(nation) or self._opened[None]
        return masks[bisect_right(turns, moment.timestamp())]


class Shelf:
    """The services that cover one area, and what of them never turns with the calendar, as masks."""

    __slots__ = (
        "_days",
        "_hours",
        "_oldest",
        "_ranks",
        "_youngest",
        "accommodation",
        "all",
        "contacts",
        "entries",
        "key",
        "languages",
        "men_only",
        "needs",
    )

    def __init__(self, key: _Key, entries: Iterable[Entry]) -> None:
        ranked = sorted((rank_of(entry.service_id), entry.service_id, entry) for entry in entries)
        self.key = key
        self.entries = entries = tuple(entry for _, _, entry in ranked)
        self._ranks = array("Q", (rank for rank, _, _ in ranked))
        self._days: dict[date, ShelfDay] = {}
        self.all = (1 << len(entries)) - 1
        self.men_only = _mask(entry.men_only for entry in entries)
        self.accommodation = _mask(entry.accommodation for entry in entries)
        self.needs = _masks([entry.needs for entry in entries])
        self.contacts = _masks([entry.contacts for entry in entries])
        self.languages = _masks([entry.languages for entry in entries])
        self._youngest = _masks([() if e.minimum_age is None else (e.minimum_age,) for e in entries])
        self._oldest = _masks([() if e.maximum_age is None else (e.maximum_age,) for e in entries])
        self._hours = _masks([() if e.hours is None else ((e.hours, nations_of(e.areas)),) for e in entries])

    def place(self, service_id: str) -> int | None:
        """Which bit speaks of a service; None when it does not stand here."""
        place = bisect_left(self._ranks, rank_of(service_id))
        if place < len(self.entries) and self.entries[place].service_id == service_id:
            return place
        return None

    def takes_age(self, age: int | None) -> int:
        """Those whose limits an age fits; all when nobody asked it."""
        if age is None:
            return self.all
        barred = 0
        for limit, mask in self._youngest.items():
            barred |= mask if age < limit else 0
        for limit, mask in self._oldest.items():
            barred |= mask if age > limit else 0
        return self.all & ~barred

    def on(self, day: date) -> ShelfDay:
        """What holds on a day in London. Worked out when it is first asked for, and kept."""
        kept = self._days.get(day)
        if kept is None:
            kept = self._of_day(day)
            for old in list(self._days)[: 1 - _DAYS_KEPT]:
                self._days.pop(old, None)
            self._days[day] = kept
        return kept

    def _of_day(self, day: date) -> ShelfDay:
        entries = self.entries
        ages = [None if e.checked_on is None else (day - e.checked_on).days for e in entries]
        # Where all the hours are those of one nation, to say which it is changes nothing.
        several = {nation for _, nations in self._hours if len(nations) > 1 for nation in nations}
        return ShelfDay(
            standing=_mask(entry.verdict(day) is not None for entry in entries),
            fresh=(
                _mask(age is not None and age <= FRESH_DAYS for age in ages),
                _mask(age is not None and age <= FAIR_DAYS for age in ages),
                _mask(age is not None for age in ages),
            ),
            _opened={nation: self._open_on(day, nation) for nation in (None, *several)},
        )

    def _open_on(self, day: date, nation: str | None) -> tuple[tuple[float, ...], tuple[int, ...]]:
        """The moments of a day at which any service opens or closes to a man in a nation, and which are open between
        them.
        """
        changes: defaultdict[float, int] = defaultdict(int)
        for (hours, nations), mask in self._hours.items():
            kept = nations_kept(nations, nation)
            for start, end in open_spells(hours.notation, day, nations=kept, checked_on=hours.checked_on):
                changes[start.timestamp()] ^= mask
                changes[end.timestamp()] ^= mask
        turns = sorted(changes)
        masks = [0]
        for turn in turns:
            # Each service has one timetable, so to turn its bit over is to open or to close it.
            masks.append(masks[-1] ^ changes[turn])
        return tuple(turns), tuple(masks)


class Index:
    """All that matching needs of a directory at one revision. Immutable: a change makes a new one.

    `change` is the number of the last line of the directory's history that it knows of.
    """

    __slots__ = ("_entries", "_geography", "_shared", "_shelves", "areas", "change", "revision")

    def __init__(
        self,
        areas: Areas,
        entries: Iterable[Entry],
        revision: int = 0,
        change: int = 0,
        *,
        before: Index | None = None,
        gone: Iterable[str] = (),
    ) -> None:
        """An index of these entries; or one that differs from the one `before`, over the same areas, only in that
        these entries are new in it or otherwise, and those `gone` are no longer in it.
        """
        self.areas = areas
        self.revision = revision
        self.change = change
        self._geography: _Geography = _Geography(areas) if before is None else before._geography
        pool: dict[Hashable, Any] = {}
        coming = {entry.service_id: _with_shared_parts(entry, pool) for entry in entries}
        self._entries: dict[str, Entry] = {} if before is None else dict(before._entries)
        leaving = [self._entries.pop(name) for name in {*coming, *gone} if name in self._entries]
        self._entries |= coming
        self._shelves: dict[_Key, Shelf] = {} if before is None else dict(before._shelves)
        touched = self._rearrange(leaving, coming.values())
        kept: dict[tuple[_Key, _Key], int] = {} if before is None else before._shared
        self._shared: dict[tuple[_Key, _Key], int] = {
            pair: mask for pair, mask in kept.items() if pair[0] not in touched
        }
        for key in touched & self._shelves.keys():
            self._shared |= self._geography.shared(self._shelves[key])

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, service_id: str) -> bool:
        return service_id in self._entries

    def __iter__(self) -> Iterator[Entry]:
        """The services in the order in which they stand on every shelf."""
        return iter(sorted(self._entries.values(), key=lambda entry: (rank_of(entry.service_id), entry.service_id)))

    def __getitem__(self, service_id: str) -> Entry:
        return self._entries[service_id]

    def nations(self, service_id: str) -> tuple[str, ...]:
        """The nations a service works in."""
        return nations_of(self[service_id].areas)

    def wholes(self, codes: frozenset[str]) -> frozenset[str]:
        """The areas, not named themselves, of which areas are all the parts together."""
        return self._geography.wholes(codes)

    def prepare(self, day: date) -> None:
        """Work out for all shelves what holds on a day, so that no question of that day has to wait for it."""
        for shelf in self._shelves.values():
            shelf.on(day)

    def shelves(self, code: str, *, wholes: bool = False) -> tuple[Shelf, ...]:
        """The services whose record names this very area. `wholes`: also, apart from them, those whose record names
        all the parts of it.
        """
        found = (self._shelves.get((code, False)), self._shelves.get((code, True)) if wholes else None)
        return tuple(shelf for shelf in found if shelf is not None)

    def shared(self, shelf: Shelf, others: Iterable[Shelf]) -> int:
        """Those on a shelf that stand on one of the others, which are nearer, too, as a mask."""
        both = 0
        for other in others:
            both |= self._shared.get((shelf.key, other.key), 0)
        return both

    def _rearrange(self, leaving: Iterable[Entry], coming: Iterable[Entry]) -> set[_Key]:
        """Make new shelves where services leave or come; which these are."""
        less: defaultdict[_Key, set[str]] = defaultdict(set)
        more: defaultdict[_Key, list[Entry]] = defaultdict(list)
        for entry in leaving:
            for key in self._geography.keys(entry):
                less[key].add(entry.service_id)
        for entry in coming:
            for key in self._geography.keys(entry):
                more[key].append(entry)
        touched = less.keys() | more.keys()
        for key in touched:
            old = self._shelves.pop(key, None)
            stay = [] if old is None else [entry for entry in old.entries if entry.service_id not in less[key]]
            if entries := stay + more[key]:
                self._shelves[key] = Shelf(key, entries)
        return touched


class _Geography:
    """On which shelves a service stands, and which shelves have services in common."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self._wholes: dict[frozenset[str], frozenset[str]] = {}
        same: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for code in areas:
            same[tuple(sorted(areas.councils(code)))].add(code)
        self._same = {code: frozenset(codes - {code}) for codes in same.values() for code in codes}
        self._together = _asked_together(areas)

    def keys(self, entry: Entry) -> Iterator[_Key]:
        """The shelves of a service. An area that a reform has done away with has none."""
        for code in entry.areas:
            if code in self._areas:
                yield code, False
        for code in self.wholes(entry.areas):
            yield code, True

    def wholes(self, codes: frozenset[str]) -> frozenset[str]:
        """The areas, not named themselves, that areas cover together."""
        found = self._wholes.get(codes)
        if found is None:
            known = frozenset(code for code in codes if code in self._areas)
            found = self._wholes[codes] = frozenset(self._find_wholes(known))
        return found

    def _find_wholes(self, codes: frozenset[str]) -> set[str]:
        wholes = {same for code in codes for same in self._same[code]}
        if len(codes) > 1:
            councils = {council for code in codes for council in self._areas.councils(code)}
            wider = {parent for code in codes for parent in self._areas.chain(code)[1:]}
            whole = {code for code in wider if councils.issuperset(self._areas.councils(code))}
            wholes |= whole | {same for code in whole for same in self._same[code]}
        return wholes - codes

    def shared(self, shelf: Shelf) -> dict[tuple[_Key, _Key], int]:
        """With each other shelf that one question may look at before: those that stand on this and on that one.

        A shelf of wholes is looked at before all others of its area's chain.
        """
        code, of_wholes = shelf.key
        places: defaultdict[_Key, list[int]] = defaultdict(list)
        for place, entry in enumerate(() if of_wholes else shelf.entries):
            for area in self._together[code] & entry.areas:
                places[area, False].append(place)
            for area in self.wholes(entry.areas):
                if code in self._areas.chain(area)[1:]:
                    places[area, True].append(place)
        return {(shelf.key, other): _mask_of_places(found) for other, found in places.items()}


def _asked_together(areas: Areas) -> dict[str, frozenset[str]]:
    """The areas whose shelves one question may look at together with that of each area."""
    together: defaultdict[str, set[str]] = defaultdict(set)
    for code in areas:
        for one, other in permutations(areas.chain(code), 2):
            together[one].add(other)
    for one, other in permutations((UK, *NATIONS), 2):
        together[one].add(other)
    return {code: frozenset(together[code]) for code in areas}


def rank_of(service_id: str) -> int:
    """Where a service stands among others: by a hash, so that no name puts it in front."""
    return int.from_bytes(hashlib.blake2b(service_id.encode(), digest_size=8).digest(), "big")


def _with_shared_parts(entry: Entry, pool: dict[Hashable, Any]) -> Entry:
    """The same entry with parts that other entries have too, so that a great directory stays small in memory."""
    return replace(entry, **{name: pool.setdefault((name, part), part) for name, part in _parts(entry)})


_POOLED = tuple(field.name for field in fields(Entry) if field.name not in ("service_id", "men_only", "accommodation"))


def _parts(entry: Entry) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(entry, name)) for name in _POOLED)


def _mask(flags: Iterable[bool]) -> int:
    digits = "".join("1" if flag else "0" for flag in flags)
    return int(digits[::-1], 2) if digits else 0


def _masks(values: Sequence[Iterable[Any]]) -> Mapping[Any, int]:
    """For each value that any service has: which have it."""
    places: defaultdict[Any, list[int]] = defaultdict(list)
    for place, of_one in enumerate(values):
        for value in of_one:
            places[value].append(place)
    return {value: _mask_of_places(found) for value, found in places.items()}


def _mask_of_places(places: list[int]) -> int:
    held = bytearray((places[-1] >> 3) + 1)
    for place in places:
        held[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(held, "little")
