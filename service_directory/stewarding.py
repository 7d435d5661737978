"""What stewards do with the directory: see what is due and why, record decisions and checks, suspend, look back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from service_directory.changes import Change, Row, Value, difference
from service_directory.clause_words import section_name, spoken_day
from service_directory.criteria import REQUIRED
from service_directory.duties import Duty, duties_of, in_order
from service_directory.explaining import clauses
from service_directory.history import Recorded, recorded
from service_directory.judging import read_decision
from service_directory.model import MetadataRow, ServiceRow, SuspensionRow
from service_directory.numbers import display_number
from service_directory.personal_details import looks_personal
from service_directory.records import record_of
from service_directory.rows import service_rows, whole_services, write_changes
from service_directory.standards import LONDON, Policy, day_in_london, latest_decision
from service_directory.standing import Explanation, NotDone, explain, one_service, proposals_waiting
from service_directory.store import Directory, wait_for_turn

#: Why a service's day of assurance changes, when nobody says anything else.
STILL_RIGHT = "said that the entry is still right"

#: Services looked at without a break: few enough that nobody who talks to the bot meanwhile has to wait.
_AT_ONCE = 100

_Edits = Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of history, and the service that it belongs to; `service_id` is empty for what belongs to none."""

    service_id: str
    recorded: Recorded


class Stewarding:
    """The stewards' tools over a directory. Every method raises DatabaseError when its database fails."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._database = directory.database

    # --- looking

    async def due(self, at: datetime, *, within: int = 60) -> tuple[Duty, ...]:
        """What needs looking at within a number of days, the most urgent first."""
        today, policy = day_in_london(at), await self._policy()
        async with self._database.read() as connection:
            found = await proposals_waiting(connection)
            ids = list(await connection.scalars(select(ServiceRow.id).order_by(ServiceRow.id)))
            for start in range(0, len(ids), _AT_ONCE):
                services = await whole_services(connection, ids[start : start + _AT_ONCE])
                found += [duty for service in services for duty in duties_of(service, today, policy, within)]
                await asyncio.sleep(0)
        return in_order(found)

    async def why(self, service_id: str, at: datetime) -> Explanation:
        """Whether a service is shown at a moment, and which clauses keep it away. Raises NotDone."""
        policy = await self._policy()
        async with self._database.read() as connection:
            return explain(await one_service(connection, service_id), at, policy)

    async def history(self, service_id: str | None = None, *, since: date | None = None) -> tuple[Line, ...]:
        """Every change of a service, or of the whole directory, from a day in London on; oldest first.

        Raises NotDone for a service of which nothing was ever recorded.
        """
        columns = MetadataRow.__table__.c
        query = select(*columns).order_by(columns.id)
        if service_id is not None:
            query = query.where(columns.service_id == service_id)
        if since is not None:
            begins = datetime(since.year, since.month, since.day, tzinfo=LONDON)
            query = query.where(columns.last_action_date >= begins)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            if not rows and service_id is not None:
                await one_service(connection, service_id)
        return tuple(Line(row.service_id or "", recorded(row)) for row in rows)

    # --- recording

    async def attest(
        self, service_id: str, written: Mapping[str, Any], *, at: datetime, who: str, why: str, apply: bool = True
    ) -> Explanation:
        """Record the decision on one section for a service; tells whether men are shown the service then.

        `written` is an attestation as a directory document has it; dates that it leaves out are filled in. That a
        section is met takes two people: `who`, and the `decided_by` in it. Raises NotDone for what cannot be read and
        for what the rule would never accept. Without `apply` all is tried and nothing is kept.
        """
        _names_nobody(why)
        today, standards, policy = day_in_london(at), await self._directory.standards(), self._directory.policy
        # A trial goes the whole way and is undone at its end, so that it can differ from the real thing in nothing.
        with suppress(_Undone):
            async with self._database.write() as connection:
                await wait_for_turn(connection)
                before = await one_service(connection, service_id)
                kept = (await service_rows(connection, [service_id]))[service_id]
                decision = read_decision(
                    {**_under(written, policy), **written}, before, kept, standards, today=today, who=who
                )
                if decision.mistakes:
                    raise NotDone(*decision.mistakes)
                written_again = {row.key for row in decision.rows}
                changes = difference([row for row in kept if row.key in written_again], decision.rows)
                await write_changes(connection, changes, at=at, who=who, why=why)
                service = await one_service(connection, service_id)
                if reasons := tuple(_never_counts(service, decision.rows[0], today, policy)):
                    raise NotDone(*reasons)
                told = explain(service, at, policy)
                if not apply:
                    raise _Undone
        return told

    async def suspend(
        self,
        service_id: str,
        *,
        at: datetime,
        who: str,
        why: str,
        until: date | None = None,
        section: str | None = None,
    ) -> Explanation:
        """Stop showing a service from this moment, until the end of a day or until further notice. Raises NotDone."""
        _names_nobody(why)
        today = day_in_london(at)
        if until is not None and until < today:
            raise NotDone(f"{spoken_day(until)} is over. Give the last day on which it is not to be shown.")
        async with self._database.read() as connection:
            service = await one_service(connection, service_id)
        for row in _in_force(service, today):
            if row.section == section and (row.until_date is None or (until is not None and until <= row.until_date)):
                ends = "further notice" if row.until_date is None else f"the end of {spoken_day(row.until_date)}"
                raise NotDone(
                    f"It is suspended already, since {spoken_day(row.from_date)}, until {ends}. To make that shorter, "
                    "resume it and suspend it again."
                )
        await self._directory.suspend(service_id, at=at, who=who, why=why, until=until, section=section)
        return await self.why(service_id, at)

    async def resume(
        self, service_id: str, *, at: datetime, who: str, why: str, section: str | None = None
    ) -> Explanation:
        """End every suspension of a service that is in force, or those of one section, at this moment.

        Suspensions that have not begun stay. Raises NotDone.
        """
        today = day_in_london(at)

        def ended(service: ServiceRow) -> _Edits:
            rows = [row for row in _in_force(service, today) if section in (None, row.section)]
            if not rows:
                what = "It" if section is None else section_name(section)
                raise NotDone(f"{what} is not suspended today.")
            return {row.id: {"until_date": today - timedelta(days=1), "closed_by": who} for row in rows}

        return await self._edit(service_id, ended, at=at, who=who, why=why)

    async def checked(
        self,
        service_id: str,
        *,
        on: date,
        at: datetime,
        who: str,
        why: str,
        ways: Collection[str] = (),
        hours: bool = False,
    ) -> Explanation:
        """Somebody tried these ways to reach a service on a day, or asked for its hours, and found them as written.

        `ways` are numbers and addresses as men or as documents have them. Raises NotDone.
        """
        if on > day_in_london(at):
            raise NotDone(f"{spoken_day(on)} lies in the future.")

        def edits(service: ServiceRow) -> _Edits:
            found = _ways(service, ways)
            if hours:
                found |= {row.id: row.checked_on for row in service.schedules}
                if not service.schedules:
                    raise NotDone("It has no hours on record. Add them to its entry and import that.")
            if later := max((day for day in found.values() if day is not None and day > on), default=None):
                raise NotDone(f"It was checked later than that already, on {spoken_day(later)}.")
            return {row_id: {"checked_on": on, "checked_by": who} for row_id in found}

        return await self._edit(service_id, edits, at=at, who=who, why=why)

    async def still_right(
        self, service_id: str, *, on: date, at: datetime, who: str, why: str = STILL_RIGHT
    ) -> Explanation:
        """Somebody at the service, or who asked it, said on a day that its entry is right as it stands.

        A day earlier than the one on record is refused. Raises NotDone.
        """
        if on > day_in_london(at):
            raise NotDone(f"{spoken_day(on)} lies in the future.")

        def said(service: ServiceRow) -> _Edits:
            if service.assured_on is not None and service.assured_on > on:
                raise NotDone(f"It was said to be right later than that already, on {spoken_day(service.assured_on)}.")
            # Said twice on one day is said once.
            return {} if service.assured_on == on else {service.id: {"assured_on": on, "assured_by": who}}

        return await self._edit(service_id, said, at=at, who=who, why=why)

    async def _edit(
        self, service_id: str, edits: Callable[[ServiceRow], _Edits], *, at: datetime, who: str, why: str
    ) -> Explanation:
        """Change fields of a service's rows, by the rows' ids, with their history."""
        _names_nobody(why)
        policy = await self._policy()
        async with self._database.write() as connection:
            await wait_for_turn(connection)
            wanted = edits(await one_service(connection, service_id))
            rows = [row for row in (await service_rows(connection, [service_id]))[service_id] if row.id in wanted]
            changed = [Row(row.table, row.id, row.service_id, {**row.values, **wanted[row.id]}) for row in rows]
            changes: tuple[Change, ...] = difference(rows, changed)
            await write_changes(connection, changes, at=at, who=who, why=why)
            return explain(await one_service(connection, service_id), at, policy)

    async def _policy(self) -> Policy:
        """The policy by the standards as they are now: somebody may have loaded a newer version."""
        await self._directory.standards()
        return self._directory.policy


class _Undone(Exception):
    """Raised to undo what was only tried."""


def _names_nobody(why: str) -> None:
    """History is kept for good, so a reason that would tell of a person must not come into it."""
    if found := looks_personal(why):
        raise NotDone(f"The reason holds “{found}”, which would tell of a person. History is kept: say it without.")


def _under(written: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The version of the standard that a decision is made under when it does not say: the newest that counts."""
    if written.get("standard") not in (None, policy.standard) or not policy.accepted:
        return {}
    # "10" is newer than "9".
    return {"version": max(policy.accepted, key=lambda version: (len(version), version))}


def _never_counts(service: ServiceRow, decision: Row, today: date, policy: Policy) -> Iterator[str]:
    """Why the rule would never count a decision: a newer one stands, or one that says met does not bear it out."""
    section, begins = decision.values["section"], decision.values["valid_from"]
    if section not in REQUIRED or decision.values["standard"] != policy.standard:
        return
    version = str(decision.values["standard_version"])
    if version not in policy.accepted:
        yield f"This would not count: version {version} of the standard does not; {' and '.join(policy.accepted)} does."
        return
    record = record_of(service)
    latest = latest_decision(record, str(section), policy)
    if latest is not None and latest.id != decision.id and latest.decided_on is not None:
        yield (
            f"This would not count: a newer decision on {section} is recorded, of {spoken_day(latest.decided_on)}, and "
            "only the latest counts."
        )
        return
    if decision.values["outcome"] != "met" or decision.values["state"] != "confirmed":
        return
    on = max(begins, today) if isinstance(begins, date) else today
    for clause in clauses(record, on, policy):
        if clause.section == section and not clause.holds:
            yield f"This would not count. The rule asks: {clause.asks} Here: {clause.found}. To do: {clause.do}."


def _in_force(service: ServiceRow, today: date) -> list[SuspensionRow]:
    return [
        row
        for row in service.suspensions
        if row.from_date <= today and (row.until_date is None or row.until_date >= today)
    ]


def _ways(service: ServiceRow, asked: Collection[str]) -> dict[str, date | None]:
    """The rows of the ways to reach a service that are asked for, with the days on which they were last tried."""
    known = [(row.id, {row.number, display_number(row.number)}, row.checked_on) for row in service.phones]
    known += [(row.id, {row.email or row.url}, row.checked_on) for row in service.contacts]
    found: dict[str, date | None] = {}
    for way in asked:
        plain = _plain(way)
        here = {row_id: checked for row_id, names, checked in known if plain in map(_plain, names)}
        if not here:
            told = ", ".join(max(names, key=lambda name: " " in name) for _, names, _ in known)
            raise NotDone(f"It is not recorded that it can be reached by {way!r}. Recorded are: {told or 'no ways'}.")
        found |= here
    return found


def _plain(way: str) -> str:
    return "".join(way.split()).casefold().removeprefix("https://").removeprefix("http://").rstrip("/")
