"""Letters that nobody asked for: is your entry still right, something on record runs out, what waits at the desk.

Each is written down in the transaction in which it is queued, so that none goes out twice for one count, however many
processes there are and whenever they are stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.clause_words import section_name
from service_directory.criteria import REQUIRED
from service_directory.database import Database
from service_directory.desk.links import Links
from service_directory.desk.people import Role, roles_of
from service_directory.desk.post import Letters, Post
from service_directory.desk.reports import Reports
from service_directory.desk.silence import (
    ASK_AGAIN_DAYS,
    Keeper,
    Silent,
    keepers_of,
    on_offer,
    silent_services,
    unreached,
)
from service_directory.desk.tables import AccountRow, ReminderRow
from service_directory.desk.unless_there import insert_unless_there
from service_directory.model import AttestationRow, OrganizationRow, ServiceRow
from service_directory.records import record_of
from service_directory.rows import whole_services
from service_directory.standards import Policy, day_in_london, latest_decision
from service_directory.stewarding import Stewarding
from service_directory.store import Directory

FIRST, AGAIN, LAPSING, WEEKLY = "first", "again", "lapsing", "weekly"
#: How long the link in a letter leads to the entry.
LINK_LIFE = timedelta(days=14)
#: How many days before its end a service is told that something on record runs out.
LAPSE_DAYS = 60
#: What a steward is told of in his weekly letter, by the kind of the duty.
_WAITS: Mapping[str, str] = {
    "proposal": "Changes that wait for people",
    "attestation": "Decisions that run out or lapsed",
    "review": "Reviews that are late",
    "contact": "Services that nobody tried to reach",
    "hours": "Opening hours that nobody checked",
    "unanswered": "Services that do not say whether their entry is right",
    "funding": "Services whose funding ends",
    "suspension": "Suspensions that end",
    "nobody_to_ask": "Services without an address to ask",
    "bounced": "Addresses from which mail came back",
}
_REPORTS = "Reports from people who were shown a service"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One service to be asked, at one stage."""

    silent: Silent
    stage: str


class Reminders:
    """Writes the letters. Every method raises DatabaseError when the database fails.

    `link_url` makes the address of a link from its token; `desk_url` is where stewards find the desk.
    """

    def __init__(
        self,
        directory: Directory,
        database: Database,
        *,
        post: Post,
        letters: Letters,
        links: Links,
        link_url: Callable[[str], str],
        desk_url: str,
    ) -> None:
        self._directory = directory
        self._database = database
        self._post = post
        self._letters = letters
        self._links = links
        self._link_url = link_url
        self._desk_url = desk_url

    async def ask(self, at: datetime) -> int:
        """Ask the services that have been silent whether their entries are still right; how many were asked.

        The addresses that keep several entries are written to once for all that are due.
        """
        today = day_in_london(at)
        async with self._database.read() as connection:
            due = await _due(connection, today)
        together: dict[tuple[str, frozenset[str]], list[_Asked]] = {}
        for one in due:
            addresses = frozenset(keeper.email.casefold() for keeper in one.silent.reached)
            together.setdefault((one.stage, addresses), []).append(one)
        return sum([await self._ask_together(stage, asked, at) for (stage, _), asked in together.items()])

    async def warn_of_lapses(self, at: datetime) -> int:
        """Tell the services whose decisions run out soon; how many were told."""
        today = day_in_london(at)
        async with self._database.read() as connection:
            found = await _lapsing(connection, today, self._directory.policy)
            keepers = await keepers_of(connection, {service.id for service, _, _ in found})
        told = 0
        for service, last, sections in found:
            if not (reached := [keeper for keeper in keepers.get(service.id, ()) if keeper.reached]):
                continue
            async with self._database.write() as connection:
                row = {"service_id": service.id, "stage": LAPSING, "counted_from": last, "sent_at": at}
                if not await insert_unless_there(connection, ReminderRow, row):
                    continue
                told += 1
                for keeper in reached:
                    link = await self._entry_link(connection, keeper, at)
                    names = [section_name(section).rstrip(",") for section in sections]
                    letter = self._letters.lapsing(
                        service=service.name, sections=names, last=last, link=link, days=LINK_LIFE.days
                    )
                    await self._post.send(
                        connection,
                        kind="lapsing",
                        to=keeper.email,
                        letter=letter,
                        service_id=service.id,
                        useless_at=at + LINK_LIFE,
                    )
        return told

    async def tell_stewards(self, at: datetime) -> int:
        """Tell every steward and lead what waits at the desk, once a week; how many were told."""
        waits = [duty.kind for duty in await Stewarding(self._directory).due(at) if duty.urgency != "later"]
        waits += [duty.kind for duty in await unreached(self._database, at)]
        counts = {words: waits.count(kind) for kind, words in _WAITS.items() if kind in waits}
        if reports := sum(one.number for one in await Reports(self._database).waiting()):
            counts[_REPORTS] = reports
        letter = self._letters.weekly(counts=counts, link=self._desk_url)
        columns = AccountRow.__table__.c
        query = select(columns.email, columns.roles).where(columns.joined_at.is_not(None), columns.closed_at.is_(None))
        today = day_in_london(at)
        row = {
            "service_id": "",
            "stage": WEEKLY,
            "counted_from": today - timedelta(days=today.weekday()),
            "sent_at": at,
        }
        async with self._database.write() as connection:
            if not await insert_unless_there(connection, ReminderRow, row):
                return 0
            accounts = (await connection.execute(query.order_by(columns.id))).all()
            stewards = [row.email for row in accounts if roles_of(row.roles) & {Role.STEWARD, Role.LEAD}]
            for address in stewards:
                await self._post.send(connection, kind="weekly", to=address, letter=letter)
        return len(stewards)

    async def _ask_together(self, stage: str, asked: Sequence[_Asked], at: datetime) -> int:
        """Write to the same addresses about services that they all keep."""
        async with self._database.write() as connection:
            still = await _unanswered(connection, asked)
            now_due = [one for one in still if await _write_down(connection, one, at)]
            if not now_due:
                return 0
            entries = [(one.silent.name, one.silent.since) for one in now_due]
            only = now_due[0].silent.service_id if len(now_due) == 1 else ""
            for keeper in now_due[0].silent.reached:
                letter = self._letters.reminder(
                    entries=entries,
                    link=await self._entry_link(connection, keeper, at),
                    days=LINK_LIFE.days,
                    again=stage == AGAIN,
                )
                await self._post.send(
                    connection,
                    kind=f"reminder_{stage}",
                    to=keeper.email,
                    letter=letter,
                    service_id=only,
                    useless_at=at + LINK_LIFE,
                )
        return len(now_due)

    async def _entry_link(self, connection: AsyncConnection, keeper: Keeper, at: datetime) -> str:
        return self._link_url(await self._links.make("entry", keeper.number, at, LINK_LIFE, connection=connection))


async def _due(connection: AsyncConnection, today: date) -> list[_Asked]:
    """The services that are to be asked today, and at which stage; those that no letter reaches are not among them."""
    silent = [one for one in await silent_services(connection, today) if one.reached]
    sent: dict[tuple[str, date, str], date] = {}
    columns = ReminderRow.__table__.c
    query = select(columns.service_id, columns.counted_from, columns.stage, columns.sent_at)
    for row in await connection.execute(query.where(columns.stage.in_((FIRST, AGAIN)))):
        sent[row.service_id, row.counted_from, row.stage] = day_in_london(row.sent_at)
    due = []
    for one in silent:
        first = sent.get((one.service_id, one.since, FIRST))
        if first is None:
            due.append(_Asked(one, FIRST))
        elif (one.service_id, one.since, AGAIN) not in sent and today >= first + timedelta(days=ASK_AGAIN_DAYS):
            due.append(_Asked(one, AGAIN))
    return due


async def _unanswered(connection: AsyncConnection, asked: Iterable[_Asked]) -> list[_Asked]:
    """Those that have not answered in the moment between."""
    kept = []
    for one in asked:
        query = select(ServiceRow.assured_on).where(ServiceRow.id == one.silent.service_id)
        assured = await connection.scalar(query)
        if assured is None or assured <= one.silent.since:
            kept.append(one)
    return kept


async def _write_down(connection: AsyncConnection, one: _Asked, at: datetime) -> bool:
    """Write down that it is asked; False when somebody else did meanwhile."""
    row = {
        "service_id": one.silent.service_id,
        "stage": one.stage,
        "counted_from": one.silent.since,
        "sent_at": at,
    }
    return await insert_unless_there(connection, ReminderRow, row)


async def _lapsing(
    connection: AsyncConnection, today: date, policy: Policy
) -> list[tuple[ServiceRow, date, tuple[str, ...]]]:
    """The services on offer of which a decision that counts runs out soon: on which day, and in which sections."""
    near = (
        select(ServiceRow.id)
        .join(OrganizationRow, OrganizationRow.id == ServiceRow.organization_id)
        .join(AttestationRow, AttestationRow.service_id == ServiceRow.id)
        .where(
            *on_offer(),
            AttestationRow.valid_until >= today,
            AttestationRow.valid_until <= today + timedelta(days=LAPSE_DAYS),
        )
        .distinct()
    )
    ids = list(await connection.scalars(near))
    found = []
    for service in await whole_services(connection, ids) if ids else []:
        record = record_of(service)
        ends: dict[date, list[str]] = {}
        for section in REQUIRED:
            latest = latest_decision(record, section, policy)
            if latest is None or latest.state != "confirmed" or latest.outcome != "met" or latest.valid_until is None:
                continue
            if today <= latest.valid_until <= today + timedelta(days=LAPSE_DAYS):
                ends.setdefault(latest.valid_until, []).append(section)
        found += [(service, last, tuple(sections)) for last, sections in sorted(ends.items())]
    return found
