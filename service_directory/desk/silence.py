"""Services of which nobody has said lately that their entries are right: whom to ask, and where there is nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.clause_words import spoken_day
from service_directory.database import Database
from service_directory.desk.tables import KeeperRow
from service_directory.duties import Duty, in_order
from service_directory.importing.proposals import OPEN, THE_SERVICE
from service_directory.model import AttestationRow, MetadataRow, OrganizationRow, ProposalRow, ServiceRow
from service_directory.months import months_after
from service_directory.rows import AT_ONCE
from service_directory.standards import MEN_SERVED, day_in_london, heard_on

#: The ladder: after so many months a service is asked, and so many days after that once more. What comes then is the
#: stewards' (duties.ASK_STEWARDS_MONTHS) and the rule's (Policy.silent_months).
ASK_MONTHS = 3
ASK_AGAIN_DAYS = 21


@dataclass(frozen=True, slots=True)
class Keeper:
    """An address at a service. `reached`: nothing that was sent there came back."""

    number: int
    email: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Silent:
    """A service on offer that was not heard of since a day, for long enough to be asked, and who could be."""

    service_id: str
    name: str
    since: date
    keepers: tuple[Keeper, ...]

    @property
    def reached(self) -> tuple[Keeper, ...]:
        return tuple(keeper for keeper in self.keepers if keeper.reached)


async def silent_services(connection: AsyncConnection, today: date) -> tuple[Silent, ...]:
    """The services that are to be asked whether their entries are right, by their ids.

    Asked are those on offer: open, published, not on hold, for men. Made-up ones never are, nor those that asked not to
    be listed; nor, until it is decided, one that has sent in a change: it has answered.
    """
    asked = {
        service_id: (name, since)
        for service_id, (name, since) in (await _since(connection, today)).items()
        if today >= months_after(since, ASK_MONTHS)
    }
    keepers = await keepers_of(connection, asked)
    return tuple(
        Silent(service_id, name, since, keepers.get(service_id, ()))
        for service_id, (name, since) in sorted(asked.items())
    )


async def keepers_of(connection: AsyncConnection, service_ids: Iterable[str]) -> Mapping[str, tuple[Keeper, ...]]:
    """The addresses at these services, those that were removed left out."""
    columns = KeeperRow.__table__.c
    wanted = sorted(service_ids)
    found: dict[str, tuple[Keeper, ...]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query = select(columns.id, columns.service_id, columns.email, columns.bounced_at).where(
            columns.service_id.in_(wanted[start : start + AT_ONCE]), columns.removed_at.is_(None)
        )
        for row in await connection.execute(query.order_by(columns.id)):
            keeper = Keeper(row.id, row.email, row.bounced_at is None)
            found[row.service_id] = (*found.get(row.service_id, ()), keeper)
    return found


async def unreached(database: Database, at: datetime) -> tuple[Duty, ...]:
    """What stewards have to see to because a letter cannot: services without an address, and addresses that bounce.

    Raises DatabaseError.
    """
    async with database.read() as connection:
        bounced = await _bounced(connection)
    came_back = [_came_back(row.service_id, row.name, row.email, row.bounced_at) for row in bounced]
    return in_order([*await nobody_to_ask(database, at), *came_back])


async def nobody_to_ask(database: Database, at: datetime) -> tuple[Duty, ...]:
    """The services that should be asked whether their entries are right, and have no address. Raises DatabaseError."""
    today = day_in_london(at)
    kept = select(KeeperRow.id).where(KeeperRow.service_id == ServiceRow.id, KeeperRow.removed_at.is_(None))
    async with database.read() as connection:
        since = await _since(connection, today, ~kept.exists())
    silent = [
        Silent(own, name, day, ()) for own, (name, day) in since.items() if today >= months_after(day, ASK_MONTHS)
    ]
    return in_order(map(_nobody, silent))


def on_offer() -> Sequence[ColumnElement[bool]]:
    """What is asked of services that are written to, in the words of the database; services joined to organizations."""
    return (
        ServiceRow.status == "open",
        ServiceRow.published.is_(True),
        ServiceRow.hold_reason == "",
        ServiceRow.perpetrator_service.is_(False),
        ServiceRow.serves_men.in_(sorted(MEN_SERVED)),
        ServiceRow.do_not_list.is_(False),
        ServiceRow.example.is_(False),
        OrganizationRow.do_not_list.is_(False),
    )


async def _since(connection: AsyncConnection, today: date, *those: ColumnElement[bool]) -> dict[str, tuple[str, date]]:
    """The name of each service on offer, or of `those` alone, and since when nothing was heard of it: without a word or
    a decision, since it was published.
    """
    decided = and_(AttestationRow.service_id == ServiceRow.id, AttestationRow.decided_on <= today)
    answered = select(ProposalRow.id).where(
        ProposalRow.service_id == ServiceRow.id,
        ProposalRow.state == OPEN,
        or_(ProposalRow.source == THE_SERVICE, ProposalRow.source.startswith(f"{THE_SERVICE},")),
    )
    query = (
        select(ServiceRow.id, ServiceRow.name, ServiceRow.assured_on, func.max(AttestationRow.decided_on).label("last"))
        .join(OrganizationRow, OrganizationRow.id == ServiceRow.organization_id)
        .join(AttestationRow, decided, isouter=True)
        .where(*on_offer(), *those, ~answered.exists())
        .group_by(ServiceRow.id, ServiceRow.name, ServiceRow.assured_on)
    )
    heard = {row.id: (row.name, heard_on(row.assured_on, [row.last], today)) for row in await connection.execute(query)}
    never = await _published_on(connection, [own for own, (_, since) in heard.items() if since is None])
    return {own: (name, since or never[own]) for own, (name, since) in heard.items() if since or own in never}


async def _published_on(connection: AsyncConnection, service_ids: Sequence[str]) -> dict[str, date]:
    columns = MetadataRow.__table__.c
    found: dict[str, date] = {}
    for start in range(0, len(service_ids), AT_ONCE):
        query = (
            select(columns.service_id, func.min(columns.last_action_date).label("first"))
            .where(
                columns.service_id.in_(service_ids[start : start + AT_ONCE]),
                columns.resource_type == "service",
                columns.field_name == "published",
                columns.replacement_value == "yes",
            )
            .group_by(columns.service_id)
        )
        found |= {row.service_id: day_in_london(row.first) for row in await connection.execute(query)}
    return found


async def _bounced(connection: AsyncConnection) -> Sequence[Row[Any]]:
    columns = KeeperRow.__table__.c
    query = (
        select(columns.service_id, columns.email, columns.bounced_at, ServiceRow.name)
        .join(ServiceRow, ServiceRow.id == columns.service_id)
        .where(columns.bounced_at.is_not(None), columns.removed_at.is_(None))
    )
    return (await connection.execute(query)).all()


def _nobody(silent: Silent) -> Duty:
    says = (
        f"Nobody said since {spoken_day(silent.since)} that its entry is still right, and no address is known to ask."
    )
    do = "ask it by telephone; add an address at the service, so that it is asked by email"
    on = months_after(silent.since, ASK_MONTHS)
    return Duty("later", "nobody_to_ask", silent.service_id, silent.name, on, says, do)


def _came_back(service_id: str, name: str, email: str, at: datetime) -> Duty:
    day = day_in_london(at)
    says = f"Mail to {email} came back on {spoken_day(day)}. Nothing more is sent there."
    do = "ask the service for another address; remove this one, or say that it reaches them again"
    return Duty("later", "bounced", service_id, name, day, says, do)
