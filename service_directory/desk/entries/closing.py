"""A service closes for a while or for good, and opens again: it stops being shown at once, by its own word.

Nobody has to agree, because nothing is safer than not being shown. Only what the service itself began it may end: what
stewards suspended stays suspended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast

from service_directory.changes import Change, Row, difference
from service_directory.clause_words import spoken_day
from service_directory.hiding import HiddenPlaceError
from service_directory.importing.proposals import OPEN, THE_SERVICE_CLOSES, Proposal, Proposals, put_down
from service_directory.rows import service_rows, write_changes
from service_directory.standards import day_in_london
from service_directory.standing import NotDone
from service_directory.store import Directory, wait_for_turn

#: What stands in the middle of the id of a suspension that the service itself began: so nobody else's is taken for it.
_BEGUN_BY_IT: Final = "/suspension/service/"
_FARTHEST: Final = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Closed:
    """Days on which a service is closed by its own word, both included; `until` None until further notice."""

    row_id: str
    begins: date
    until: date | None


class Closing:
    """Closing and opening again. Every method raises DatabaseError when the database fails, and NotDone."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def closed(self, service_id: str, at: datetime) -> tuple[Closed, ...]:
        """The days from today on, for which the service said that it is closed."""
        return tuple(_standing(await self._rows(service_id), day_in_london(at)))

    async def asked_for_good(self, service_id: str) -> Proposal | None:
        """What asks the stewards to record it as closed for good, while it waits."""
        sent = await Proposals(self._directory.database).of_service(service_id)
        return next((one for one in sent if one.source == THE_SERVICE_CLOSES and one.state == OPEN), None)

    async def close(
        self, service_id: str, *, begins: date, until: date | None, at: datetime, who: str, for_good: bool = False
    ) -> None:
        """Stop showing a service on these days; `for_good` also asks stewards to record it as closed."""
        today = day_in_london(at)
        begins = today if for_good else begins
        _sensible(begins, until, today)
        why = "the service says it closes for good" if for_good else "the service says it is closed on these days"
        try:
            async with self._directory.database.write() as connection:
                await wait_for_turn(connection)
                kept = (await service_rows(connection, [service_id])).get(service_id, [])
                if not kept:
                    raise NotDone("There is no such entry any more.")
                position = 1 + max(
                    (cast(int, row.values["position"]) for row in kept if row.table == "suspension"), default=-1
                )
                row = Row(
                    "suspension",
                    f"{service_id}{_BEGUN_BY_IT}{begins}",
                    service_id,
                    {
                        "section": None,
                        "from_date": begins,
                        "until_date": None if for_good else until,
                        "reason": why,
                        "opened_by": who,
                        "closed_by": "",
                        "position": position,
                    },
                )
                same = [old for old in kept if old.key == row.key]
                await write_changes(connection, difference(same, [row]), at=at, who=who, why=why)
                if for_good:
                    own = next(one for one in kept if one.table == "service")
                    change = Change("update", own, (("status", own.values["status"], "closed"),))
                    await put_down(connection, service_id, [change], at=at, who=who, why=why, source=THE_SERVICE_CLOSES)
        except HiddenPlaceError as error:
            raise NotDone(f"{str(error)[0].upper()}{str(error)[1:]}.") from None

    async def open_again(self, service_id: str, *, at: datetime, who: str) -> None:
        """End what the service itself began, now or to come, and no longer ask for it to be recorded as closed."""
        today = day_in_london(at)
        why = "the service says it is open again"
        asked = await self.asked_for_good(service_id)
        async with self._directory.database.write() as connection:
            await wait_for_turn(connection)
            kept = (await service_rows(connection, [service_id])).get(service_id, [])
            standing = {one.row_id for one in _standing(kept, today)}
            if not standing and asked is None:
                raise NotDone("It is not closed by your word.")
            old = [row for row in kept if row.id in standing]
            # One that has not begun yet ends before it begins, and so never does.
            new = [Row(row.table, row.id, row.service_id, {**row.values, **_ended(row, today, who)}) for row in old]
            await write_changes(connection, difference(old, new), at=at, who=who, why=why)
        if asked is not None:
            await Proposals(self._directory.database).withdraw(asked.number, who=who, at=at)

    async def _rows(self, service_id: str) -> list[Row]:
        async with self._directory.database.read() as connection:
            return (await service_rows(connection, [service_id])).get(service_id, [])


def _standing(rows: Iterable[Row], today: date) -> list[Closed]:
    found = []
    for row in rows:
        if row.table != "suspension" or _BEGUN_BY_IT not in row.id:
            continue
        begins = cast(date, row.values["from_date"])
        until = cast("date | None", row.values["until_date"])
        if until is None or until >= max(today, begins):
            found.append(Closed(row.id, begins, until))
    return sorted(found, key=lambda one: one.begins)


def _ended(row: Row, today: date, who: str) -> dict[str, date | str]:
    begins = cast(date, row.values["from_date"])
    return {"until_date": min(today, begins) - timedelta(days=1), "closed_by": who}


def _sensible(begins: date, until: date | None, today: date) -> None:
    if begins < today:
        raise NotDone(f"{spoken_day(begins)} is over. Give a first day from today on.")
    if begins > today + _FARTHEST or (until is not None and until > today + _FARTHEST):
        raise NotDone("That is more than two years ahead. Look at the dates again.")
    if until is not None and until < begins:
        raise NotDone("The last day lies before the first. Look at the dates again.")
