"""What becomes of each service of a staged import, as the directory stands. Reads the directory, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.changes import Row
from service_directory.fields import Rejection
from service_directory.importing import comparing, duplicates
from service_directory.importing.candidates import Candidate
from service_directory.importing.comparing import Kept, Outcome
from service_directory.importing.duplicates import Likeness, Listed
from service_directory.importing.staged_rows import (
    candidates_of,
    content_of,
    identities,
    last_applied,
    listed_services,
)
from service_directory.open_referral.identifiers import public_id
from service_directory.redacting import REDACTED
from service_directory.rows import any_service, organization_rows, service_rows

#: Told how many more services are done.
Progress = Callable[[int], None]


@dataclass(slots=True)
class Plan:
    """What becomes of every staged entry, by its number; what may be there twice, and what the source lists no more.

    `forgotten` are those of the rejected of which nothing may be kept.
    """

    outcomes: dict[int, tuple[Candidate, Outcome]] = field(default_factory=dict)
    rejected: dict[int, Rejection] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)
    duplicates: tuple[Likeness, ...] = ()
    gone: tuple[Listed, ...] = ()


async def plan_import(connection: AsyncConnection, number: int, source: str, progress: Progress) -> Plan:
    """Compare every service of an import with what is kept of it and what the source said before."""
    plan = Plan()
    staged = await candidates_of(connection, number)
    if await any_service(connection, example=True):
        why = "this directory holds examples; start a new one for real services"
        plan.rejected = {key: Rejection(one.row, "", why) for key, one in staged.items()}
        return plan
    known = await identities(connection, source)
    places = _Places(await listed_services(connection), await organization_rows(connection), known)
    ids = {key: places.service_id(one) for key, one in staged.items()}
    rows = await service_rows(connection, set(ids.values()))
    before = await last_applied(connection, source, list(rows))
    barred = _point_out(plan, [one for key, one in staged.items() if ids[key] not in places.listed], places)
    first: dict[str, str] = {}
    for key, candidate in staged.items():
        service_id = ids[key]
        try:
            if first.setdefault(service_id, candidate.row) != candidate.row:
                raise comparing.Refused("id", f"stands twice: it was read from {first[service_id]}")
            if REDACTED in content_of(candidate):
                raise comparing.Refused("", "words were taken out of what was read; read the source again")
            if candidate.id in barred:
                raise comparing.Refused("", f"{barred[candidate.id]}, which is on the do-not-list")
            kept = places.kept(candidate, rows.get(service_id, []))
            outcome = comparing.compare(candidate, kept, before.get(service_id), source=source)
        except comparing.Refused as error:
            # What must be forgotten may stand in the name.
            known_as = candidate.row if error.forget else f"{candidate.row} ({candidate.name})"
            plan.rejected[key] = Rejection(known_as, error.field, str(error))
            if error.forget:
                plan.forgotten.add(key)
        else:
            places.remember(outcome)
            plan.outcomes[key] = (candidate, outcome)
        progress(1)
    plan.gone = tuple(
        places.listed[one] for one in dict.fromkeys(known.values()) if one in places.listed and one not in first
    )
    return plan


def _point_out(plan: Plan, new: Sequence[Candidate], places: _Places) -> dict[str, Likeness]:
    """Find what may be there twice. What may be on the do-not-list is returned, by its id: it does not come in."""
    alike = duplicates.find([duplicates.of_candidate(one) for one in new], list(places.listed.values()))
    barred = {one.service_id: one for one in alike if not one.other.listed}
    plan.duplicates = tuple(one for one in alike if one.service_id not in barred)
    return barred


class _Places:
    """Where the entries of an import belong in the directory: which of our services and organizations they are."""

    def __init__(
        self,
        listed: Mapping[str, Listed],
        organizations: Mapping[str, Row],
        identities: Mapping[str, str],
    ) -> None:
        self.listed = listed
        self._identities = identities
        self._published = {public_id("service", one): one for one in listed}
        self._organizations = dict(organizations)
        self._public = {public_id("organization", one): one for one in organizations}
        self._named: dict[str, list[str]] = {}
        for row in organizations.values():
            self._named.setdefault(str(row.values["name"]).casefold(), []).append(row.id)
        self._shown = {one.organization_id for one in listed.values() if one.shown}

    def service_id(self, candidate: Candidate) -> str:
        """Our id of a service: as this source was understood before, by its own id, or as we publish it."""
        for found in (self._identities.get(candidate.id), candidate.id, candidate.source_id):
            if found in self.listed:
                return str(found)
        return self._published.get(candidate.id, candidate.id)

    def kept(self, candidate: Candidate, rows: Sequence[Row]) -> Kept:
        """What is kept of a service whose rows these are, and of the organization it belongs to."""
        service = next((row for row in rows if row.table == "service"), None)
        theirs = self._organization_id(candidate)
        ours = theirs if service is None else str(service.values["organization_id"])
        shown = service is not None and self.listed[service.id].shown
        return Kept(rows, self._organizations.get(ours), ours in self._shown, moved=ours != theirs, shown=shown)

    def remember(self, outcome: Outcome) -> None:
        """An organization that comes in with one service is there for the next."""
        for change in (*outcome.changes, *outcome.proposed):
            row = change.row
            if row.table != "organization":
                continue
            # What one service's entry has changed, or proposed, the next one's need not change again.
            values = {**row.values, **{name: after for name, _, after in change.fields}}
            self._organizations[row.id] = Row("organization", row.id, None, values)
            if change.action == "create":
                self._named.setdefault(str(values["name"]).casefold(), []).append(row.id)

    def _organization_id(self, candidate: Candidate) -> str:
        whose = candidate.organization
        for found in (whose.id, whose.source_id, self._public.get(whose.id)):
            if found in self._organizations:
                return str(found)
        named = self._named.get(whose.name.casefold(), [])
        # A source that gives its organizations no ids means the one of that name.
        return named[0] if len(named) == 1 and not whose.source_id else whose.id
