"""CSV packages: tables that point at one another in, the same objects as in JSON out. Pure.

A package is HSDS's Tabular Data Package: `datapackage.json` names the tables, or the file names do. Singular and
plural names, and those of Open Referral UK 1.0, are all understood.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from service_directory.importing.cleaning import clean
from service_directory.importing.decoding import Unreadable, decode, read_json

#: What the tables are called, and the name under which their rows lie in JSON.
_TABLES: Mapping[str, str] = {
    "service": "services",
    "services": "services",
    "organization": "organizations",
    "organizations": "organizations",
    "organisations": "organizations",
    "location": "locations",
    "locations": "locations",
    "service_at_location": "service_at_locations",
    "service_at_locations": "service_at_locations",
    "services_at_location": "service_at_locations",
    "address": "addresses",
    "addresses": "addresses",
    "physical_address": "addresses",
    "physical_addresses": "addresses",
    "postal_address": "addresses",
    "postal_addresses": "addresses",
    "phone": "phones",
    "phones": "phones",
    "contact": "contacts",
    "contacts": "contacts",
    "schedule": "schedules",
    "schedules": "schedules",
    "regular_schedule": "schedules",
    "regular_schedules": "schedules",
    "service_area": "service_areas",
    "service_areas": "service_areas",
    "language": "languages",
    "languages": "languages",
    "cost_option": "cost_options",
    "cost_options": "cost_options",
    "url": "additional_urls",
    "urls": "additional_urls",
    "eligibility": "eligibilitys",
    "eligibilities": "eligibilitys",
    "eligibilitys": "eligibilitys",
    "attribute": "attributes",
    "attributes": "attributes",
    "other_attributes": "attributes",
    "service_attribute": "attributes",
    "service_taxonomy": "attributes",
    "service_taxonomys": "attributes",
    "service_taxonomies": "attributes",
    "taxonomy_term": "taxonomy_terms",
    "taxonomy_terms": "taxonomy_terms",
    "taxonomy": "taxonomies",
    "taxonomies": "taxonomies",
    "accessibility": "accessibility",
    "accessibility_for_disabilities": "accessibility",
    "organization_identifier": "organization_identifiers",
    "organization_identifiers": "organization_identifiers",
}
#: Whose part a row is, by the column that says so; the first one that is filled decides.
_OWNERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "phones": (
        ("contact_id", "contacts"),
        ("service_at_location_id", "service_at_locations"),
        ("service_id", "services"),
        ("location_id", "locations"),
        ("organization_id", "organizations"),
    ),
    "contacts": (
        ("service_at_location_id", "service_at_locations"),
        ("service_id", "services"),
        ("location_id", "locations"),
        ("organization_id", "organizations"),
    ),
    "schedules": (
        ("service_at_location_id", "service_at_locations"),
        ("service_id", "services"),
        ("location_id", "locations"),
    ),
    "addresses": (("location_id", "locations"),),
    "accessibility": (("location_id", "locations"),),
    "service_at_locations": (("service_id", "services"),),
    "service_areas": (("service_id", "services"),),
    "additional_urls": (("service_id", "services"),),
    "languages": (("service_id", "services"),),
    "cost_options": (("service_id", "services"),),
    "eligibilitys": (("service_id", "services"),),
    "attributes": (("service_id", "services"), ("link_id", "services")),
    "organization_identifiers": (("organization_id", "organizations"),),
}
_LARGEST_FIELD = 1_000_000


@dataclass(slots=True)
class Package:
    """The tables of a package by name: each row with where it stood."""

    tables: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)

    def add(self, file: str, data: bytes, name: str = "") -> bool:
        """Read one file as a table. False when it is none that services are described in. Raises Unreadable."""
        table = _TABLES.get(name.casefold()) or _TABLES.get(PurePosixPath(file).stem.casefold())
        if table is None:
            return False
        self.tables.setdefault(table, []).extend(rows_of(file, data))
        return True

    def services(self) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, dict[str, Any]]]:
        """The services with all that points at them inside, and the organizations by id."""
        by_id = {name: {clean(row.get("id")): row for _, row in rows} for name, rows in self.tables.items()}
        for _, attribute in self.tables.get("attributes", ()):
            term = by_id.get("taxonomy_terms", {}).get(clean(attribute.get("taxonomy_term_id")))
            term = term or by_id.get("taxonomies", {}).get(clean(attribute.get("taxonomy_id")))
            if term is not None:
                attribute["taxonomy_term"] = term
        for _, link in self.tables.get("service_at_locations", ()):
            location = by_id.get("locations", {}).get(clean(link.get("location_id")))
            if location is not None:
                link["location"] = location
        for name, owners in _OWNERS.items():
            for _, row in self.tables.get(name, ()):
                _give(row, name, owners, by_id)
        services = self.tables.get("services", [])
        organizations = by_id.get("organizations", {})
        for _, service in services:
            whose = organizations.get(clean(service.get("organization_id")))
            if whose is not None:
                service["organization"] = whose
        return services, organizations


def rows_of(file: str, data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a CSV file, each with where it stood. Separators may be commas, semicolons or tabs.

    Raises Unreadable.
    """
    try:
        text = decode(data)
    except Unreadable as error:
        raise Unreadable(f"{file} {error}") from None
    lines = text.splitlines()
    head = next((line for line in lines if line.strip()), "")
    separator = max(",;\t", key=head.count)
    csv.field_size_limit(_LARGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        names: list[str] = []
        made: list[tuple[str, dict[str, Any]]] = []
        last = 0
        for values in reader:
            first, last = last + 1, reader.line_num
            if not any(value.strip() for value in values):
                continue
            if not names:
                names = [clean(name).casefold().replace(" ", "_") for name in values]
                continue
            made.append((f"{file}, row {first}", dict(zip(names, values, strict=False))))
    except csv.Error as error:
        raise Unreadable(f"{file} is not CSV: line {reader.line_num}: {error}") from None
    return made


def resources(descriptor: bytes) -> list[tuple[str, str]]:
    """The tables that a `datapackage.json` names, and their files. Raises Unreadable.

    Only files beside it count: a package that points elsewhere, up the folders or onto the network, is refused.
    """
    value = read_json(descriptor)
    listed = value.get("resources") if isinstance(value, Mapping) else None
    if not isinstance(listed, list):
        raise Unreadable("datapackage.json names no resources")
    made: list[tuple[str, str]] = []
    for resource in listed:
        if not isinstance(resource, Mapping):
            continue
        for path in _paths(resource.get("path")):
            pure = PurePosixPath(path.replace("\\", "/"))
            if "://" in path or pure.is_absolute() or ".." in pure.parts or ":" in pure.as_posix().partition("/")[0]:
                raise Unreadable("datapackage.json points at a file outside the package")
            made.append((str(resource.get("name") or ""), pure.as_posix()))
    return made


def _paths(value: Any) -> Iterable[str]:
    values = value if isinstance(value, list) else [value]
    return [path for path in values if isinstance(path, str) and path.strip()]


def _give(
    row: dict[str, Any],
    name: str,
    owners: tuple[tuple[str, str], ...],
    by_id: Mapping[str, Mapping[str, dict[str, Any]]],
) -> None:
    for column, table in owners:
        owner = by_id.get(table, {}).get(clean(row.get(column)))
        if owner is not None:
            # A flat table may have a column of this name; the rows that point here say more.
            kept = owner.get(name)
            owner[name] = [*kept, row] if isinstance(kept, list) else [row]
            return
