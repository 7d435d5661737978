"""From the tables to the index: all of it, or only what changed since the last one. Used by store.py alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import selectinload

from service_directory.areas import Areas
from service_directory.matching import Entry, Index
from service_directory.model import AttestationRow, MetadataRow, ServiceRow
from service_directory.records import entry_of
from service_directory.standards import Policy

# What the rule and the order look at, and no more: texts are read when a service is shown.
_LOOKED_AT = (
    selectinload(ServiceRow.organization),
    selectinload(ServiceRow.phones),
    selectinload(ServiceRow.contacts),
    selectinload(ServiceRow.schedules),
    selectinload(ServiceRow.service_areas),
    selectinload(ServiceRow.languages),
    selectinload(ServiceRow.attributes),
    selectinload(ServiceRow.suspensions),
    selectinload(ServiceRow.attestations).selectinload(AttestationRow.criterion_results),
)


_AT_ONCE = 100
"""Services read at once: few enough that nobody who talks meanwhile has to wait."""


async def entries_of(
    connection: AsyncConnection, policy: Policy, since: date, ids: Sequence[str] | None = None
) -> list[Entry]:
    """What the index knows of these services, or of all: of those for which the rule holds on some day from one on."""
    wanted = ids
    if wanted is None:
        wanted = list(await connection.scalars(select(ServiceRow.id).order_by(ServiceRow.id)))
    found: list[Entry] = []
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(ServiceRow).options(*_LOOKED_AT).where(ServiceRow.id.in_(wanted[start : start + _AT_ONCE]))
        # A session for each part, so that only the entries of a great directory are held at once.
        async with AsyncSession(bind=connection) as session:
            entries = (entry_of(service, policy, since) for service in await session.scalars(query))
            found += [entry for entry in entries if entry is not None]
    return found


async def last_change(connection: AsyncConnection) -> int:
    """The number of the last line of history; 0 when there is none."""
    return await connection.scalar(select(func.max(MetadataRow.id))) or 0


async def changed_since(connection: AsyncConnection, change: int) -> list[str] | None:
    """The services that lines of history after this one speak of; None when one speaks of no single service."""
    ids = set(await connection.scalars(select(MetadataRow.service_id).where(MetadataRow.id > change).distinct()))
    return None if None in ids or not ids else sorted(service_id for service_id in ids if service_id is not None)


async def arranged(
    areas: Areas,
    entries: Sequence[Entry],
    *,
    revision: int,
    change: int,
    day: date,
    before: Index | None = None,
    gone: Iterable[str] = (),
) -> Index:
    """An index, ready for a day. Made beside whatever else goes on, because it may take a while."""

    def arrange() -> Index:
        index = Index(areas, entries, revision, change, before=before, gone=gone)
        index.prepare(day)
        return index

    return await asyncio.to_thread(arrange)
