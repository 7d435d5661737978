from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from service_directory.database import Database
from service_directory.desk.keeping import desk_database
from service_directory.desk.links import Links
from service_directory.desk.post import Letters, Post
from service_directory.desk.reminders import Reminders
from service_directory.desk.tables import KeeperRow, MailRow
from service_directory.model import PhoneRow
from service_directory.stewarding import Stewarding
from service_directory.store import Directory
from tests.support.services import written, written_attestations, written_service

#: When the services of these tests were last heard of.
HEARD = date(2026, 3, 2)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@dataclass
class World:
    """Services, those who keep their entries, and the letters that they get."""

    directory: Directory
    database: Database

    def reminders(self) -> Reminders:
        return Reminders(
            self.directory,
            self.database,
            post=Post(self.database, clock=lambda: noon(HEARD)),
            letters=Letters("Somebody", "desk@directory.example"),
            links=Links(self.database, "a secret of the tests, which is long enough"),
            link_url=lambda token: f"https://desk.example/desk/link/{token}",
            desk_url="https://desk.example/desk",
        )

    async def add(self, service_id: str, *keepers: str, on: date = HEARD, **changes: Any) -> None:
        """A service on which something was last decided on a day, and the addresses at it."""
        decided = written_attestations(
            basis="independent", decided=on, valid_from=on, valid_until=on + timedelta(days=1090)
        )
        values = {"assured": None, "hours_checked": None, "attestations": decided, **changes}
        service = written_service(service_id, **values)
        for contact in service["contacts"]:
            contact.pop("checked", None)
        report = await self.directory.load_document(written(service), at=noon(on), who="Sam", why="new", apply=True)
        assert not report.rejected, report.rejected
        for email in keepers:
            await self.add_keeper(service_id, email)

    async def add_keeper(self, service_id: str, email: str) -> None:
        row = {"service_id": service_id, "email": email, "email_key": email.casefold(), "added_by": "Sam"}
        async with self.database.write() as connection:
            await connection.execute(insert(KeeperRow).values(**row, added_at=noon(HEARD)))

    async def bounce(self, email: str, on: date) -> None:
        async with self.database.write() as connection:
            bounced = update(KeeperRow).where(KeeperRow.email_key == email).values(bounced_at=noon(on))
            await connection.execute(bounced)

    async def answer(self, service_id: str, on: date) -> None:
        await Stewarding(self.directory).still_right(service_id, on=on, at=noon(on), who=f"the service ({service_id})")

    async def tried(self, service_id: str, on: date) -> None:
        """Somebody tried how it is reached: so that nothing but silence keeps it from men."""
        async with self.database.write() as connection:
            await connection.execute(update(PhoneRow).where(PhoneRow.service_id == service_id).values(checked_on=on))

    async def letters(self) -> list[tuple[str, str, str]]:
        """What was queued, the oldest first: kind, to whom, about which service."""
        columns = MailRow.__table__.c
        query = select(columns.kind, columns.recipient, columns.service_id).order_by(columns.id)
        async with self.database.read() as connection:
            return [(row.kind, row.recipient, row.service_id) for row in await connection.execute(query)]

    async def words(self) -> list[str]:
        async with self.database.read() as connection:
            return list(await connection.scalars(select(MailRow.plain).order_by(MailRow.id)))


@pytest.fixture
async def world(directory: Directory) -> World:
    """Once in each kind of database."""
    return World(directory, await desk_database(directory))


@pytest.fixture
async def light(small: Directory) -> World:
    """In a file, for what no other kind of database does differently."""
    return World(small, await desk_database(small))
