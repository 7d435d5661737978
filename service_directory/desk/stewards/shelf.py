"""What stewards' pages look through on every request, kept ready: read anew only as far as it has changed.

All services by their words; and, the first time that somebody asks for it, whether each is shown today and what is due
for it, which takes reading every one of them whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.areas import Areas
from service_directory.desk.stewards.finding import Catalogue, Known
from service_directory.duties import Duty, duties_of
from service_directory.indexing import changed_since, last_change
from service_directory.model import AttributeRow, OrganizationRow, ServiceAreaRow, ServiceRow, SuspensionRow
from service_directory.records import record_of
from service_directory.rows import shown_services
from service_directory.standards import day_in_london, recorded_as_meeting
from service_directory.store import Directory

#: How many days ahead is soon.
WITHIN = 60
#: Services read whole at once: few enough that nobody who talks meanwhile has to wait.
_AT_ONCE = 100
#: How many seconds a page waits for all services to be looked through: thousands are by then.
_PATIENCE = 8
#: More changes than this are not looked up one by one.
_MOST_CHANGED = 500


@dataclass(frozen=True, slots=True)
class Looked:
    """A service as it stands today: whether men are shown it, and what is due for it."""

    shown: bool
    duties: tuple[Duty, ...]


@dataclass(slots=True)
class Shelf:
    """What was read of one directory, and up to which line of its history."""

    directory: Directory
    areas: Areas
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _change: int = -1
    _day: date | None = None
    _catalogue: Catalogue = field(default_factory=lambda: Catalogue(()))
    _looking_through: asyncio.Lock = field(default_factory=asyncio.Lock)
    _looking: asyncio.Task[dict[str, Looked]] | None = None
    _looked: dict[str, Looked] = field(default_factory=dict)
    _looked_change: int = -1
    _looked_day: date | None = None

    async def catalogue(self, at: datetime) -> Catalogue:
        """All services by their words, as they are now. Raises DatabaseError."""
        async with self._busy:
            today = day_in_london(at)
            async with self.directory.database.read() as connection:
                change = await last_change(connection)
                if (change, today) == (self._change, self._day):
                    return self._catalogue
                # A new day ends suspensions without a line of history.
                some = None if self._change < 0 or today != self._day else await changed_since(connection, self._change)
                if some is not None and len(some) > _MOST_CHANGED:
                    some = None
                found = await _known(connection, self.areas, today, some)
            before = None if some is None else self._catalogue
            self._catalogue = await asyncio.to_thread(Catalogue, found, before=before)
            self._change, self._day = change, today
            return self._catalogue

    async def looked_soon(self, at: datetime) -> dict[str, Looked] | None:
        """How every service stands today; as it was known last when that takes long, None when it never was.

        It goes on being looked through meanwhile, for whoever asks next. Raises DatabaseError.
        """
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self.looked(at))
        done, _ = await asyncio.wait({self._looking}, timeout=_PATIENCE)
        if done:
            return self._looking.result()
        return self._looked or None

    async def looked(self, at: datetime) -> dict[str, Looked]:
        """How every service stands today. Raises DatabaseError."""
        async with self._looking_through:
            today = day_in_london(at)
            await self.directory.standards()
            policy = self.directory.policy
            async with self.directory.database.read() as connection:
                change = await last_change(connection)
                if (change, today) == (self._looked_change, self._looked_day):
                    return self._looked
                fresh = self._looked_change < 0 or today != self._looked_day
                some = None if fresh else await changed_since(connection, self._looked_change)
                ids = list(await connection.scalars(select(ServiceRow.id))) if some is None else some
                looked = {} if some is None else dict(self._looked)
                for start in range(0, len(ids), _AT_ONCE):
                    for service in await shown_services(connection, ids[start : start + _AT_ONCE]):
                        meets = recorded_as_meeting(record_of(service), today, policy).meets
                        looked[service.id] = Looked(meets, tuple(duties_of(service, today, policy, WITHIN)))
            self._looked, self._looked_change, self._looked_day = looked, change, today
            return looked


_SHELVES: WeakKeyDictionary[Directory, Shelf] = WeakKeyDictionary()


def shelf_of(directory: Directory, areas: Areas) -> Shelf:
    """The one shelf of a directory in this process."""
    if directory not in _SHELVES:
        _SHELVES[directory] = Shelf(directory, areas)
    return _SHELVES[directory]


async def _known(connection: AsyncConnection, areas: Areas, today: date, ids: Sequence[str] | None) -> list[Known]:
    service, organization = ServiceRow.__table__.c, OrganizationRow.__table__.c
    area, attribute, suspension = ServiceAreaRow.__table__.c, AttributeRow.__table__.c, SuspensionRow.__table__.c
    services = select(service.id, service.name, service.alternate_name, organization.name.label("organization")).join(
        OrganizationRow, organization.id == service.organization_id
    )
    covered = select(area.service_id, area.code)
    needs = select(attribute.service_id, attribute.value).where(attribute.link_type == "need")
    stopped = select(suspension.service_id).where(
        suspension.from_date <= today, or_(suspension.until_date.is_(None), suspension.until_date >= today)
    )
    if ids is not None:
        services = services.where(service.id.in_(ids))
        covered = covered.where(area.service_id.in_(ids))
        needs = needs.where(attribute.service_id.in_(ids))
        stopped = stopped.where(suspension.service_id.in_(ids))
    codes: dict[str, list[str]] = {}
    for service_id, code in await connection.execute(covered):
        codes.setdefault(service_id, []).append(code)
    helps: dict[str, set[str]] = {}
    for service_id, need in await connection.execute(needs):
        helps.setdefault(service_id, set()).add(need)
    suspended = set(await connection.scalars(stopped))
    return [
        _as_known(row, codes.get(row.id, ()), helps.get(row.id, ()), areas, suspended=row.id in suspended)
        for row in await connection.execute(services)
    ]


def _as_known(
    row: Any,
    codes: Iterable[str],
    needs: Iterable[str],
    areas: Areas,
    *,
    suspended: bool,
) -> Known:
    within = dict.fromkeys(one for code in codes if code in areas for one in areas.chain(code))
    return Known(
        row.id,
        row.name,
        row.alternate_name,
        row.organization,
        tuple(areas[code].name for code in within),
        frozenset(within),
        frozenset(needs),
        suspended=suspended,
    )
