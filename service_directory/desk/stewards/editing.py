"""A steward changes an entry, part by part, by the same forms and readers as its service; or a proposal of it.

What one person may write is written at once. What leads men elsewhere waits for another; whoever wrote it has agreed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.responses import Response

from service_directory.changes import Row, Value
from service_directory.desk.entries import asking, asking_hours, asking_lists
from service_directory.desk.entries.parts import PARTS, Part
from service_directory.desk.entries.rewriting import Fragment, rewritten, shown
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.acts import said_of
from service_directory.desk.stewards.changing import Changing
from service_directory.desk.stewards.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    WhyForm,
    complain,
    service_of,
    today,
    write_to_service,
)
from service_directory.desk.web.forms import DeskForm
from service_directory.desk.web.pages import Call
from service_directory.importing import proposals
from service_directory.importing.proposals import OPEN, THE_SERVICE, Proposal, ProposedField, empty_row, from_text
from service_directory.model import ServiceRow
from service_directory.offered import is_hidden
from service_directory.rows import service_rows
from service_directory.standing import NotDone

#: Where a fact comes from that a steward typed himself.
SAYS: Final = "a steward"


@PAGES.get("/services/{service_id}/edit", may=STEWARDS)
async def parts(call: Call) -> Response:
    return call.page("stewards/parts_of_entry.html", service=await service_of(call), parts=PARTS.values())


@PAGES.get("/services/{service_id}/edit/{part}", may=STEWARDS)
async def ask(call: Call) -> Response:
    service = await service_of(call)
    proposal = await _proposal(call, service, call.query("proposal"))
    found = await _asked(call, service, proposal)
    return _page(call, service, found, WhyForm(prefix="history-"), proposal)


@PAGES.post("/services/{service_id}/edit/{part}", may=STEWARDS)
async def save(call: Call) -> Response:
    service = await service_of(call)
    proposal = await _proposal(call, service, str(call.form.get("proposal", "")))
    found = await _asked(call, service, proposal, call.form)
    why = WhyForm(call.form, prefix="history-")
    if found.again:
        return _page(call, service, found, why, proposal)
    fragments: dict[str, Fragment] = {**_of_proposal(found.kept, proposal), found.part.name: found.fragment}
    outcome = rewritten(found.kept, fragments, areas=call.desk.areas, today=today(call), says=SAYS)
    elsewhere = asking.complain(found.form, outcome.mistakes, found.places)
    fine = why.validate()
    if found.form.errors or elsewhere or not fine:
        found.beside = [
            asking.sentence(PARTS[one.part].title if one.part in PARTS else one.field, one.message) for one in elsewhere
        ]
        return _page(call, service, found, why, proposal, status=NOT_TAKEN)

    def make(rows: Sequence[Row]) -> Sequence[Any]:
        made = rewritten(rows, fragments, areas=call.desk.areas, today=today(call), says=SAYS)
        if made.mistakes:
            raise NotDone(*(one.message for one in made.mistakes))
        if not made.changes:
            raise NotDone("Nothing is different from what stands there.")
        return made.changes

    reason = why.why.data or ""
    try:
        if proposal is not None:
            reason = f"instead of proposal {proposal.number}: {reason}"
        done = await Changing(call.desk.directory).change(
            service.id, make, at=call.at, who=call.visitor.name, why=reason
        )
    except REFUSED as error:
        complain(why, "why", error)
        return _page(call, service, found, why, proposal, status=NOT_TAKEN)
    if proposal is not None:
        # Somebody who settled it in this very moment was quicker, and all the same this was written.
        with contextlib.suppress(proposals.NotDone):
            await call.desk.proposals.take_place_of(
                proposal.number, who=call.visitor.name, at=call.at, reason=why.why.data or ""
            )
    if proposal is not None and proposal.source.startswith(THE_SERVICE):
        await write_to_service(call, service.id, "edited", service=service.name, reason=why.why.data or "")
    return call.go(f"/services/{service.id}", told=said_of(done))


# --- what is asked


@dataclass(slots=True)
class _Asked:
    """A part with its form. `again`: the form is to be shown once more before anything is read."""

    part: Part
    kept: Sequence[Row]
    form: DeskForm
    fragment: Fragment
    places: Mapping[str, tuple[int, ...]]
    blocks: Sequence[asking.Block]
    again: bool = False
    beside: Sequence[str] = ()
    hours: asking_hours.HoursAsked | None = None


async def _asked(call: Call, service: ServiceRow, proposal: Proposal | None, typed: FormData | None = None) -> _Asked:
    part = PARTS.get(str(call.path["part"]))
    if part is None:
        call.not_found()
    async with call.desk.directory.database.read() as connection:
        kept = (await service_rows(connection, [service.id]))[service.id]
    said = shown(_with(kept, proposal), part.name)
    if part.name == "hours":
        return _hours(part, kept, said, typed)
    if part.name == "areas":
        place = str(typed.get("place", "")).strip() if typed is not None else ""
        names = await asyncio.to_thread(asking_lists.gazetteer) if place else None
        searched = asking_lists.searched(names, place) if names is not None else asking_lists.Searched()
        form = asking_lists.areas_form(call.desk.areas, said, searched, typed)
        fragment = said if typed is None else asking_lists.read_areas(said, typed)
        return _Asked(part, kept, form, fragment, {}, _singly(form), again=bool(place))
    if part.name == "languages":
        form = asking_lists.languages_form(said, typed)
        fragment, wrong = (said, "") if typed is None else asking_lists.read_languages(said, form)
        if wrong:
            form.complain("other", wrong)
        return _Asked(part, kept, form, fragment, {}, _singly(form))
    hidden, more = is_hidden(kept), typed is not None and "more" in typed
    form = asking.form_of(part.name, said, typed, hidden=hidden, empty=2 if more else 1)
    read = asking.read_form(part.name, form, said, hidden=hidden)
    return _Asked(part, kept, form, read.fragment, read.places, list(asking.blocks(part.name, form)), again=more)


def _hours(part: Part, kept: Sequence[Row], said: Fragment, typed: FormData | None) -> _Asked:
    asked = asking_hours.hours_asked(str(said["hours"]))
    form = asking_hours.hours_form(asked, typed)
    read = asking_hours.read_hours(asked, form) if typed is not None else asking_hours.HoursRead(asked.notation)
    for name, wrong in read.mistakes.items():
        form.complain(name, wrong)
    fragment = {"hours": read.notation, "ways": dict(said["ways"])}
    return _Asked(part, kept, form, fragment, {}, (), hours=asked)


def _singly(form: DeskForm) -> list[asking.Block]:
    return [asking.Block("", (one,)) for one in form]


async def _proposal(call: Call, service: ServiceRow, number: str) -> Proposal | None:
    """The open proposal of this service that is to be edited; None when none is named, not found when it is another."""
    if not number:
        return None
    if not number.isdecimal() or len(number) > 9:
        call.not_found()
    found = await call.desk.proposals.one(int(number))
    if found is None or found.service_id != service.id or found.state != OPEN:
        call.not_found()
    return found


def _of_proposal(kept: Sequence[Row], proposal: Proposal | None) -> dict[str, Fragment]:
    """Every part that a proposal would change, as it would be."""
    if proposal is None:
        return {}
    after = _with(kept, proposal)
    changed = (name for name in PARTS if shown(after, name) != shown(kept, name))
    return {name: shown(after, name) for name in changed}


def _with(kept: Sequence[Row], proposal: Proposal | None) -> list[Row]:
    """The rows as a proposal would leave them; what it says of other tables is left out."""
    rows = {row.key: row for row in kept}
    by_row: dict[tuple[str, str], list[ProposedField]] = {}
    for one in proposal.fields if proposal is not None else ():
        by_row.setdefault((one.resource_type, one.resource_id), []).append(one)
    for key, fields in by_row.items():
        if fields[0].action == "delete":
            rows.pop(key, None)
        elif key[0] != "organization":
            rows[key] = _row(key, rows.get(key), fields, kept)
    return list(rows.values())


def _row(key: tuple[str, str], old: Row | None, fields: Iterable[ProposedField], kept: Sequence[Row]) -> Row:
    values: dict[str, Value] = dict(old.values) if old is not None else empty_row(key[0])
    values |= {one.field: from_text(key[0], one.field, one.after) for one in fields}
    return Row(key[0], key[1], next(row.id for row in kept if row.table == "service"), values)


def _page(
    call: Call,
    service: ServiceRow,
    found: _Asked,
    why: WhyForm,
    proposal: Proposal | None,
    *,
    status: int = 200,
) -> Response:
    return call.page(
        "stewards/edit.html",
        status=status,
        service=service,
        part=found.part,
        form=found.form,
        blocks=found.blocks,
        beside=found.beside,
        hours=found.hours,
        listed=found.part.name in ("reach", "costs", "access"),
        why=why,
        proposal=proposal,
    )
