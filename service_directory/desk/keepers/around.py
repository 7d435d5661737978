"""What a service does beside changing its entry: closing and opening again, and who may keep the entry right."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response
from wtforms import DateField, EmailField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, Optional

from service_directory.desk.keepers.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    addresses_of,
    closing_of,
    colleagues_of,
    refusal,
    service_of,
)
from service_directory.desk.people import KEEPERS
from service_directory.desk.web.forms import DeskForm, Help
from service_directory.desk.web.pages import Call
from service_directory.standards import day_in_london

_FOR_A_WHILE, _FOR_GOOD = "while", "good"


class _Day(DateField):
    """A day, as the browser's own calendar sends it, or typed like 2026-03-31."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(f"{self.label.text}: write the day like 2026-03-31.") from None


class CloseForm(DeskForm):
    """For how long."""

    how = RadioField(
        "Are you closing for a while, or for good?",
        [InputRequired("Choose whether it is for a while or for good.")],
        choices=[
            SelectChoice(_FOR_A_WHILE, "For a while"),
            SelectChoice(_FOR_GOOD, "For good"),
        ],
    )
    begins = _Day(
        "First day closed",
        [Optional()],
        description=Help("For a while only. Leave it empty if it is today.", "2026-12-24"),
    )
    until = _Day(
        "Last day closed",
        [Optional()],
        description=Help("For a while only. Leave it empty if you do not know yet.", "2027-01-03"),
    )


class AddressForm(DeskForm):
    """One more address."""

    email = EmailField(
        "Email address",
        [InputRequired("Write the address of your colleague."), Length(max=254)],
        description=Help("One at your own service, or of whoever runs it. Men never see it.", "office@service.org.uk"),
    )


_NO_DATES: Final = "Choose “For a while” if it ends, or take the days away."


@PAGES.get("/entry/close", may=KEEPERS)
async def closing(call: Call) -> Response:
    """Close for a while or for good, or open again."""
    return await _closing(call, CloseForm())


async def _closing(call: Call, form: DeskForm, *, status: int = 200) -> Response:
    service = await service_of(call)
    return call.page(
        "keepers/close.html",
        status=status,
        service=service,
        form=form,
        closed=await closing_of(call).closed(service.id, call.at),
        for_good=await closing_of(call).asked_for_good(service.id),
    )


@PAGES.post("/entry/close", may=KEEPERS)
async def close(call: Call) -> Response:
    """From this moment, or from the day on, men are no longer shown it."""
    form = CloseForm(call.form)
    form.validate()
    for_good = form.how.data == _FOR_GOOD
    if not form.errors and for_good and (form.begins.data or form.until.data):
        form.complain("how", _NO_DATES)
    if form.errors:
        return await _closing(call, form, status=NOT_TAKEN)
    today = day_in_london(call.at)
    try:
        await closing_of(call).close(
            call.visitor.service_id,
            begins=form.begins.data or today,
            until=form.until.data,
            at=call.at,
            who=call.visitor.name,
            for_good=for_good,
        )
    except REFUSED as error:
        form.complain("begins", refusal(error))
        return await _closing(call, form, status=NOT_TAKEN)
    if for_good:
        return call.go("/entry", told="Men are no longer shown your entry. The helpline team records it as closed.")
    return call.go("/entry", told="Noted. On those days men are not shown your entry.")


@PAGES.post("/entry/open-again", may=KEEPERS)
async def open_again(call: Call) -> Response:
    """End what was closed by the service's own word."""
    try:
        await closing_of(call).open_again(call.visitor.service_id, at=call.at, who=call.visitor.name)
    except REFUSED as error:
        return call.go("/entry/close", told=refusal(error))
    return call.go("/entry", told="Noted: you are open again. Is everything in your entry still right?")


@PAGES.get("/entry/colleagues", may=KEEPERS)
async def colleagues(call: Call) -> Response:
    """Who may keep the entry right, and what was asked for."""
    return await _colleagues(call, AddressForm())


async def _colleagues(call: Call, form: DeskForm, *, status: int = 200) -> Response:
    service = await service_of(call)
    asked = await colleagues_of(call).asked(service.id)
    return call.page(
        "keepers/colleagues.html",
        status=status,
        service=service,
        form=form,
        addresses=await addresses_of(call).of(service.id),
        waiting=[one for one in asked if one.state == "open"],
        declined=[one for one in asked if one.state == "declined"],
        leaving={one.email for one in asked if one.state == "open" and one.action == "remove"},
    )


@PAGES.post("/entry/colleagues", may=KEEPERS)
async def ask_for_colleague(call: Call) -> Response:
    """Ask the stewards to let another address keep the entry right."""
    form = AddressForm(call.form)
    if form.validate():
        try:
            await colleagues_of(call).ask(
                call.visitor.service_id, "add", str(form.email.data), at=call.at, who=call.visitor.name
            )
        except REFUSED as error:
            form.complain("email", refusal(error))
    if form.errors:
        return await _colleagues(call, form, status=NOT_TAKEN)
    return call.go("/entry/colleagues", told="Asked. It is added once the helpline team has agreed.")


@PAGES.post("/entry/colleagues/{number}/remove", may=KEEPERS)
async def ask_to_remove(call: Call) -> Response:
    """Ask the stewards to take an address off."""
    number = call.number("number")
    found = [one for one in await addresses_of(call).of(call.visitor.service_id) if one.number == number]
    if not found:
        call.not_found()
    try:
        await colleagues_of(call).ask(
            call.visitor.service_id, "remove", found[0].email, at=call.at, who=call.visitor.name
        )
    except REFUSED as error:
        return call.go("/entry/colleagues", told=refusal(error))
    return call.go("/entry/colleagues", told="Asked. It stays until the helpline team has agreed.")


@PAGES.post("/entry/colleagues/asked/{number}/withdraw", may=KEEPERS)
async def ask_no_longer(call: Call) -> Response:
    """Take a request back."""
    await colleagues_of(call).withdraw(call.visitor.service_id, call.number("number"))
    return call.go("/entry/colleagues", told="Taken back.")
