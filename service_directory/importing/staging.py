"""Imports between reading and applying: kept in the database, compared with the directory, reported, applied.

What is read is staged page by page, so that a long feed that was interrupted goes on where it stopped. Nothing of
the directory is touched until an import is applied, and then in one transaction: all of it, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import Database
from service_directory.fields import Rejection
from service_directory.importing import comparing
from service_directory.importing.candidates import Candidate, Note, Reading
from service_directory.importing.comparing import Outcome
from service_directory.importing.duplicates import Likeness
from service_directory.importing.plans import Plan, Progress, plan_import
from service_directory.importing.proposals import put_down
from service_directory.importing.staged_rows import (
    APPLIED,
    DISCARDED,
    NOTE,
    PAGE,
    READ,
    READING,
    REJECTED,
    STAGED,
    TAKEN,
    content_of,
    drop_overtaken,
    entry_values,
    forget,
    keep_identities,
    keep_outcomes,
    set_state,
    sliced,
    source_of,
)
from service_directory.model import RevisionRow, StagedEntryRow, StagedImportRow
from service_directory.rows import write_changes

__all__ = ["Begun", "Entry", "Progress", "Report", "Staging"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One service of an import in a report: where it stood, what it is called, and what becomes of it."""

    row: str
    service_id: str
    name: str
    changes: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.row}: {self.name} ({self.service_id})"


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do."""

    number: int
    source: str
    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unchanged: tuple[Entry, ...]
    rejected: tuple[Rejection, ...]
    duplicates: tuple[Likeness, ...]
    notes: tuple[Note, ...]
    applied: bool
    #: Services that this source once brought in, and lists no more. Nothing is done about them.
    gone: tuple[Entry, ...] = ()
    proposals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that is being read: its number, and the pages that are staged already."""

    number: int
    pages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Staged:
    """An import that was read and waits: its number, where it comes from, and who read it when."""

    number: int
    source: str
    at: datetime
    who: str


class Staging:
    """The imports of a directory. Every method raises DatabaseError when its database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, source: str, kind: str, *, at: datetime, who: str, resume: bool = False) -> Begun:
        """Begin to stage what a source says; with `resume` go on with a reading that was interrupted, if any.

        Earlier imports of the source that were never applied are discarded, with all that was staged of them.
        """
        staged, entry = StagedImportRow.__table__.c, StagedEntryRow.__table__.c
        async with self._database.write() as connection:
            await _wait_for_turn(connection)
            query = select(staged.id, staged.state).where(staged.source == source, staged.state.in_((READING, STAGED)))
            going_on = 0
            for number, state in (await connection.execute(query.order_by(staged.id))).all():
                if resume and state == READING:
                    going_on = number
                    continue
                await connection.execute(delete(StagedEntryRow).where(entry.import_id == number))
                await set_state(connection, number, DISCARDED)
            if going_on:
                pages = select(entry.resource_id).where(entry.import_id == going_on, entry.outcome == PAGE)
                return Begun(going_on, frozenset(await connection.scalars(pages)))
            values = {"source": source, "format": kind, "state": READING, "staged_at": at, "staged_by": who}
            made = await connection.execute(insert(StagedImportRow).values(values).returning(staged.id))
            return Begun(int(made.scalar_one()), frozenset())

    async def add(self, number: int, page: str, reading: Reading) -> None:
        """Stage one page (or file) of an import whole."""
        rows = [
            entry_values(number, "service", one.id, one.row, READ, "", content_of(one)) for one in reading.candidates
        ]
        rows += [entry_values(number, one.field, "", one.entry, REJECTED, one.message) for one in reading.rejected]
        rows += [entry_values(number, one.field, "", one.entry, NOTE, one.message) for one in reading.notes]
        rows.append(entry_values(number, PAGE, page, "", PAGE, ""))
        async with self._database.write() as connection:
            await connection.execute(insert(StagedEntryRow), rows)

    async def report(self, number: int, progress: Progress | None = None) -> Report:
        """Compare a staged import with the directory as it stands, keep what becomes of each entry, and tell.

        Raises NotDone for an import that is not waiting.
        """
        async with self._database.write() as connection:
            # Whoever applies it meanwhile must not find it waiting again.
            await _wait_for_turn(connection)
            source = await source_of(connection, number, READING, STAGED)
            plan = await plan_import(connection, number, source, progress or _silent)
            await _keep_outcomes(connection, plan)
            await set_state(connection, number, STAGED)
            return await _report(connection, number, source, plan, applied=False)

    async def apply(self, number: int, *, at: datetime, who: str, why: str, progress: Progress | None = None) -> Report:
        """Write a staged import, all of it or nothing, as the directory stands now. Raises NotDone likewise."""
        tell = progress or _silent
        async with self._database.write() as connection:
            await _wait_for_turn(connection)
            source = await source_of(connection, number, STAGED)
            plan = await plan_import(connection, number, source, _silent)
            proposals: list[int] = []
            identities = []
            for some in sliced(list(plan.outcomes.values())):
                changes = [change for _, outcome in some for change in outcome.changes]
                await write_changes(connection, changes, at=at, who=who, why=why)
                for candidate, outcome in some:
                    identities.append((candidate.id, outcome.service_id))
                    if outcome.proposed:
                        made = await put_down(
                            connection, outcome.service_id, outcome.proposed, at=at, who=who, why=why, source=source
                        )
                        proposals += [] if made is None else [made]
                    tell(1)
            await keep_identities(connection, source, identities)
            await _keep_outcomes(connection, plan)
            await set_state(connection, number, APPLIED)
            await drop_overtaken(connection, number, source)
            report = await _report(connection, number, source, plan, applied=True)
        return replace(report, proposals=tuple(proposals))

    async def look(self, number: int) -> Report:
        """What applying a staged import would do, as the directory stands now; keeps nothing. Raises NotDone."""
        async with self._database.read() as connection:
            source = await source_of(connection, number, READING, STAGED)
            plan = await plan_import(connection, number, source, _silent)
            return await _report(connection, number, source, plan, applied=False)

    async def staged(self) -> tuple[Staged, ...]:
        """The imports that are read and wait, the oldest first."""
        columns = StagedImportRow.__table__.c
        query = select(columns.id, columns.source, columns.staged_at, columns.staged_by)
        async with self._database.read() as connection:
            found = await connection.execute(query.where(columns.state == STAGED).order_by(columns.id))
            return tuple(Staged(row.id, row.source, row.staged_at, row.staged_by) for row in found)

    async def discard(self, number: int) -> None:
        """Forget a staged import with all that was read of it. Raises NotDone for one that is not waiting."""
        entry = StagedEntryRow.__table__.c
        async with self._database.write() as connection:
            await _wait_for_turn(connection)
            await source_of(connection, number, READING, STAGED)
            await connection.execute(delete(StagedEntryRow).where(entry.import_id == number))
            await set_state(connection, number, DISCARDED)

    async def waiting(self, number: int) -> int:
        """How many services a staged import holds. Raises NotDone for one that is not waiting."""
        entry = StagedEntryRow.__table__.c
        async with self._database.read() as connection:
            await source_of(connection, number, READING, STAGED)
            query = select(func.count()).where(entry.import_id == number, entry.content != "")
            return int(await connection.scalar(query) or 0)


async def _keep_outcomes(connection: AsyncConnection, plan: Plan) -> None:
    taken = {key: (outcome.service_id, outcome.kind) for key, (_, outcome) in plan.outcomes.items()}
    await keep_outcomes(connection, taken, plan.rejected)
    await forget(connection, {key: plan.rejected[key] for key in plan.forgotten})


async def _report(connection: AsyncConnection, number: int, source: str, plan: Plan, *, applied: bool) -> Report:
    entry = StagedEntryRow.__table__.c
    query = select(entry.id, entry.resource_type, entry.place, entry.outcome, entry.reason).where(
        entry.import_id == number, entry.content == "", entry.outcome.in_((REJECTED, NOTE))
    )
    told = [row for row in await connection.execute(query.order_by(entry.id)) if row.id not in plan.rejected]
    rejected = [Rejection(row.place, row.resource_type, row.reason) for row in told if row.outcome == REJECTED]
    by_kind: dict[str, list[Entry]] = {kind: [] for kind in TAKEN}
    for candidate, outcome in plan.outcomes.values():
        by_kind[outcome.kind].append(_told(candidate, outcome))
    return Report(
        number=number,
        source=source,
        new=tuple(by_kind["new"]),
        changed=tuple(by_kind["changed"]),
        unchanged=tuple(by_kind["unchanged"]),
        rejected=(*rejected, *plan.rejected.values()),
        duplicates=plan.duplicates,
        notes=tuple(Note(row.place, row.resource_type, row.reason) for row in told if row.outcome == NOTE),
        applied=applied,
        gone=tuple(Entry("no longer listed", one.id, one.name) for one in plan.gone),
    )


def _told(candidate: Candidate, outcome: Outcome) -> Entry:
    return Entry(
        candidate.row,
        outcome.service_id,
        candidate.name,
        () if outcome.kind == "new" else comparing.in_words(outcome.changes),
        comparing.in_words(outcome.proposed),
    )


async def _wait_for_turn(connection: AsyncConnection) -> None:
    """One writer at a time: the others wait here until this transaction has ended."""
    await connection.execute(select(RevisionRow.number).with_for_update())


def _silent(_: int) -> None:
    """Nobody watches."""
