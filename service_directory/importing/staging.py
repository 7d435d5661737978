"""Imports between reading and applying: kept in the database, compared with the directory, reported, applied.

What is read is staged page by page, so that a long feed that was interrupted goes on where it stopped. Nothing of
the directory is touched until an import is applied, and then in one transaction: all of it, or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.changes import Row
from service_directory.database import Database
from service_directory.fields import Rejection
from service_directory.importing import comparing, duplicates
from service_directory.importing.candidates import Candidate, Note, Reading
from service_directory.importing.comparing import Kept, Outcome
from service_directory.importing.duplicates import Likeness, Listed
from service_directory.importing.proposals import NotDone, put_down
from service_directory.model import Base, ExternalIdentityRow, RevisionRow, StagedEntryRow, StagedImportRow
from service_directory.open_referral.identifiers import public_id
from service_directory.rows import any_service, organization_rows, service_rows, write_changes

READING, STAGED, APPLIED, DISCARDED = "reading", "staged", "applied", "discarded"
_READ, _NOTE, _REJECTED, _PAGE = "read", "note", "rejected", "page"
_TAKEN = ("new", "changed", "unchanged")
_TABLES = Base.metadata.tables
_AT_ONCE = 500

_T = TypeVar("_T")
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One service of an import in a report: where it stood, what it is called, and what becomes of it."""

    row: str
    service_id: str
    name: str
    changes: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.row}: {self.name} ({self.service_id})"


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do."""

    number: int
    source: str
    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unchanged: tuple[Entry, ...]
    rejected: tuple[Rejection, ...]
    duplicates: tuple[Likeness, ...]
    notes: tuple[Note, ...]
    applied: bool
    proposals: tuple[int, ...] = ()


@dataclass(slots=True)
class _Plan:
    """The outcome of every staged entry, by its number."""

    outcomes: dict[int, tuple[Candidate, Outcome]] = field(default_factory=dict)
    rejected: dict[int, Rejection] = field(default_factory=dict)
    duplicates: list[Likeness] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that is being read: its number, and the pages that are staged already."""

    number: int
    pages: frozenset[str]


class Staging:
    """The imports of a directory. Every method raises DatabaseError when its database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, source: str, kind: str, *, at: datetime, who: str, resume: bool = False) -> Begun:
        """Begin to stage what a source says; with `resume` go on with a reading that was interrupted, if any.

        Earlier imports of the source that were never applied are discarded, with all that was staged of them.
        """
        staged, entry = StagedImportRow.__table__.c, StagedEntryRow.__table__.c
        async with self._database.write() as connection:
            await _wait_for_turn(connection)
            query = select(staged.id, staged.state).where(staged.source == source, staged.state.in_((READING, STAGED)))
            going_on = 0
            for number, state in (await connection.execute(query.order_by(staged.id))).all():
                if resume and state == READING:
                    going_on = number
                    continue
                await connection.execute(delete(StagedEntryRow).where(entry.import_id == number))
                await _set_state(connection, number, DISCARDED)
            if going_on:
                pages = select(entry.resource_id).where(entry.import_id == going_on, entry.outcome == _PAGE)
                return Begun(going_on, frozenset(await connection.scalars(pages)))
            values = {"source": source, "format": kind, "state": READING, "staged_at": at, "staged_by": who}
            made = await connection.execute(insert(StagedImportRow).values(values).returning(staged.id))
            return Begun(int(made.scalar_one()), frozenset())

    async def add(self, number: int, page: str, reading: Reading) -> None:
        """Stage one page (or file) of an import whole."""
        rows = [_entry(number, "service", one.id, one.row, _READ, "", _content(one)) for one in reading.candidates]
        rows += [_entry(number, one.field, "", one.entry, _REJECTED, one.message) for one in reading.rejected]
        rows += [_entry(number, one.field, "", one.entry, _NOTE, one.message) for one in reading.notes]
        rows.append(_entry(number, _PAGE, page, "", _PAGE, ""))
        async with self._database.write() as connection:
            await connection.execute(insert(StagedEntryRow), rows)

    async def report(self, number: int, progress: Progress | None = None) -> Report:
        """Compare a staged import with the directory as it stands, keep what becomes of each entry, and tell.

        Raises NotDone for an import that is not waiting.
        """
        async with self._database.write() as connection:
            source = await _source(connection, number, READING, STAGED)
            plan = await _plan(connection, number, source, progress or _silent)
            await _keep_outcomes(connection, plan)
            await _set_state(connection, number, STAGED)
            return await _report(connection, number, source, plan, applied=False)

    async def apply(self, number: int, *, at: datetime, who: str, why: str, progress: Progress | None = None) -> Report:
        """Write a staged import, all of it or nothing, as the directory stands now. Raises NotDone likewise."""
        tell = progress or _silent
        async with self._database.write() as connection:
            await _wait_for_turn(connection)
            source = await _source(connection, number, STAGED)
            plan = await _plan(connection, number, source, _silent)
            proposals: list[int] = []
            identities = []
            for some in _sliced(list(plan.outcomes.values())):
                changes = [change for _, outcome in some for change in outcome.changes]
                await write_changes(connection, changes, at=at, who=who, why=why)
                for candidate, outcome in some:
                    identities.append((candidate.id, outcome.service_id))
                    if outcome.proposed:
                        made = await put_down(
                            connection, outcome.service_id, outcome.proposed, at=at, who=who, why=why, source=source
                        )
                        proposals += [] if made is None else [made]
                    tell(1)
            await _keep_identities(connection, source, identities)
            await _keep_outcomes(connection, plan)
            await _set_state(connection, number, APPLIED)
            report = await _report(connection, number, source, plan, applied=True)
        return replace(report, proposals=tuple(proposals))

    async def waiting(self, number: int) -> int:
        """How many services a staged import holds. Raises NotDone for one that is not waiting."""
        entry = StagedEntryRow.__table__.c
        async with self._database.read() as connection:
            await _source(connection, number, READING, STAGED)
            query = select(func.count()).where(entry.import_id == number, entry.content != "")
            return int(await connection.scalar(query) or 0)


# --- what becomes of each entry


async def _plan(connection: AsyncConnection, number: int, source: str, progress: Progress) -> _Plan:
    plan = _Plan()
    staged = await _candidates(connection, number)
    if await any_service(connection, example=True):
        why = "this directory holds examples; start a new one for real services"
        plan.rejected = {key: Rejection(one.row, "", why) for key, one in staged.items()}
        return plan
    places = _Places(
        await _listed(connection), await organization_rows(connection), await _identities(connection, source)
    )
    ids = {key: places.service_id(one) for key, one in staged.items()}
    rows = await service_rows(connection, set(ids.values()))
    before = await _before(connection, source, list(rows))
    for key, candidate in staged.items():
        known_as = f"{candidate.row} ({candidate.name})"
        service_id = ids[key]
        if places.taken(service_id, candidate.row):
            plan.rejected[key] = Rejection(known_as, "id", f"stands twice: it was read from {places.first[service_id]}")
            continue
        try:
            outcome = comparing.compare(
                candidate, places.kept(candidate, rows.get(service_id, [])), before.get(service_id), source=source
            )
        except comparing.Refused as error:
            plan.rejected[key] = Rejection(known_as, error.field, str(error))
            continue
        places.remember(candidate, outcome)
        plan.outcomes[key] = (candidate, outcome)
        progress(1)
    _point_out(plan, places)
    return plan


def _point_out(plan: _Plan, places: _Places) -> None:
    """Find what may be there twice; what may be on the do-not-list does not come in."""
    new = [duplicates.of_candidate(one) for one, outcome in plan.outcomes.values() if outcome.kind == "new"]
    plan.duplicates = duplicates.find(new, places.listed.values())
    barred = {one.service_id: one for one in plan.duplicates if not one.other.listed}
    for key, (candidate, _) in list(plan.outcomes.items()):
        if candidate.id in barred:
            del plan.outcomes[key]
            why = f"{barred[candidate.id]}, which is on the do-not-list"
            plan.rejected[key] = Rejection(f"{candidate.row} ({candidate.name})", "", why)
    plan.duplicates = [one for one in plan.duplicates if one.service_id not in barred]


class _Places:
    """Where the entries of an import belong in the directory: which of our services and organizations they are."""

    def __init__(
        self,
        listed: Mapping[str, Listed],
        organizations: Mapping[str, Row],
        identities: Mapping[str, str],
    ) -> None:
        self.listed = listed
        self.first: dict[str, str] = {}
        self._identities = identities
        self._published = {public_id("service", one): one for one in listed}
        self._organizations = dict(organizations)
        self._public = {public_id("organization", one): one for one in organizations}
        self._named: dict[str, list[str]] = {}
        for row in organizations.values():
            self._named.setdefault(str(row.values["name"]).casefold(), []).append(row.id)
        self._shown = {one.organization_id for one in listed.values() if one.published}

    def service_id(self, candidate: Candidate) -> str:
        """Our id of a service: as this source was understood before, by its own id, or as we publish it."""
        for found in (self._identities.get(candidate.id), candidate.id, candidate.source_id):
            if found in self.listed:
                return str(found)
        return self._published.get(candidate.id, candidate.id)

    def taken(self, service_id: str, row: str) -> bool:
        return self.first.setdefault(service_id, row) != row

    def kept(self, candidate: Candidate, rows: Sequence[Row]) -> Kept:
        service = next((row for row in rows if row.table == "service"), None)
        theirs = self._organization_id(candidate)
        ours = theirs if service is None else str(service.values["organization_id"])
        return Kept(rows, self._organizations.get(ours), ours in self._shown, moved=ours != theirs)

    def remember(self, candidate: Candidate, outcome: Outcome) -> None:
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


# --- reading and writing the tables


def _entry(
    number: int, kind: str, resource_id: str, row: str, outcome: str, reason: str, content: str = ""
) -> dict[str, Any]:
    return {
        "import_id": number,
        "resource_type": kind[:32],
        "resource_id": resource_id[:200],
        "place": row,
        "outcome": outcome,
        "reason": reason,
        "content": content,
    }


def _content(candidate: Candidate) -> str:
    return json.dumps(candidate.as_values(), ensure_ascii=False)


async def _candidates(connection: AsyncConnection, number: int) -> dict[int, Candidate]:
    entry = StagedEntryRow.__table__.c
    query = select(entry.id, entry.place, entry.content).where(entry.import_id == number, entry.content != "")
    rows = (await connection.execute(query.order_by(entry.id))).all()
    return {row.id: Candidate.from_values(json.loads(row.content), row.place) for row in rows}


async def _before(connection: AsyncConnection, source: str, service_ids: Sequence[str]) -> dict[str, Candidate]:
    """What this source said of these services when it was last applied."""
    entry, staged = StagedEntryRow.__table__.c, StagedImportRow.__table__.c
    found: dict[str, Candidate] = {}
    for some in _sliced(service_ids):
        last = (
            select(func.max(entry.id))
            .join(StagedImportRow.__table__, staged.id == entry.import_id)
            .where(
                staged.source == source,
                staged.state == APPLIED,
                entry.outcome.in_(_TAKEN),
                entry.resource_id.in_(some),
            )
            .group_by(entry.resource_id)
        )
        said = select(entry.resource_id, entry.place, entry.content).where(entry.id.in_(last))
        for resource_id, place, content in await connection.execute(said):
            found[resource_id] = Candidate.from_values(json.loads(content), place)
    return found


async def _listed(connection: AsyncConnection) -> dict[str, Listed]:
    """Every service of the directory as far as it tells two apart."""
    service, organization = _TABLES["service"].c, _TABLES["organization"].c
    phone, contact = _TABLES["phone"].c, _TABLES["contact"].c
    numbers: dict[str, set[str]] = {}
    hosts: dict[str, set[str]] = {}
    for service_id, number in await connection.execute(select(phone.service_id, phone.number)):
        numbers.setdefault(service_id, set()).add(number)
    ways = await connection.execute(select(contact.service_id, contact.email, contact.url))
    for service_id, email, url in ways:
        if host := duplicates.host_of(email or url):
            hosts.setdefault(service_id, set()).add(host)
    query = select(
        service.id,
        service.name,
        service.published,
        service.do_not_list,
        service.organization_id,
        organization.name.label("organization"),
        organization.do_not_list.label("all_barred"),
    ).join(_TABLES["organization"], organization.id == service.organization_id)
    return {
        row.id: Listed(
            row.id,
            row.name,
            row.organization_id,
            row.organization,
            frozenset(numbers.get(row.id, ())),
            frozenset(hosts.get(row.id, ())),
            listed=not (row.do_not_list or row.all_barred),
            published=row.published,
        )
        for row in await connection.execute(query)
    }


async def _identities(connection: AsyncConnection, source: str) -> dict[str, str]:
    identity = ExternalIdentityRow.__table__.c
    rows = await connection.execute(select(identity.external_id, identity.resource_id).where(identity.source == source))
    return {row.external_id: row.resource_id for row in rows}


async def _keep_identities(connection: AsyncConnection, source: str, pairs: Iterable[tuple[str, str]]) -> None:
    known = await _identities(connection, source)
    rows = [
        {"source": source, "resource_type": "service", "external_id": theirs, "resource_id": ours}
        for theirs, ours in pairs
        if theirs not in known
    ]
    if rows:
        await connection.execute(insert(ExternalIdentityRow), rows)


async def _keep_outcomes(connection: AsyncConnection, plan: _Plan) -> None:
    rows = [
        {"number": key, "of": outcome.service_id, "what": outcome.kind, "why": ""}
        for key, (_, outcome) in plan.outcomes.items()
    ]
    rows += [
        {"number": key, "of": "", "what": _REJECTED, "why": f"{one.field}: {one.message}" if one.field else one.message}
        for key, one in plan.rejected.items()
    ]
    if rows:
        statement = (
            update(_TABLES["staged_entry"])
            .where(_TABLES["staged_entry"].c.id == bindparam("number"))
            .values(resource_id=bindparam("of"), outcome=bindparam("what"), reason=bindparam("why"))
        )
        await connection.execute(statement, rows)


async def _source(connection: AsyncConnection, number: int, *states: str) -> str:
    staged = StagedImportRow.__table__.c
    row = (await connection.execute(select(staged.source, staged.state).where(staged.id == number))).one_or_none()
    if row is None:
        raise NotDone(f"there is no import {number}")
    if row.state not in states:
        told = "not read to its end yet" if row.state == READING else f"{row.state} already"
        raise NotDone(f"import {number} is {told}")
    return str(row.source)


async def _set_state(connection: AsyncConnection, number: int, state: str) -> None:
    await connection.execute(update(StagedImportRow).where(StagedImportRow.id == number).values(state=state))


async def _wait_for_turn(connection: AsyncConnection) -> None:
    """One writer at a time: the others wait here until this transaction has ended."""
    await connection.execute(select(RevisionRow.number).with_for_update())


async def _report(connection: AsyncConnection, number: int, source: str, plan: _Plan, *, applied: bool) -> Report:
    entry = StagedEntryRow.__table__.c
    query = select(entry.resource_type, entry.place, entry.outcome, entry.reason).where(
        entry.import_id == number, entry.content == "", entry.outcome.in_((_REJECTED, _NOTE))
    )
    told = (await connection.execute(query.order_by(entry.id))).all()
    rejected = [Rejection(row.place, row.resource_type, row.reason) for row in told if row.outcome == _REJECTED]
    by_kind: dict[str, list[Entry]] = {kind: [] for kind in _TAKEN}
    for candidate, outcome in plan.outcomes.values():
        by_kind[outcome.kind].append(_told(candidate, outcome))
    return Report(
        number=number,
        source=source,
        new=tuple(by_kind["new"]),
        changed=tuple(by_kind["changed"]),
        unchanged=tuple(by_kind["unchanged"]),
        rejected=(*rejected, *plan.rejected.values()),
        duplicates=tuple(plan.duplicates),
        notes=tuple(Note(row.place, row.resource_type, row.reason) for row in told if row.outcome == _NOTE),
        applied=applied,
    )


def _told(candidate: Candidate, outcome: Outcome) -> Entry:
    return Entry(
        candidate.row,
        outcome.service_id,
        candidate.name,
        () if outcome.kind == "new" else comparing.in_words(outcome.changes),
        comparing.in_words(outcome.proposed),
    )


def _sliced(items: Sequence[_T]) -> Iterable[Sequence[_T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _silent(_: int) -> None:
    """Nobody watches."""
