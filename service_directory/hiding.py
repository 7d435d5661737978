"""The last line before the tables: nothing is kept of where men stay, nor of where a service is that hides it.

Whoever writes a document or reads a feed refuses addresses first, and says so better. What comes this far all the
same, by whatever way, is not written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.changes import Change
from service_directory.hidden_places import looks_like_address
from service_directory.model import AddressRow, AttributeRow, Base, LocationRow, ServiceRow
from service_directory.redacting import READ_BY_MEN, forget_places, forget_words

#: Ids in one statement; both databases allow some 32,000 values.
_AT_ONCE = 500


class HiddenPlaceError(ValueError):
    """A change would keep where a service is, and that is not to be known. The message says of which, never where."""


async def hidden_services(connection: AsyncConnection, service_ids: Collection[str]) -> set[str]:
    """Those of these services of which nothing may be kept of where they are: offered.is_hidden, asked of tables."""
    helps_to_stay = select(AttributeRow.id).where(
        AttributeRow.service_id == ServiceRow.id, AttributeRow.link_type == "need", AttributeRow.value == "stay"
    )
    hides = or_(ServiceRow.accommodation, ServiceRow.hides_address, exists(helps_to_stay))
    wanted = sorted(service_ids)
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        some = ServiceRow.id.in_(wanted[start : start + _AT_ONCE])
        found |= set(await connection.scalars(select(ServiceRow.id).where(some, hides)))
    return found


async def refuse_words(connection: AsyncConnection, service_id: str, texts: Collection[str]) -> None:
    """Refuse what is to be kept beside a service that is hidden when it would tell where. Raises HiddenPlaceError."""
    if await hidden_services(connection, [service_id]):
        _refuse(service_id, texts)


async def keep_hidden(
    connection: AsyncConnection, changes: Iterable[Change], *, at: datetime, who: str, why: str
) -> None:
    """Refuse what was just written of a hidden place, and forget what was told of it before it was hidden.

    Raises HiddenPlaceError.
    """
    of_services: dict[str, list[Change]] = {}
    for change in changes:
        if change.row.service_id is not None:
            of_services.setdefault(change.row.service_id, []).append(change)
    hidden = await hidden_services(connection, of_services)
    for service_id in hidden:
        _refuse_words(service_id, of_services[service_id], who, why)
    turned = sorted(service_id for service_id in hidden if _may_have_turned(of_services[service_id]))
    for start in range(0, len(turned), _AT_ONCE):
        some = turned[start : start + _AT_ONCE]
        await _refuse_places(connection, some)
        # What is new has no past.
        known = [service_id for service_id in some if not _is_new(of_services[service_id])]
        await forget_places(connection, known, at=at, who=who, why=why)
        for service_id in known:
            await _refuse_texts(connection, service_id)
            await forget_words(connection, service_id, at=at, who=who, why=why)


def _refuse_words(service_id: str, changes: Iterable[Change], who: str, why: str) -> None:
    told = [
        after
        for change in changes
        for name, _, after in change.fields
        if isinstance(after, str) and not name.endswith("_id")
    ]
    _refuse(service_id, (*told, who, why))


def _refuse(service_id: str, texts: Iterable[str]) -> None:
    if any(looks_like_address(text) for text in texts):
        raise HiddenPlaceError(
            f"what is said of {service_id}, or the reason for it, looks like an address; nothing is kept of where it is"
        )


def _may_have_turned(changes: Iterable[Change]) -> bool:
    """Whether a place of this service may be among what was written, or what it was before may have become hidden."""
    fields = {(change.row.table, name) for change in changes for name, *_ in change.fields}
    switched = {("service", "accommodation"), ("service", "hides_address")}
    return bool(fields & switched) or any(table in ("address", "location", "attribute") for table, _ in fields)


def _is_new(changes: Iterable[Change]) -> bool:
    return any(change.action == "create" and change.row.table == "service" for change in changes)


async def _refuse_texts(connection: AsyncConnection, service_id: str) -> None:
    """Refuse that a service becomes hidden while what men read of it says where it is. Raises HiddenPlaceError."""
    for name in sorted(READ_BY_MEN):
        table = Base.metadata.tables[name]
        owner = table.c.id if name == "service" else table.c.service_id
        for row in await connection.execute(select(table).where(owner == service_id)):
            _refuse(service_id, (text for text in row if isinstance(text, str)))


async def _refuse_places(connection: AsyncConnection, service_ids: Collection[str]) -> None:
    for owner, shows in (
        (AddressRow.service_id, true()),
        (LocationRow.service_id, LocationRow.location_type != "virtual"),
    ):
        kept = await connection.scalar(select(owner).where(owner.in_(service_ids), shows).limit(1))
        if kept is not None:
            raise HiddenPlaceError(f"nothing may be kept of where {kept} is")
