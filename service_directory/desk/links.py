"""Links that are emailed: made, looked at, spent once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, cast

from itsdangerous import BadSignature, Signer
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import Database
from service_directory.desk.keys import hash_of, key_for, new_token
from service_directory.desk.tables import LinkRow

Purpose = Literal["sign_in", "join", "entry"]

SIGN_IN_LIFE: Final = timedelta(minutes=15)
JOIN_LIFE: Final = timedelta(days=7)
ENTRY_LIFE: Final = timedelta(days=14)
_COUNTED_FOR: Final = timedelta(days=1)

_LINKS = LinkRow.__table__.c


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is for. `subject` is the number of the account (sign_in, join) or of the keeper (entry)."""

    purpose: Purpose
    subject: int


class Links:
    """The links of a desk. Only a hash of each is kept, so that whoever reads the table can follow none.

    The token is signed as well: whoever can write to the table can make none either. Every method raises
    DatabaseError when the database fails.
    """

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._secret = secret
        self._signer = Signer(key_for(secret, "link/signature"), digest_method=hashlib.sha256, key_derivation="hmac")

    async def make(
        self,
        purpose: Purpose,
        subject: int,
        at: datetime,
        life: timedelta,
        *,
        connection: AsyncConnection | None = None,
    ) -> str:
        """A new link's token, good until `life` has passed. With a connection it is made in that transaction."""
        token = self._signer.sign(new_token()).decode()
        row = {
            "hash": self._hash(token),
            "purpose": purpose,
            "subject": subject,
            "made_at": at,
            "expires_at": at + life,
        }
        if connection is not None:
            await connection.execute(insert(LinkRow).values(row))
        else:
            async with self._database.write() as own:
                await own.execute(insert(LinkRow).values(row))
        return token

    async def look(self, token: str, at: datetime) -> Link | None:
        """What a link is for, if it could be spent now; spends nothing."""
        if not self._is_ours(token):
            return None
        query = select(_LINKS.purpose, _LINKS.subject).where(
            _LINKS.hash == self._hash(token), _LINKS.spent_at.is_(None), _LINKS.expires_at > at
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else Link(cast(Purpose, row.purpose), row.subject)

    async def spend(self, token: str, at: datetime) -> Link | None:
        """Take the link for what it is for; None when it is spent, over, or none of ours. Of two at once one wins."""
        if not self._is_ours(token):
            return None
        taking = (
            update(LinkRow)
            .where(_LINKS.hash == self._hash(token), _LINKS.spent_at.is_(None), _LINKS.expires_at > at)
            .values(spent_at=at)
            .returning(_LINKS.purpose, _LINKS.subject)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(taking)).first()
        return None if row is None else Link(cast(Purpose, row.purpose), row.subject)

    async def withdraw(self, connection: AsyncConnection, subject: int, *purposes: Purpose) -> None:
        """Every link of these purposes for a subject leads nowhere from now on."""
        await connection.execute(delete(LinkRow).where(_LINKS.subject == subject, _LINKS.purpose.in_(purposes)))

    async def sweep(self, at: datetime) -> None:
        """Forget the links that have been over for a day: until then it is counted who was sent how many."""
        async with self._database.write() as connection:
            await connection.execute(delete(LinkRow).where(_LINKS.expires_at <= at - _COUNTED_FOR))

    def _is_ours(self, token: str) -> bool:
        try:
            self._signer.unsign(token)
        except (BadSignature, UnicodeError):
            return False
        return True

    def _hash(self, token: str) -> str:
        return hash_of(self._secret, "link", token)
