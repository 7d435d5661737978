"""Build ``data/places.csv`` and ``data/outcodes.csv``: which council a place or an outward code is in.

No open package says which council a place is in, so the postcodes nearest to it are asked: each knows its
grid reference and its council.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import hypot
from pathlib import Path
from typing import Any

from service_directory.build.grid import BRITISH, IRISH, project
from service_directory.build.sources import Postcode

# Enough postcodes to outvote a stray one, near enough to be the same town.
NEAREST = 25
FURTHEST_METRES = 10_000
_CELL = 1_000

# A council that holds fewer than this share of an outward code's postcodes is a sliver at its edge.
SMALLEST_SHARE = 0.005
MOST_COUNCILS = 8

_LATIN = re.compile(r"[A-Z][A-Za-zâêîôûŵŷáéíóúàèìòùïë' -]{3,}")
# Welsh, Gaelic and Irish do without these letters, so a name with one is a transliteration.
_FOREIGN = re.compile(r"[jkqvxz]", re.IGNORECASE)


class Nearby:
    """The councils of the postcodes around a point."""

    def __init__(self, postcodes: Iterable[Postcode]) -> None:
        self._cells: dict[tuple[bool, int, int], list[tuple[float, float, str]]] = defaultdict(list)
        for one in postcodes:
            if one.east is not None and one.north is not None:
                cell = (one.council[0] == "N", int(one.east // _CELL), int(one.north // _CELL))
                self._cells[cell].append((one.east, one.north, one.council))

    def council(self, place: dict[str, Any]) -> str | None:
        """The council of most of the nearest postcodes; None when none is within ten kilometres."""
        irish = place["admin1code"] == "NIR"
        east, north = project(IRISH if irish else BRITISH, place["latitude"], place["longitude"])
        column, row = int(east // _CELL), int(north // _CELL)
        found: list[tuple[float, str]] = []
        for ring in range(1, FURTHEST_METRES // _CELL + 1):
            found = [
                (hypot(e - east, n - north), council)
                for x in range(column - ring, column + ring + 1)
                for y in range(row - ring, row + ring + 1)
                for e, n, council in self._cells.get((irish, x, y), ())
            ]
            # Only what is within the ring's inner edge is sure to be nearer than anything outside it.
            if sum(distance <= ring * _CELL for distance, _ in found) >= NEAREST:
                break
        votes = Counter(council for _, council in sorted(found)[:NEAREST])
        return votes.most_common(1)[0][0] if votes else None


def other_names(place: dict[str, Any]) -> list[str]:
    """The other names of ``place`` that a man in Britain might type, out of GeoNames' names in all languages."""
    name = place["name"].replace("’", "'")
    words = set(name.lower().replace("-", " ").split())
    kept: dict[str, str] = {}
    for other in place["alternatenames"]:
        other = other.replace("’", "'").replace("`", "'")
        if not _LATIN.fullmatch(other) or " i " in other:
            continue
        if place["admin1code"] == "ENG":
            # In England only another form of the same name is likely to be typed.
            fits = bool(words & set(other.lower().replace("-", " ").split()))
        else:
            fits = not _FOREIGN.search(other)
        key = re.sub(r"[^a-z]", "", other.lower())
        if fits and key != re.sub(r"[^a-z]", "", name.lower()):
            kept.setdefault(key, other)
    return sorted(kept.values())


def write_places(
    places: list[dict[str, Any]], nearby: Nearby, corrected: Mapping[str, str], path: Path
) -> tuple[int, int]:
    """Write one row a place, most people first. Returns how many were written and how many had no council.

    `corrected` are the councils of places at the edge of one, where most postcodes near by are the neighbour's.
    """
    rows, lost = [], 0
    for place in places:
        name = place["name"].replace("’", "'")
        council = corrected.get(name) or nearby.council(place)
        if council is None:
            lost += 1
            continue
        rows.append((name, council, place["population"], "|".join(other_names(place))))
    rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("name", "council", "population", "also"))
        out.writerows(rows)
    return len(rows), lost


def write_outcodes(postcodes: Iterable[Postcode], path: Path) -> int:
    """Write one row an outward code: its number of postcodes and its councils with their thousandths of them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in postcodes:
        counts[one.outcode][one.council] += 1
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("outcode", "postcodes", "councils"))
        for outcode, councils in sorted(counts.items()):
            total = councils.total()
            shares = [
                f"{council}:{round(1000 * count / total)}"
                for council, count in sorted(councils.items(), key=lambda pair: (-pair[1], pair[0]))
                if count / total >= SMALLEST_SHARE
            ]
            out.writerow((outcode, total, " ".join(shares[:MOST_COUNCILS])))
    return len(counts)
