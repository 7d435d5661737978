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
from service_directory.hours import nations_of, open_spells
from service_directory.standards import Spell, Verdict

FRESH_DAYS, FAIR_DAYS = 31, 92
"""A contact checked within so many days is fresh, or fair; coarsely, so that a day's difference decides nothing."""
_DAYS_KEPT = 3


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
    _turns: tuple[float, ...]
    _open: tuple[int, ...]

    def open_at(self, moment: datetime) -> int:
        """Those that are known to be open at a moment of the day."""
        return self._open[bisect_right(self._turns, moment.timestamp())]


class Shelf:
    """The services that cover one area, and what of them never turns with the calendar, as masks."""

    __slots__ = (
        "_days",
        "_hours",
        "_index",
        "_numbers",
        "_oldest",
        "_youngest",
        "accommodation",
        "all",
        "contacts",
        "languages",
        "men_only",
        "needs",
    )

    def __init__(self, index: Index, numbers: Sequence[int]) -> None:
        self._index = index
        self._numbers = array("L", numbers)
        self._days: dict[date, ShelfDay] = {}
        entries = list(self.entries())
        self.all = (1 << len(entries)) - 1
        self.men_only = _mask(entry.men_only for entry in entries)
        self.accommodation = _mask(entry.accommodation for entry in entries)
        self.needs = _masks([entry.needs for entry in entries])
        self.contacts = _masks([entry.contacts for entry in entries])
        self.languages = _masks([entry.languages for entry in entries])
        self._youngest = _masks([() if e.minimum_age is None else (e.minimum_age,) for e in entries])
        self._oldest = _masks([() if e.maximum_age is None else (e.maximum_age,) for e in entries])
        self._hours = _masks([() if e.hours is None else ((e.hours, index.nations(e.service_id)),) for e in entries])

    def entries(self) -> Iterator[Entry]:
        """The services, in their order."""
        return (self._index.at(number) for number in self._numbers)

    def entry(self, place: int) -> Entry:
        """The service that bit `place` speaks of."""
        return self._index.at(self._numbers[place])

    def place(self, number: int) -> int | None:
        """The place on this shelf of the service with a number in the index; None when it does not stand here."""
        place = bisect_left(self._numbers, number)
        return place if place < len(self._numbers) and self._numbers[place] == number else None

    def numbers(self) -> Sequence[int]:
        """Where in the index the services stand."""
        return self._numbers

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
        entries = list(self.entries())
        ages = [None if e.checked_on is None else (day - e.checked_on).days for e in entries]
        turns, masks = self._open_on(day)
        return ShelfDay(
            standing=_mask(entry.verdict(day) is not None for entry in entries),
            fresh=(
                _mask(age is not None and age <= FRESH_DAYS for age in ages),
                _mask(age is not None and age <= FAIR_DAYS for age in ages),
                _mask(age is not None for age in ages),
            ),
            _turns=turns,
            _open=masks,
        )

    def _open_on(self, day: date) -> tuple[tuple[float, ...], tuple[int, ...]]:
        """The moments of a day at which any service opens or closes, and which are open between them."""
        changes: defaultdict[float, int] = defaultdict(int)
        for (hours, nations), mask in self._hours.items():
            for start, end in open_spells(hours.notation, day, nations=nations, checked_on=hours.checked_on):
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

    __slots__ = ("_entries", "_numbers", "_of_whole", "_shared", "_shelves", "_wholes", "areas", "change", "revision")

    def __init__(self, areas: Areas, entries: Iterable[Entry], revision: int = 0, change: int = 0) -> None:
        self.areas = areas
        self.revision = revision
        self.change = change
        once = {entry.service_id: entry for entry in entries}
        # The order is that of a hash, so that no name puts a service in front.
        ordered = sorted(once, key=lambda service_id: hashlib.blake2b(service_id.encode(), digest_size=8).digest())
        pool: dict[Hashable, Any] = {}
        self._entries = tuple(_with_shared_parts(once[service_id], pool) for service_id in ordered)
        self._numbers = {entry.service_id: number for number, entry in enumerate(self._entries)}
        self._wholes = _Wholes(areas)
        listed: defaultdict[str, list[int]] = defaultdict(list)
        whole: defaultdict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            for code in self._wholes.known(entry.areas):
                listed[code].append(number)
            for code in self._wholes.of(entry.areas):
                whole[code].append(number)
        self._shelves = {code: Shelf(self, numbers) for code, numbers in listed.items()}
        self._of_whole = {code: Shelf(self, numbers) for code, numbers in whole.items()}
        self._shared = self._find_shared()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, service_id: str) -> bool:
        return service_id in self._numbers

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __getitem__(self, service_id: str) -> Entry:
        return self._entries[self._numbers[service_id]]

    def at(self, number: int) -> Entry:
        """The service at a place in the one order of all."""
        return self._entries[number]

    def number(self, service_id: str) -> int:
        """The place of a service in the one order of all. Raises KeyError for one that is not in it."""
        return self._numbers[service_id]

    def nations(self, service_id: str) -> tuple[str, ...]:
        """The nations a service works in."""
        return nations_of(self[service_id].areas)

    def wholes(self, codes: frozenset[str]) -> frozenset[str]:
        """The areas, not named themselves, of which areas are all the parts together."""
        return self._wholes.of(codes)

    def prepare(self, day: date) -> None:
        """Work out for all shelves what holds on a day, so that no question of that day has to wait for it."""
        for shelf in (*self._shelves.values(), *self._of_whole.values()):
            shelf.on(day)

    def shelves(self, code: str, *, wholes: bool = False) -> tuple[Shelf, ...]:
        """The services whose record names this very area. `wholes`: also, apart from them, those whose record names
        all the parts of it.
        """
        found = (self._shelves.get(code), self._of_whole.get(code) if wholes else None)
        return tuple(shelf for shelf in found if shelf is not None)

    def shared(self, shelf: Shelf, others: Iterable[Shelf]) -> int:
        """Those on a shelf that stand on one of the others too, as a mask."""
        both = 0
        for other in others:
            both |= self._shared.get((id(shelf), id(other)), 0)
        return both

    def _find_shared(self) -> dict[tuple[int, int], int]:
        """For each two shelves that one question may look at: those on the first that stand on the second too."""
        together = _asked_together(self.areas)
        pairs: defaultdict[tuple[int, int], int] = defaultdict(int)

        def note(one: Shelf, other: Shelf, number: int) -> None:
            pairs[id(one), id(other)] |= 1 << bisect_left(one.numbers(), number)

        for code, shelf in self._of_whole.items():
            wider = [self._shelves[area] for area in self.areas.chain(code)[1:] if area in self._shelves]
            for other in wider:
                for number in set(shelf.numbers()).intersection(other.numbers()):
                    note(other, shelf, number)
        for number, entry in enumerate(self._entries):
            if len(entry.areas) > 1:
                for one in entry.areas:
                    for area in together.get(one, frozenset()) & entry.areas:
                        note(self._shelves[one], self._shelves[area], number)
        return dict(pairs)


class _Wholes:
    """Which areas a service covers whole because its record names all their parts."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self._found: dict[frozenset[str], frozenset[str]] = {}
        same: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for code in areas:
            same[tuple(sorted(areas.councils(code)))].add(code)
        self._same = {code: frozenset(codes - {code}) for codes in same.values() for code in codes}

    def known(self, codes: frozenset[str]) -> frozenset[str]:
        """Those codes that are areas: a reform may have done away with others."""
        return frozenset(code for code in codes if code in self._areas)

    def of(self, codes: frozenset[str]) -> frozenset[str]:
        """The areas, not named themselves, that areas cover together."""
        found = self._found.get(codes)
        if found is None:
            found = self._found[codes] = frozenset(self._find(self.known(codes)))
        return found

    def _find(self, codes: frozenset[str]) -> set[str]:
        wholes = {same for code in codes for same in self._same[code]}
        if len(codes) > 1:
            councils = {council for code in codes for council in self._areas.councils(code)}
            wider = {parent for code in codes for parent in self._areas.chain(code)[1:]}
            whole = {code for code in wider if councils.issuperset(self._areas.councils(code))}
            wholes |= whole | {same for code in whole for same in self._same[code]}
        return wholes - codes


def _asked_together(areas: Areas) -> dict[str, frozenset[str]]:
    """The areas whose shelves one question may look at together with that of each area."""
    together: defaultdict[str, set[str]] = defaultdict(set)
    for code in areas:
        for one, other in permutations(areas.chain(code), 2):
            together[one].add(other)
    for one, other in permutations((UK, *NATIONS), 2):
        together[one].add(other)
    return {code: frozenset(together[code]) for code in areas}


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
