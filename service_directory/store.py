"""The directory: the only way to what its tables hold."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.areas import Areas
from service_directory.attested import suspension_row
from service_directory.changes import Change, difference
from service_directory.criteria import Standards, read_standard
from service_directory.database import Database, DatabaseError
from service_directory.documents import read_document
from service_directory.history import LifelineCheck, Recorded, history_of, keep_check, kept_checks
from service_directory.importing.proposals import Proposal, Proposals, put_down
from service_directory.indexing import arranged, changed_since, entries_of, last_change
from service_directory.matching import Index
from service_directory.model import RevisionRow
from service_directory.open_referral.published import read_snapshot
from service_directory.open_referral.snapshot import Snapshot
from service_directory.planning import Plan, Report, plan
from service_directory.records import Spaces, record_of, spaces_of, view_of
from service_directory.redacting import Redacted, redact
from service_directory.rows import any_service, service_rows, shown_services, write_changes
from service_directory.standard_rows import as_rows, known_standards, policy_with, standard_rows
from service_directory.standards import Policy, day_in_london, recorded_as_meeting
from service_directory.view import ServiceView

__all__ = ["DatabaseError", "Directory", "LifelineCheck", "Recorded", "Report", "example_document", "example_values"]


MIGRATIONS = Path(__file__).parent / "migrations"


def example_document() -> str:
    """The made-up directory that comes with the program, ready for load_document."""
    return (files("service_directory") / "data" / "example_directory.yaml").read_text(encoding="utf-8")


@functools.cache
def example_values() -> Mapping[str, Any]:
    """The same as YAML reads it, which load_document takes too. Not to be changed: it is read once for a process."""
    # Quicker than documents.py reads what may come from anybody, and what nobody has to be told the mistakes of.
    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    values: Mapping[str, Any] = yaml.load(example_document(), Loader=loader)  # noqa: S506 (a safe loader)
    return values


class Directory:
    """Services, what is recorded of them and how they changed. Open one with `Directory.open`.

    Every method raises DatabaseError when the database cannot be reached.
    """

    def __init__(self, database: Database, policy: Policy) -> None:
        self._database = database
        self._policy = policy

    @classmethod
    async def open(cls, url: str, *, policy: Policy | None = None) -> Directory:
        """Open the directory at a SQLAlchemy URL and bring its tables up to date. Raises DatabaseError."""
        database = Database.at(url, name="directory", migrations=MIGRATIONS, pragmas=("secure_delete=ON",))
        opened = cls(database, policy or Policy())
        try:
            await database.migrate()
            await opened.standards()
        except DatabaseError:
            await database.close()
            raise
        return opened

    @property
    def database(self) -> Database:
        """Where it is kept: for stewarding.py and backups.py, which are parts of this room."""
        return self._database

    @property
    def policy(self) -> Policy:
        """What counts here as evidence that a service meets the standards, as it stood when it was last asked for."""
        return self._policy

    async def close(self) -> None:
        await self._database.close()

    async def is_empty(self) -> bool:
        """True when there is no service at all."""
        async with self._database.read() as connection:
            return not await any_service(connection)

    async def holds_examples(self) -> bool:
        """True when any service is a made-up example: then no channel may go public."""
        async with self._database.read() as connection:
            return await any_service(connection, example=True)

    async def revision(self) -> int:
        """A number that grows with every change of a service."""
        async with self._database.read() as connection:
            return await _revision(connection)

    async def standards(self) -> Standards:
        """Every standard that is known here by its id: the shipped one, and those that the operator loaded."""
        async with self._database.read() as connection:
            return await self._standards(connection)

    async def load_standard(
        self, standard: str | Mapping[str, Any], *, at: datetime, who: str, why: str, apply: bool = False
    ) -> Report:
        """Load a version of a standard, or say what loading it would do. What is known of it is replaced.

        Raises StandardError for one that cannot be read, and ValueError when `who` or `why` is empty.
        """
        _need_names(who, why)
        read = read_standard(standard)
        async with self._database.write() as connection:
            await wait_for_turn(connection)
            kept = await standard_rows(connection, read.id)
            changes = difference(kept, as_rows(read))
            if apply:
                await write_changes(connection, changes, at=at, who=who, why=why)
                await self._standards(connection)
        plan = Plan({f"standard {read.id}": changes}, frozenset(() if kept else (f"standard {read.id}",)), (), {})
        return plan.report(applied=apply)

    async def load_document(
        self, document: str | Mapping[str, Any], *, at: datetime, who: str, why: str, apply: bool = False
    ) -> Report:
        """Load a directory document, or say what loading it would do.

        `at` is an aware moment, `who` and `why` go into the history. Entries with a mistake are left out and
        reported; the others are written in one transaction. What would lead men elsewhere is proposed to two people.
        Raises ValueError when `who` or `why` is empty.
        """
        _need_names(who, why)
        parsed = read_document(document, today=day_in_london(at), areas=Areas.load(), standards=await self.standards())
        if not apply:
            async with self._database.read() as connection:
                return (await plan(connection, parsed)).report(applied=False)
        async with self._database.write() as connection:
            await wait_for_turn(connection)
            planned = await plan(connection, parsed)
            await write_changes(connection, planned.all_changes, at=at, who=who, why=why)
            for service_id, changes in planned.proposed.items():
                await put_down(connection, service_id, changes, at=at, who=who, why=why, source="a document")
        return planned.report(applied=True)

    async def propose(
        self, service_id: str, changes: Sequence[Change], *, at: datetime, who: str, why: str, source: str
    ) -> int | None:
        """Propose changes of a service to two people; None when the same is proposed already.

        Raises KeyError for an unknown service, ValueError when `who` or `why` is empty.
        """
        _need_names(who, why)
        async with self._database.write() as connection:
            await wait_for_turn(connection)
            if service_id not in await service_rows(connection, [service_id]):
                raise KeyError(service_id)
            return await put_down(connection, service_id, changes, at=at, who=who, why=why, source=source)

    async def proposals(self, *, settled: bool = False) -> tuple[Proposal, ...]:
        """Changes that wait for two people, the oldest first; with `settled` all that ever did."""
        return await Proposals(self._database).waiting(settled=settled)

    async def decide(
        self, number: int, *, approve: bool, at: datetime, who: str, why: str = "", tried: date | None = None
    ) -> Proposal:
        """Take one person's word on a proposal: the second of two different people carries it out, one no ends it.

        `tried` is the day on which a new number or address was tried and found right. Raises NotDone.
        """
        kept = Proposals(self._database)
        if approve:
            return await kept.approve(number, who=who, at=at, reason=why, tried=tried)
        return await kept.reject(number, who=who, at=at, reason=why)

    async def redact(self, words: Sequence[str], *, at: datetime, who: str, why: str) -> Redacted:
        """Take words out of all that the directory holds, its history included, and out of its files.

        The only way in which anything is ever deleted: for addresses that are to be hidden, and details of people.
        Copies elsewhere (backups, replicas) keep them. Raises ValueError for words too short to be told from others,
        and when `who` or `why` is empty or holds them.
        """
        async with self._database.write() as connection:
            await wait_for_turn(connection)
            return await redact(connection, words, at=at, who=who, why=why)

    async def refuge_spaces(self, service_id: str, at: datetime) -> tuple[Spaces, ...]:
        """The free places of a refuge, for stewards only: whoever could watch a place fill would find who is there."""
        async with self._database.read() as connection:
            rows = (await service_rows(connection, [service_id])).get(service_id, [])
        return spaces_of(rows, day_in_london(at))

    async def suspend(
        self,
        service_id: str,
        *,
        at: datetime,
        who: str,
        why: str,
        until: date | None = None,
        section: str | None = None,
    ) -> None:
        """Stop showing a service, from this very moment, until the end of a day or until further notice.

        Raises KeyError for an unknown service.
        """
        today = day_in_london(at)
        row = suspension_row(service_id, today, until=until, section=section, who=who, why=why)
        async with self._database.write() as connection:
            await wait_for_turn(connection)
            kept = (await service_rows(connection, [service_id])).get(service_id)
            if kept is None:
                raise KeyError(service_id)
            same = [old for old in kept if old.key == row.key]
            await write_changes(connection, difference(same, [row]), at=at, who=who, why=why)

    async def index(self, areas: Areas, on: date, before: Index | None = None) -> Index:
        """All that matching needs, from a day (in London) on. From the index `before`, only what has changed since
        is read.
        """
        async with self._database.read() as connection:
            number = await _revision(connection)
            await self._standards(connection)
            change = await last_change(connection)
            changed = None if before is None else await changed_since(connection, before.change)
            entries = await entries_of(connection, self._policy, on, changed)
        if changed is None:
            before = None
        return await arranged(areas, entries, revision=number, change=change, day=on, before=before, gone=changed or ())

    async def open_data(
        self, areas: Areas, at: datetime, *, examples: bool = False, before: Snapshot | None = None
    ) -> Snapshot:
        """All that is open to the public at a moment; of made-up services nothing, unless asked for. From the
        snapshot `before`, made with the same `examples`, only what has changed since is read.
        """
        async with self._database.read() as connection:
            number = await _revision(connection)
            await self._standards(connection)
            return await read_snapshot(
                connection,
                self._policy,
                areas,
                day_in_london(at),
                revision=number,
                examples=examples,
                before=before,
            )

    async def still_shown(
        self, service_ids: Iterable[str], at: datetime, nation: str | None = None
    ) -> dict[str, ServiceView]:
        """Those of these services for which the rule holds at this moment, as they may be shown, in this order.

        `nation` is the code of the one he is in, if he said: its bank holidays are those that count for him.

        Everything is read from the store now: what was suspended a second ago is not among them.
        """
        wanted = list(dict.fromkeys(service_ids))
        today = day_in_london(at)
        async with self._database.read() as connection:
            services = {service.id: service for service in await shown_services(connection, wanted)}
            await self._standards(connection)
        views: dict[str, ServiceView] = {}
        for service_id in wanted:
            if service_id not in services:
                continue
            service = services[service_id]
            verdict = recorded_as_meeting(record_of(service), today, self._policy)
            if verdict.meets:
                views[service_id] = view_of(service, verdict, at, nation)
        return views

    async def _standards(self, connection: AsyncConnection) -> Standards:
        """The standards as they stand, which are what the policy accepts from now on."""
        standards = await known_standards(connection)
        self._policy = policy_with(self._policy, standards)
        return standards

    async def history(self, service_id: str) -> tuple[Recorded, ...]:
        """Every change ever made to a service, oldest first."""
        async with self._database.read() as connection:
            return await history_of(connection, service_id)

    async def record_check(self, lifeline_key: str, who: str, on: date) -> None:
        """Somebody rang a lifeline and found it as printed."""
        async with self._database.write() as connection:
            await keep_check(connection, LifelineCheck(lifeline_key, who, on))

    async def lifeline_checks(self) -> tuple[LifelineCheck, ...]:
        """Every check of a lifeline, in the order in which they were recorded."""
        async with self._database.read() as connection:
            return await kept_checks(connection)


def _need_names(who: str, why: str) -> None:
    if not who.strip() or not why.strip():
        raise ValueError("history needs to know who changes the directory, and why")


async def _revision(connection: AsyncConnection) -> int:
    number: int | None = await connection.scalar(select(RevisionRow.number))
    if number is None:
        raise DatabaseError("the directory's database has lost its revision number; restore it from a backup")
    return number


async def wait_for_turn(connection: AsyncConnection) -> None:
    """One writer at a time: the others wait here until this transaction has ended."""
    await connection.execute(select(RevisionRow.number).with_for_update())
