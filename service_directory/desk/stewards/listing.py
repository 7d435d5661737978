"""All services: searched however it is spelt, narrowed down by how they stand, where they work and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from service_directory.areas import NATIONS
from service_directory.criteria import REQUIRED
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.common import PAGES, shelf
from service_directory.desk.stewards.finding import Known
from service_directory.desk.stewards.shelf import Looked
from service_directory.desk.web.pages import Call
from service_directory.desk.wording import WORDS
from service_directory.matching import NEEDS
from service_directory.rows import whole_services
from service_directory.standing import Explanation, explain

_AT_ONCE: Final = 25
SHOW: Final = {
    "": "All services",
    "shown": "Shown to men today",
    "hidden": "Not shown today",
    "due": "Something is due",
    "suspended": "Suspended today",
}
_KINDS_OF_AREA: Final = ("country", "region", "county", "police", "council")
_KIND_SAID: Final = {
    "country": "Nations",
    "region": "Regions",
    "county": "Counties",
    "police": "Police areas",
    "council": "Councils",
}
_LONGEST_SEARCH: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One service in the list: as it is known, whether it is shown, and why not or what is due."""

    known: Known
    shown: bool
    says: tuple[str, ...]


@PAGES.get("/services", may=STEWARDS)
async def services(call: Call) -> Response:
    asked, show = call.query("q")[:_LONGEST_SEARCH], call.query("show")
    area, need = call.query("area"), call.query("need")
    catalogue = await shelf(call).catalogue(call.at)
    ids = catalogue.find(asked)
    known = catalogue.services
    if area in call.desk.areas:
        ids = [one for one in ids if area in known[one].areas]
    if need in NEEDS:
        ids = [one for one in ids if need in known[one].needs]
    gathering = False
    if show == "suspended":
        ids = [one for one in ids if known[one].suspended]
    elif fits := _FITS.get(show):
        looked = await shelf(call).looked_soon(call.at)
        ids = [one for one in ids if looked and one in looked and fits(looked[one])]
        gathering = looked is None
    page = int(call.query("page")) if call.query("page").isdecimal() and len(call.query("page")) < 6 else 1
    begins = (max(page, 1) - 1) * _AT_ONCE
    some = [known[one] for one in ids[begins : begins + _AT_ONCE]]
    chosen = {"q": asked, "show": show, "area": area, "need": need}
    return call.page(
        "stewards/services.html",
        found=await _found(call, some),
        count=len(ids),
        gathering=gathering,
        begins=begins,
        asked=asked,
        show=show if show in SHOW else "",
        shows=SHOW,
        area=area,
        areas=_areas(call),
        need=need,
        needs={code: WORDS[code].capitalize() for code in NEEDS},
        before=_address(chosen, page - 1) if begins else "",
        after=_address(chosen, page + 1) if begins + _AT_ONCE < len(ids) else "",
    )


_FITS: Final[dict[str, Callable[[Looked], bool]]] = {
    "shown": lambda one: one.shown,
    "hidden": lambda one: not one.shown,
    "due": lambda one: bool(one.duties),
}


async def _found(call: Call, some: list[Known]) -> list[Found]:
    """How some services stand now, read together."""
    directory = call.desk.directory
    await directory.standards()
    async with directory.database.read() as connection:
        services = {one.id: one for one in await whole_services(connection, [known.id for known in some])}
    found = []
    for known in some:
        if known.id in services:
            told = explain(services[known.id], call.at, directory.policy)
            shown = told.last_day is not None
            found.append(Found(known, shown, () if shown else tuple(why_not(told))))
    return found


def why_not(told: Explanation) -> Iterable[str]:
    """Why it is not shown, in a word or two for each clause that does not hold."""
    said = []
    for clause in told.clauses:
        if clause.holds:
            continue
        section = f"{clause.section}: " if clause.section in REQUIRED else ""
        found = clause.found or clause.asks
        said.append(f"{section}{found}" if section else f"{found[:1].upper()}{found[1:]}")
    return dict.fromkeys(said)


def _areas(call: Call) -> list[tuple[str, list[tuple[str, str]]]]:
    """The areas to choose from, nations first, each kind by name."""
    found = []
    for kind in _KINDS_OF_AREA:
        of_kind = [(area.code, area.name) for area in call.desk.areas.values() if area.kind == kind]
        if kind == "country":
            of_kind = [(code, call.desk.areas[code].name) for code in NATIONS]
        found.append((_KIND_SAID[kind], sorted(of_kind, key=lambda one: one[1])))
    return found


def _address(chosen: dict[str, str], page: int) -> str:
    kept = {name: text for name, text in chosen.items() if text}
    return f"/services?{urlencode({**kept, 'page': page})}"


@PAGES.get("/listing", may=STEWARDS)
async def what_is_listed(call: Call) -> Response:
    return call.page("stewards/listing.html", days=call.desk.directory.policy.contact_days)
