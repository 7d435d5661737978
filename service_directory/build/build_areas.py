"""Build ``data/areas.csv`` from the postcode directory, the council list and ``administrative.yaml``.

Sources and licences: docs/data-sources.md. Run by ``python -m service_directory.build``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADER = ("code", "name", "kind", "nation", "county", "parents")
UK = "K02000001"
ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND = "E92000001", "W92000004", "S92000003", "N92000002"


class BuildError(Exception):
    """The sources disagree with each other; the message says where."""


@dataclass(frozen=True, slots=True)
class Row:
    """One area: ``county`` is the county people name it by, ``parents`` the GSS codes of what it lies in."""

    code: str
    name: str
    kind: str
    nation: str
    county: str
    parents: tuple[str, ...]


def council_codes(names: dict[str, str], current: frozenset[str], facts: dict[str, Any]) -> dict[str, str]:
    """Name to code, for every council that the postcode directory knows.

    ``names`` are the councils of the council list (code to name), ``current`` the codes in the postcode
    directory. Raises BuildError for a code without a name.
    """
    known = {**names, **facts["named_here"], **facts["said_as"]}
    missing = sorted(current - known.keys())
    if missing:
        raise BuildError(f"councils without a name: {', '.join(missing)}")
    return {known[code]: code for code in sorted(current)}


def _councils(entries: list[Any], police: str) -> Iterator[tuple[str, str]]:
    for entry in entries:
        yield next(iter(entry.items())) if isinstance(entry, dict) else (entry, police)


def _county_rows(county: str, facts: dict[str, Any], codes: dict[str, str], nation: str, region: str) -> Iterator[Row]:
    code = facts.get("code", "")
    above = tuple(part for part in (region, nation, UK) if part)
    if code:
        yield Row(code, county, "county", nation, county, (facts["police"], *above))
    for name, police in _councils(facts["councils"], facts["police"]):
        within = (code, police) if code else (police,)
        yield Row(codes[name], name, "council", nation, county, (*within, *above))
    for name, police in _councils(facts.get("beside", []), facts["police"]):
        yield Row(codes[name], name, "council", nation, county, (police, *above))


def area_rows(codes: dict[str, str], facts: dict[str, Any]) -> list[Row]:
    """Every area, councils last. Raises BuildError when the councils here and there are not the same."""
    rows = [Row(UK, "United Kingdom", "country", "", "", ())]
    rows += [Row(code, name, "country", code, "", (UK,)) for code, name in facts["countries"].items()]
    rows += [Row(c, name, "region", ENGLAND, "", (ENGLAND, UK)) for c, name in facts["regions"].items()]
    below: list[Row] = []
    for region, counties in facts["england"].items():
        for county, inside in counties.items():
            below += _county_rows(county, inside, codes, ENGLAND, region)
    for county, inside in facts["wales"].items():
        below += _county_rows(county, inside, codes, WALES, "")
    for prefix, nation, force in (("S", SCOTLAND, "S23000009"), ("N", NORTHERN_IRELAND, "PSNI")):
        for name, code in codes.items():
            if code.startswith(prefix):
                below.append(Row(code, name, "council", nation, "", (force, nation, UK)))
    rows += _police_rows(facts, below)
    rows += sorted(below, key=lambda row: (row.kind != "county", row.code))
    placed = {row.code for row in rows if row.kind == "council"}
    if placed != set(codes.values()):
        raise BuildError(f"councils without a place: {sorted(set(codes.values()) - placed)}")
    if len({row.code for row in rows}) != len(rows):
        raise BuildError("a code is given twice in administrative.yaml")
    return rows


def _police_rows(facts: dict[str, Any], below: list[Row]) -> Iterator[Row]:
    for code, name in facts["police"].items():
        within = {row.parents[row.parents.index(code) + 1 :] for row in below if code in row.parents}
        # Cleveland, Durham and the like each lie in one region: a force in two would be a slip of ours.
        if len(within) != 1:
            raise BuildError(f"police area {code} {name} lies in {len(within)} regions")
        above = within.pop()
        yield Row(code, name, "police", next(p for p in above if p[1:3] in ("92",)), "", above)


def write(rows: list[Row], path: Path) -> None:
    """Write ``rows`` as CSV; parents are separated by spaces."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        out.writerows((row.code, row.name, row.kind, row.nation, row.county, " ".join(row.parents)) for row in rows)
