"""What loading a document would do to the directory as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.attested import judges_itself
from service_directory.changes import Change, Row, difference
from service_directory.documents import Document, Entry
from service_directory.fields import Rejection
from service_directory.holding_back import Parted, is_live, part, part_from_organization, part_organization
from service_directory.rows import any_service, live_service_of, once_judged, organization_rows, service_rows


@dataclass(frozen=True, slots=True)
class Report:
    """What loading a document did, or would do: entries by name, and each mistake that kept one out."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    applied: bool
    #: Entries whose ways to be reached would lead elsewhere: two different people have to agree on them.
    proposed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The entries of a document that may be written, and what each changes.

    `proposed` are the changes, by service, that are held back until two people have agreed on them.
    """

    changes: Mapping[str, tuple[Change, ...]]
    new: frozenset[str]
    rejected: tuple[Rejection, ...]
    proposed: Mapping[str, tuple[Change, ...]]

    @property
    def all_changes(self) -> tuple[Change, ...]:
        return tuple(change for changes in self.changes.values() for change in changes)

    def report(self, *, applied: bool) -> Report:
        changed = [name for name, changes in self.changes.items() if changes and name not in self.new]
        proposed = tuple(f"service {service_id}" for service_id in self.proposed)
        unchanged = [name for name, changes in self.changes.items() if not changes and name not in proposed]
        new = [name for name in self.changes if name in self.new]
        return Report(tuple(new), tuple(changed), tuple(unchanged), self.rejected, applied, proposed)


async def plan(connection: AsyncConnection, document: Document) -> Plan:
    """Sort a document's entries by what they would change. Reads the directory, writes nothing."""
    service_ids = [entry.id for entry in document.entries if entry.kind == "service"]
    services = await service_rows(connection, service_ids)
    organizations = await organization_rows(connection)
    mixed = await any_service(connection, example=not document.example)
    judged = await once_judged(connection, service_ids)
    written = dict(organizations)
    names = {identity: _names(row) for identity, row in organizations.items()}
    changes: dict[str, tuple[Change, ...]] = {}
    new: set[str] = set()
    proposed: dict[str, tuple[Change, ...]] = {}
    rejected = list(document.rejected)
    for entry in document.entries:
        if entry.kind == "organization":
            kept = [organizations[entry.id]] if entry.id in organizations else []
            names[entry.id] = _names(entry.rows[0])
            written[entry.id] = entry.rows[0]
        else:
            kept = services.get(entry.id, [])
        why_not = _why_not(entry, names, mixed=mixed, example=document.example)
        if why_not is not None:
            rejected.append(why_not)
            continue
        parted = Parted(difference(kept, _as_late_as_kept(kept, entry.rows)), ())
        whose: str | None = entry.id
        if entry.kind == "service":
            parted = part(kept, parted.direct, judged=entry.id in judged)
            if kept and (entry.id in judged or is_live(kept)):
                before = next(str(row.values["organization_id"]) for row in kept if row.table == "service")
                after = str(entry.rows[0].values["organization_id"])
                parted = part_from_organization(parted, organizations[before], written[after])
        elif kept and parted.direct and (whose := await live_service_of(connection, entry.id)) is not None:
            parted = part_organization(parted.direct)
        changes[entry.name] = parted.direct
        if parted.proposed and whose is not None:
            proposed[whose] = (*proposed.get(whose, ()), *parted.proposed)
        if not kept:
            new.add(entry.name)
    return Plan(changes, frozenset(new), tuple(rejected), proposed)


def _as_late_as_kept(kept: Iterable[Row], wanted: Iterable[Row]) -> Iterator[Row]:
    """What a document wants; but it never takes back that the service said later than it knows that all is right."""
    assured = next((row.values["assured_on"] for row in kept if row.table == "service"), None)
    for row in wanted:
        said = row.values.get("assured_on")
        if row.table == "service" and isinstance(assured, date) and isinstance(said, date) and said < assured:
            older = {name: value for name, value in row.values.items() if name not in ("assured_on", "assured_by")}
            row = replace(row, values=older)
        yield row


def _names(organization: Row) -> tuple[str, str]:
    return str(organization.values["name"]), str(organization.values["alternate_name"])


def _why_not(entry: Entry, names: Mapping[str, tuple[str, str]], *, mixed: bool, example: bool) -> Rejection | None:
    """What is wrong with an entry in the light of what the directory holds already."""
    if mixed:
        told = (
            "this directory holds real services; load examples into one of their own"
            if example
            else "this directory holds examples; start a new one for real services"
        )
        return Rejection(entry.name, "", told)
    if entry.kind != "service":
        return None
    organization = str(entry.rows[0].values["organization_id"])
    if organization not in names:
        return Rejection(entry.name, "organization", f"there is no organization {organization}; add it first")
    if judges_itself(entry.rows, *names[organization]):
        return Rejection(entry.name, "attestations", "an organization's word on its own service has the basis self")
    return None
