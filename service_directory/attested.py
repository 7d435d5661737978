"""The part of a directory document that says who recorded what of a service, and when it was suspended. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from service_directory.changes import Row, Value
from service_directory.criteria import SECTIONS, Standard, Standards, standard_id
from service_directory.evidenced import evidence_id
from service_directory.fields import Fields
from service_directory.personal_details import looks_like_a_way, looks_personal
from service_directory.standards import SELF

STANDARD = "MDAN-DA"
BASES = (SELF, "verified", "independent")
OUTCOMES = ("met", "partly", "not_met")
STATES = ("draft", "submitted", "returned", "confirmed", "suspended", "withdrawn", "superseded")
_LEGAL_FORMS = frozenset({"the", "ltd", "limited", "cic", "cio", "plc", "llp"})
RESULTS = ("met", "partly", "not_met", "not_applicable", "not_assessed")


@dataclass(frozen=True, slots=True)
class _Result:
    """What was written of one criterion. `evidence` are the names by which the document calls it."""

    result: str
    reason: str = ""
    evidence: tuple[str, ...] = ()


def read_attestations(fields: Fields, service_id: str, standards: Standards, evidence: Collection[str]) -> list[Row]:
    """The judgements recorded of a service, each with its results per criterion.

    `standards` are those that are known, `evidence` the ids of what there is to point to.
    """
    rows: list[Row] = []
    for position, attestation in enumerate(fields.parts("attestations")):
        values = _values(attestation, position)
        row_id = _attestation_id(service_id, values, [row.id for row in rows])
        _consistent(attestation, values)
        rows.append(Row("attestation", row_id, service_id, values))
        standard = standards.get(standard_id(str(values["standard"]), str(values["standard_version"])))
        if standard is None:
            named = f"{values['standard']}, version {values['standard_version']},"
            advice = "load that version first, or write another scheme's mark under other_marks"
            attestation.reject("standard", f"{named} is not known here; {advice}")
        results = _results(attestation, str(values["section"]), standard)
        rows += _result_rows(attestation, row_id, service_id, results, evidence)
        attestation.finish()
    return rows


def read_suspensions(fields: Fields, service_id: str) -> list[Row]:
    """The days on which a service is not to be shown."""
    rows: list[Row] = []
    for position, suspension in enumerate(fields.parts("suspensions")):
        section = suspension.choice("section", SECTIONS) if suspension.has("section") else None
        begins, ends = suspension.day("from", required=True), suspension.day("until")
        if begins is not None and ends is not None and ends < begins:
            suspension.reject("until", "lies before the day it begins")
        row_id = f"{service_id}/suspension/{section or 'all'}/{begins}"
        if row_id in {row.id for row in rows}:
            suspension.reject("from", "two suspensions begin on the same day")
        values: dict[str, Value] = {
            "section": section,
            "from_date": begins,
            "until_date": ends,
            "reason": suspension.text("reason"),
            "opened_by": suspension.text("by", longest=120),
            "position": position,
        }
        rows.append(Row("suspension", row_id, service_id, values))
        suspension.finish()
    return rows


def suspension_row(
    service_id: str, begins: date, *, until: date | None, section: str | None, who: str, why: str
) -> Row:
    """The row of a suspension, known by its section and its first day. Nobody has lifted it."""
    values: dict[str, Value] = {
        "section": section,
        "from_date": begins,
        "until_date": until,
        "reason": why,
        "opened_by": who,
        "closed_by": "",
        "position": 0,
    }
    return Row("suspension", f"{service_id}/suspension/{section or 'all'}/{begins}", service_id, values)


def judges_itself(rows: Iterable[Row], *names: str) -> bool:
    """Whether an organization (by any of its names) or its service is named as the outsider who assessed it."""
    written = tuple(rows)
    own = {_plain_name(name) for name in names}
    for row in written:
        if row.table == "service":
            own |= {_plain_name(str(row.values["name"])), _plain_name(str(row.values["alternate_name"]))}
    return any(
        row.table == "attestation"
        and row.values["basis"] != SELF
        and _plain_name(str(row.values["assessor"])) in own - {""}
        for row in written
    )


def _plain_name(name: str) -> str:
    """A name without what makes two ways of writing it differ."""
    words = re.sub(r"[^\w\s]", "", name.casefold()).split()
    return " ".join(word for word in words if word not in _LEGAL_FORMS)


def _values(attestation: Fields, position: int) -> dict[str, Value]:
    return {
        "standard": attestation.text("standard", longest=32) or STANDARD,
        "standard_version": attestation.text("version", longest=32) or "1",
        "section": attestation.choice("section", SECTIONS),
        "basis": attestation.choice("basis", BASES),
        "outcome": attestation.choice("outcome", OUTCOMES),
        "state": attestation.choice("state", STATES, default="confirmed"),
        "assessor": attestation.text("by", longest=120, required=True),
        "assessor_role": attestation.text("role", longest=120),
        "assessed_on": attestation.day("assessed", past=True),
        "submitted_by": attestation.text("submitted_by", longest=120),
        "decided_on": attestation.day("decided", past=True),
        "decided_by": attestation.text("decided_by", longest=120),
        "valid_from": attestation.day("valid_from"),
        "valid_until": attestation.day("valid_until"),
        "review_due": attestation.day("review_due"),
        "scope_note": attestation.text("scope"),
        "public_note": attestation.text("note"),
        "position": position,
    }


def _attestation_id(service_id: str, values: Mapping[str, Value], taken: list[str]) -> str:
    """Known by its section and the day it was decided; of two on one day the one written later is later."""
    stem = f"{service_id}/{values['standard']}/{values['section']}/{values['decided_on'] or 'undecided'}"
    number = 1
    while f"{stem}/{number:02}" in taken:
        number += 1
    return f"{stem}/{number:02}"


def _consistent(attestation: Fields, values: Mapping[str, Value]) -> None:
    begins, ends = values["valid_from"], values["valid_until"]
    if values["state"] == "confirmed":
        for name, value in (("decided", values["decided_on"]), ("valid_from", begins), ("valid_until", ends)):
            # A value that was written and could not be read has been named already.
            if value is None and not attestation.has(name):
                attestation.reject(name, "is missing; what is confirmed has a date")
    if begins is not None and ends is not None and str(ends) < str(begins):
        attestation.reject("valid_until", "lies before the day it begins to be valid")
    submitted, decided = (" ".join(str(values[name]).casefold().split()) for name in ("submitted_by", "decided_by"))
    if submitted and submitted == decided:
        attestation.reject("decided_by", "is the one who submitted it; a second person decides")
    if found := looks_like_a_way(str(values["assessor"])):
        attestation.reject("by", f"says “{found}”; men read this name, and nobody has checked where that leads")
    for name, column in (("scope", "scope_note"), ("note", "public_note")):
        found = looks_personal(str(values[column]))
        if found:
            attestation.reject(name, f"“{found}” would tell of a person; say it without")


def _results(attestation: Fields, section: str, standard: Standard | None) -> Mapping[str, _Result]:
    written: dict[str, _Result] = {}
    essential = attestation.choice("essential", RESULTS[:1], default="") if attestation.has("essential") else ""
    if essential and standard is not None:
        written |= {criterion: _Result(essential) for criterion in standard.essential.get(section, ())}
    criteria = attestation.part("criteria")
    if criteria is not None:
        known = None if standard is None else standard.criteria(section)
        for criterion in map(str, criteria.values):
            if known is not None and criterion not in known:
                criteria.reject(criterion, f"is not a criterion of section {section}")
            written[criterion] = _result(criteria, criterion)
    return written


def _result(criteria: Fields, criterion: str) -> _Result:
    inside = criteria.part(criterion) if isinstance(criteria.values.get(criterion), Mapping) else None
    if inside is None:
        # What does not apply needs a reason, and so fields of its own.
        return _Result(criteria.choice(criterion, [result for result in RESULTS if result != "not_applicable"]))
    result, reason = inside.choice("result", RESULTS), inside.text("reason")
    if result == "not_applicable" and not reason:
        inside.reject("reason", "is missing; say why it does not apply")
    evidence = tuple(dict.fromkeys(str(name) for name in inside.items("evidence")))
    inside.finish()
    return _Result(result, reason, evidence)


def _result_rows(
    attestation: Fields, row_id: str, service_id: str, results: Mapping[str, _Result], evidence: Collection[str]
) -> list[Row]:
    rows: list[Row] = []
    for criterion, found in results.items():
        result_id = f"{row_id}/{criterion}"
        values = {"attestation_id": row_id, "criterion": criterion, "result": found.result, "reason": found.reason}
        rows.append(Row("criterion_result", result_id, service_id, values))
        for position, name in enumerate(found.evidence):
            pointed = evidence_id(service_id, name)
            if pointed not in evidence:
                attestation.reject("criteria", f"{criterion} points to evidence {name}, which is not written down")
            link: dict[str, Value] = {
                "attestation_id": row_id,
                "criterion_result_id": result_id,
                "evidence_id": pointed,
                "position": position,
            }
            rows.append(Row("criterion_evidence", f"{result_id}/{name}", service_id, link))
    return rows
