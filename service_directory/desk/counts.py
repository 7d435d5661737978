"""How often something was done, by month and region: kept as counters, and never more exactly.

A counter is raised late and in batches (bot.noticing), so that no row tells when anything was. What may be published of
them is worked out in service_directory.desk.releasing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, cast

import sqlalchemy as sa

from service_directory.areas import NATIONS, Areas
from service_directory.database import Database
from service_directory.desk.releasing import Cell, Figure, released
from service_directory.desk.tables import CountRow
from service_directory.inserting import insert_of

CONVERSATIONS: Final = "conversations"
SIGNPOSTS: Final = "signposts"
NONE: Final = "none"
REPORTED: Final = "reported"
SHOWN: Final = "shown"
HELPED: Final = "helped"
KINDS: Final = (CONVERSATIONS, SIGNPOSTS, NONE, REPORTED, SHOWN, HELPED)
"""What is counted. All but the first are of something: `signposts:stay`, `shown:a-service`, `helped:yes`."""

ANY_NEED: Final = "any"
"""The need of one who skipped the question what would help."""

_TABLE: Final = cast(sa.Table, CountRow.__table__)


def region_of(areas: Areas, area: str | None) -> str:
    """What is counted of a man's area: its region in England, or its nation. Empty for none and for no area of ours."""
    if area is None or area not in areas:
        return ""
    for code in areas.chain(area):
        if areas[code].kind == "region" or code in NATIONS:
            return code
    return ""


def nations_of_regions(areas: Areas) -> dict[str, str]:
    """The nation of everything that `region_of` can give: in England its regions and England itself."""
    regions = {code: area.nation for code, area in areas.items() if area.kind == "region"}
    return regions | {nation: nation for nation in NATIONS}


class Counts:
    """The counters in the desk's tables. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database, areas: Areas) -> None:
        self._database = database
        self._nations = nations_of_regions(areas)

    async def add(self, month: date, counted: Mapping[tuple[str, str], int]) -> None:
        """Raise the counters of a month (its first day), by kind and region. All of them, or on trouble none."""
        # In the order of their names, so that the table does not tell what came first.
        rows = [
            {"month": month, "region": region, "kind": kind, "number": number}
            for (kind, region), number in sorted(counted.items())
            if number > 0
        ]
        if not rows:
            return
        raised = insert_of(self._database.dialect)(_TABLE)
        statement = raised.on_conflict_do_update(
            index_elements=["month", "region", "kind"],
            set_={"number": _TABLE.c.number + raised.excluded.number},
        )
        async with self._database.write() as connection:
            await connection.execute(statement, rows)

    async def released(self, today: date, *, about: str | None = None) -> tuple[Figure, ...]:
        """All that may be published today, of every kind or `about` one of them, by kind and quarter."""
        query = sa.select(_TABLE)
        if about is not None:
            query = query.where(_TABLE.c.kind == about)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return released((Cell(row.month, row.region, row.kind, row.number) for row in rows), self._nations, today)

    async def of_service(self, service_id: str, today: date) -> tuple[Figure, ...]:
        """How often a service was shown, as far as that may be told: what the service itself may see too."""
        return await self.released(today, about=f"{SHOWN}:{service_id}")
