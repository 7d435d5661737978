"""The part of a directory document that says who recorded what of a service, and when it was suspended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service_directory.changes import Row, Value
from service_directory.fields import Fields
from service_directory.standards import ESSENTIAL, SELF

STANDARD = "MDAN-DA"
BASES = (SELF, "verified", "independent")
OUTCOMES = ("met", "partly", "not_met")
STATES = ("draft", "submitted", "returned", "confirmed", "suspended", "withdrawn", "superseded")
RESULTS = ("met", "partly", "not_met", "not_applicable", "not_assessed")

#: How many criteria each section has.
_CRITERIA: Mapping[str, int] = {"LG": 10, "AE": 18, "SD": 18, "OE": 7}


def read_attestations(fields: Fields, service_id: str) -> list[Row]:
    """The judgements recorded of a service, each with its results per criterion."""
    rows: list[Row] = []
    for position, attestation in enumerate(fields.parts("attestations")):
        values = _values(attestation, position)
        row_id = _attestation_id(service_id, values, [row.id for row in rows])
        _consistent(attestation, values)
        rows.append(Row("attestation", row_id, service_id, values))
        rows += _results(attestation, row_id, service_id, str(values["section"]))
        attestation.finish()
    return rows


def read_suspensions(fields: Fields, service_id: str) -> list[Row]:
    """The days on which a service is not to be shown."""
    rows: list[Row] = []
    for position, suspension in enumerate(fields.parts("suspensions")):
        section = suspension.choice("section", tuple(_CRITERIA)) if suspension.has("section") else None
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


def judges_itself(rows: Iterable[Row], organization_name: str) -> bool:
    """Whether an organization is named as the outsider who assessed its own service."""
    own = organization_name.strip().casefold()
    return any(
        row.table == "attestation"
        and row.values["basis"] != SELF
        and str(row.values["assessor"]).strip().casefold() == own
        for row in rows
    )


def _values(attestation: Fields, position: int) -> dict[str, Value]:
    return {
        "standard": attestation.text("standard", longest=32) or STANDARD,
        "standard_version": attestation.text("version", longest=32) or "1",
        "section": attestation.choice("section", tuple(_CRITERIA)),
        "basis": attestation.choice("basis", BASES),
        "outcome": attestation.choice("outcome", OUTCOMES),
        "state": attestation.choice("state", STATES, default="confirmed"),
        "assessor": attestation.text("by", longest=120, required=True),
        "assessed_on": attestation.day("assessed", past=True),
        "decided_on": attestation.day("decided", past=True),
        "decided_by": attestation.text("decided_by", longest=120),
        "valid_from": attestation.day("valid_from"),
        "valid_until": attestation.day("valid_until"),
        "review_due": attestation.day("review_due"),
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


def _results(attestation: Fields, row_id: str, service_id: str, section: str) -> list[Row]:
    written: dict[str, tuple[str, str]] = {}
    essential = attestation.choice("essential", RESULTS[:1], default="") if attestation.has("essential") else ""
    if essential:
        written |= {criterion: (essential, "") for criterion in ESSENTIAL.get(section, ())}
    criteria = attestation.part("criteria")
    if criteria is not None:
        for criterion in criteria.values:
            written[str(criterion)] = _result(criteria, str(criterion), section)
    return [
        Row(
            "criterion_result",
            f"{row_id}/{criterion}",
            service_id,
            {"attestation_id": row_id, "criterion": criterion, "result": result, "reason": reason},
        )
        for criterion, (result, reason) in written.items()
    ]


def _result(criteria: Fields, criterion: str, section: str) -> tuple[str, str]:
    if criterion not in {f"{section}{number + 1}" for number in range(_CRITERIA.get(section, 0))}:
        criteria.reject(criterion, f"is not a criterion of section {section}")
    inside = criteria.part(criterion) if isinstance(criteria.values.get(criterion), Mapping) else None
    if inside is None:
        # What does not apply needs a reason, and so fields of its own.
        return criteria.choice(criterion, [result for result in RESULTS if result != "not_applicable"]), ""
    result, reason = inside.choice("result", RESULTS), inside.text("reason")
    if result == "not_applicable" and not reason:
        inside.reject("reason", "is missing; say why it does not apply")
    inside.finish()
    return result, reason
