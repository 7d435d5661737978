"""What a service is changing of its entry: saved page by page, sent in, gone on from when it comes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select, update

from service_directory.areas import Areas
from service_directory.changes import Row
from service_directory.database import Database
from service_directory.desk.entries.rewriting import Fragment, Fragments, Rewritten, rewritten, without_unchanged
from service_directory.desk.tables import EntryDraftRow
from service_directory.hiding import HiddenPlaceError
from service_directory.importing.proposals import OPEN, RETURNED, THE_SERVICE, Proposal, Proposals, put_down
from service_directory.rows import service_rows
from service_directory.standards import day_in_london
from service_directory.standing import NotDone
from service_directory.store import Directory, wait_for_turn

WHY: Final = "sent in by the service"
_DRAFT = EntryDraftRow.__table__


@dataclass(frozen=True, slots=True)
class Draft:
    """What a service has typed and who did so; `proposal` is the one it last went in as.

    `is_sent`: nothing was typed since.
    """

    fragments: Fragments
    saved_at: datetime | None = None
    saved_by: str = ""
    proposal: int | None = None
    is_sent: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry as it would be: its kept rows, what is drafted, and what that would change of them."""

    kept: tuple[Row, ...]
    draft: Draft
    outcome: Rewritten


class Drafts:
    """What services are changing of their entries. Every method raises DatabaseError when the database fails."""

    def __init__(self, directory: Directory, database: Database, areas: Areas) -> None:
        self._directory = directory
        self._database = database
        self._areas = areas

    async def rows(self, service_id: str) -> tuple[Row, ...]:
        """An entry as it is kept. Raises NotDone when there is none."""
        async with self._directory.database.read() as connection:
            found = (await service_rows(connection, [service_id])).get(service_id)
        if not found:
            raise NotDone("There is no such entry any more.")
        return tuple(found)

    async def draft(self, service_id: str) -> Draft:
        """What is drafted; empty when nothing is. What was sent in and taken or turned down is over, and forgotten.

        What was given back counts as not sent: it is to be put right and sent again.
        """
        async with self._database.read() as connection:
            row = (await connection.execute(select(_DRAFT).where(_DRAFT.c.service_id == service_id))).first()
        if row is None:
            return Draft({})
        is_sent = row.sent_at is not None and row.saved_at <= row.sent_at
        if is_sent:
            proposal = await self.proposal(service_id)
            state = proposal.state if proposal is not None and proposal.number == row.proposal else ""
            if state not in (OPEN, RETURNED):
                await self.forget(service_id)
                return Draft({})
            is_sent = state == OPEN
        return Draft(json.loads(row.content), row.saved_at, row.saved_by, row.proposal, is_sent)

    async def changed(self, service_id: str, at: datetime) -> Changed:
        """What is drafted would change this of the entry as it is now. Raises NotDone likewise."""
        kept, draft = await self.rows(service_id), await self.draft(service_id)
        # What was typed may be so by now, because somebody else has changed the entry.
        draft = replace(draft, fragments=without_unchanged(kept, draft.fragments))
        return Changed(kept, draft, self.tried(kept, draft.fragments, at))

    def tried(self, kept: Sequence[Row], fragments: Fragments, at: datetime) -> Rewritten:
        """What fragments would change of rows."""
        return rewritten(kept, fragments, areas=self._areas, today=day_in_london(at), says=THE_SERVICE)

    async def save(self, service_id: str, part: str, fragment: Fragment, *, at: datetime, who: str) -> bool:
        """Keep what was typed of one part; whether it says anything otherwise than the entry does."""
        kept, draft = await self.rows(service_id), await self.draft(service_id)
        fragments = without_unchanged(kept, {**draft.fragments, part: fragment})
        if fragments == draft.fragments:
            return part in fragments
        await self._keep(service_id, fragments, at=at, who=who, proposal=draft.proposal)
        return part in fragments

    async def forget(self, service_id: str) -> None:
        """Drop what was typed and not sent."""
        async with self._database.write() as connection:
            await connection.execute(delete(EntryDraftRow).where(_DRAFT.c.service_id == service_id))

    async def send(self, service_id: str, *, at: datetime, who: str) -> int | None:
        """Send in what is drafted: the number of the proposal, which takes the place of an earlier one of its own.

        None when the very same waits already. Raises NotDone when there is nothing to send, or something to put right.
        """
        changed = await self.changed(service_id, at)
        if changed.outcome.mistakes:
            raise NotDone("Something has to be put right before it can be sent.")
        if not changed.outcome.changes:
            raise NotDone("Nothing is changed, so there is nothing to send.")
        try:
            async with self._directory.database.write() as connection:
                await wait_for_turn(connection)
                number = await put_down(
                    connection, service_id, changed.outcome.changes, at=at, who=who, why=WHY, source=THE_SERVICE
                )
        except HiddenPlaceError as error:
            raise NotDone(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
        values = {"sent_at": changed.draft.saved_at}
        async with self._database.write() as connection:
            await connection.execute(
                update(EntryDraftRow)
                .where(_DRAFT.c.service_id == service_id)
                .values(values if number is None else {**values, "proposal": number})
            )
        return number

    async def take_back(self, service_id: str, *, at: datetime, who: str) -> None:
        """Withdraw what was sent in. What was typed stays, to go on from. Raises NotDone when nothing waits."""
        proposal = await self.proposal(service_id)
        if proposal is None or proposal.state != OPEN:
            raise NotDone("Nothing of yours waits any more.")
        await Proposals(self._directory.database).withdraw(proposal.number, who=who, at=at)
        async with self._database.write() as connection:
            await connection.execute(
                update(EntryDraftRow).where(_DRAFT.c.service_id == service_id).values(sent_at=None, proposal=None)
            )

    async def proposal(self, service_id: str) -> Proposal | None:
        """The last change that the service itself sent in, whatever became of it; None when it never did."""
        sent = await Proposals(self._directory.database).of_service(service_id)
        return next((one for one in reversed(sent) if one.source == THE_SERVICE), None)

    async def _keep(
        self, service_id: str, fragments: Fragments, *, at: datetime, who: str, proposal: int | None
    ) -> None:
        content = json.dumps(fragments, ensure_ascii=False, sort_keys=True)
        values = {"content": content, "saved_at": at, "saved_by": who, "sent_at": None, "proposal": proposal}
        async with self._database.write() as connection:
            await connection.execute(delete(EntryDraftRow).where(_DRAFT.c.service_id == service_id))
            if fragments or proposal is not None:
                await connection.execute(insert(EntryDraftRow).values(service_id=service_id, **values))
