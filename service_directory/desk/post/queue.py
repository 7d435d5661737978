"""The queue of letters: written down in the same transaction as what they tell of, and sent by whoever serves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import Database
from service_directory.desk.post.letters import Letter
from service_directory.desk.tables import MailRow

#: How long it is kept that a letter was sent: who asks what is held of him is told of a year's letters.
KEPT = timedelta(days=400)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Mailed:
    """What is kept of a letter: never its words. `state` is waiting, sent, failed or bounced."""

    number: int
    kind: str
    service_id: str
    to: str
    state: str
    queued_at: datetime
    attempts: int
    trouble: str


class Post:
    """Where letters are put down to be sent. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    async def send(
        self,
        connection: AsyncConnection | None,
        *,
        kind: str,
        to: str,
        letter: Letter,
        service_id: str = "",
        useless_at: datetime | None = None,
    ) -> None:
        """Queue a letter; with a connection, in its transaction, so that neither is ever there without the other.

        `kind` says what it is for, in a word that may be shown; `useless_at` is when the link in it expires. Raises
        ValueError for what is no email address.
        """
        row = {
            "kind": kind,
            "service_id": service_id,
            "recipient": readable_address(to),
            "message_id": uuid4().hex,
            "subject": letter.subject,
            "plain": letter.plain,
            "html": letter.html,
            "state": "waiting",
            "queued_at": self._clock(),
            "due_at": self._clock(),
            "useless_at": useless_at,
        }
        async with _within(self._database, connection) as here:
            await here.execute(insert(MailRow).values(row))

    async def letters(self, *, service_id: str | None = None, state: str | None = None) -> tuple[Mailed, ...]:
        """Letters that were queued, the newest first: all, those about one service, those in one state."""
        query = select(MailRow.__table__).order_by(MailRow.id.desc())
        if service_id is not None:
            query = query.where(MailRow.service_id == service_id)
        if state is not None:
            query = query.where(MailRow.state == state)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Mailed(
                number=row.id,
                kind=row.kind,
                service_id=row.service_id,
                to=row.recipient,
                state=row.state,
                queued_at=row.queued_at,
                attempts=row.attempts,
                trouble=row.trouble,
            )
            for row in rows
        )

    async def tidy(self, at: datetime) -> None:
        """Forget letters that were settled long ago."""
        old = delete(MailRow).where(MailRow.state != "waiting", MailRow.queued_at < at - KEPT)
        async with self._database.write() as connection:
            await connection.execute(old)


def readable_address(address: str) -> str:
    """An email address as it is written to. Raises ValueError for what is none; asks no network."""
    # Loaded for those who have somebody to write to.
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise ValueError("that is no email address") from None


@asynccontextmanager
async def _within(database: Database, connection: AsyncConnection | None) -> AsyncIterator[AsyncConnection]:
    if connection is not None:
        yield connection
        return
    async with database.write() as own:
        yield own
