"""Who at a service may keep its entry right: it asks for a colleague to be added or taken off, a steward agrees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import insert, select, update

from service_directory.database import Database
from service_directory.desk.accounts import plain_email
from service_directory.desk.addresses import Addresses
from service_directory.desk.tables import KeeperRequestRow, KeeperRow
from service_directory.importing.proposals import NotDone

Action = Literal["add", "remove"]

_ASKED, _KEEPER = KeeperRequestRow.__table__, KeeperRow.__table__
_MOST_OPEN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a service asked for: that an address be added, or taken off."""

    number: int
    service_id: str
    action: Action
    email: str
    asked_by: str
    asked_at: datetime
    state: str
    reason: str


class Colleagues:
    """The addresses of services, and what they ask for. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database, addresses: Addresses) -> None:
        self._database = database
        self._addresses = addresses

    async def entries_of(self, email: str) -> tuple[tuple[int, str], ...]:
        """The entries that one address may keep right: the keeper's number for each, and the service's id."""
        table = _KEEPER.c
        query = select(table.id, table.service_id).where(table.email_key == _key(email), table.removed_at.is_(None))
        async with self._database.read() as connection:
            return tuple((row.id, row.service_id) for row in await connection.execute(query.order_by(table.id)))

    async def ask(self, service_id: str, action: Action, email: str, *, at: datetime, who: str) -> None:
        """Ask the stewards. Raises NotDone for what is no address, what stands already, and when too much waits."""
        email = plain_email(email)
        known = {_key(one.email) for one in await self._addresses.of(service_id)}
        if action == "add" and _key(email) in known:
            raise NotDone(f"{email} can keep this entry right already.")
        if action == "remove" and _key(email) not in known:
            raise NotDone(f"{email} is not among those who keep this entry right.")
        waiting = [one for one in await self.asked(service_id) if one.state == "open"]
        if any((one.action, _key(one.email)) == (action, _key(email)) for one in waiting):
            raise NotDone("The stewards were asked for that already.")
        if len(waiting) >= _MOST_OPEN:
            raise NotDone("The stewards have several of your requests already. Wait until they have looked at them.")
        values = {
            "service_id": service_id,
            "action": action,
            "email": email,
            "email_key": _key(email),
            "asked_by": who,
            "asked_at": at,
            "state": "open",
        }
        async with self._database.write() as connection:
            await connection.execute(insert(KeeperRequestRow).values(values))

    async def asked(self, service_id: str) -> tuple[Asked, ...]:
        """All that a service ever asked for, the oldest first."""
        return await self._asked(_ASKED.c.service_id == service_id)

    async def waiting(self) -> tuple[Asked, ...]:
        """What waits for stewards, the oldest first."""
        return await self._asked(_ASKED.c.state == "open")

    async def withdraw(self, service_id: str, number: int) -> None:
        """The service no longer asks for it."""
        table = _ASKED.c
        async with self._database.write() as connection:
            await connection.execute(
                update(KeeperRequestRow)
                .where(table.id == number, table.service_id == service_id, table.state == "open")
                .values(state="withdrawn")
            )

    async def agree(self, number: int, *, at: datetime, who: str) -> Asked:
        """A steward agrees, and it is done. Raises NotDone for what does not wait any more."""
        asked = next((one for one in await self.waiting() if one.number == number), None)
        if asked is None:
            raise NotDone("That does not wait any more.")
        standing = next(
            (one for one in await self._addresses.of(asked.service_id) if _key(one.email) == _key(asked.email)), None
        )
        # Done first and settled then: whatever ends the program in between, what was agreed to is never lost.
        if asked.action == "add" and standing is None:
            await self._addresses.add(asked.service_id, asked.email, who=who, at=at)
        if asked.action == "remove" and standing is not None:
            await self._addresses.remove(standing.number, asked.service_id, who=who, at=at)
        async with self._database.write() as connection:
            return await self._take(connection, number, "agreed", who, "")

    async def decline(self, number: int, *, who: str, reason: str) -> Asked:
        """A steward does not agree. Raises NotDone likewise, and without a reason."""
        if not reason.strip():
            raise NotDone("Say why: the service reads it.")
        async with self._database.write() as connection:
            return await self._take(connection, number, "declined", who, reason.strip())

    async def _take(self, connection: Any, number: int, state: str, who: str, reason: str) -> Asked:
        """Settle one; of two stewards at once one wins."""
        taken = (
            update(KeeperRequestRow)
            .where(_ASKED.c.id == number, _ASKED.c.state == "open")
            .values(state=state, settled_by=who, reason=reason)
            .returning(*_ASKED.c)
        )
        row = (await connection.execute(taken)).first()
        if row is None:
            raise NotDone("That does not wait any more.")
        return _as_asked(row)

    async def _asked(self, which: Any) -> tuple[Asked, ...]:
        async with self._database.read() as connection:
            return tuple(
                _as_asked(row) for row in await connection.execute(select(_ASKED).where(which).order_by(_ASKED.c.id))
            )


def _key(email: str) -> str:
    return email.strip().casefold()


def _as_asked(row: Any) -> Asked:
    action = cast(Action, row.action)
    return Asked(row.id, row.service_id, action, row.email, row.asked_by, row.asked_at, row.state, row.reason)
