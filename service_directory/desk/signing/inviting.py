"""Links for those who may come in: by letter where there is a mail server, else by the operator's hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.desk.accounts import Account
from service_directory.desk.desk import Desk
from service_directory.desk.links import ENTRY_LIFE, JOIN_LIFE, SIGN_IN_LIFE, Purpose
from service_directory.desk.people import Role
from service_directory.desk.tables import KeeperRow, LinkRow
from service_directory.importing.proposals import NotDone
from service_directory.model import ServiceRow

MOST_LETTERS: Final = 3
"""So many letters with a link are sent to one person,"""
WITHIN: Final = timedelta(minutes=15)
"""in so long a time, whoever asks for them."""

_LINKS, _KEEPERS, _SERVICES = LinkRow.__table__.c, KeeperRow.__table__.c, ServiceRow.__table__.c


async def invite(
    desk: Desk, name: str, email: str, roles: Iterable[Role], *, who: str, at: datetime
) -> tuple[Account, str]:
    """Open an account and send its owner a link. Returns the link as well where nothing can be sent. Raises NotDone."""
    account = await desk.accounts.invite(name, email, roles, who=who, at=at)
    return account, await send_way_in(desk, account, who=who, at=at)


async def send_way_in(desk: Desk, account: Account, *, who: str, at: datetime) -> str:
    """Send somebody of the team a new link: to join, or to sign in once joined.

    Returns the link where there is no mail server, for the operator to hand over; otherwise nothing. Raises NotDone
    for an account that is closed.
    """
    if account.closed:
        raise NotDone(f"The account of {account.name} is closed.")
    purpose: Purpose = "sign_in" if account.joined else "join"
    life = SIGN_IN_LIFE if account.joined else JOIN_LIFE
    async with desk.database.write() as connection:
        link = desk.link_url(await desk.links.make(purpose, account.number, at, life, connection=connection))
        if not desk.sends_mail:
            return link
        if account.joined:
            letter = desk.letters.sign_in(link=link, minutes=_minutes(SIGN_IN_LIFE))
        else:
            letter = desk.letters.invitation(name=account.name, invited_by=who, link=link, days=JOIN_LIFE.days)
        await desk.post.send(connection, kind=purpose, to=account.email, letter=letter, useless_at=at + life)
    return ""


async def asked_for_link(desk: Desk, email: str, at: datetime) -> None:
    """Somebody wrote an address and wants to come in: whoever it belongs to here gets a letter, if anybody."""
    account = await desk.accounts.by_email(email)
    if account is not None and not await _enough(desk, account.number, at, "sign_in", "join"):
        await send_way_in(desk, account, who=account.invited_by, at=at)
    await _send_to_keeper(desk, email, at)


async def _send_to_keeper(desk: Desk, email: str, at: datetime) -> None:
    """One letter, however many entries the address keeps: the page behind the link leads to all of them."""
    query = (
        select(_KEEPERS.id, _KEEPERS.email, _KEEPERS.service_id)
        .where(
            _KEEPERS.email_key == email.strip().casefold(),
            _KEEPERS.removed_at.is_(None),
            _KEEPERS.bounced_at.is_(None),
        )
        .order_by(_KEEPERS.id)
    )
    async with desk.database.read() as connection:
        keepers = (await connection.execute(query)).all()
    if not keepers or await _enough(desk, keepers[0].id, at, "entry"):
        return
    async with desk.directory.database.read() as connection:
        names = await _names(connection, [keeper.service_id for keeper in keepers])
    async with desk.database.write() as connection:
        token = await desk.links.make("entry", keepers[0].id, at, ENTRY_LIFE, connection=connection)
        letter = desk.letters.entry_link(services=names, link=desk.link_url(token), days=ENTRY_LIFE.days)
        await desk.post.send(
            connection,
            kind="entry_link",
            to=keepers[0].email,
            letter=letter,
            service_id=keepers[0].service_id,
            useless_at=at + ENTRY_LIFE,
        )


async def _enough(desk: Desk, subject: int, at: datetime, *purposes: Purpose) -> bool:
    """Have so many links been made for somebody lately that no more are?"""
    query = select(func.count()).where(
        _LINKS.subject == subject, _LINKS.purpose.in_(purposes), _LINKS.made_at > at - WITHIN
    )
    async with desk.database.read() as connection:
        return (await connection.scalar(query) or 0) >= MOST_LETTERS


async def _names(connection: AsyncConnection, service_ids: list[str]) -> list[str]:
    query = select(_SERVICES.name).where(_SERVICES.id.in_(service_ids)).order_by(_SERVICES.name)
    return list(await connection.scalars(query))


def _minutes(life: timedelta) -> int:
    return int(life.total_seconds() // 60)
