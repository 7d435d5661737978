"""Changes that wait for people: put down, looked through, approved, given back or rejected.

A number, a web address or an email address that men are shown is where a man is sent. Whoever could change one alone
could send him into the arms of the person he flees; so no import changes one, and no one person does. All else that
a service proposes of itself takes one person, who is not the one who proposed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Boolean, Date, Integer, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.changes import Change, Row, Value, as_text
from service_directory.database import Database
from service_directory.hiding import refuse_words
from service_directory.model import Base, ProposalDecisionRow, ProposalRow, ProposedChangeRow, RevisionRow
from service_directory.redacting import REDACTED
from service_directory.rows import organization_rows, service_rows, write_changes

OPEN, APPROVED, REJECTED, OVERTAKEN = "open", "approved", "rejected", "overtaken"
#: Given back with a reason: whoever proposed it may propose it again, put right.
RETURNED = "returned"
#: A steward put in his own version of it instead.
EDITED = "edited"
#: Whoever proposed it took it back.
WITHDRAWN = "withdrawn"
APPROVE, REJECT, RETURN, EDIT, WITHDRAW = "approve", "reject", "return", "edit", "withdraw"
#: How many different people must agree on what leads men elsewhere, and on whatever an import or a document brings.
PEOPLE = 2
#: Where a proposal comes from when somebody answers for it himself: the service, or a steward at the desk.
THE_SERVICE, A_STEWARD = "the service", "a steward"
#: The same, of a service that closes for good: beside whatever else it proposes, and not in its place.
THE_SERVICE_CLOSES = "the service, closing for good"

#: What goes with a change and is not what people agree on: where it came from, and that nobody has tried it yet.
BESIDES = frozenset({"position", "source", "checked_on", "checked_by"})

_LEADS = frozenset({"number", "email", "url"})
_LEADS_OF_ORGANIZATIONS = frozenset({"website", "email"})

_TABLES = Base.metadata.tables


class NotDone(Exception):
    """What was asked for was not done, and nothing was changed; the message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class ProposedField:
    """One field that would change: of what, from what, to what. `action` is create, update or delete."""

    resource_type: str
    resource_id: str
    action: str
    field: str
    before: str
    after: str

    @property
    def leads_elsewhere(self) -> bool:
        """Whether it would send men, or whoever reads the entry, somewhere else: two people have to agree on it."""
        if self.resource_type in ("phone", "contact"):
            return self.field in _LEADS and bool(self.after)
        if self.resource_type == "organization":
            return self.field in _LEADS_OF_ORGANIZATIONS and bool(self.after)
        # An organization's web address and email are published with each of its services.
        return self.action == "update" and (self.resource_type, self.field) == ("service", "organization_id")


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's word on a proposal."""

    decision: str
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a service that waits for people, or waited. `source` is where it comes from."""

    number: int
    service_id: str
    service: str
    state: str
    proposed_by: str
    proposed_at: datetime
    reason: str
    source: str
    fields: tuple[ProposedField, ...]
    decisions: tuple[Decision, ...]

    @property
    def approved_by(self) -> tuple[str, ...]:
        return tuple(one.who for one in self.decisions if one.decision == APPROVE)

    @property
    def needed(self) -> int:
        """How many different people have to agree."""
        # "the service, closing for good" is the service's word, too.
        answered_for = self.source.partition(",")[0] in (THE_SERVICE, A_STEWARD)
        return 1 if answered_for and not any(one.leads_elsewhere for one in self.fields) else PEOPLE

    def why_not(self, who: str) -> str:
        """Why somebody cannot agree to it, in words; empty when he can."""
        if _key(who) in map(_key, self.approved_by):
            return f"{_tidy(who)} has approved proposal {self.number} already; it needs another person"
        if self.needed == 1 and _key(who) == _key(self.proposed_by):
            return f"{self.proposed_by} proposed it; it needs another person"
        return ""


async def put_down(
    connection: AsyncConnection,
    service_id: str,
    changes: Sequence[Change],
    *,
    at: datetime,
    who: str,
    why: str,
    source: str,
) -> int | None:
    """Propose changes of a service. An open proposal that says the same stays the only one; None then.

    An open one from the same source that says otherwise is overtaken: the source has changed its mind. Raises
    HiddenPlaceError when it, or the reason for it, would tell where a hidden service is.
    """
    fields = [field for change in changes for field in fields_of(change)]
    await refuse_words(connection, service_id, (*(one.after for one in fields), who, why))
    same = {(one.resource_id, one.field, one.after) for one in fields}
    proposal = ProposalRow.__table__.c
    query = select(proposal.id).where(
        proposal.service_id == service_id, proposal.state == OPEN, proposal.source == source
    )
    for number in list(await connection.scalars(query)):
        if {(one.resource_id, one.field, one.after) for one in await _proposed(connection, number)} == same:
            return None
        await _settle(connection, number, OVERTAKEN)
    values = {
        "service_id": service_id,
        "state": OPEN,
        "proposed_by": who,
        "proposed_at": at,
        "reason": why,
        "source": source,
    }
    made = await connection.execute(insert(ProposalRow).values(values).returning(proposal.id))
    number = int(made.scalar_one())
    rows = [
        {
            "proposal_id": number,
            "resource_type": one.resource_type,
            "resource_id": one.resource_id,
            "action": one.action,
            "field_name": one.field,
            "previous_value": one.before,
            "replacement_value": one.after,
        }
        for one in fields
    ]
    await connection.execute(insert(ProposedChangeRow), rows)
    return number


async def agree(connection: AsyncConnection, number: int, *, who: str, at: datetime, reason: str) -> None:
    """Put down that whoever proposes something agrees to it himself, where two people have to."""
    await _decide(connection, number, APPROVE, _person(who), at, reason)


class Proposals:
    """The proposals of a directory. Every method raises DatabaseError when its database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, *, settled: bool = False) -> tuple[Proposal, ...]:
        """Those that are open, the oldest first; with `settled` all that ever were."""
        proposal = ProposalRow.__table__.c
        query = select(proposal.id).order_by(proposal.id)
        if not settled:
            query = query.where(proposal.state == OPEN)
        async with self._database.read() as connection:
            return tuple([await _whole(connection, number) for number in list(await connection.scalars(query))])

    async def of_service(self, service_id: str) -> tuple[Proposal, ...]:
        """All that was ever proposed of one service, the oldest first."""
        proposal = ProposalRow.__table__.c
        query = select(proposal.id).where(proposal.service_id == service_id).order_by(proposal.id)
        async with self._database.read() as connection:
            return tuple([await _whole(connection, number) for number in list(await connection.scalars(query))])

    async def one(self, number: int) -> Proposal | None:
        """The proposal of a number, in whatever state; None when there is none."""
        async with self._database.read() as connection:
            found = await connection.scalar(select(ProposalRow.id).where(ProposalRow.id == number))
            return None if found is None else await _whole(connection, number)

    async def approve(
        self, number: int, *, who: str, at: datetime, reason: str = "", tried: date | None = None
    ) -> Proposal:
        """One person agrees; when as many different people have as it needs, it is written. The proposal as it then is.

        `tried` is the day on which the last of them tried the new number or address and found it right. Raises
        NotDone for one that is not open, for a person who has agreed already or may not agree alone to what he
        proposed, and when the service has changed meanwhile: then the proposal is overtaken.
        """
        person = _person(who)
        overtaken = ""
        async with self._database.write() as connection:
            await _wait_for_turn(connection)
            proposal = await _open_one(connection, number)
            if told := proposal.why_not(person):
                raise NotDone(told)
            if len({_key(one) for one in (*proposal.approved_by, person)}) >= proposal.needed:
                overtaken = await _write(connection, proposal, at=at, who=person, tried=tried)
                await _settle(connection, number, OVERTAKEN if overtaken else APPROVED)
            await refuse_words(connection, proposal.service_id, (person, reason))
            await _decide(connection, number, APPROVE, person, at, reason)
            settled = await _whole(connection, number)
        if overtaken:
            raise NotDone(f"proposal {number} is overtaken: {overtaken}. Nothing was changed")
        return settled

    async def reject(self, number: int, *, who: str, at: datetime, reason: str) -> Proposal:
        """One person says no, and that is enough. Raises NotDone for one that is not open, or without a reason."""
        return await self._settled(number, REJECTED, REJECT, who, at, reason)

    async def give_back(self, number: int, *, who: str, at: datetime, reason: str) -> Proposal:
        """Give it back to whoever proposed it, to be put right and proposed again. Raises NotDone likewise."""
        return await self._settled(number, RETURNED, RETURN, who, at, reason)

    async def take_place_of(self, number: int, *, who: str, at: datetime, reason: str) -> Proposal:
        """A steward's own version takes the place of it; what that is, he writes himself. Raises NotDone likewise."""
        return await self._settled(number, EDITED, EDIT, who, at, reason)

    async def withdraw(self, number: int, *, who: str, at: datetime) -> Proposal:
        """Take back what one proposed oneself, or a colleague did. Raises NotDone for one that is not open."""
        return await self._settled(number, WITHDRAWN, WITHDRAW, who, at, "taken back")

    async def _settled(self, number: int, state: str, decision: str, who: str, at: datetime, reason: str) -> Proposal:
        """End one that is open by one person's word."""
        person = _person(who)
        if not reason.strip():
            raise NotDone("say why, so that whoever meets the same change again knows")
        async with self._database.write() as connection:
            await _wait_for_turn(connection)
            proposal = await _open_one(connection, number)
            await refuse_words(connection, proposal.service_id, (person, reason))
            await _settle(connection, number, state)
            await _decide(connection, number, decision, person, at, reason)
            return await _whole(connection, number)


def _person(who: str) -> str:
    person = _tidy(who)
    if not person:
        raise NotDone("say who you are with --who: two different people have to agree")
    return person


def _tidy(who: str) -> str:
    return " ".join(who.split())


def _key(who: str) -> str:
    return _tidy(who).casefold()


def fields_of(change: Change) -> Iterable[ProposedField]:
    """A change as a proposal has it: field by field, each value as history keeps it."""
    for name, before, after in change.fields:
        if change.action == "update" or as_text(before) != as_text(after):
            yield ProposedField(change.row.table, change.row.id, change.action, name, as_text(before), as_text(after))


async def _wait_for_turn(connection: AsyncConnection) -> None:
    await connection.execute(select(RevisionRow.number).with_for_update())


async def _open_one(connection: AsyncConnection, number: int) -> Proposal:
    found = await connection.scalar(select(ProposalRow.id).where(ProposalRow.id == number))
    if found is None:
        raise NotDone(f"there is no proposal {number}; 'fingerpost directory proposals list' names them")
    proposal = await _whole(connection, number)
    if proposal.state != OPEN:
        raise NotDone(f"proposal {number} is {proposal.state} already")
    return proposal


async def _whole(connection: AsyncConnection, number: int) -> Proposal:
    proposal, decision = ProposalRow.__table__.c, ProposalDecisionRow.__table__.c
    service = _TABLES["service"].c
    query = (
        select(ProposalRow.__table__, service.name.label("of_service"))
        .join(_TABLES["service"], service.id == proposal.service_id)
        .where(proposal.id == number)
    )
    row = (await connection.execute(query)).one()
    decided = await connection.execute(select(*decision).where(decision.proposal_id == number).order_by(decision.id))
    return Proposal(
        number=row.id,
        service_id=row.service_id,
        service=row.of_service,
        state=row.state,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        reason=row.reason,
        source=row.source,
        fields=tuple(await _proposed(connection, number)),
        decisions=tuple(Decision(one.decision, one.decided_by, one.decided_at, one.reason) for one in decided),
    )


async def _proposed(connection: AsyncConnection, number: int) -> list[ProposedField]:
    change = ProposedChangeRow.__table__.c
    rows = await connection.execute(select(*change).where(change.proposal_id == number).order_by(change.id))
    return [
        ProposedField(
            row.resource_type, row.resource_id, row.action, row.field_name, row.previous_value, row.replacement_value
        )
        for row in rows
    ]


async def _settle(connection: AsyncConnection, number: int, state: str) -> None:
    await connection.execute(update(ProposalRow).where(ProposalRow.id == number).values(state=state))


async def _decide(connection: AsyncConnection, number: int, decision: str, who: str, at: datetime, reason: str) -> None:
    values = {"proposal_id": number, "decision": decision, "decided_by": who, "decided_at": at, "reason": reason}
    await connection.execute(insert(ProposalDecisionRow).values(values))


async def _write(connection: AsyncConnection, proposal: Proposal, *, at: datetime, who: str, tried: date | None) -> str:
    """Write what was agreed on. What stands in the way, in words, when the service has changed since; nothing then."""
    kept = {
        row.key: row for row in (await service_rows(connection, [proposal.service_id])).get(proposal.service_id, ())
    }
    kept |= {row.key: row for row in (await organization_rows(connection)).values()}
    changes: list[Change] = []
    by_row: dict[tuple[str, str], list[ProposedField]] = {}
    for one in proposal.fields:
        by_row.setdefault((one.resource_type, one.resource_id), []).append(one)
    for key, fields in by_row.items():
        row, action = kept.get(key), fields[0].action
        if any(REDACTED in one.after for one in fields):
            return f"words were taken out of what it says of {key[0]} {key[1]}"
        if (row is None) != (action == "create"):
            return f"{key[0]} {key[1]} is {'there already' if row is not None else 'no longer there'}"
        # Whether somebody has meanwhile tried the old number changes nothing of what was agreed on.
        stale = [
            one
            for one in fields
            if row is not None and one.field not in BESIDES and as_text(row.values.get(one.field)) != one.before
        ]
        if stale:
            return f"{stale[0].field} of {key[0]} {key[1]} was changed meanwhile"
        changes.append(_change(key, row, action, fields, proposal.service_id, tried, who))
    names = " and ".join((*proposal.approved_by, who))
    why = f"proposal {proposal.number}, approved by {names}: {proposal.reason}"
    await write_changes(connection, changes, at=at, who=who, why=why)
    return ""


def _change(
    key: tuple[str, str],
    row: Row | None,
    action: str,
    fields: Sequence[ProposedField],
    service_id: str,
    tried: date | None,
    who: str,
) -> Change:
    table, row_id = key
    if row is not None and action == "delete":
        return Change("delete", row, tuple((name, value, None) for name, value in row.values.items()))
    after: dict[str, Value] = {one.field: from_text(table, one.field, one.after) for one in fields}
    if row is not None and _LEADS & after.keys() and "checked_on" not in after and table in ("phone", "contact"):
        # Whoever tried the old number has not tried this one.
        after = {"checked_on": None, "checked_by": "", **after}
    if table in ("phone", "contact") and tried is not None:
        after |= {"checked_on": tried, "checked_by": who}
    if row is None:
        full = {**empty_row(table), **after}
        made = Row(table, row_id, None if table == "organization" else service_id, full)
        return Change("create", made, tuple((name, None, value) for name, value in full.items()))
    before = row.values
    written = tuple((name, before.get(name), value) for name, value in after.items() if before.get(name) != value)
    return Change("update", row, written)


def empty_row(table: str) -> dict[str, Value]:
    """The columns of a new row that has to be given whole, because nothing of them was worth proposing."""
    made: dict[str, Value] = {}
    for column in _TABLES[table].columns:
        if column.name in ("id", "service_id"):
            continue
        if column.default is not None:
            made[column.name] = cast(Any, column.default).arg
        else:
            made[column.name] = None if column.nullable else ""
    return made


def from_text(table: str, column: str, text: str) -> Value:
    """A value out of the text that history and proposals keep it as."""
    described = _TABLES[table].c[column]
    if text == "" and described.nullable:
        return None
    if isinstance(described.type, Boolean):
        return text == "yes"
    if isinstance(described.type, Integer):
        return int(text)
    if isinstance(described.type, Date):
        return date.fromisoformat(text)
    return text
