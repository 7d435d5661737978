"""Every name that a place is looked up by, and the areas it can mean. Loaded once, then only read.

The tables are built by ``service_directory/build``; ``data/local_names.yaml`` is written by hand. Sources and
licences: docs/data-sources.md.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from sys import intern
from typing import Any

import yaml

from service_directory.areas import Areas
from service_directory.misspelling import Spellings
from service_directory.place_words import FILLERS, NAME_PARTS, name_key, plain

# A district of a city has no count of people here: this ranks it between a village and a town.
DISTRICT_PEOPLE = 10_000
# More councils than can be asked back: then the county is known by the police area that holds it.
MOST_CHOICES = 4
# A town so many times bigger than a tenth of another is what its name means, whatever the other begins with.
MUCH_BIGGER = 100
# "Newark-on-Trent" is "Newark", "Barrow-in-Furness" is "Barrow".
_TAILS = frozenset({"upon", "on", "in", "under", "by", "le", "next", "super", "cum", "with", "near"})
# No place with fewer people has a count of them.
COUNTED_PEOPLE = 500
# What many names begin with says nothing of which one is meant.
_NO_HEADS = (
    FILLERS | NAME_PARTS | {"north", "south", "east", "west", "inner", "outer", "central", "mid", "northern", "united"}
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a name can mean: an area, the name as it is written, and how many people live there."""

    area: str
    shown: str
    people: int


def likely(meanings: Iterable[Meaning]) -> list[Meaning]:
    """Those that somebody may mean who says a name and nothing beside it.

    Nobody who types "Warrington" is asked whether he means the hamlet in Buckinghamshire.
    """
    meanings = list(meanings)
    most = max((one.people for one in meanings), default=0)
    return [one for one in meanings if one.people >= COUNTED_PEOPLE or most < MUCH_BIGGER * COUNTED_PEOPLE]


class Gazetteer:
    """The names of the United Kingdom and what they mean. Immutable once loaded; safe to share.

    ``names`` are what a name means, by its words; ``runs`` the same by its letters without spaces; ``heads``
    what the first words of longer names mean; ``outcodes`` the councils of an outward code with thousandths of
    its postcodes; ``scopes`` the councils that a county's name takes in when it only narrows another name.
    """

    def __init__(
        self,
        areas: Areas,
        places: Iterable[Mapping[str, str]],
        outcodes: Iterable[Mapping[str, str]],
        local: Mapping[str, Any],
    ) -> None:
        self.areas = areas
        rows = [(row["name"], intern(row["council"]), int(row["population"]), row["also"].split("|")) for row in places]
        self._people = self._count_people(rows)
        self.unsaid = frozenset(name_key(name) for name in _listed(local["unsaid"]))
        self.elsewhere = frozenset(name_key(name) for name in _listed(local["elsewhere"]))
        self.everyday = frozenset(
            name_key(name) for part in ("everyday", "people", "words") for name in _listed(local[part])
        )
        self.names = _frozen(self._all_names(rows, local))
        self.runs = _frozen(_runs(self.names))
        self.heads = _frozen(_heads(self.names))
        self.scopes = self._county_scopes(local["beside"])
        # Counties and the like that are one council: looked up for every name, so found out once.
        self._as_wide = frozenset(code for code, area in areas.items() if name_key(area.name) in self.scopes)
        self.outcodes = {row["outcode"].lower(): _shares(row["councils"]) for row in outcodes}
        self.postcode_areas = _postcode_areas(self.outcodes)
        self.longest_name = max(name.count(" ") + 1 for name in self.names)

    @cached_property
    def spellings(self) -> Spellings:
        """All names, to find misspelt ones by."""
        return Spellings.of(self.runs)

    @cached_property
    def wide(self) -> Spellings:
        """The names of counties and the like, to find misspelt ones by."""
        return Spellings.of(name.replace(" ", "") for name in self.names if self.is_wide(name))

    def spell_out(self) -> None:
        """Make now what else the first misspelt name would have to wait for. It may be done in a thread."""
        _ = self.spellings, self.wide

    @classmethod
    def load(cls, areas: Areas) -> Gazetteer:
        """The gazetteer that comes with the program."""
        data = files("service_directory") / "data"
        places, outcodes = (
            csv.DictReader((data / name).read_text(encoding="utf-8").splitlines())
            for name in ("places.csv", "outcodes.csv")
        )
        loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        local = yaml.load((data / "local_names.yaml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (safe)
        return cls(areas, places, outcodes, local)

    def _count_people(self, rows: Iterable[tuple[str, str, int, list[str]]]) -> dict[str, int]:
        people: dict[str, int] = defaultdict(int)
        for _, council, population, _ in rows:
            for code in self.areas.chain(council):
                people[code] += population
        return people

    def _meaning(self, code: str) -> Meaning:
        return Meaning(code, self.areas[code].name, self._people.get(code, 0))

    def _all_names(
        self, rows: list[tuple[str, str, int, list[str]]], local: Mapping[str, Any]
    ) -> dict[str, list[Meaning]]:
        fixed = {
            name_key(name): [self._meaning(code) for code in codes.split()]
            for names, codes in local["names"].items()
            for name in _listed(names)
        }
        names: dict[str, list[Meaning]] = defaultdict(list)
        for key, meaning in self._area_names():
            names[key].append(meaning)
        heads: list[tuple[str, Meaning]] = []
        for name, council, people, others in rows:
            # Few who type "Newport" mean Newport-on-Tay, so part of a name ranks well behind a whole one.
            head = _head(name)
            for key in {name_key(name), *(name_key(other) for other in others if other)} - {head}:
                names[key].append(Meaning(council, name, people))
            if head:
                heads.append((head, Meaning(council, name, people // 10)))
        for head, meaning in heads:
            # Nobody who types "Bradford" is asked whether he means Bradford-on-Avon.
            if all(one.people < MUCH_BIGGER * meaning.people for one in names[head]):
                names[head].append(meaning)
        for code, districts in local["districts"].items():
            for name in _listed(districts):
                names[name_key(name)].append(Meaning(code, name.title(), DISTRICT_PEOPLE))
        for said, codes in local["also"].items():
            for name in _listed(said):
                names[name_key(name)] += [self._meaning(code) for code in codes.split()]
        names.update(fixed)
        for name, heard in local["heard"].items():
            for other in _listed(heard):
                if name_key(name) not in names:
                    raise ValueError(f"local_names.yaml: {name} is heard as {other} and is no place")
                names[name_key(other)] += names[name_key(name)]
        return names

    def _area_names(self) -> Iterator[tuple[str, Meaning]]:
        """Names of areas: police areas and counties without a code only where no other area has the name."""
        taken: set[str] = set()
        for area in self.areas.values():
            if area.kind != "police":
                taken.add(name_key(area.name))
                yield name_key(area.name), self._meaning(area.code)
        counties: dict[str, list[str]] = defaultdict(list)
        for area in self.areas.values():
            if area.kind == "council" and area.county:
                counties[area.county].append(area.code)
        for county, councils in counties.items():
            if name_key(county) not in taken and len(councils) <= MOST_CHOICES:
                taken.add(name_key(county))
                for code in councils:
                    yield name_key(county), self._meaning(code)
        for area in self.areas.values():
            if area.kind == "police" and name_key(area.name) not in taken:
                taken.add(name_key(area.name))
                yield name_key(area.name), self._meaning(area.code)
        for county, councils in counties.items():
            if name_key(county) not in taken:
                force = next(code for code in self.areas.chain(councils[0]) if self.areas[code].kind == "police")
                yield name_key(county), self._meaning(force)

    def _county_scopes(self, beside: Mapping[str, str]) -> dict[str, frozenset[str]]:
        scopes: dict[str, set[str]] = defaultdict(set)
        for names, codes in beside.items():
            for name in _listed(names):
                scopes[name_key(name)].update(
                    council for code in codes.split() for council in self.areas.councils(code)
                )
        for area in self.areas.values():
            if area.kind == "council" and area.county:
                scopes[name_key(area.county)].add(area.code)
        return {name: frozenset(councils) for name, councils in scopes.items()}

    def is_wide(self, name: str) -> bool:
        """Is ``name``, a key of ``names``, something with towns in it: a county, a region, a nation?"""
        return name in self.scopes or all(
            self.areas[one.area].kind != "council" or one.area in self._as_wide for one in self.names[name]
        )

    def scope(self, name: str) -> frozenset[str]:
        """The councils that ``name``, a key of ``names``, can lie in when it only narrows another name."""
        councils = set(self.scopes.get(name, ()))
        for meaning in self.names[name]:
            councils.update(self.areas.councils(meaning.area))
            # "bucks" narrows as Buckinghamshire does, with Milton Keynes in it.
            councils.update(self.scopes.get(name_key(self.areas[meaning.area].name), ()))
        return frozenset(councils)


def _listed(names: str) -> Iterator[str]:
    return (name.strip() for name in names.split(","))


def _head(name: str) -> str:
    """What stands before "-upon-" and the like, empty when nothing does."""
    if name.isalpha():
        return ""
    words = plain(name).split()
    for place, word in enumerate(words[1:], start=1):
        if word in _TAILS:
            return name_key(" ".join(words[:place]))
    return ""


def _frozen(names: Mapping[str, Iterable[Meaning]]) -> dict[str, tuple[Meaning, ...]]:
    """One meaning an area, the one with most people, most people first."""
    result = {}
    for name, meanings in names.items():
        found = tuple(meanings)
        if len(found) > 1:
            best: dict[str, Meaning] = {}
            for meaning in sorted(found, key=lambda one: (-one.people, one.area)):
                best.setdefault(meaning.area, meaning)
            found = tuple(best.values())
        result[intern(name)] = found
    return result


def _runs(names: Mapping[str, tuple[Meaning, ...]]) -> dict[str, list[Meaning]]:
    runs: dict[str, list[Meaning]] = defaultdict(list)
    for name, meanings in names.items():
        runs[name.replace(" ", "")] += meanings
    return runs


def _heads(names: Mapping[str, tuple[Meaning, ...]]) -> dict[str, list[Meaning]]:
    heads: dict[str, list[Meaning]] = defaultdict(list)
    for name, meanings in names.items():
        words = name.split()
        for length in range(1, len(words)):
            head = " ".join(words[:length])
            if head not in names and len(head) > 3 and words[length - 1] not in _NO_HEADS:
                heads[head] += meanings
    return heads


def _shares(councils: str) -> tuple[tuple[str, int], ...]:
    pairs = (pair.split(":") for pair in councils.split())
    return tuple((intern(code), int(share)) for code, share in pairs)


def _postcode_areas(outcodes: Mapping[str, tuple[tuple[str, int], ...]]) -> dict[str, tuple[str, ...]]:
    """The councils of a whole postcode area ("LS"), the one with most outward codes first."""
    weights: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for outcode, shares in outcodes.items():
        for code, share in shares:
            weights[outcode[: 1 + outcode[1].isalpha()]][code] += share
    return {area: tuple(sorted(found, key=lambda code: -found[code])) for area, found in weights.items()}
