"""Visits: who is signed in. The browser holds a token, the table a hash of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import Database
from service_directory.desk.keys import hash_of, new_token
from service_directory.desk.people import Visitor, keeper_name, roles_of
from service_directory.desk.tables import AccountRow, KeeperRow, VisitRow

LIFE: Final = timedelta(hours=12)
"""The longest visit of somebody of the team."""
IDLE: Final = timedelta(minutes=30)
"""After so long without a request it is over too."""
KEEPER_LIFE: Final = timedelta(hours=2)
"""The longest visit of somebody at a service, who has no second factor."""
PROVING_LIFE: Final = timedelta(minutes=15)
"""Between the link and the second factor."""

_TOUCH_AFTER: Final = timedelta(minutes=1)
_VISITS, _ACCOUNTS, _KEEPERS = VisitRow.__table__.c, AccountRow.__table__.c, KeeperRow.__table__.c


class Visits:
    """The visits to a desk. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._secret = secret

    async def begin(
        self, kind: Literal["account", "keeper"], subject: int, at: datetime, *, proved: bool = False
    ) -> str:
        """A new visit's token. An account that has not shown its second factor yet has little time for it."""
        token = new_token()
        life = KEEPER_LIFE if kind == "keeper" else LIFE if proved else PROVING_LIFE
        row = {
            "hash": self._hash(token),
            "kind": kind,
            "subject": subject,
            "proved": proved,
            "begun_at": at,
            "seen_at": at,
            "expires_at": at + life,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(VisitRow).values(row))
        return token

    async def visitor(self, token: str, at: datetime) -> Visitor | None:
        """Who holds this token, if his visit is not over; remembers that he was seen."""
        hashed = self._hash(token)
        async with self._database.read() as connection:
            visit = (
                await connection.execute(
                    select(_VISITS.kind, _VISITS.subject, _VISITS.proved, _VISITS.seen_at).where(
                        _VISITS.hash == hashed, _VISITS.expires_at > at
                    )
                )
            ).first()
            if visit is None or (visit.kind == "account" and at - visit.seen_at >= IDLE):
                return None
            who = await (_account if visit.kind == "account" else _keeper)(connection, visit.subject, visit.proved)
        if who is not None and at - visit.seen_at >= _TOUCH_AFTER:
            async with self._database.write() as connection:
                await connection.execute(update(VisitRow).where(_VISITS.hash == hashed).values(seen_at=at))
        return who

    async def open_of(self, number: int, at: datetime) -> int:
        """In how many browsers an account is signed in."""
        query = select(func.count()).where(
            _VISITS.kind == "account",
            _VISITS.subject == number,
            _VISITS.proved.is_(True),
            _VISITS.expires_at > at,
            _VISITS.seen_at > at - IDLE,
        )
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def end(self, token: str) -> None:
        """He signed out."""
        async with self._database.write() as connection:
            await connection.execute(delete(VisitRow).where(_VISITS.hash == self._hash(token)))

    async def end_all(self, connection: AsyncConnection, kind: Literal["account", "keeper"], subject: int) -> None:
        """Sign somebody out everywhere, in the transaction of what makes that needful."""
        await connection.execute(delete(VisitRow).where(_VISITS.kind == kind, _VISITS.subject == subject))

    async def sweep(self, at: datetime) -> None:
        """Forget the visits that are over."""
        async with self._database.write() as connection:
            await connection.execute(delete(VisitRow).where(_VISITS.expires_at <= at))

    def _hash(self, token: str) -> str:
        return hash_of(self._secret, "visit", token)


async def _account(connection: AsyncConnection, number: int, proved: bool) -> Visitor | None:
    query = select(_ACCOUNTS.name, _ACCOUNTS.email, _ACCOUNTS.roles)
    row = (await connection.execute(query.where(_ACCOUNTS.id == number, _ACCOUNTS.closed_at.is_(None)))).first()
    if row is None:
        return None
    return Visitor("account", number, row.name, row.email, roles_of(row.roles), "", proved)


async def _keeper(connection: AsyncConnection, number: int, _: bool) -> Visitor | None:
    query = select(_KEEPERS.service_id, _KEEPERS.email)
    row = (await connection.execute(query.where(_KEEPERS.id == number, _KEEPERS.removed_at.is_(None)))).first()
    if row is None:
        return None
    return Visitor("keeper", number, keeper_name(row.email), row.email, frozenset(), row.service_id, True)
