"""The pages by which people come to the desk and leave it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from starlette.background import BackgroundTask
from starlette.responses import Response
from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Length

from service_directory.desk.desk import Desk
from service_directory.desk.links import SIGN_IN_LIFE
from service_directory.desk.logbook import note
from service_directory.desk.people import ACCOUNTS, ANYBODY
from service_directory.desk.second_factor import Outcome
from service_directory.desk.signing.inviting import asked_for_link
from service_directory.desk.web.forms import DeskForm, Help
from service_directory.desk.web.pages import Call, Pages

log = logging.getLogger(__name__)

PAGES = Pages()

_SAID_OF_CODES: Final = {
    Outcome.WRONG: "That code is not right, or was used already. Wait for the next one in your app, and write that.",
    Outcome.TOO_OFTEN: "There were too many wrong codes. Wait a quarter of an hour, then ask for a new link.",
    Outcome.LOST: "Your second factor cannot be read here any more. Ask a lead or the operator to reset it.",
}


class SignInForm(DeskForm):
    """Who wants to come in."""

    email = EmailField("Email address", [DataRequired("Write your email address."), Length(max=254)])


class CodeForm(DeskForm):
    """Six digits from an app."""

    code = StringField(
        "Code from your app",
        [DataRequired("Write the six digits that your app shows now."), Length(max=20)],
        description=Help("Six digits, new every half minute.", "123 456"),
    )


@PAGES.get("/", may=ANYBODY)
async def home(call: Call) -> Response:
    """The first page of whoever comes: what he is here for."""
    if call.visitor.kind == "nobody":
        return call.go("/sign-in")
    if not call.visitor.proved:
        return call.go("/code")
    first = call.frame.first_for(call)
    return call.page("signing/welcome.html") if first is None else call.go(first, told=call.told)


@PAGES.get("/sign-in", may=ANYBODY)
async def sign_in(call: Call) -> Response:
    """Ask for a link."""
    return call.page("signing/sign_in.html", form=SignInForm())


@PAGES.post("/sign-in", may=ANYBODY)
async def ask_for_link(call: Call) -> Response:
    """Say the same whoever asks, and in the same time: who it is for is looked up when the answer is out."""
    form = SignInForm(call.form)
    if not call.desk.sends_mail:
        return call.page("signing/sign_in.html", form=SignInForm())
    if not form.validate():
        return call.page("signing/sign_in.html", form=form, status=422)
    if not call.frame.lets_ask(call):
        return call.too_often()
    minutes = int(SIGN_IN_LIFE.total_seconds() // 60)
    response = call.page("signing/on_its_way.html", minutes=minutes)
    response.background = BackgroundTask(_send, call.desk, str(form.email.data), call.at)
    return response


@PAGES.get("/link/{token}", may=ANYBODY)
async def link(call: Call) -> Response:
    """What is behind a link of a letter: a button. To open it spends nothing, for mail scanners open links."""
    token = str(call.path["token"])
    found = await call.desk.links.look(token, call.at)
    if found is None:
        return _over(call)
    return call.page("signing/link.html", token=token, purpose=found.purpose)


@PAGES.post("/link/{token}", may=ANYBODY)
async def spend_link(call: Call) -> Response:
    """Take the link. The browser holds a token that it never held before, whoever it was signed in as."""
    desk, at = call.desk, call.at
    spent = await desk.links.spend(str(call.path["token"]), at)
    if spent is None:
        return _over(call)
    await desk.visits.end(call.token)
    if spent.purpose == "entry":
        call.hold(await desk.visits.begin("keeper", spent.subject, at))
        return call.go("/")
    if spent.purpose == "join":
        await desk.second_factor.begin(spent.subject)
    call.hold(await desk.visits.begin("account", spent.subject, at))
    return call.go("/join" if spent.purpose == "join" else "/code")


@PAGES.get("/join", may=ANYBODY)
async def joining(call: Call) -> Response:
    """The key and its picture, for who has just come by an invitation; nobody else ever sees them."""
    return await _enrolment(call, CodeForm())


@PAGES.post("/join", may=ANYBODY)
async def join(call: Call) -> Response:
    """The first code: from now on there is a second factor."""
    form = CodeForm(call.form)
    if not _between(call):
        return call.go("/")
    if form.validate():
        outcome = await call.desk.second_factor.join(call.visitor.number, str(form.code.data), call.at)
        if outcome is Outcome.RIGHT:
            async with call.desk.database.write() as connection:
                await call.desk.links.withdraw(connection, call.visitor.number, "join")
            return await _come_in(call, told=f"You have joined. Everything you do here is done as {call.visitor.name}.")
        form.complain("code", _SAID_OF_CODES[outcome])
    return await _enrolment(call, form)


@PAGES.get("/code", may=ANYBODY)
async def asking_for_code(call: Call) -> Response:
    """Ask for the second factor."""
    if not _between(call):
        return call.go("/")
    return call.page("signing/code.html", form=CodeForm())


@PAGES.post("/code", may=ANYBODY)
async def prove(call: Call) -> Response:
    """The second factor."""
    form = CodeForm(call.form)
    if not _between(call):
        return call.go("/")
    if form.validate():
        outcome = await call.desk.second_factor.prove(call.visitor.number, str(form.code.data), call.at)
        if outcome is Outcome.RIGHT:
            return await _come_in(call)
        form.complain("code", _SAID_OF_CODES[outcome])
    return call.page("signing/code.html", form=form, status=422)


@PAGES.post("/sign-out", may=ANYBODY)
async def sign_out(call: Call) -> Response:
    """Leave. The browser holds a new token of nobody's from then on."""
    await call.desk.visits.end(call.token)
    call.forget()
    return call.go("/sign-in", told="You are signed out.")


@PAGES.get("/me", may=ACCOUNTS)
async def about_me(call: Call) -> Response:
    """Somebody's own account, and in how many browsers he is signed in."""
    return call.page("signing/me.html", visits=await call.desk.visits.open_of(call.visitor.number, call.at))


@PAGES.post("/me/sign-out", may=ACCOUNTS)
async def sign_out_everywhere(call: Call) -> Response:
    """Leave in every browser, such as one that was left open at work."""
    async with call.desk.database.write() as connection:
        await call.desk.visits.end_all(connection, "account", call.visitor.number)
        await note(connection, at=call.at, who=call.visitor.name, what="signed out everywhere")
    call.forget()
    return call.go("/sign-in", told="You are signed out everywhere.")


def _between(call: Call) -> bool:
    """Has this visitor come by a link, and not shown the second factor yet?"""
    return call.visitor.kind == "account" and not call.visitor.proved


def _over(call: Call) -> Response:
    return call.page("signing/over.html", status=410)


async def _enrolment(call: Call, form: CodeForm) -> Response:
    enrolment = None
    if _between(call):
        enrolment = await call.desk.second_factor.enrolment(call.visitor.number, issuer=call.desk.helpline_name)
    if enrolment is None:
        return call.go("/")
    status = 422 if form.errors else 200
    return call.page("signing/join.html", form=form, enrolment=enrolment, status=status)


async def _come_in(call: Call, *, told: str = "") -> Response:
    """The visit before the second factor ends, and another begins under a new token."""
    await call.desk.visits.end(call.token)
    call.hold(await call.desk.visits.begin("account", call.visitor.number, call.at, proved=True))
    return call.go("/", told=told)


async def _send(desk: Desk, email: str, at: datetime) -> None:
    try:
        await asked_for_link(desk, email, at)
    except Exception as fault:
        # Told by its kind alone, for its text may hold the address. Who waits in vain asks again.
        log.error("A link could not be sent (%s).", type(fault).__name__)
