"""The page of what was counted."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from service_directory.desk.counted.names import names_of
from service_directory.desk.counted.plotting import bars
from service_directory.desk.counted.telling import parts, shown_in, unmet
from service_directory.desk.counts import Counts
from service_directory.desk.people import STEWARDS
from service_directory.desk.web.pages import Call, Pages
from service_directory.standards import day_in_london

PAGES: Final = Pages()


@PAGES.get("/counts", may=STEWARDS)
async def counts(call: Call) -> Response:
    """What may be told of how the chat is used, with a plot of each and the same as a table."""
    desk = call.desk
    figures = await Counts(desk.database, desk.areas).released(day_in_london(call.at))
    told = parts(figures, desk.areas, await names_of(desk.directory.database, shown_in(figures)))
    by_region = unmet(figures, desk.areas)
    return call.page(
        "counted/counts.html",
        parts=[(part, bars(part.bars, part.title)) for part in told],
        unmet=bars(by_region, "Nothing was found, by region"),
    )


PAGES.menu("Counts", "/counts", may=STEWARDS)
