"""Proposals: what would change field by field, who sent it in, who has agreed; approved, given back, declined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired

from service_directory.desk.differences import Group, groups
from service_directory.desk.entries.parts import PARTS
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.changing import answered_for
from service_directory.desk.stewards.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    area_name,
    complain,
    today,
    write_to_service,
)
from service_directory.desk.web.forms import DeskForm, Help
from service_directory.desk.web.pages import Call
from service_directory.importing.proposals import APPROVED, OPEN, THE_SERVICE, Proposal
from service_directory.standing import NotDone

#: How a proposal that is settled is called.
STATES = {
    "open": "waits",
    "approved": "approved",
    "rejected": "declined",
    "returned": "given back",
    "overtaken": "overtaken by another change",
    "edited": "replaced by a steward's own version",
    "withdrawn": "withdrawn by the service",
}
_SETTLED_SHOWN = 50


class ApproveForm(DeskForm):
    tried = BooleanField(
        "I tried the new number or address today, and it is what it says it is",
        description=Help("Ring it, or write to it, as a man would. Untried, it may not be shown to men."),
    )
    reason = TextAreaField(
        "A word for the history",
        description=Help("You may leave it out. Name no one."),
        render_kw={"rows": 2},
    )


class ReasonForm(DeskForm):
    reason = TextAreaField(
        "Why",
        [DataRequired("Say why: whoever sent it in reads it.")],
        description=Help("Whoever sent it in reads this.", "the web address does not open; please look at it again"),
        render_kw={"rows": 3},
    )


def as_groups(call: Call, proposal: Proposal) -> tuple[Group, ...]:
    """What a proposal would change, for reading."""
    return groups(proposal.fields, area_name(call))


def hindrance(call: Call, proposal: Proposal) -> str:
    """Why this steward cannot agree to a proposal, in words; empty when he can."""
    if call.visitor.email and call.visitor.email.casefold() in proposal.proposed_by.casefold():
        return "You sent it in for the service. Another person decides on it."
    told = proposal.why_not(call.visitor.name)
    if not told:
        return ""
    return (
        "You have agreed to it. It is made when another person does, too."
        if call.visitor.name in proposal.approved_by
        else "You proposed it. Another person decides on it."
    )


@PAGES.get("/proposals", may=STEWARDS)
async def waiting(call: Call) -> Response:
    settled = call.query("show") == "settled"
    found = await call.desk.proposals.waiting(settled=settled)
    if settled:
        found = tuple(one for one in reversed(found) if one.state != OPEN)[:_SETTLED_SHOWN]
    told = [(one, as_groups(call, one), hindrance(call, one)) for one in found]
    return call.page("stewards/proposals.html", proposals=told, settled=settled, states=STATES)


async def one_of(call: Call) -> Proposal:
    """The proposal in the path; not found when there is none."""
    number = call.number("number")
    found = await call.desk.proposals.one(number)
    if found is None:
        call.not_found()
    return found


async def _shown(
    call: Call,
    proposal: Proposal,
    *,
    approve: ApproveForm | None = None,
    give_back: ReasonForm | None = None,
    decline: ReasonForm | None = None,
    status: int = 200,
) -> Response:
    return call.page(
        "stewards/proposal.html",
        status=status,
        proposal=proposal,
        groups=as_groups(call, proposal),
        hindrance=hindrance(call, proposal),
        leads=any(one.leads_elsewhere and one.resource_type != "service" for one in proposal.fields),
        from_service=proposal.source.startswith(THE_SERVICE),
        states=STATES,
        parts=PARTS.values(),
        approve=approve or ApproveForm(prefix="approve-"),
        give_back=give_back or ReasonForm(prefix="return-"),
        decline=decline or ReasonForm(prefix="decline-"),
    )


@PAGES.get("/proposals/{number}", may=STEWARDS)
async def proposal(call: Call) -> Response:
    return await _shown(call, await one_of(call))


@PAGES.post("/proposals/{number}/approve", may=STEWARDS)
async def approve(call: Call) -> Response:
    found = await one_of(call)
    form = ApproveForm(call.form, prefix="approve-")
    try:
        if told := hindrance(call, found):
            raise NotDone(told)
        if form.reason.data:
            answered_for(form.reason.data)
        settled = await call.desk.proposals.approve(
            found.number,
            who=call.visitor.name,
            at=call.at,
            reason=form.reason.data or "",
            tried=today(call) if form.tried.data else None,
        )
    except REFUSED as error:
        complain(form, "reason", error)
        return await _shown(call, await one_of(call), approve=form, status=NOT_TAKEN)
    if settled.state != APPROVED:
        return call.go("/proposals", told="You agreed to it. It is made when another person does, too.")
    await _tell(call, settled, "approved")
    return call.go(f"/services/{settled.service_id}", told=f"Done: {settled.service} is changed.")


@PAGES.post("/proposals/{number}/return", may=STEWARDS)
async def give_back(call: Call) -> Response:
    return await _end(call, "return-", call.desk.proposals.give_back, "returned", "Given back with your reason.")


@PAGES.post("/proposals/{number}/decline", may=STEWARDS)
async def decline(call: Call) -> Response:
    return await _end(call, "decline-", call.desk.proposals.reject, "declined", "Declined with your reason.")


async def _end(call: Call, prefix: str, settle: Callable[..., Awaitable[Proposal]], kind: str, told: str) -> Response:
    found = await one_of(call)
    form = ReasonForm(call.form, prefix=prefix)
    try:
        if not form.validate():
            raise NotDone
        answered_for(form.reason.data or "")
        settled = await settle(found.number, who=call.visitor.name, at=call.at, reason=form.reason.data)
    except REFUSED as error:
        if not form.errors:
            complain(form, "reason", error)
        now = await one_of(call)
        if kind == "returned":
            return await _shown(call, now, give_back=form, status=NOT_TAKEN)
        return await _shown(call, now, decline=form, status=NOT_TAKEN)
    await _tell(call, settled, kind, reason=form.reason.data or "")
    return call.go("/proposals", told=told)


async def _tell(call: Call, settled: Proposal, kind: str, **words: str) -> None:
    """Write to the service what became of what it sent in."""
    if settled.source.startswith(THE_SERVICE):
        await write_to_service(call, settled.service_id, kind, service=settled.service, **words)
