"""Everything that is open to the public on one day, ready to be asked. Immutable and pure: a change makes a new one."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from service_directory.open_referral.terms import ClosedLists

Object = dict[str, Any]
Make = Callable[[], Object]

#: What a service tells in a list: that of which there is one. The standard calls this the one-to-one fields.
_OF_A_LIST: Final = (
    "id",
    "organization_id",
    "name",
    "alternate_name",
    "description",
    "url",
    "email",
    "status",
    "application_process",
    "fees",
    "fees_description",
    "eligibility_description",
    "interpretation_services",
    "minimum_age",
    "maximum_age",
    "assured_date",
    "alert",
    "last_modified",
)
_ORGANIZATION_OF_A_LIST: Final = ("id", "name", "alternate_name", "description", "email", "website")
_LOCATION_OF_A_LIST: Final = ("id", "location_type", "name", "description", "transportation")


@dataclass(frozen=True, slots=True)
class Opens:
    """Times on some weekdays, as an entry of the snapshot remembers them."""

    days: frozenset[str]
    opens: str
    closes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a list of services. Empty and None: anything."""

    words: tuple[str, ...] = ()
    terms: frozenset[str] = frozenset()
    taxonomy: str = ""
    organization: str = ""
    modified_after: str = ""
    minimum_age: float | None = None
    maximum_age: float | None = None
    day: str = ""
    start: str = ""
    end: str = ""
    areas: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One service: what it can be found by, and the whole of it, packed. `own_id` is ours, which nobody is told."""

    own_id: str
    id: str
    organization_id: str
    words: str
    last_modified: str
    minimum_age: int | None
    maximum_age: int | None
    terms: frozenset[str]
    taxonomies: frozenset[str]
    opens: tuple[Opens, ...]
    areas: frozenset[str]
    at_locations: tuple[str, ...]
    packed: bytes = field(repr=False)

    @classmethod
    def of(cls, own_id: str, service: Object, areas: Iterable[str]) -> Entry:
        """An entry for a service as `writing.service_object` writes it; `areas` are the codes it covers."""
        terms = [one["taxonomy_term"] for one in service.get("attributes", ())]
        said = [service["name"], service.get("alternate_name", ""), service.get("description", "")]
        said += [service["organization"]["name"], *(term["name"] for term in terms)]
        return cls(
            own_id=own_id,
            id=service["id"],
            organization_id=service["organization_id"],
            words=" ".join(said).casefold(),
            last_modified=service["last_modified"],
            minimum_age=service.get("minimum_age"),
            maximum_age=service.get("maximum_age"),
            terms=frozenset(term["id"] for term in terms)
            | {term["parent_id"] for term in terms if "parent_id" in term},
            taxonomies=frozenset(term["taxonomy_id"] for term in terms),
            opens=tuple(
                Opens(frozenset(one["byday"].split(",")), one["opens_at"], one["closes_at"])
                for one in service.get("schedules", ())
                if "byday" in one
            ),
            areas=frozenset(areas),
            at_locations=tuple(one["id"] for one in service["service_at_locations"]),
            packed=zlib.compress(json.dumps(service, ensure_ascii=False, separators=(",", ":")).encode()),
        )

    @property
    def whole(self) -> Object:
        """The service with all that belongs to it."""
        made: Object = json.loads(zlib.decompress(self.packed))
        return made

    def suits(self, wanted: Wanted) -> bool:
        """Whether it is among what is asked for. An age that is not told is no limit; hours that are not, no hours."""
        return (
            all(word in self.words for word in wanted.words)
            and wanted.terms <= self.terms
            and (not wanted.taxonomy or wanted.taxonomy in self.taxonomies)
            and (not wanted.organization or wanted.organization == self.organization_id)
            and (not wanted.modified_after or self.last_modified >= wanted.modified_after)
            and (wanted.minimum_age is None or (self.minimum_age or 0) >= wanted.minimum_age)
            and (
                wanted.maximum_age is None or (self.maximum_age is not None and self.maximum_age <= wanted.maximum_age)
            )
            and (wanted.areas is None or bool(wanted.areas & self.areas))
            and (not (wanted.day or wanted.start or wanted.end) or any(_open(one, wanted) for one in self.opens))
        )


class Snapshot:
    """All that may be known on one day, at one revision of the directory."""

    __slots__ = (
        "_at_locations",
        "_by_id",
        "_by_organization",
        "_terms",
        "change",
        "day",
        "digest",
        "entries",
        "lists",
        "revision",
    )

    def __init__(
        self, entries: Iterable[Entry], lists: ClosedLists, *, day: date, revision: int, change: int = 0
    ) -> None:
        """`change` is the number of the last line of history that it knows of."""
        self.day = day
        self.revision = revision
        self.change = change
        self.lists = lists
        self.entries: Sequence[Entry] = sorted(entries, key=lambda entry: entry.id)
        self._by_id: Mapping[str, Entry] = MappingProxyType({entry.id: entry for entry in self.entries})
        self._at_locations = {own: entry for entry in self.entries for own in entry.at_locations}
        self._by_organization: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._by_organization.setdefault(entry.organization_id, []).append(entry)
        self._terms = self._all_terms()
        told = hashlib.blake2b(json.dumps(list(self._terms.values())).encode(), digest_size=16)
        for entry in self.entries:
            told.update(entry.packed)
        #: Two snapshots with one digest tell the same.
        self.digest = told.hexdigest()

    # What lists is a list of makers of items, so that of a long list only one page is made.

    def services(self, wanted: Wanted, *, full: bool = False) -> list[Make]:
        """The services asked for, whole or as a list tells them."""
        return [partial(_service, entry, full=full) for entry in self.entries if entry.suits(wanted)]

    def service(self, own: str) -> Object | None:
        entry = self._by_id.get(own)
        return None if entry is None else entry.whole

    def at_locations(self, wanted: Wanted) -> list[Make]:
        """The places of the services asked for."""
        return [
            partial(_at_location, entry, own, full=False)
            for entry in self.entries
            if entry.suits(wanted)
            for own in entry.at_locations
        ]

    def at_location(self, own: str) -> Object | None:
        """A place with the service that is given there, whole."""
        entry = self._at_locations.get(own)
        return None if entry is None else _at_location(entry, own, full=True)

    def organizations(self, words: Sequence[str] = ()) -> list[Make]:
        """The organizations that have a service here."""
        return [
            partial(_organization, entries[0])
            for _, entries in sorted(self._by_organization.items())
            if all(any(word in entry.words for entry in entries) for word in words)
        ]

    def organization(self, own: str) -> Object | None:
        """An organization with its services, whole."""
        entries = self._by_organization.get(own)
        if entries is None:
            return None
        services = [entry.whole for entry in entries]
        organization: Object = services[0]["organization"]
        for service in services:
            del service["organization"]
        return organization | {"services": services}

    def taxonomies(self) -> list[Make]:
        return [one.as_object for one in sorted(self.lists.taxonomies.values(), key=lambda one: one.id)]

    def taxonomy(self, own: str) -> Object | None:
        """A taxonomy with its terms."""
        for one in self.lists.taxonomies.values():
            if one.id == own:
                return one.as_object() | {"taxonomy_terms": [make() for make in self.taxonomy_terms(own)]}
        return None

    def taxonomy_terms(self, taxonomy: str = "") -> list[Make]:
        terms = (term for term in self._terms.values() if not taxonomy or term["taxonomy_id"] == taxonomy)
        return [partial(dict, term) for term in terms]

    def taxonomy_term(self, own: str) -> Object | None:
        return self._terms.get(own)

    def __len__(self) -> int:
        return len(self.entries)

    def _all_terms(self) -> dict[str, Object]:
        """The terms that are always there, and those that say who recorded what when."""
        terms = {term.id: term.as_object() for term in self.lists}
        seen: set[str] = set(terms)
        for entry in self.entries:
            if entry.terms <= seen:
                continue
            for one in entry.whole["attributes"]:
                terms[one["taxonomy_term"]["id"]] = one["taxonomy_term"]
            seen |= entry.terms
        return dict(sorted(terms.items()))


def _service(entry: Entry, *, full: bool) -> Object:
    return entry.whole if full else _in_list(entry.whole)


def _in_list(service: Object) -> Object:
    made = {name: service[name] for name in _OF_A_LIST if name in service}
    return made | {"organization": _organization_in_list(service["organization"])}


def _organization(entry: Entry) -> Object:
    return _organization_in_list(entry.whole["organization"])


def _organization_in_list(organization: Object) -> Object:
    return {name: organization[name] for name in _ORGANIZATION_OF_A_LIST if name in organization}


def _at_location(entry: Entry, own: str, *, full: bool) -> Object:
    service = entry.whole
    places: list[Object] = service.pop("service_at_locations")
    place = next(one for one in places if one["id"] == own)
    if full:
        # The standard's own description promises a service at this address: its name and status stand there too.
        return place | {"name": service["name"], "status": service["status"], "service": service}
    location = {name: place["location"][name] for name in _LOCATION_OF_A_LIST if name in place["location"]}
    return place | {"location": location, "service": _in_list(service)}


def _open(one: Opens, wanted: Wanted) -> bool:
    """Whether times are among those asked for: on that day, opening no sooner, closing no later."""
    closes = one.closes if one.closes > one.opens else "24:00"
    return (
        (not wanted.day or wanted.day in one.days)
        and (not wanted.start or one.opens >= wanted.start)
        and (not wanted.end or closes <= wanted.end)
    )
