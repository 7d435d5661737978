"""The whole history of an entry, and putting it back to how it was at any line of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import cast

from starlette.responses import Response

from service_directory.changes import as_text
from service_directory.desk.differences import Group, groups
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.acts import said_of
from service_directory.desk.stewards.changing import Changing
from service_directory.desk.stewards.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    WhyForm,
    area_name,
    complain,
    service_of,
)
from service_directory.desk.stewards.restoring import REWOUND, restored
from service_directory.desk.web.pages import Call
from service_directory.desk.wording import AreaName
from service_directory.history import Recorded
from service_directory.importing.proposals import ProposedField
from service_directory.rows import service_rows

_ACTS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did at one moment: its last line's number, who, why, and what it changed.

    `restorable`: it changed something that can be put back.
    """

    line: int
    at: datetime
    who: str
    why: str
    groups: tuple[Group, ...]
    restorable: bool


@PAGES.get("/services/{service_id}/history", may=STEWARDS)
async def history(call: Call) -> Response:
    service = await service_of(call)
    acts = acts_of(await Changing(call.desk.directory).lines(service.id), area_name(call))
    begins = int(call.query("from")) if call.query("from").isdecimal() and len(call.query("from")) < 7 else 0
    return call.page(
        "stewards/history.html",
        service=service,
        acts=acts[begins : begins + _ACTS_SHOWN],
        first=begins == 0,
        older=begins + _ACTS_SHOWN if len(acts) > begins + _ACTS_SHOWN else None,
        count=len(acts),
    )


@PAGES.get("/services/{service_id}/history/{line}", may=STEWARDS)
async def ask(call: Call) -> Response:
    return await _page(call, WhyForm())


@PAGES.post("/services/{service_id}/history/{line}", may=STEWARDS)
async def put_back(call: Call) -> Response:
    service, form = await service_of(call), WhyForm(call.form)
    if not form.validate():
        return await _page(call, form, NOT_TAKEN)
    try:
        done = await Changing(call.desk.directory).put_back(
            service.id, call.number("line"), at=call.at, who=call.visitor.name, why=cast(str, form.why.data)
        )
    except REFUSED as error:
        complain(form, "why", error)
        return await _page(call, form, NOT_TAKEN)
    return call.go(f"/services/{service.id}", told=f"Put back. {said_of(done)}")


async def _page(call: Call, form: WhyForm, status: int = 200) -> Response:
    service, line = await service_of(call), call.number("line")
    lines = await Changing(call.desk.directory).lines(service.id)
    async with call.desk.directory.database.read() as connection:
        rows = (await service_rows(connection, [service.id]))[service.id]
    try:
        found = restored(rows, lines, line)
    except KeyError:
        call.not_found()
    then = next(one for number, one in lines if number == line)
    fields = [
        ProposedField(change.row.table, change.row.id, change.action, name, as_text(before), as_text(after))
        for change in found.changes
        for name, before, after in change.fields
    ]
    return call.page(
        "stewards/restore.html",
        status=status,
        service=service,
        line=line,
        then=then,
        groups=groups(fields, area_name(call)),
        lost=found.lost,
        form=form,
    )


def acts_of(lines: Sequence[tuple[int, Recorded]], name_of: AreaName) -> list[Act]:
    """Everything that was ever done, the newest first."""
    acts = []
    for (at, who, why), together in groupby(lines, key=lambda one: (one[1].at, one[1].who, one[1].why)):
        written = list(together)
        fields = [_as_field(one) for _, one in written]
        restorable = any(one.resource_type in REWOUND for one in fields)
        told = groups(fields, name_of, two=False)
        acts.append(Act(written[-1][0], at, who, why, told, restorable))
    return acts[::-1]


def _as_field(one: Recorded) -> ProposedField:
    table, _, row_id = one.what.partition(" ")
    return ProposedField(table, row_id, one.action, one.field, one.before, one.after)
