"""From the tables to what is open to the public today: services for which the rule holds, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.areas import Areas
from service_directory.hours import HOURS_DAYS
from service_directory.indexing import changed_since, last_change
from service_directory.model import MetadataRow, ServiceRow, TaxonomyRow, TaxonomyTermRow
from service_directory.open_referral.snapshot import Entry, Snapshot
from service_directory.open_referral.terms import ClosedLists, Taxonomy
from service_directory.open_referral.writing import PUBLIC, service_object
from service_directory.records import record_of
from service_directory.rows import whole_services
from service_directory.standards import LONDON, Policy, Spell, spells

#: Services read at once. Between two readings whoever else waits has a turn: men talk to the same process.
_AT_ONCE = 25


async def read_snapshot(
    connection: AsyncConnection,
    policy: Policy,
    areas: Areas,
    on: date,
    *,
    revision: int,
    examples: bool,
    before: Snapshot | None = None,
) -> Snapshot:
    """What is open to the public on a day in London. Made-up services are in it only with `examples`.

    From the snapshot `before`, if it is of the same day, only what has changed since is read.
    """
    lists = await _closed_lists(connection)
    change = await last_change(connection)
    changed = None if before is None or before.day != on else await changed_since(connection, before.change)
    query = select(ServiceRow.id).where(ServiceRow.published).order_by(ServiceRow.id)
    if not examples:
        query = query.where(ServiceRow.example.is_(False))
    ids = list(await connection.scalars(query))
    entries: list[Entry] = []
    if before is not None and changed is not None:
        read_again = set(changed)
        entries += [entry for entry in before.entries if entry.own_id not in read_again]
        ids = [own_id for own_id in ids if own_id in read_again]
    for start in range(0, len(ids), _AT_ONCE):
        entries += await _entries(connection, ids[start : start + _AT_ONCE], policy, areas, on, lists)
        await asyncio.sleep(0)
    return await asyncio.to_thread(Snapshot, entries, lists, day=on, revision=revision, change=change)


async def _entries(
    connection: AsyncConnection, ids: list[str], policy: Policy, areas: Areas, on: date, lists: ClosedLists
) -> list[Entry]:
    services = await whole_services(connection, ids)
    holding = [(service, spell) for service in services if (spell := _spell(service, policy, on)) is not None]
    changed = await _last_changes(connection, [service for service, _ in holding])
    made: list[Entry] = []
    for service, spell in holding:
        at = max(_turns(service, spell, on, changed))
        written = service_object(service, spell.verdict, on=on, last_modified=at, areas=areas, lists=lists)
        made.append(Entry.of(service.id, written, (row.code for row in service.service_areas)))
    return made


def _spell(service: ServiceRow, policy: Policy, on: date) -> Spell | None:
    """The run of days around this one on which the rule gives the same answer; None when it does not hold."""
    found = (spell for spell in spells(record_of(service), policy) if spell.first <= on <= spell.last)
    return next(found, None)


def _turns(service: ServiceRow, spell: Spell, on: date, changed: dict[str, datetime]) -> Iterator[datetime]:
    """The moments at which what is published of a service became another: by hand, or because a day came."""
    yield _midnight(spell.first)
    for key in (service.id, service.organization_id):
        if key in changed:
            yield changed[key]
    for row in service.schedules:
        gone = None if row.checked_on is None else row.checked_on + timedelta(days=HOURS_DAYS + 1)
        if gone is not None and gone <= on:
            yield _midnight(gone)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


async def _last_changes(connection: AsyncConnection, services: Collection[ServiceRow]) -> dict[str, datetime]:
    """When something public of services and their organizations was last changed, by their ids.

    What only stewards see leaves no trace here: whoever watched the moments could watch a refuge fill.
    """
    meta = MetadataRow.__table__.c
    judged = [row.id for service in services for row in service.attestations if row.state == "confirmed"]
    public = or_(
        *(
            and_(meta.resource_type == table, meta.field_name.in_(columns))
            for table, columns in PUBLIC.items()
            if table not in ("organization", "attestation")
        ),
        and_(
            meta.resource_type == "attestation",
            meta.field_name.in_(PUBLIC["attestation"]),
            meta.resource_id.in_(judged),
        ),
    )
    of_services = (
        select(meta.service_id, func.max(meta.last_action_date))
        .where(meta.service_id.in_([service.id for service in services]), public)
        .group_by(meta.service_id)
    )
    of_organizations = (
        select(meta.resource_id, func.max(meta.last_action_date))
        .where(
            meta.resource_type == "organization",
            meta.resource_id.in_({service.organization_id for service in services}),
            meta.field_name.in_(PUBLIC["organization"]),
        )
        .group_by(meta.resource_id)
    )
    found: dict[str, datetime] = {}
    for query in (of_services, of_organizations):
        for own, at in await connection.execute(query):
            # A service and an organization may well have the same id; the later moment is true of both.
            found[own] = max(found.get(own, at), at)
    return found


async def _closed_lists(connection: AsyncConnection) -> ClosedLists:
    taxonomies: Iterable[Taxonomy] = [
        Taxonomy(row.id, row.name, row.description)
        for row in await connection.execute(select(*TaxonomyRow.__table__.c).order_by(TaxonomyRow.id))
    ]
    terms = [
        (row.taxonomy_id, row.code, row.name, row.description)
        for row in await connection.execute(select(*TaxonomyTermRow.__table__.c).order_by(TaxonomyTermRow.id))
    ]
    return ClosedLists(taxonomies, terms)
