"""A steward changes an entry: what one person may write is written, what leads men elsewhere waits for another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.changes import Change, Row
from service_directory.desk.stewards.restoring import restored
from service_directory.hiding import HiddenPlaceError
from service_directory.history import Recorded, recorded
from service_directory.holding_back import is_live, part, part_from_organization
from service_directory.importing.proposals import A_STEWARD, agree, put_down
from service_directory.model import MetadataRow
from service_directory.personal_details import looks_personal
from service_directory.rows import once_judged, organization_rows, service_rows, write_changes
from service_directory.standing import NotDone, one_service
from service_directory.store import Directory, wait_for_turn

#: What is to be changed, from the rows that are kept of a service.
Make = Callable[[Sequence[Row]], Sequence[Change]]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: `written` fields at once, and the number of the proposal that waits for another person.

    `lost` names what could not be put back, because words were taken out of its history.
    """

    written: int
    proposal: int | None
    lost: tuple[str, ...] = ()


class Changing:
    """How a steward changes entries. Every method raises DatabaseError when the database fails."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def change(self, service_id: str, make: Make, *, at: datetime, who: str, why: str) -> Done:
        """Change an entry. Raises NotDone, with plain sentences, for what may not be kept."""
        answered_for(why)
        try:
            async with self._directory.database.write() as connection:
                await wait_for_turn(connection)
                await one_service(connection, service_id)
                rows = (await service_rows(connection, [service_id]))[service_id]
                return await _write(connection, service_id, rows, make(rows), at=at, who=who, why=why)
        except HiddenPlaceError as error:
            raise NotDone(f"{str(error)[0].upper()}{str(error)[1:]}.") from None

    async def put_back(self, service_id: str, line: int, *, at: datetime, who: str, why: str) -> Done:
        """Put an entry back to how it was once a line of its history was written. Raises NotDone likewise."""
        history = await self.lines(service_id)
        lost: tuple[str, ...] = ()

        def make(rows: Sequence[Row]) -> Sequence[Change]:
            nonlocal lost
            try:
                found = restored(rows, history, line)
            except KeyError:
                raise NotDone("That is no line of its history.") from None
            lost = found.lost
            if not found.changes:
                raise NotDone("It is as it was then already. Nothing was changed.")
            return found.changes

        done = await self.change(service_id, make, at=at, who=who, why=why)
        return Done(done.written, done.proposal, lost)

    async def lines(self, service_id: str) -> tuple[tuple[int, Recorded], ...]:
        """Every line of a service's history with its number, oldest first."""
        columns = MetadataRow.__table__.c
        query = select(*columns).where(columns.service_id == service_id).order_by(columns.id)
        async with self._directory.database.read() as connection:
            return tuple((row.id, recorded(row)) for row in await connection.execute(query))


def answered_for(why: str) -> None:
    """Refuse a reason that says nothing, or too much: the history keeps it. Raises NotDone."""
    if not why.strip():
        raise NotDone("Say why: the history keeps it.")
    if found := looks_personal(why):
        raise NotDone(f"The reason holds “{found}”, which would tell of a person. History is kept: say it without.")


async def _write(
    connection: AsyncConnection,
    service_id: str,
    rows: Sequence[Row],
    changes: Sequence[Change],
    *,
    at: datetime,
    who: str,
    why: str,
) -> Done:
    judged = bool(await once_judged(connection, [service_id]))
    parted = part(rows, changes, judged=judged)
    moved = [after for change in changes for name, _, after in change.fields if name == "organization_id"]
    if moved and (judged or is_live(rows)):
        organizations = await organization_rows(connection)
        before = next(str(row.values["organization_id"]) for row in rows if row.table == "service")
        parted = part_from_organization(parted, organizations[before], organizations[str(moved[0])])
    direct, proposed = parted.direct, parted.proposed
    await write_changes(connection, direct, at=at, who=who, why=why)
    number = None
    if proposed:
        number = await put_down(connection, service_id, proposed, at=at, who=who, why=why, source=A_STEWARD)
        if number is None:
            raise NotDone("The same change waits for another person already.")
        await agree(connection, number, who=who, at=at, reason=why)
    return Done(sum(len(change.fields) for change in direct), number)
