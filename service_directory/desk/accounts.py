"""The accounts of the helpline's team: invited, joined, closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import Database
from service_directory.desk.links import Links
from service_directory.desk.logbook import note
from service_directory.desk.people import Role, as_text, roles_of
from service_directory.desk.tables import AccountRow
from service_directory.desk.visits import Visits
from service_directory.importing.proposals import NotDone
from service_directory.store import wait_for_turn

_ACCOUNTS = AccountRow.__table__.c
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the team. `joined`: he has a second factor, and may sign in."""

    number: int
    name: str
    email: str
    roles: frozenset[Role]
    invited_at: datetime
    invited_by: str
    joined: bool
    closed: bool


class Accounts:
    """The accounts of a desk. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._links = Links(database, secret)
        self._visits = Visits(database, secret)

    async def invite(self, name: str, email: str, roles: Iterable[Role], *, who: str, at: datetime) -> Account:
        """Open an account, which its owner joins by a link. Raises NotDone when the name or address cannot be had.

        A name belongs to one person for ever: history tells people apart by it, and two people must be two names.
        """
        name, email, held = " ".join(name.split()), plain_email(email), frozenset(roles)
        if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
            raise NotDone(f"Give a name of at most {_LONGEST_NAME} letters, as history is to say it.")
        if not held:
            raise NotDone("Give at least one role: steward, lead or editor.")
        async with self._database.write() as connection:
            # Two who invite the same person at once: the second is told, instead of running into the table's own rule.
            await wait_for_turn(connection)
            for column, key, what in (
                (_ACCOUNTS.name_key, name.casefold(), f"The name {name!r}"),
                (_ACCOUNTS.email_key, email.casefold(), f"The address {email}"),
            ):
                if await connection.scalar(select(_ACCOUNTS.id).where(column == key)) is not None:
                    raise NotDone(f"{what} is taken, if only by an account that was closed.")
            number = await connection.scalar(
                insert(AccountRow)
                .values(
                    name=name,
                    name_key=name.casefold(),
                    email=email,
                    email_key=email.casefold(),
                    roles=as_text(held),
                    invited_at=at,
                    invited_by=who,
                )
                .returning(_ACCOUNTS.id)
            )
            assert number is not None  # noqa: S101
            await note(connection, at=at, who=who, what="invited", about=f"{name} as {as_text(held)}")
        return await self.one(number)

    async def all(self) -> tuple[Account, ...]:
        """Every account, closed ones too, in the order of their names."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(*_ACCOUNTS).order_by(_ACCOUNTS.name_key))
            return tuple(_account(row) for row in rows)

    async def one(self, number: int) -> Account:
        """The account of a number. Raises NotDone."""
        async with self._database.read() as connection:
            return await _one(connection, number)

    async def by_email(self, email: str) -> Account | None:
        """The open account of an address, however it is written."""
        query = select(*_ACCOUNTS).where(_ACCOUNTS.email_key == email.strip().casefold(), _ACCOUNTS.closed_at.is_(None))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _account(row)

    async def by_name(self, name: str) -> Account | None:
        """The account that history calls by a name, open or closed."""
        query = select(*_ACCOUNTS).where(_ACCOUNTS.name_key == " ".join(name.split()).casefold())
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _account(row)

    async def change_roles(self, number: int, roles: Iterable[Role], *, who: str, at: datetime) -> None:
        """Give an account other roles, and sign it out everywhere so that it goes by them at once. Raises NotDone."""
        held = frozenset(roles)
        if not held:
            raise NotDone("Give at least one role: steward, lead or editor. To end all, close the account.")
        async with self._database.write() as connection:
            account = await _open_one(connection, number)
            if account.roles == held:
                raise NotDone(f"{account.name} has these roles already.")
            await connection.execute(update(AccountRow).where(_ACCOUNTS.id == number).values(roles=as_text(held)))
            await self._visits.end_all(connection, "account", number)
            about = f"{account.name} from {as_text(account.roles)} to {as_text(held)}"
            await note(connection, at=at, who=who, what="roles changed", about=about)

    async def reset(self, number: int, *, who: str, at: datetime) -> None:
        """Take the second factor away: the account has to join anew, by a new link. Raises NotDone."""
        async with self._database.write() as connection:
            account = await _open_one(connection, number)
            cleared = {"totp_secret": "", "totp_step": 0, "totp_wrong": 0, "totp_wrong_since": None, "joined_at": None}
            await connection.execute(update(AccountRow).where(_ACCOUNTS.id == number).values(cleared))
            await self._sign_out(connection, number)
            await note(connection, at=at, who=who, what="second factor reset", about=account.name)

    async def close(self, number: int, *, who: str, at: datetime) -> None:
        """Close an account for good and sign it out everywhere. Raises NotDone."""
        async with self._database.write() as connection:
            account = await _open_one(connection, number)
            await connection.execute(
                update(AccountRow).where(_ACCOUNTS.id == number).values(closed_at=at, totp_secret="")
            )
            await self._sign_out(connection, number)
            await note(connection, at=at, who=who, what="closed", about=account.name)

    async def _sign_out(self, connection: AsyncConnection, number: int) -> None:
        await self._visits.end_all(connection, "account", number)
        await self._links.withdraw(connection, number, "sign_in", "join")


def plain_email(text: str) -> str:
    """An address as it is written down. Raises NotDone when it is none; asks no server."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise NotDone(f"That is no email address: {error}") from None


async def _one(connection: AsyncConnection, number: int) -> Account:
    row = (await connection.execute(select(*_ACCOUNTS).where(_ACCOUNTS.id == number))).first()
    if row is None:
        raise NotDone("There is no such account.")
    return _account(row)


async def _open_one(connection: AsyncConnection, number: int) -> Account:
    account = await _one(connection, number)
    if account.closed:
        raise NotDone(f"The account of {account.name} is closed. Its name stays taken: invite somebody by another.")
    return account


def _account(row: Any) -> Account:
    return Account(
        row.id,
        row.name,
        row.email,
        roles_of(row.roles),
        row.invited_at,
        row.invited_by,
        row.joined_at is not None,
        row.closed_at is not None,
    )
