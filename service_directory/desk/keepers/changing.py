"""A service changes its entry: part by part, looked over, sent in, taken back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.responses import Response

from service_directory.changes import Row
from service_directory.desk.entries import asking, asking_hours, asking_lists
from service_directory.desk.entries.parts import PARTS, Part
from service_directory.desk.entries.rewriting import Fragment, Mistake, shown
from service_directory.desk.entries.written import as_written
from service_directory.desk.keepers.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    addresses_of,
    drafts_of,
    refusal,
    service_of,
    what_changes,
)
from service_directory.desk.people import KEEPERS
from service_directory.desk.web.forms import DeskForm
from service_directory.desk.web.pages import Call
from service_directory.importing.proposals import ProposedField, fields_of
from service_directory.model import PhoneRow, ServiceRow
from service_directory.numbers import NumberError, read_number
from service_directory.offered import is_hidden


@PAGES.get("/entry/change", may=KEEPERS)
async def change(call: Call) -> Response:
    """Every part, and which of them is changed already."""
    service = await service_of(call)
    changed = await drafts_of(call).changed(service.id, call.at)
    wrong = {one.part for one in changed.outcome.mistakes}
    unsent = bool(changed.draft.fragments) and not changed.draft.is_sent
    return call.page(
        "keepers/change.html", service=service, parts=PARTS.values(), draft=changed.draft, wrong=wrong, unsent=unsent
    )


@PAGES.get("/entry/change/{part}", may=KEEPERS)
async def part(call: Call) -> Response:
    """The page of one part."""
    return _shown(call, await _asked(call))


@PAGES.post("/entry/change/{part}", may=KEEPERS)
async def change_part(call: Call) -> Response:
    """Keep what was typed, and say what is wrong with it."""
    asked = await _asked(call, call.form)
    if asked.again:
        return _shown(call, asked)
    drafts = drafts_of(call)
    fragments = {**(await drafts.draft(call.visitor.service_id)).fragments, asked.part.name: asked.fragment}
    mistakes = [
        one
        for one in drafts.tried(asked.kept, fragments, call.at).mistakes
        if one.part == asked.part.name or one.part not in fragments
    ]
    elsewhere = asking.complain(asked.form, mistakes, asked.places)
    if asked.form.errors or elsewhere:
        asked.beside = [_elsewhere(one) for one in elsewhere]
        return _shown(call, asked, status=NOT_TAKEN)
    differs = await drafts.save(
        call.visitor.service_id, asked.part.name, asked.fragment, at=call.at, who=call.visitor.name
    )
    if not differs:
        return call.go("/entry/change", told=f"{asked.part.title}: nothing is different from your entry.")
    shared = await _shared_numbers(call, asked)
    return call.go("/entry/review", told=f"{asked.part.title}: kept. Nothing is sent yet.{shared}")


@PAGES.get("/entry/review", may=KEEPERS)
async def review(call: Call) -> Response:
    """What would change, from what to what, before it is sent."""
    return await _review(call)


async def _review(call: Call, wrong: str = "") -> Response:
    service = await service_of(call)
    drafts = drafts_of(call)
    changed = await drafts.changed(service.id, call.at)
    fields: Sequence[ProposedField] = [field for one in changed.outcome.changes for field in fields_of(one)]
    proposal = await drafts.proposal(service.id)
    return call.page(
        "keepers/review.html",
        status=NOT_TAKEN if wrong else 200,
        service=service,
        changes=what_changes(call, fields),
        two=any(one.leads_elsewhere for one in fields),
        mistakes=[(one, PARTS.get(one.part), _elsewhere(one)) for one in changed.outcome.mistakes],
        is_sent=changed.draft.is_sent,
        replaces=proposal is not None and proposal.state == "open" and not changed.draft.is_sent,
        wrong=wrong,
    )


@PAGES.post("/entry/send", may=KEEPERS)
async def send(call: Call) -> Response:
    """Send in what is drafted; everybody who keeps the entry right is told that it has arrived."""
    service = await service_of(call)
    try:
        number = await drafts_of(call).send(service.id, at=call.at, who=call.visitor.name)
    except REFUSED as error:
        return await _review(call, refusal(error))
    if number is None:
        return call.go("/entry", told="The very same change waits already.")
    letter = call.desk.letters.received(service=service.name, link=f"{call.desk.base_url}/entry")
    # To all of them: whoever did not send it learns that somebody did.
    for address in await addresses_of(call).of(service.id):
        if address.bounced_at is None:
            await call.desk.post.send(None, kind="received", to=address.email, letter=letter, service_id=service.id)
    return call.go("/entry", told="Sent. Your entry stays as it is until the helpline team has looked at the change.")


@PAGES.post("/entry/discard", may=KEEPERS)
async def discard(call: Call) -> Response:
    """Forget what was typed and not sent."""
    await drafts_of(call).forget(call.visitor.service_id)
    return call.go("/entry", told="What you had typed is forgotten. Your entry is as it was.")


@PAGES.post("/entry/withdraw", may=KEEPERS)
async def withdraw(call: Call) -> Response:
    """Take back what was sent in."""
    try:
        await drafts_of(call).take_back(call.visitor.service_id, at=call.at, who=call.visitor.name)
    except REFUSED as error:
        return call.go("/entry", told=refusal(error))
    return call.go("/entry", told="Taken back. What you typed is kept here, if you want to go on with it.")


# --- one part


@dataclass(slots=True)
class _Asked:
    """A part with its form. `again`: the form is to be shown once more before anything is kept."""

    part: Part
    kept: Sequence[Row]
    form: DeskForm
    fragment: Fragment
    places: Mapping[str, tuple[int, ...]]
    values: dict[str, Any]
    again: bool = False
    beside: Sequence[str] = ()


async def _asked(call: Call, typed: FormData | None = None) -> _Asked:
    found = PARTS.get(str(call.path["part"]))
    if found is None:
        call.not_found()
    service = await service_of(call)
    drafts = drafts_of(call)
    kept, draft = await drafts.rows(service.id), await drafts.draft(service.id)
    said = {**shown(kept, found.name), **draft.fragments.get(found.name, {})}
    if found.name == "hours":
        return _hours(call, found, kept, said, typed)
    if found.name == "areas":
        return await _areas(call, found, kept, said, typed)
    if found.name == "languages":
        return _languages(found, kept, said, typed)
    hidden = is_hidden(kept)
    more = typed is not None and "more" in typed
    form = asking.form_of(found.name, said, typed, hidden=hidden, empty=2 if more else 1)
    read = asking.read_form(found.name, form, said, hidden=hidden)
    values = {"blocks": list(asking.blocks(found.name, form)), "listed": found.name in ("reach", "costs", "access"),
              "hidden": hidden}  # fmt: skip
    return _Asked(found, kept, form, read.fragment, read.places, values, again=more)


def _hours(call: Call, part: Part, kept: Sequence[Row], said: Fragment, typed: FormData | None) -> _Asked:
    """The hours of the service, or of one way to reach it that is named in the address or in the form."""
    ways = {item["row"]: f"{item['value']}" for item in as_written(kept)["contacts"]}
    way = str(typed.get("way", "")) if typed is not None else call.query("way")
    if way and way not in ways:
        call.not_found()
    notation = str(said["ways"].get(way, "")) if way else str(said["hours"])
    more = typed is not None and ("more" in typed or "copy" in typed)
    asked = asking_hours.hours_asked(notation, least=_spans_sent(typed) + ("more" in (typed or ())))
    if typed is not None and "copy" in typed:
        typed = asking_hours.with_mondays_times(typed)
    form = asking_hours.hours_form(asked, typed)
    read = asking_hours.read_hours(asked, form) if typed is not None else asking_hours.HoursRead(notation)
    fragment = {"hours": said["hours"], "ways": dict(said["ways"])}
    if way:
        fragment["ways"][way] = read.notation
    else:
        fragment["hours"] = read.notation
    if not more:
        for name, wrong in read.mistakes.items():
            form.complain(name, wrong)
    values = {"asked": asked, "way": way, "way_name": ways.get(way, ""), "ways": ways, "own": said["ways"]}
    return _Asked(part, kept, form, fragment, {}, values, again=more)


def _spans_sent(typed: FormData | None) -> int:
    """How many times a day had on the page that was sent."""
    numbers = [int(found[1]) for name in typed or () if (found := re.fullmatch(r"Mo-from-(\d)", name))]
    return max(numbers, default=0) + 1


async def _areas(call: Call, part: Part, kept: Sequence[Row], said: Fragment, typed: FormData | None) -> _Asked:
    place = str(typed.get("place", "")) if typed is not None else ""
    names = await asyncio.to_thread(asking_lists.gazetteer) if place.strip() else None
    found = asking_lists.searched(names, place) if names is not None else asking_lists.Searched()
    form = asking_lists.areas_form(call.desk.areas, said, found, typed)
    fragment = said if typed is None else asking_lists.read_areas(said, typed)
    # What was typed is looked for first, whichever button was pressed: it must not be lost.
    return _Asked(part, kept, form, fragment, {}, {"found": found}, again=bool(place.strip()))


def _languages(part: Part, kept: Sequence[Row], said: Fragment, typed: FormData | None) -> _Asked:
    form = asking_lists.languages_form(said, typed)
    if typed is None:
        return _Asked(part, kept, form, said, {}, {})
    fragment, wrong = asking_lists.read_languages(said, form)
    if wrong:
        form.complain("other", wrong)
    return _Asked(part, kept, form, fragment, {}, {})


def _shown(call: Call, asked: _Asked, *, status: int = 200) -> Response:
    template = {"hours": "hours", "areas": "areas"}.get(asked.part.name, "part")
    values = {"blocks": [asking.Block("", (one,)) for one in asked.form], "listed": False, "hidden": False}
    return call.page(
        f"keepers/{template}.html",
        status=status,
        part=asked.part,
        form=asked.form,
        beside=asked.beside,
        **{**values, **asked.values},
    )


def _elsewhere(mistake: Mistake) -> str:
    """A mistake that stands on another page, or under no field of this one."""
    found = PARTS.get(mistake.part)
    return asking.sentence(found.title if found is not None else mistake.field, mistake.message)


async def _shared_numbers(call: Call, asked: _Asked) -> str:
    """Told kindly: a number that stands in another service's entry too."""
    example = any(row.table == "service" and bool(row.values["example"]) for row in asked.kept)
    numbers = set()
    for item in asked.fragment.get("contacts", ()):
        try:
            numbers.add(read_number(item["value"], example=example).value)
        except NumberError:
            continue
    if not numbers:
        return ""
    query = (
        select(ServiceRow.name)
        .join(PhoneRow, PhoneRow.service_id == ServiceRow.id)
        .where(PhoneRow.number.in_(numbers), ServiceRow.id != call.visitor.service_id, ServiceRow.published)
        .order_by(ServiceRow.name)
        .limit(1)
    )
    async with call.desk.directory.database.read() as connection:
        found = await connection.scalar(query)
    return "" if found is None else f" A number of yours is also in the entry of {found}. That is fine if you share it."
