"""An entry as a man would see it, with two buttons; other entries of the same address; totals; everything held."""

from __future__ import annotations

import json

from sqlalchemy import select
from starlette.responses import Response

from service_directory.desk.counts import Counts
from service_directory.desk.entries.asking_lists import described
from service_directory.desk.keepers.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    addresses_of,
    assessments_of,
    closing_of,
    colleagues_of,
    drafts_of,
    refusal,
    service_of,
    what_changes,
)
from service_directory.desk.keepers.holding import all_held
from service_directory.desk.keepers.seeing import seen
from service_directory.desk.people import KEEPERS
from service_directory.desk.web.pages import Call
from service_directory.importing.proposals import OPEN, RETURNED
from service_directory.model import ServiceRow
from service_directory.standards import day_in_london


@PAGES.get("/entry", may=KEEPERS)
async def entry(call: Call) -> Response:
    """The entry as a man would see it, where things stand, and the two buttons."""
    return await _entry(call)


async def _entry(call: Call, wrong: str = "") -> Response:
    service = await service_of(call)
    explanation = await call.desk.stewarding.why(service.id, call.at)
    draft = (await drafts_of(call).changed(service.id, call.at)).draft
    proposal = await drafts_of(call).proposal(service.id)
    return call.page(
        "keepers/entry.html",
        status=NOT_TAKEN if wrong else 200,
        service=service,
        seen=seen(service, explanation, call.at),
        assured_on=service.assured_on,
        unsent=bool(draft.fragments) and not draft.is_sent,
        proposal=proposal,
        changes=() if proposal is None else what_changes(call, proposal.fields),
        last_word=next(iter(reversed(proposal.decisions)), None) if proposal is not None else None,
        closed=await closing_of(call).closed(service.id, call.at),
        for_good=await closing_of(call).asked_for_good(service.id),
        areas=[described(call.desk.areas, row.code) for row in service.service_areas],
        others=await _others(call),
        wrong=wrong,
        OPEN=OPEN,
        RETURNED=RETURNED,
    )


@PAGES.post("/entry/still-right", may=KEEPERS)
async def still_right(call: Call) -> Response:
    """One tap: it is right as it stands."""
    try:
        await call.desk.stewarding.still_right(
            call.visitor.service_id, on=day_in_london(call.at), at=call.at, who=call.visitor.name
        )
    except REFUSED as error:
        return await _entry(call, refusal(error))
    return call.go("/entry", told="Thank you. That is all: your entry is noted as still right today.")


@PAGES.post("/entry/others/{number}", may=KEEPERS)
async def other_entry(call: Call) -> Response:
    """Go over to another entry that the same address keeps right."""
    number = call.number("number")
    if number not in {one for one, _ in await _others(call)}:
        call.not_found()
    await call.desk.visits.end(call.token)
    call.hold(await call.desk.visits.begin("keeper", number, call.at))
    return call.go("/entry")


@PAGES.get("/entry/more", may=KEEPERS)
async def more(call: Call) -> Response:
    """Everything else that can be done here."""
    return call.page("keepers/more.html", service=await service_of(call))


@PAGES.get("/entry/totals", may=KEEPERS)
async def totals(call: Call) -> Response:
    """How often the entry was shown, as far as that may be told."""
    service = await service_of(call)
    counts = Counts(call.desk.database, call.desk.areas)
    figures = await counts.of_service(service.id, day_in_london(call.at))
    return call.page("keepers/totals.html", service=service, figures=sorted(figures, key=lambda one: one.months))


@PAGES.get("/entry/held", may=KEEPERS)
async def held(call: Call) -> Response:
    """Everything that is held about the entry, to read."""
    service = await service_of(call)
    return call.page("keepers/held.html", service=service, held=await _held(call))


@PAGES.get("/entry/held.json", may=KEEPERS)
async def held_as_file(call: Call) -> Response:
    """The same, to keep."""
    await service_of(call)
    content = json.dumps(await _held(call), ensure_ascii=False, indent=2)
    name = f"{call.visitor.service_id}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/json", headers=headers)


async def _held(call: Call) -> dict[str, object]:
    standards = await call.desk.directory.standards()
    return await all_held(
        call.desk.directory,
        call.desk.database,
        call.visitor.service_id,
        drafts_of(call),
        assessments_of(call),
        colleagues_of(call),
        addresses_of(call),
        standards,
    )


async def _others(call: Call) -> tuple[tuple[int, str], ...]:
    """The other entries that this address keeps right: the keeper's number for each, and the name of the service."""
    numbers = {
        service_id: number
        for number, service_id in await colleagues_of(call).entries_of(call.visitor.email)
        if service_id != call.visitor.service_id
    }
    async with call.desk.directory.database.read() as connection:
        query = select(ServiceRow.id, ServiceRow.name).where(ServiceRow.id.in_(numbers)).order_by(ServiceRow.name)
        return tuple((numbers[row.id], row.name) for row in await connection.execute(query))
