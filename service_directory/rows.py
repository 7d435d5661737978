"""Reading whole services from the tables, and writing changes with their history. Used by store.py alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import Table, and_, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import selectinload

from service_directory.changes import Change, Row, Value, as_text
from service_directory.hiding import keep_hidden
from service_directory.model import AttestationRow, Base, MetadataRow, RevisionRow, ServiceRow

_TABLES = Base.metadata.tables
#: The tables whose rows belong to services, in an order that foreign keys allow.
_OF_SERVICES = tuple(
    table
    for table in Base.metadata.sorted_tables
    if table.name in ("service", "criterion_result")
    or ("service_id" in table.c and table.name not in ("metadata", "proposal"))
)
#: Those that belong to no service, likewise.
_OF_NOBODY = tuple(_TABLES[name] for name in ("standard", "section", "criterion", "organization"))
#: What a new row holds where nobody said anything: a document that is silent on it changes nothing of an older row.
_UNSAID: Mapping[str, Mapping[str, Value]] = {"service": {"assured_on": None, "assured_by": ""}}
#: Ids in one statement; both databases allow some 32,000 values.
AT_ONCE = 500
#: The lines of history that tell of a decision that was confirmed.
_ONCE_CONFIRMED = and_(
    MetadataRow.resource_type == "attestation",
    MetadataRow.field_name == "state",
    or_(MetadataRow.previous_value == "confirmed", MetadataRow.replacement_value == "confirmed"),
)
#: What a man is shown of a service, and what the rule looks at: read again at every signpost.
_SHOWN = (
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
#: All but free places and evidence, which only stewards may see.
_WHOLE = (
    *_SHOWN,
    selectinload(ServiceRow.cost_options),
    selectinload(ServiceRow.locations),
    selectinload(ServiceRow.service_at_locations),
    selectinload(ServiceRow.addresses),
    selectinload(ServiceRow.other_marks),
)


async def any_service(connection: AsyncConnection, *, example: bool | None = None) -> bool:
    """Whether there is any service; or any that is, or is not, a made-up example."""
    found = select(ServiceRow.id)
    if example is not None:
        found = found.where(ServiceRow.example.is_(example))
    return bool(await connection.scalar(select(exists(found))))


async def live_service_of(connection: AsyncConnection, organization_id: str) -> str | None:
    """A service of an organization that men are or were shown, if any: holding_back.is_live, asked of the tables."""
    attested = select(AttestationRow.id).where(
        AttestationRow.service_id == ServiceRow.id, AttestationRow.state == "confirmed"
    )
    once = select(MetadataRow.id).where(MetadataRow.service_id == ServiceRow.id, _ONCE_CONFIRMED)
    live = or_(and_(ServiceRow.status == "open", ServiceRow.published), exists(attested), exists(once))
    query = select(ServiceRow.id).where(ServiceRow.organization_id == organization_id, live).order_by(ServiceRow.id)
    found: str | None = await connection.scalar(query.limit(1))
    return found


async def once_judged(connection: AsyncConnection, service_ids: Collection[str] | None = None) -> set[str]:
    """Those of these services (of all, when none are named) of which a decision was ever confirmed, by their history.

    Nobody is shown a service without one; so whoever takes the decisions back for a moment makes nothing of it new.
    """
    query = select(MetadataRow.service_id).where(_ONCE_CONFIRMED).distinct()
    if service_ids is None:
        return {found for found in await connection.scalars(query) if found is not None}
    wanted, judged = list(service_ids), set[str]()
    for start in range(0, len(wanted), AT_ONCE):
        some = await connection.scalars(query.where(MetadataRow.service_id.in_(wanted[start : start + AT_ONCE])))
        judged |= {found for found in some if found is not None}
    return judged


async def whole_services(connection: AsyncConnection, ids: list[str] | None = None) -> list[ServiceRow]:
    """Services with everything that belongs to them: all, or those of these ids that exist."""
    async with AsyncSession(bind=connection) as session:
        query = select(ServiceRow).options(*_WHOLE).order_by(ServiceRow.id)
        if ids is not None:
            query = query.where(ServiceRow.id.in_(ids))
        return list(await session.scalars(query))


async def shown_services(connection: AsyncConnection, ids: list[str]) -> list[ServiceRow]:
    """Those of these services that exist, with what a man is shown of them and what the rule looks at."""
    async with AsyncSession(bind=connection) as session:
        return list(await session.scalars(select(ServiceRow).options(*_SHOWN).where(ServiceRow.id.in_(ids))))


async def organization_rows(connection: AsyncConnection) -> dict[str, Row]:
    """All organizations, by id."""
    table = _TABLES["organization"]
    return {row.id: row for row in [_row(table, found, None) for found in await connection.execute(select(table))]}


async def service_rows(connection: AsyncConnection, service_ids: Collection[str]) -> dict[str, list[Row]]:
    """The rows of these services, by service. A service that does not exist is not among them."""
    wanted = list(service_ids)
    rows: dict[str, list[Row]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        for table in _OF_SERVICES:
            for found, service_id in await _found(connection, table, some):
                rows.setdefault(service_id, []).append(_row(table, found, service_id))
    return rows


async def write_changes(
    connection: AsyncConnection, changes: Iterable[Change], *, at: datetime, who: str, why: str
) -> None:
    """Write changes and their history; the revision grows when there is any change.

    Where a service was that is hidden from now on is forgotten. Raises HiddenPlaceError when a change would keep it.
    """
    ordered = list(changes)
    if not ordered:
        return
    for table in (*_OF_NOBODY, *_OF_SERVICES):
        created = [change.row for change in ordered if change.action == "create" and change.row.table == table.name]
        if created:
            await connection.execute(insert(table), [_as_columns(table, row) for row in created])
    for change in ordered:
        table = _TABLES[change.row.table]
        if change.action == "update":
            values = {name: after for name, _, after in change.fields}
            await connection.execute(update(table).where(table.c.id == change.row.id).values(values))
    for table in reversed((*_OF_NOBODY, *_OF_SERVICES)):
        gone = [change.row.id for change in ordered if change.action == "delete" and change.row.table == table.name]
        for start in range(0, len(gone), AT_ONCE):
            await connection.execute(delete(table).where(table.c.id.in_(gone[start : start + AT_ONCE])))
    lines = [line for change in ordered for line in _history(change, at, who, why)]
    await connection.execute(insert(MetadataRow), lines)
    await connection.execute(update(RevisionRow).values(number=RevisionRow.number + 1))
    await keep_hidden(connection, ordered, at=at, who=who, why=why)


def _history(change: Change, at: datetime, who: str, why: str) -> Iterable[dict[str, Any]]:
    for name, before, after in change.fields:
        if change.action != "update" and as_text(before) == as_text(after):
            continue
        yield {
            "service_id": change.row.service_id,
            "resource_type": change.row.table,
            "resource_id": change.row.id,
            "last_action_date": at,
            "last_action_type": change.action,
            "field_name": name,
            "previous_value": as_text(before),
            "replacement_value": as_text(after),
            "updated_by": who,
            "reason": why,
        }


async def _found(connection: AsyncConnection, table: Table, service_ids: list[str]) -> list[tuple[SqlRow[Any], str]]:
    if table.name == "criterion_result":
        attestation = _TABLES["attestation"]
        query = (
            select(table, attestation.c.service_id.label("of_service"))
            .join(attestation, table.c.attestation_id == attestation.c.id)
            .where(attestation.c.service_id.in_(service_ids))
        )
    else:
        owner = table.c.id if table.name == "service" else table.c.service_id
        query = select(table, owner.label("of_service")).where(owner.in_(service_ids))
    return [(row, row.of_service) for row in await connection.execute(query)]


def _row(table: Table, found: SqlRow[Any], service_id: str | None) -> Row:
    columns = [column.name for column in table.c if column.name not in ("id", "service_id")]
    return Row(table.name, found.id, service_id, {name: getattr(found, name) for name in columns})


def _as_columns(table: Table, row: Row) -> dict[str, Any]:
    owned = {"service_id": row.service_id} if "service_id" in table.c else {}
    return {"id": row.id, **owned, **_UNSAID.get(table.name, {}), **row.values}
