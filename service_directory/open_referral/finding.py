"""The services in whatever shape a source keeps them: a page, a list, one, or inside organizations. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_directory.importing import cleaning

Object = Mapping[str, Any]
#: The names under which a page of a feed keeps its items: 3.0, 1.0, and what others made of them.
LISTS = ("contents", "content", "services", "items", "data", "results", "organizations")
#: Lists that a full service has and a thin item of a list has not.
_NESTED = (
    "contacts",
    "phones",
    "schedules",
    "regular_schedules",
    "service_areas",
    "service_at_locations",
    "languages",
    "cost_options",
    "attributes",
    "service_taxonomys",
    "eligibilitys",
)


@dataclass(slots=True)
class Found:
    """The services and organizations in a JSON value, each with where it stood."""

    services: list[tuple[str, Any]] = field(default_factory=list)
    organizations: dict[str, Object] = field(default_factory=dict)


def find(value: Any, where: str) -> Found:
    """The services in whatever shape a source keeps them: a page, a list, one, or inside organizations."""
    found = Found()
    _find(value, where, found)
    return found


def is_thin(service: Any) -> bool:
    """Whether an item of a list leaves out what belongs to the service, so that it must be asked for by itself."""
    return isinstance(service, Mapping) and not any(service.get(name) for name in _NESTED)


def _find(value: Any, where: str, found: Found) -> None:
    if isinstance(value, list):
        for number, item in enumerate(value, start=1):
            _find_one(item, f"{where}, item {number}", found)
        return
    if isinstance(value, Mapping) and not _is_service(value) and not _is_organization(value):
        for name in LISTS:
            if isinstance(value.get(name), list):
                _find(value[name], where, found)
                return
    _find_one(value, where, found)


def _find_one(item: Any, where: str, found: Found) -> None:
    if not isinstance(item, Mapping):
        found.services.append((where, item))
        return
    if isinstance(item.get("service"), Mapping):
        # An item of /service_at_locations: the service is inside, its place around it.
        service: dict[str, Any] = dict(item["service"])
        service.setdefault("service_at_locations", [item])
        found.services.append((where, service))
        return
    if _is_organization(item):
        key = cleaning.clean(item.get("id"))
        found.organizations[key] = item
        for number, inner in enumerate(items(item, "services"), start=1):
            inside: dict[str, Any] = {**inner, "organization": inner.get("organization") or item}
            found.services.append((f"{where}, service {number}", inside))
        return
    found.services.append((where, item))


def _is_organization(value: Object) -> bool:
    if any(name in value for name in ("organization", "organization_id", "service_at_locations", "status")):
        return False
    return any(
        name in value for name in ("legal_status", "organization_identifiers", "year_incorporated", "website", "logo")
    ) or ("services" in value and "name" in value)


def _is_service(value: Object) -> bool:
    return "name" in value and any(name in value for name in ("status", "organization", "organization_id", *_NESTED))


def items(item: Object, *names: str) -> Iterator[Object]:
    """The objects in the lists of these names; a source may well write one object where a list belongs."""
    for name in names:
        value = item.get(name)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Mapping):
                yield inner
