"""Who at a service may keep its entry right: addresses added and taken away, links sent, requests of the service."""

from __future__ import annotations

from starlette.responses import Response
from wtforms import StringField
from wtforms.validators import DataRequired

from service_directory.desk.addresses import Address
from service_directory.desk.entries.colleagues import Asked, Colleagues
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.common import (
    ENTRY_LIFE,
    NOT_TAKEN,
    PAGES,
    REFUSED,
    addresses_of,
    complain,
    service_of,
)
from service_directory.desk.web.forms import DeskForm, Help
from service_directory.desk.web.pages import Call
from service_directory.model import ServiceRow


class AddressForm(DeskForm):
    email = StringField(
        "Email address",
        [DataRequired("Write the address.")],
        description=Help(
            "Ask the service for it yourself, by a number that you know. Men never see it.", "office@service.org.uk"
        ),
        render_kw={"type": "email", "autocomplete": "off"},
    )


@PAGES.get("/services/{service_id}/keepers", may=STEWARDS)
async def keepers(call: Call) -> Response:
    return await _page(call, await service_of(call), AddressForm())


@PAGES.post("/services/{service_id}/keepers", may=STEWARDS)
async def add(call: Call) -> Response:
    service, form = await service_of(call), AddressForm(call.form)
    if not form.validate():
        return await _page(call, service, form, NOT_TAKEN)
    try:
        address = await addresses_of(call).add(service.id, form.email.data or "", who=call.visitor.name, at=call.at)
    except REFUSED as error:
        complain(form, "email", error)
        return await _page(call, service, form, NOT_TAKEN)
    return call.go(f"/services/{service.id}/keepers", told=f"{address.email} may keep this entry right.")


@PAGES.post("/services/{service_id}/keepers/{number}/link", may=STEWARDS)
async def send_link(call: Call) -> Response:
    service = await service_of(call)
    address = await _address(call, service)
    async with call.desk.database.write() as connection:
        token = await call.desk.links.make("entry", address.number, call.at, ENTRY_LIFE, connection=connection)
        letter = call.desk.letters.entry_link(
            services=[service.name], link=call.desk.link_url(token), days=ENTRY_LIFE.days
        )
        await call.desk.post.send(connection, kind="entry_link", to=address.email, letter=letter, service_id=service.id)
    return call.go(f"/services/{service.id}/keepers", told=f"A link is on its way to {address.email}.")


@PAGES.post("/services/{service_id}/keepers/{number}/remove", may=STEWARDS)
async def remove(call: Call) -> Response:
    service = await service_of(call)
    address = await _address(call, service)
    await addresses_of(call).remove(address.number, service.id, who=call.visitor.name, at=call.at)
    return call.go(f"/services/{service.id}/keepers", told=f"{address.email} no longer keeps this entry.")


@PAGES.post("/services/{service_id}/keepers/{number}/write-again", may=STEWARDS)
async def write_again(call: Call) -> Response:
    service = await service_of(call)
    address = await _address(call, service)
    await addresses_of(call).write_again(address.number, service.id, who=call.visitor.name, at=call.at)
    return call.go(f"/services/{service.id}/keepers", told=f"{address.email} is written to again.")


@PAGES.post("/services/{service_id}/keepers/asked/{number}/agree", may=STEWARDS)
async def agree(call: Call) -> Response:
    return await _settle(call, agreed=True)


@PAGES.post("/services/{service_id}/keepers/asked/{number}/decline", may=STEWARDS)
async def decline(call: Call) -> Response:
    return await _settle(call, agreed=False)


async def _settle(call: Call, *, agreed: bool) -> Response:
    service, colleagues = await service_of(call), Colleagues(call.desk.database, addresses_of(call))
    asked = next((one for one in await _asked(call, service) if one.number == call.number("number")), None)
    if asked is None:
        call.not_found()
    try:
        if agreed:
            await colleagues.agree(asked.number, at=call.at, who=call.visitor.name)
        else:
            reason = str(call.form.get("reason", ""))
            await colleagues.decline(asked.number, who=call.visitor.name, reason=reason)
    except REFUSED as error:
        form = AddressForm()
        complain(form, "email", error)
        return await _page(call, service, form, NOT_TAKEN)
    told = "Agreed to." if agreed else "Declined with your reason."
    return call.go(f"/services/{service.id}/keepers", told=told)


async def _address(call: Call, service: ServiceRow) -> Address:
    """The address in the path, if it is one of this service; not found else."""
    try:
        return await addresses_of(call).one(call.number("number"), service.id)
    except REFUSED:
        call.not_found()


async def _asked(call: Call, service: ServiceRow) -> list[Asked]:
    return [
        one
        for one in await Colleagues(call.desk.database, addresses_of(call)).waiting()
        if one.service_id == service.id
    ]


async def _page(call: Call, service: ServiceRow, form: AddressForm, status: int = 200) -> Response:
    return call.page(
        "stewards/keepers.html",
        status=status,
        service=service,
        keepers=await addresses_of(call).of(service.id),
        asked=await _asked(call, service),
        form=form,
        sends_mail=call.desk.sends_mail,
    )
