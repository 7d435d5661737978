"""Recording a decision on one section of the standard: put down by one steward, recorded when another agrees.

That a section is not met, or met in part, takes one person. What a service says of itself was put down by the service,
so one steward decides on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

from starlette.responses import Response
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length

from service_directory.attested import OUTCOMES
from service_directory.clause_words import section_name
from service_directory.criteria import Section, Standard
from service_directory.desk.entries.assessments import Assessment, Assessments, as_attestation, current_standard
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.acts import said_after
from service_directory.desk.stewards.common import (
    NOT_TAKEN,
    PAGES,
    REFUSED,
    WhyForm,
    optional_day,
    sentences,
    service_of,
    write_to_service,
)
from service_directory.desk.stewards.waiting import Waiting, decision_waiting, put_down, take
from service_directory.desk.web.forms import Help
from service_directory.desk.web.pages import Call
from service_directory.desk.wording import WORDS
from service_directory.evidenced import EVIDENCE_KINDS
from service_directory.model import ServiceRow
from service_directory.standing import NotDone

#: Stands for whoever will agree, while it is tried whether the decision could be recorded at all.
_ANOTHER: Final = "another steward"
_MOST_EVIDENCE: Final = 4
_RESULTS: Final = {
    "not_assessed": "Not looked at",
    "met": "Met",
    "partly": "Partly met",
    "not_met": "Not met",
    "not_applicable": "Does not apply",
}
_KINDS: Final = {
    "document": "A document",
    "url": "A web page",
    "visit": "A visit",
    "test_contact": "We rang or wrote as a man would",
    "feedback": "What people who used it say",
    "certificate": "A certificate",
}


class DecisionForm(WhyForm):
    basis = RadioField(
        "On whose word",
        [DataRequired("Say whose word it is.")],
        choices={
            "verified": "Checked by your team or a funder, from documents and a call",
            "independent": "An independent assessor looked at the place",
            "self": "The service's own word",
        },
    )
    outcome = RadioField(
        "What was found",
        [DataRequired("Say what was found.")],
        choices={outcome: WORDS[outcome].capitalize() for outcome in OUTCOMES},
    )
    by = StringField(
        "Assessed by",
        [DataRequired("Say who assessed it."), Length(max=120)],
        description=Help("Men read this name after “Recorded as meeting”.", "Northern Helpline Team"),
    )
    role = StringField("What the assessor is", [Length(max=120)], description=Help("", "commissioner"))
    assessed = optional_day("Looked at on")
    valid_from = optional_day("Valid from", "Left out: the day of the decision.")
    valid_until = optional_day("Valid until", "Left out: 36 months for an independent assessor, else 12.")
    note = StringField("Note", [Length(max=400)], description=Help("It names nobody."))


@PAGES.get("/services/{service_id}/decide/{section}", may=STEWARDS)
async def ask(call: Call) -> Response:
    service = await service_of(call)
    standard, section = await _section(call)
    own = await _sent_in(call, service.id, standard, section)
    form = DecisionForm()
    if own is not None:
        form.basis.data, form.by.data = "self", service.organization.name
        form.why.data = "its own assessment, looked through"
    typed = {f"result-{code}": said.result for code, said in own.said.items()} if own else {}
    typed |= {f"reason-{code}": said.note for code, said in own.said.items()} if own else {}
    return _page(call, service, section, form, typed, own)


@PAGES.post("/services/{service_id}/decide/{section}", may=STEWARDS)
async def decide(call: Call) -> Response:
    service = await service_of(call)
    standard, section = await _section(call)
    own = await _sent_in(call, service.id, standard, section)
    form = DecisionForm(call.form)
    typed = {name: str(value) for name, value in call.form.items()}
    if not form.validate():
        return _page(call, service, section, form, typed, own, NOT_TAKEN)
    written = _written(call, form, section, own if form.basis.data == "self" else None)
    why, me = cast(str, form.why.data), call.visitor.name
    try:
        if form.basis.data == "self" and own is not None:
            if call.visitor.email.casefold() in own.saved_by.casefold():
                raise NotDone("You sent it in for the service. Another person decides on it.")
            told = await call.desk.stewarding.attest(
                service.id, {**written, "decided_by": me}, at=call.at, who=own.saved_by, why=f"{why}, decided by {me}"
            )
            await Assessments(call.desk.database).settle(service.id, own.standard, section.code)
        elif form.outcome.data == "met":
            # Tried the whole way first: whoever agrees later is not to be the one who meets the mistakes.
            trial = {**written, "decided_by": _ANOTHER}
            await call.desk.stewarding.attest(service.id, trial, at=call.at, who=me, why=why, apply=False)
            await put_down(call.desk.database, service.id, section.code, written, why=why, who=me, at=call.at)
            said = "Put down. That a section is met takes two people: it is recorded when another steward agrees."
            return call.go(f"/services/{service.id}", told=said)
        else:
            decided = {**written, "decided_by": me}
            told = await call.desk.stewarding.attest(service.id, decided, at=call.at, who=me, why=why)
    except REFUSED as error:
        for sentence in sentences(error):
            form.complain(*_placed(sentence, form))
        return _page(call, service, section, form, typed, own, NOT_TAKEN)
    return call.go(f"/services/{service.id}", told=f"Recorded. {said_after(told)}")


@PAGES.post("/services/{service_id}/decide/{section}/return", may=STEWARDS)
async def give_back(call: Call) -> Response:
    """Give a self-assessment back to the service, with a reason that it is sent."""
    service = await service_of(call)
    standard, section = await _section(call)
    own = await _sent_in(call, service.id, standard, section)
    reason = str(call.form.get("return-reason", "")).strip()
    if own is None:
        call.not_found()
    if not reason:
        form = DecisionForm()
        form.complain("why", "Say why you give it back: the service reads it.")
        return _page(call, service, section, form, {}, own, NOT_TAKEN)
    await Assessments(call.desk.database).take_back(service.id, own.standard, section.code)
    await write_to_service(call, service.id, "returned", service=service.name, reason=reason)
    return call.go("/today", told="Given back with your reason.")


# --- the second person


@PAGES.get("/decisions/{number}", may=STEWARDS)
async def waiting(call: Call) -> Response:
    found = await _waiting(call)
    return await _waiting_page(call, found)


@PAGES.post("/decisions/{number}/agree", may=STEWARDS)
async def agree(call: Call) -> Response:
    found = await _waiting(call)
    if found.put_down_by.casefold() == call.visitor.name.casefold():
        return await _waiting_page(call, found, ("You put it down. Another person agrees to it.",), NOT_TAKEN)
    written = {**found.written, "decided_by": call.visitor.name}
    about = f"{found.section} of {found.service_id}"
    # Taken first: of two who agree at once, one records it.
    if not await take(
        call.desk.database, found.number, who=call.visitor.name, at=call.at, what="decision agreed", about=about
    ):
        call.not_found()
    try:
        told = await call.desk.stewarding.attest(
            found.service_id, written, at=call.at, who=found.put_down_by, why=found.why
        )
    except REFUSED as error:
        # What cannot be recorded goes on waiting, under a number of its own.
        number = await put_down(
            call.desk.database,
            found.service_id,
            found.section,
            found.written,
            why=found.why,
            who=found.put_down_by,
            at=found.put_down_at,
        )
        refused = tuple(_placed(sentence, DecisionForm())[1] for sentence in sentences(error))
        return await _waiting_page(call, replace(found, number=number), refused, NOT_TAKEN)
    return call.go(f"/services/{found.service_id}", told=f"Recorded. {said_after(told)}")


@PAGES.post("/decisions/{number}/take-back", may=STEWARDS)
async def take_back(call: Call) -> Response:
    found = await _waiting(call)
    about = f"{found.section} of {found.service_id}"
    await take(
        call.desk.database, found.number, who=call.visitor.name, at=call.at, what="decision taken back", about=about
    )
    return call.go(f"/services/{found.service_id}", told="Taken back. Nothing was recorded.")


async def _waiting(call: Call) -> Waiting:
    found = await decision_waiting(call.desk.database, call.number("number"))
    if found is None:
        call.not_found()
    return found


async def _waiting_page(call: Call, found: Waiting, refused: tuple[str, ...] = (), status: int = 200) -> Response:
    told = await call.desk.stewarding.why(found.service_id, call.at)
    return call.page(
        "stewards/decision.html",
        status=status,
        decision=found,
        name=told.name,
        refused=refused,
        mine=found.put_down_by.casefold() == call.visitor.name.casefold(),
        section_name=section_name(found.section).rstrip(","),
        words=WORDS,
    )


# --- what was typed


async def _section(call: Call) -> tuple[Standard, Section]:
    standards = await call.desk.directory.standards()
    try:
        standard = current_standard(standards, call.desk.directory.policy)
    except NotDone:
        call.not_found()
    for section in standard.sections:
        if section.code == call.path["section"]:
            return standard, section
    call.not_found()


async def _sent_in(call: Call, service_id: str, standard: Standard, section: Section) -> Assessment | None:
    found = (await Assessments(call.desk.database).of(service_id, standard))[section.code]
    return found if found.state == "sent" else None


def _written(call: Call, form: DecisionForm, section: Section, own: Assessment | None) -> dict[str, Any]:
    """The decision as a directory document has it. What was left out is filled in when it is read."""
    shown = as_attestation(own) if own is not None else {"criteria": {}, "evidence": []}
    written: dict[str, Any] = {
        "section": section.code,
        "basis": form.basis.data,
        "outcome": form.outcome.data,
        **{name: text for name in ("by", "role", "note") if (text := form[name].data)},
        **{name: day for name in ("assessed", "valid_from", "valid_until") if isinstance(day := form[name].data, date)},
    }
    evidence, of_criteria = _evidence(call, section)
    criteria: dict[str, Any] = {}
    for one in section.criteria:
        result = str(call.form.get(f"result-{one.code}", "")) or "not_assessed"
        reason = str(call.form.get(f"reason-{one.code}", "")).strip()
        links = [*shown["criteria"].get(one.code, {}).get("evidence", ()), *of_criteria.get(one.code, ())]
        if result == "not_assessed" and not reason and not links:
            continue
        criteria[one.code] = {"result": result, "reason": reason, "evidence": links}
    written["criteria"] = criteria
    if every := [*shown["evidence"], *evidence]:
        written["evidence"] = every
    return written


def _placed(sentence: str, form: DecisionForm) -> tuple[str, str]:
    """The field that a refusal belongs under, and the refusal with the field's own name."""
    name, found, rest = sentence.partition(":")
    field = "by" if name == "By (the assessor)" else name.lower()
    return (field, f"{form[field].label.text}:{rest}") if found and field in form else ("why", sentence)


def _evidence(call: Call, section: Section) -> tuple[list[dict[str, Any]], Mapping[str, list[str]]]:
    """What was seen, and to which criteria each piece speaks. Pieces without a title were left empty."""
    found: list[dict[str, Any]] = []
    of_criteria: dict[str, list[str]] = {}
    for number in range(1, _MOST_EVIDENCE + 1):
        kind, title, locator, speaks = (
            str(call.form.get(f"evidence-{number}-{name}", "")).strip() for name in ("kind", "title", "locator", "for")
        )
        if not title and not locator:
            continue
        name = f"desk-{call.at:%Y%m%d%H%M%S}-{number}"
        found.append({"id": name, "kind": kind, "title": title, "locator": locator})
        codes = {one.code for one in section.criteria}
        for code in speaks.upper().replace(",", " ").split():
            if code in codes:
                of_criteria.setdefault(code, []).append(name)
    return found, of_criteria


def _page(
    call: Call,
    service: ServiceRow,
    section: Section,
    form: DecisionForm,
    typed: Mapping[str, str],
    own: Assessment | None,
    status: int = 200,
) -> Response:
    return call.page(
        "stewards/decide.html",
        status=status,
        service=service,
        section=section,
        form=form,
        typed=typed,
        own=own,
        results=_RESULTS,
        kinds={kind: _KINDS[kind] for kind in EVIDENCE_KINDS},
        most_evidence=_MOST_EVIDENCE,
    )
