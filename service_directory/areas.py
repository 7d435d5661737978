"""The areas of the United Kingdom and what lies in what.

An area is a country, region, county, council or police area, by its GSS code (the one police area of
Northern Ireland has none and is ``PSNI``). A council is the finest thing we ever know of a man's
whereabouts. ``service_directory/build`` makes the table from open data; docs/data-sources.md says which.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from sys import intern
from types import MappingProxyType
from typing import Literal, cast

Kind = Literal["country", "region", "county", "council", "police"]

UK = "K02000001"
ENGLAND = "E92000001"
WALES = "W92000004"
SCOTLAND = "S92000003"
NORTHERN_IRELAND = "N92000002"
NATIONS = (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND)


@dataclass(frozen=True, slots=True)
class Area:
    """One area. ``parents`` runs from the finest area it lies in to the United Kingdom.

    ``nation`` is the code of its nation, empty for the United Kingdom itself. ``county`` is the county that
    people name it by ("Telford and Wrekin" is in Shropshire), which need not be an area of its own; it is
    empty in Scotland and Northern Ireland, where people do not.
    """

    code: str
    name: str
    kind: Kind
    nation: str
    parents: tuple[str, ...]
    county: str = ""


class Areas(Mapping[str, Area]):
    """All areas by code. Immutable."""

    __slots__ = ("_by_code", "_within")

    def __init__(self, areas: Iterable[Area]) -> None:
        """Raises ValueError when a parent is not among the areas."""
        self._by_code = MappingProxyType({area.code: area for area in areas})
        within: dict[str, list[str]] = {code: [] for code in self._by_code}
        for area in self._by_code.values():
            for parent in area.parents:
                if parent not in within:
                    raise ValueError(f"area {area.code} lies in {parent}, which is not an area")
                if area.kind == "council":
                    within[parent].append(area.code)
            if area.kind == "council":
                within[area.code].append(area.code)
        self._within = {code: tuple(codes) for code, codes in within.items()}

    @classmethod
    def load(cls) -> Areas:
        """The areas that come with the program."""
        table = files("service_directory") / "data" / "areas.csv"
        rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
        return cls(
            Area(
                code=intern(row["code"]),
                name=row["name"],
                kind=cast(Kind, intern(row["kind"])),
                nation=intern(row["nation"]),
                parents=tuple(intern(parent) for parent in row["parents"].split()),
                county=intern(row["county"]),
            )
            for row in rows
        )

    def __getitem__(self, code: str) -> Area:
        return self._by_code[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __len__(self) -> int:
        return len(self._by_code)

    def chain(self, code: str) -> tuple[str, ...]:
        """``code`` and all it lies in, finest first: council, county, police area, region, country, UK.

        Raises KeyError for an unknown code.
        """
        return (code, *self._by_code[code].parents)

    def nation(self, code: str) -> str:
        """The code of the nation ``code`` lies in; empty for the United Kingdom. Raises KeyError."""
        return self._by_code[code].nation

    def councils(self, code: str) -> tuple[str, ...]:
        """The councils that make up ``code`` (a council is made up of itself). Raises KeyError."""
        return self._within[code]
