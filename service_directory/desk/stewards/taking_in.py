"""Imports that wait: what each would do, applied or discarded as the command line does."""

from __future__ import annotations

from starlette.responses import Response

from service_directory.desk.logbook import note
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.common import NOT_TAKEN, PAGES, REFUSED, sentences
from service_directory.desk.web.pages import Call
from service_directory.importing.staging import Staging

#: How many entries of each kind a page shows; all of them are applied.
_SHOWN = 50


@PAGES.get("/imports", may=STEWARDS)
async def imports(call: Call) -> Response:
    return call.page("stewards/imports.html", staged=await _staging(call).staged(), refused=())


@PAGES.get("/imports/{number}", may=STEWARDS)
async def one(call: Call) -> Response:
    return await _page(call)


@PAGES.post("/imports/{number}/apply", may=STEWARDS)
async def apply(call: Call) -> Response:
    number, staging = call.number("number"), _staging(call)
    try:
        source = (await staging.look(number)).source
        why = f"import {number} from {source}"
        report = await staging.apply(number, at=call.at, who=call.visitor.name, why=why)
    except REFUSED as error:
        return await _page(call, sentences(error), NOT_TAKEN)
    told = f"Written: {len(report.new)} new, {len(report.changed)} changed. Nobody is shown a new service yet."
    if report.proposals:
        told += f" Proposals that wait for two people: {', '.join(map(str, report.proposals))}."
    return call.go("/imports", told=told)


@PAGES.post("/imports/{number}/discard", may=STEWARDS)
async def discard(call: Call) -> Response:
    number = call.number("number")
    try:
        await _staging(call).discard(number)
    except REFUSED as error:
        return await _page(call, sentences(error), NOT_TAKEN)
    async with call.desk.database.write() as connection:
        await note(connection, at=call.at, who=call.visitor.name, what="import discarded", about=f"import {number}")
    return call.go("/imports", told="Discarded. Nothing of it was written.")


def _staging(call: Call) -> Staging:
    return Staging(call.desk.directory.database)


async def _page(call: Call, refused: tuple[str, ...] = (), status: int = 200) -> Response:
    try:
        report = await _staging(call).look(call.number("number"))
    except REFUSED:
        if not refused:
            call.not_found()
        return call.page("stewards/imports.html", status=status, staged=await _staging(call).staged(), refused=refused)
    return call.page("stewards/import.html", status=status, report=report, refused=refused, shown=_SHOWN)
