"""The tables of staged imports: what is read from them and written to them. Used by staging.py and plans.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.fields import Rejection
from service_directory.importing import duplicates
from service_directory.importing.candidates import Candidate
from service_directory.importing.duplicates import Listed
from service_directory.importing.proposals import NotDone
from service_directory.model import Base, ExternalIdentityRow, StagedEntryRow, StagedImportRow
from service_directory.rows import once_judged

#: The states of an import.
READING, STAGED, APPLIED, DISCARDED = "reading", "staged", "applied", "discarded"
#: What a staged row is before it is compared, and what rows besides those of services are.
READ, NOTE, REJECTED, PAGE = "read", "note", "rejected", "page"
#: What becomes of a service that is not rejected.
TAKEN = ("new", "changed", "unchanged")

_TABLES = Base.metadata.tables
_AT_ONCE = 500
_T = TypeVar("_T")


def entry_values(
    number: int, kind: str, resource_id: str, row: str, outcome: str, reason: str, content: str = ""
) -> dict[str, Any]:
    """One row of an import. For a note or a rejection `kind` is the field that it is about."""
    return {
        "import_id": number,
        "resource_type": kind[:32],
        "resource_id": resource_id[:200],
        "place": row,
        "outcome": outcome,
        "reason": reason,
        "content": content,
    }


def content_of(candidate: Candidate) -> str:
    """A candidate as it is kept."""
    return json.dumps(candidate.as_values(), ensure_ascii=False)


async def candidates_of(connection: AsyncConnection, number: int) -> dict[int, Candidate]:
    """The services that are staged of an import, by the number of their row."""
    entry = StagedEntryRow.__table__.c
    query = select(entry.id, entry.place, entry.content).where(entry.import_id == number, entry.content != "")
    rows = (await connection.execute(query.order_by(entry.id))).all()
    return {row.id: Candidate.from_values(json.loads(row.content), row.place) for row in rows}


async def last_applied(connection: AsyncConnection, source: str, service_ids: Sequence[str]) -> dict[str, Candidate]:
    """What this source said of these services when it was last applied."""
    entry, staged = StagedEntryRow.__table__.c, StagedImportRow.__table__.c
    found: dict[str, Candidate] = {}
    for some in sliced(service_ids):
        last = (
            select(func.max(entry.id))
            .join(StagedImportRow.__table__, staged.id == entry.import_id)
            .where(
                staged.source == source,
                staged.state == APPLIED,
                entry.outcome.in_(TAKEN),
                entry.resource_id.in_(some),
            )
            .group_by(entry.resource_id)
        )
        said = select(entry.resource_id, entry.place, entry.content).where(entry.id.in_(last))
        for resource_id, place, content in await connection.execute(said):
            found[resource_id] = Candidate.from_values(json.loads(content), place)
    return found


async def listed_services(connection: AsyncConnection) -> dict[str, Listed]:
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
    attestation = _TABLES["attestation"].c
    judged = set(await connection.scalars(select(attestation.service_id).where(attestation.state == "confirmed")))
    judged |= await once_judged(connection)
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
            shown=row.published or row.id in judged,
        )
        for row in await connection.execute(query)
    }


async def identities(connection: AsyncConnection, source: str) -> dict[str, str]:
    """Our ids of the services that a source has brought in, by the ids they had when they came."""
    identity = ExternalIdentityRow.__table__.c
    rows = await connection.execute(select(identity.external_id, identity.resource_id).where(identity.source == source))
    return {row.external_id: row.resource_id for row in rows}


async def keep_identities(connection: AsyncConnection, source: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Remember by which ids a source knows services of ours."""
    known = await identities(connection, source)
    rows = [
        {"source": source, "resource_type": "service", "external_id": theirs, "resource_id": ours}
        for theirs, ours in pairs
        if theirs not in known
    ]
    if rows:
        await connection.execute(insert(ExternalIdentityRow), rows)


async def source_of(connection: AsyncConnection, number: int, *states: str) -> str:
    """Where an import comes from. Raises NotDone when it is in none of these states."""
    staged = StagedImportRow.__table__.c
    row = (await connection.execute(select(staged.source, staged.state).where(staged.id == number))).one_or_none()
    if row is None:
        raise NotDone(f"there is no import {number}")
    if row.state not in states:
        told = "not read to its end yet" if row.state == READING else f"{row.state} already"
        raise NotDone(f"import {number} is {told}")
    return str(row.source)


async def set_state(connection: AsyncConnection, number: int, state: str) -> None:
    """Put an import into another state."""
    await connection.execute(update(StagedImportRow).where(StagedImportRow.id == number).values(state=state))


async def keep_outcomes(
    connection: AsyncConnection, taken: Mapping[int, tuple[str, str]], rejected: Mapping[int, Rejection]
) -> None:
    """Keep what becomes of staged rows: which service of ours each is and how it comes in, or why it does not."""
    entry = _TABLES["staged_entry"]
    rows = [{"number": key, "of": of, "what": what, "why": ""} for key, (of, what) in taken.items()]
    rows += [{"number": key, "of": "", "what": REJECTED, "why": one.message} for key, one in rejected.items()]
    if rows:
        statement = (
            update(entry)
            .where(entry.c.id == bindparam("number"))
            .values(resource_id=bindparam("of"), outcome=bindparam("what"), reason=bindparam("why"))
        )
        await connection.execute(statement, rows)


async def forget(connection: AsyncConnection, rejected: Mapping[int, Rejection]) -> None:
    """Keep of rejected rows only that they were rejected and why."""
    entry = _TABLES["staged_entry"]
    for key, one in rejected.items():
        values = {"resource_type": one.field[:32], "place": one.entry, "content": ""}
        await connection.execute(update(entry).where(entry.c.id == key).values(values))


async def drop_overtaken(connection: AsyncConnection, number: int, source: str) -> None:
    """Keep of a source's earlier imports only what the next comparison needs: what was last said of each service."""
    entry, staged = StagedEntryRow.__table__.c, StagedImportRow.__table__.c
    earlier = select(staged.id).where(staged.source == source, staged.id < number)
    said_again = select(entry.resource_id).where(entry.import_id == number, entry.outcome.in_(TAKEN))
    await connection.execute(
        delete(StagedEntryRow).where(
            entry.import_id.in_(earlier), or_(entry.outcome.not_in(TAKEN), entry.resource_id.in_(said_again))
        )
    )


def sliced(items: Sequence[_T]) -> Iterable[Sequence[_T]]:
    """As many at once as a statement may name."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
