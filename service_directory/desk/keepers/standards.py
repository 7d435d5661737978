"""A service assesses itself: section by section, criterion by criterion, saved as it goes, then sent in."""

from __future__ import annotations

from itertools import pairwise

from starlette.responses import Response
from wtforms import TextAreaField

from service_directory.criteria import Criterion, Section, Standard
from service_directory.desk.entries.assessments import (
    RESULTS,
    SENT,
    Assessment,
    Said,
    current_standard,
    mistakes_in,
)
from service_directory.desk.entries.questions import made_of, radio
from service_directory.desk.keepers.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    assessments_of,
    drafts_of,
    refusal,
    service_of,
)
from service_directory.desk.people import KEEPERS
from service_directory.desk.web.forms import DeskForm, Help
from service_directory.desk.web.pages import Call
from service_directory.offered import is_hidden


@PAGES.get("/entry/standards", may=KEEPERS)
async def standards(call: Call) -> Response:
    """The sections, and how far each is."""
    service = await service_of(call)
    try:
        standard = await _standard(call)
    except REFUSED as error:
        return call.page("keepers/standards.html", service=service, standard=None, sections=[], wrong=refusal(error))
    found = await assessments_of(call).of(service.id, standard)
    latest = {
        section.code: max(
            (row for row in service.attestations if row.section == section.code and row.decided_on is not None),
            key=lambda row: (str(row.decided_on), row.id),
            default=None,
        )
        for section in standard.sections
    }
    sections = [(section, found[section.code], latest[section.code]) for section in standard.sections]
    return call.page("keepers/standards.html", service=service, standard=standard, sections=sections, wrong="")


@PAGES.get("/entry/standards/{section}", may=KEEPERS)
async def section(call: Call) -> Response:
    """One section with its criteria, each with what is said of it so far."""
    standard, found = await _section(call)
    assessment = (await assessments_of(call).of(call.visitor.service_id, standard))[found.code]
    return _shown(call, standard, found, assessment, _form(found, assessment))


@PAGES.post("/entry/standards/{section}", may=KEEPERS)
async def save_section(call: Call) -> Response:
    """Keep what was said; and hand it to the stewards when that was asked for and nothing is missing."""
    standard, found = await _section(call)
    service_id, assessments = call.visitor.service_id, assessments_of(call)
    assessment = (await assessments.of(service_id, standard))[found.code]
    form = made_of(_fields(found), call.form, {})
    said = {criterion.code: _said(form, criterion) for criterion in found.criteria}
    hidden = is_hidden(await drafts_of(call).rows(service_id))
    for code, one in said.items():
        for name, wrong in mistakes_in(one, hidden=hidden).items():
            form.complain(f"{code}-{name}", f"{code}: {wrong}.")
    if form.errors:
        return _shown(call, standard, found, assessment, form, status=NOT_TAKEN)
    try:
        await assessments.save(service_id, standard, found.code, said, at=call.at, who=call.visitor.name)
        if "send" in call.form:
            await assessments.send(service_id, standard, found.code)
    except REFUSED as error:
        assessment = (await assessments.of(service_id, standard))[found.code]
        return _shown(call, standard, found, assessment, form, status=NOT_TAKEN, wrong=refusal(error))
    following = str(call.form.get("next", ""))
    if following in said:
        return call.go(f"/entry/standards/{found.code}#{following}", told=f"Saved, up to {following}.")
    sent = "send" in call.form
    done = "sent in. It counts once somebody other than you has looked at it and decided." if sent else "saved."
    return call.go("/entry/standards", told=f"{found.title}: {done}")


@PAGES.post("/entry/standards/{section}/take-back", may=KEEPERS)
async def take_back(call: Call) -> Response:
    """Go on with a section that was sent in."""
    standard, found = await _section(call)
    assessment = (await assessments_of(call).of(call.visitor.service_id, standard))[found.code]
    if assessment.state == SENT:
        await assessments_of(call).take_back(call.visitor.service_id, standard.id, found.code)
    return call.go(f"/entry/standards/{found.code}", told="Taken back. You can go on with it.")


def _shown(
    call: Call,
    standard: Standard,
    found: Section,
    assessment: Assessment,
    form: DeskForm,
    *,
    status: int = 200,
    wrong: str = "",
) -> Response:
    return call.page(
        "keepers/section.html",
        status=status,
        standard=standard,
        section=found,
        assessment=assessment,
        form=form,
        following=dict(pairwise(one.code for one in found.criteria)),
        is_sent=assessment.state == SENT,
        results=RESULTS,
        wrong=wrong,
    )


async def _standard(call: Call) -> Standard:
    standards = await call.desk.directory.standards()
    return current_standard(standards, call.desk.directory.policy)


async def _section(call: Call) -> tuple[Standard, Section]:
    try:
        standard = await _standard(call)
    except REFUSED:
        call.not_found()
    found = next((one for one in standard.sections if one.code == call.path["section"]), None)
    if found is None:
        call.not_found()
    return standard, found


def _form(found: Section, assessment: Assessment) -> DeskForm:
    values: dict[str, str] = {}
    for code, said in assessment.said.items():
        values |= {
            f"{code}-result": said.result,
            f"{code}-note": said.note,
            f"{code}-evidence": "\n".join(said.evidence),
        }
    return made_of(_fields(found), None, values)


def _fields(found: Section) -> dict[str, object]:
    fields: dict[str, object] = {}
    for one in found.criteria:
        fields[f"{one.code}-result"] = radio(f"{one.code}: is it so with you?", RESULTS)
        fields[f"{one.code}-note"] = TextAreaField(
            f"{one.code}: a note",
            description=Help("What you do, or why it does not apply. Name nobody."),
            render_kw={"rows": 2, "maxlength": 400},
        )
        fields[f"{one.code}-evidence"] = TextAreaField(
            f"{one.code}: links that show it",
            description=Help("One a line, each with https://.", "https://www.northern-men.example/for-men"),
            render_kw={"rows": 2, "maxlength": 2600},
        )
    return fields


def _said(form: DeskForm, criterion: Criterion) -> Said:
    links = str(form[f"{criterion.code}-evidence"].data or "").split("\n")
    return Said(
        str(form[f"{criterion.code}-result"].data or ""),
        " ".join(str(form[f"{criterion.code}-note"].data or "").split()),
        tuple(link.strip() for link in links if link.strip()),
    )
