"""Leads invite people, change what they may do, close their accounts, and read what was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Length

from service_directory.desk.accounts import Account
from service_directory.desk.logbook import lines
from service_directory.desk.people import LEADS, Role
from service_directory.desk.signing.inviting import invite, send_way_in
from service_directory.desk.web.forms import CheckboxesField, DeskForm, Help
from service_directory.desk.web.pages import Call, Pages
from service_directory.importing.proposals import NotDone

PAGES = Pages()
PAGES.menu("Team", "/team", may=LEADS)

_ROLES = {
    Role.STEWARD.value: "Steward: decides on entries and what is recorded of them",
    Role.LEAD.value: "Lead: all that stewards and editors do, and the team, the pause and the lifelines",
    Role.EDITOR.value: "Editor: checks and publishes conversations",
}


def _roles_field() -> CheckboxesField:
    return CheckboxesField("What may this person do?", [DataRequired("Tick at least one.")], choices=_ROLES)


class RolesForm(DeskForm):
    """What somebody may do."""

    roles = _roles_field()


class InviteForm(DeskForm):
    """Somebody new."""

    name = StringField(
        "Name",
        [DataRequired("Write a name."), Length(max=80, message="Write at most 80 letters.")],
        description=Help("History says it with whatever this person changes. It is never given to another.", "Jo Hall"),
    )
    email = EmailField("Email address", [DataRequired("Write an email address."), Length(max=254)])
    roles = _roles_field()


@PAGES.get("/team", may=LEADS)
async def team(call: Call) -> Response:
    """Everybody who may work here, and who could once."""
    accounts = await call.desk.accounts.all()
    return call.page(
        "team/team.html",
        open=[account for account in accounts if not account.closed],
        closed=[account for account in accounts if account.closed],
    )


@PAGES.get("/team/invite", may=LEADS)
async def inviting(call: Call) -> Response:
    """Invite somebody."""
    return call.page("team/invite.html", form=InviteForm())


@PAGES.post("/team/invite", may=LEADS)
async def invited(call: Call) -> Response:
    """Somebody is invited. Without a mail server the operator has to, for a lead is not to hold another's link."""
    form = InviteForm(call.form)
    if call.desk.sends_mail and form.validate():
        try:
            account, _ = await invite(
                call.desk,
                str(form.name.data),
                str(form.email.data),
                map(Role, form.roles.data or ()),
                who=call.visitor.name,
                at=call.at,
            )
        except NotDone as refused:
            form.complain("email" if "address" in str(refused) else "name", str(refused))
        else:
            return call.go("/team", told=f"A letter with an invitation is on its way to {account.email}.")
    return call.page("team/invite.html", form=form, status=422)


@PAGES.get("/team/{number}", may=LEADS)
async def member(call: Call) -> Response:
    """One account, and what can be done with it."""
    account = await _account(call)
    form = RolesForm(data={"roles": [role.value for role in account.roles]})
    return call.page("team/member.html", account=account, form=form)


@PAGES.post("/team/{number}/roles", may=LEADS)
async def change_roles(call: Call) -> Response:
    """Other roles, which count from the next sign-in: the account is signed out."""
    account = await _another(call)
    form = RolesForm(call.form)
    if not form.validate():
        return call.page("team/member.html", account=account, form=form, status=422)
    roles = [Role(role) for role in form.roles.data or ()]
    return await _done(
        call,
        account,
        lambda: call.desk.accounts.change_roles(account.number, roles, who=call.visitor.name, at=call.at),
        told=f"{account.name} has other roles now, and is signed out.",
    )


@PAGES.post("/team/{number}/link", may=LEADS)
async def send_link(call: Call) -> Response:
    """A new link by letter."""
    account = await _another(call)

    async def send() -> None:
        if not call.desk.sends_mail:
            raise NotDone("No mail server is set. The operator gives a link with: fingerpost desk invite")
        await send_way_in(call.desk, account, who=call.visitor.name, at=call.at)

    return await _done(call, account, send, told=f"A letter with a link is on its way to {account.email}.")


@PAGES.get("/team/{number}/reset", may=LEADS)
async def resetting(call: Call) -> Response:
    """What a reset does."""
    return call.page("team/reset.html", account=await _another(call))


@PAGES.post("/team/{number}/reset", may=LEADS)
async def reset(call: Call) -> Response:
    """The second factor is gone, and the account has to join anew."""
    account = await _another(call)
    return await _done(
        call,
        account,
        lambda: call.desk.accounts.reset(account.number, who=call.visitor.name, at=call.at),
        told=f"{account.name} is signed out and has to join anew. Send a new link.",
    )


@PAGES.get("/team/{number}/close", may=LEADS)
async def closing(call: Call) -> Response:
    """What closing does."""
    return call.page("team/close.html", account=await _another(call))


@PAGES.post("/team/{number}/close", may=LEADS)
async def close(call: Call) -> Response:
    """The account is closed for good."""
    account = await _another(call)
    return await _done(
        call,
        account,
        lambda: call.desk.accounts.close(account.number, who=call.visitor.name, at=call.at),
        told=f"The account of {account.name} is closed.",
    )


@PAGES.get("/log", may=LEADS)
async def log(call: Call) -> Response:
    """What was done at the desk besides changing an entry."""
    return call.page("team/log.html", lines=await lines(call.desk.database))


async def _account(call: Call) -> Account:
    try:
        return await call.desk.accounts.one(call.number("number"))
    except NotDone:
        call.not_found()


async def _another(call: Call) -> Account:
    """An account that is not the lead's own: nobody shuts himself out, or gives himself more than another gave him."""
    account = await _account(call)
    if account.number == call.visitor.number:
        call.forbidden()
    return account


async def _done(call: Call, account: Account, work: Callable[[], Awaitable[None]], *, told: str) -> Response:
    try:
        await work()
    except NotDone as refused:
        told = str(refused)
    return call.go(f"/team/{account.number}", told=told)
