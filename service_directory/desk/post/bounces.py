"""Addresses that mail does not reach: noted, so that nothing more is sent there until a steward has looked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.desk.tables import KeeperRow


async def note_bounced(connection: AsyncConnection, address: str, at: datetime) -> tuple[str, ...]:
    """Mail to an address came back. The services that it keeps are told of, so that stewards can ask them."""
    columns = KeeperRow.__table__.c
    noting = (
        update(KeeperRow)
        .where(
            columns.email_key == address.strip().casefold(),
            columns.removed_at.is_(None),
            columns.bounced_at.is_(None),
        )
        .values(bounced_at=at)
        .returning(columns.service_id)
    )
    return tuple(sorted(await connection.scalars(noting)))


async def arrives_again(connection: AsyncConnection, address: str) -> tuple[str, ...]:
    """A steward has looked: mail may go to this address again. For which services is told."""
    columns = KeeperRow.__table__.c
    clearing = (
        update(KeeperRow)
        .where(columns.email_key == address.strip().casefold(), columns.bounced_at.is_not(None))
        .values(bounced_at=None)
        .returning(columns.service_id)
    )
    return tuple(sorted(await connection.scalars(clearing)))
