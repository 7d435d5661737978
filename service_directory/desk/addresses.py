"""The addresses at services that may keep an entry right. Men are never shown one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from service_directory.database import Database
from service_directory.desk.accounts import plain_email
from service_directory.desk.links import Links
from service_directory.desk.logbook import note
from service_directory.desk.tables import KeeperRow
from service_directory.desk.visits import Visits
from service_directory.importing.proposals import NotDone

_KEEPERS = KeeperRow.__table__


@dataclass(frozen=True, slots=True)
class Address:
    """One address for one service. `bounced_at`: mail to it came back, and none is sent until a steward has looked."""

    number: int
    service_id: str
    email: str
    added_at: datetime
    added_by: str
    bounced_at: datetime | None


class Addresses:
    """The addresses of a desk. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._links = Links(database, secret)
        self._visits = Visits(database, secret)

    async def of(self, service_id: str) -> tuple[Address, ...]:
        """Those of one service, in the order in which they were added."""
        return await self._some(_KEEPERS.c.service_id == service_id)

    async def bounced(self) -> tuple[Address, ...]:
        """Those whose mail came back."""
        return await self._some(_KEEPERS.c.bounced_at.is_not(None))

    async def add(self, service_id: str, email: str, *, who: str, at: datetime) -> Address:
        """Let an address keep an entry. Raises NotDone when it is none, or may already."""
        plain = plain_email(email)
        key = plain.casefold()
        async with self._database.write() as connection:
            columns = _KEEPERS.c
            there = (
                await connection.execute(
                    select(columns.id, columns.removed_at).where(
                        columns.service_id == service_id, columns.email_key == key
                    )
                )
            ).first()
            if there is not None and there.removed_at is None:
                raise NotDone(f"{plain} may keep this entry already.")
            values: dict[str, Any] = {"email": plain, "added_at": at, "added_by": who}
            if there is None:
                made = insert(KeeperRow).values(service_id=service_id, email_key=key, **values).returning(columns.id)
                number = (await connection.execute(made)).scalar_one()
            else:
                number = there.id
                again = values | {"removed_at": None, "bounced_at": None}
                await connection.execute(update(KeeperRow).where(columns.id == number).values(again))
            await note(connection, at=at, who=who, what="keeper added", about=f"{plain} for {service_id}")
        return Address(int(number), service_id, plain, at, who, None)

    async def remove(self, number: int, service_id: str, *, who: str, at: datetime) -> Address:
        """Take an address away and sign it out everywhere. Raises NotDone when it is not one of this service."""
        address = await self.one(number, service_id)
        async with self._database.write() as connection:
            await connection.execute(update(KeeperRow).where(_KEEPERS.c.id == number).values(removed_at=at))
            await self._visits.end_all(connection, "keeper", number)
            await self._links.withdraw(connection, number, "entry")
            await note(connection, at=at, who=who, what="keeper removed", about=f"{address.email} for {service_id}")
        return address

    async def write_again(self, number: int, service_id: str, *, who: str, at: datetime) -> Address:
        """Mail to an address is looked into: it may be written to again. Raises NotDone likewise."""
        address = await self.one(number, service_id)
        async with self._database.write() as connection:
            await connection.execute(update(KeeperRow).where(_KEEPERS.c.id == number).values(bounced_at=None))
            await note(connection, at=at, who=who, what="bounce looked into", about=f"{address.email} for {service_id}")
        return address

    async def one(self, number: int, service_id: str) -> Address:
        """One address of a service. Raises NotDone when it is not one of this service."""
        found = [one for one in await self.of(service_id) if one.number == number]
        if not found:
            raise NotDone("That is no address of this service.")
        return found[0]

    async def _some(self, condition: Any) -> tuple[Address, ...]:
        columns = _KEEPERS.c
        query = (
            select(
                columns.id, columns.service_id, columns.email, columns.added_at, columns.added_by, columns.bounced_at
            )
            .where(condition, columns.removed_at.is_(None))
            .order_by(columns.id)
        )
        async with self._database.read() as connection:
            return tuple(Address(*row) for row in await connection.execute(query))
