"""A new service, and its organization: begun as a draft that nobody is shown."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import Any

from starlette.responses import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from service_directory.desk.entries import asking_lists
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.changing import answered_for
from service_directory.desk.stewards.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    CheckboxesField,
    WhyForm,
    sentences,
    service_of,
)
from service_directory.desk.web.forms import Help
from service_directory.desk.web.pages import Call
from service_directory.desk.wording import WORDS
from service_directory.matching import NEEDS
from service_directory.reached import PHONE_KINDS, WRITTEN_KINDS
from service_directory.rows import organization_rows, service_rows
from service_directory.store import Report

_ID = 60
_ANOTHER = ""


class NewForm(WhyForm):
    name = StringField(
        "Name", [DataRequired("Write its name.")], description=Help("As men are to read it.", "Leeds Men’s Line")
    )
    organization = SelectField("Organisation", validate_choice=False)
    organization_name = StringField(
        "Name of a new organisation",
        description=Help(
            "Only if it is not on the list. A police force, a council or a housing body is one like others."
        ),
    )
    helps = TextAreaField(
        "What it helps with",
        [DataRequired("Say in a sentence what it helps with.")],
        description=Help("Up to 200 letters.", "Someone to talk to about what is going on at home."),
        render_kw={"rows": 2},
    )
    serves_men = RadioField(
        "Whom it serves",
        [DataRequired("Say whom it serves.")],
        choices={"men_only": "Men only", "all": "Men and women", "unknown": "Not known yet: it is not shown"},
    )
    needs = CheckboxesField("Kinds of help", choices={code: WORDS[code].capitalize() for code in NEEDS})
    place = StringField(
        "Where it works",
        [DataRequired("Say where it works.")],
        description=Help(
            "A council, county, police area or nation, several with semicolons between them.", "Leeds; Bradford"
        ),
    )
    kind = SelectField(
        "A way to reach it", choices={kind: WORDS[kind].capitalize() for kind in (*PHONE_KINDS, *WRITTEN_KINDS)}
    )
    value = StringField(
        "Number or address",
        [DataRequired("Write the number or the address.")],
        description=Help("You can add more later."),
    )


@PAGES.get("/services/new", may=STEWARDS)
async def ask(call: Call) -> Response:
    form = NewForm()
    await _choices(call, form)
    form.why.data = "new to us"
    return call.page("stewards/new.html", form=form)


@PAGES.post("/services/new", may=STEWARDS)
async def begin(call: Call) -> Response:
    form = NewForm(call.form)
    await _choices(call, form)
    fine = form.validate()
    if not form.organization.data and not form.organization_name.data:
        form.complain("organization", "Choose its organisation, or write the name of a new one.")
        fine = False
    if not form.needs.data:
        form.complain("needs", "Tick at least one kind of help.")
        fine = False
    codes = await _codes(form) if fine else []
    if not fine or form.errors:
        return call.page("stewards/new.html", status=NOT_TAKEN, form=form)
    service_id = await _free_id(call, form.name.data or "")
    document = await _document(call, form, service_id, codes)
    directory = call.desk.directory
    try:
        answered_for(form.why.data or "")
        report = await directory.load_document(document, at=call.at, who=call.visitor.name, why=form.why.data or "")
        if not report.rejected:
            report = await directory.load_document(
                document, at=call.at, who=call.visitor.name, why=form.why.data or "", apply=True
            )
    except REFUSED as error:
        form.complain("why", *sentences(error))
        return call.page("stewards/new.html", status=NOT_TAKEN, form=form)
    if report.rejected:
        _complain(form, report)
        return call.page("stewards/new.html", status=NOT_TAKEN, form=form)
    return call.go(f"/services/{service_id}", told="Begun. Nobody is shown it: complete it, then publish it.")


async def _choices(call: Call, form: NewForm) -> None:
    async with call.desk.directory.database.read() as connection:
        rows = await organization_rows(connection)
    names = sorted(((row.id, str(row.values["name"])) for row in rows.values()), key=lambda one: one[1].casefold())
    form.organization.choices = {_ANOTHER: "A new one", **dict(names)}


async def _codes(form: NewForm) -> list[str]:
    """The codes of the places that were typed; what means nothing, or several things, is complained of."""
    names = await asyncio.to_thread(asking_lists.gazetteer)
    codes: list[str] = []
    for typed in filter(None, (part.strip() for part in (form.place.data or "").split(";"))):
        found = asking_lists.searched(names, typed)
        if found.unknown:
            form.complain("place", f"{found.unknown}.")
        elif not found.sure:
            several = ", ".join(names.areas[code].name for code in found.codes[:6])
            form.complain("place", f"“{typed[:60]}” may be several places: {several}. Write the council’s name.")
        else:
            codes.append(found.codes[0])
    return list(dict.fromkeys(codes))


async def _document(call: Call, form: NewForm, service_id: str, codes: list[str]) -> dict[str, Any]:
    """The service as a directory document has it, so that the readers of documents judge it."""
    example = await call.desk.directory.holds_examples()
    organization, organizations = form.organization.data or "", []
    if not organization:
        organization = await _free_organization(call, form.organization_name.data or "")
        organizations = [{"id": organization, "name": form.organization_name.data}]
    return {
        "directory": 1,
        "example": example,
        "organizations": organizations,
        "services": [
            {
                "id": service_id,
                "organization": organization,
                "name": form.name.data,
                "helps": form.helps.data,
                "status": "open",
                "published": False,
                "serves_men": form.serves_men.data,
                "accommodation": "stay" in (form.needs.data or ()),
                "needs": form.needs.data,
                "areas": codes,
                "contacts": [{"kind": form.kind.data, "value": form.value.data, "source": "a steward"}],
            }
        ],
    }


_FIELDS = {"helps": "helps", "needs": "needs", "areas": "place", "contacts 1": "value", "serves_men": "serves_men"}


def _complain(form: NewForm, report: Report) -> None:
    """Show what the readers of documents refused, under the field in which it was typed."""
    for one in report.rejected:
        if one.entry.startswith("organization "):
            field = "organization_name"
        else:
            field = _FIELDS.get(one.field.partition(",")[0], "name")
        label = form[field].label.text
        form.complain(field, f"{label} {one.message}." if one.field else f"{one.message}.")


async def _free_id(call: Call, name: str) -> str:
    """An id for a service, made of its name, that none has yet."""
    stem = _slug(name) or "service"
    async with call.desk.directory.database.read() as connection:
        tried = [stem, *(f"{stem[: _ID - 4]}-{number}" for number in range(2, 1000))]
        for start in range(0, len(tried), 50):
            taken = await service_rows(connection, tried[start : start + 50])
            for one in tried[start : start + 50]:
                if one not in taken:
                    return one
    call.not_found()


async def _free_organization(call: Call, name: str) -> str:
    stem = _slug(name) or "organisation"
    async with call.desk.directory.database.read() as connection:
        taken = await organization_rows(connection)
    return next(one for one in (stem, *(f"{stem[: _ID - 6]}-{n}" for n in range(2, 10_000))) if one not in taken)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:_ID].strip("-")


# --- the organization


_OF_ORGANIZATION = ("name", "also_known_as", "description", "website", "email", "charity_number", "company_number")
_COLUMNS = {"also_known_as": "alternate_name"}


class OrganizationForm(WhyForm):
    name = StringField("Name", [DataRequired("Write its name.")])
    also_known_as = StringField("Also known as")
    description = TextAreaField("About the organisation", render_kw={"rows": 3})
    website = StringField("Web address", description=Help("Takes two people.", "https://www.northern-men.org.uk"))
    email = StringField("Email address", description=Help("Takes two people."))
    charity_number = StringField("Charity number")
    company_number = StringField("Company number")


@PAGES.get("/services/{service_id}/organization", may=STEWARDS)
async def organization(call: Call) -> Response:
    service = await service_of(call)
    form = OrganizationForm()
    for name in _OF_ORGANIZATION:
        form[name].data = getattr(service.organization, _COLUMNS.get(name, name))
    return call.page("stewards/organization.html", service=service, form=form)


@PAGES.post("/services/{service_id}/organization", may=STEWARDS)
async def save_organization(call: Call) -> Response:
    service, form = await service_of(call), OrganizationForm(call.form)
    if not form.validate():
        return call.page("stewards/organization.html", status=NOT_TAKEN, service=service, form=form)
    written = {name: form[name].data for name in _OF_ORGANIZATION if form[name].data}
    document = {
        "directory": 1,
        "example": service.example,
        "organizations": [{"id": service.organization_id, **written, "do_not_list": service.organization.do_not_list}],
        "services": [],
    }
    try:
        answered_for(form.why.data or "")
        report = await call.desk.directory.load_document(
            document, at=call.at, who=call.visitor.name, why=form.why.data or "", apply=True
        )
    except REFUSED as error:
        form.complain("why", *sentences(error))
        return call.page("stewards/organization.html", status=NOT_TAKEN, service=service, form=form)
    for one in report.rejected:
        field = one.field if one.field in form else "name"
        form.complain(field, f"{form[field].label.text} {one.message}.")
    if report.rejected:
        return call.page("stewards/organization.html", status=NOT_TAKEN, service=service, form=form)
    if report.proposed:
        return call.go("/proposals", told="Saved. Where it leads people waits for two people to agree.")
    return call.go(f"/services/{service.id}", told="Saved." if report.changed else "Nothing was changed.")
