"""The pages by which people come to the desk and leave it."""

from __future__ import annotations

from starlette.responses import Response
from wtforms import EmailField

from service_directory.desk.people import ANYBODY
from service_directory.desk.web.forms import DeskForm
from service_directory.desk.web.pages import Call, Pages

PAGES = Pages()


class SignInForm(DeskForm):
    """Who wants to come in."""

    email = EmailField("Email address")


@PAGES.get("/", may=ANYBODY)
async def home(call: Call) -> Response:
    """The first page of whoever comes: what he is here for."""
    if call.visitor.kind == "nobody":
        return call.go("/sign-in")
    first = call.frame.first_for(call)
    return call.page("signing/welcome.html") if first is None else call.go(first, told=call.told)


@PAGES.get("/sign-in", may=ANYBODY)
async def sign_in(call: Call) -> Response:
    """Ask for a link."""
    return call.page("signing/sign_in.html", form=SignInForm())


@PAGES.post("/sign-out", may=ANYBODY)
async def sign_out(call: Call) -> Response:
    """Leave. The browser holds a new token of nobody's from then on."""
    await call.desk.visits.end(call.token)
    call.forget()
    return call.go("/sign-in", told="You are signed out.")
