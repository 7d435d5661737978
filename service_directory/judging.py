"""One decision on one section, as a steward gives it: read, completed and checked before it is recorded. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from service_directory.attested import judges_itself, read_attestations
from service_directory.changes import Row
from service_directory.criteria import Standards
from service_directory.evidenced import read_evidence
from service_directory.fields import Fields, Rejection
from service_directory.model import ServiceRow
from service_directory.months import months_after

#: How many months a decision is good for when nobody says, by its basis.
LIVES: Mapping[str, int] = {"independent": 36, "verified": 12, "self": 12}
#: How many days before its end a decision is to be looked at again.
REVIEW_DAYS = 60
_FARTHEST_YEAR = 9000


@dataclass(frozen=True, slots=True)
class Decision:
    """The rows to write, the attestation first; or what is wrong, in plain sentences."""

    rows: tuple[Row, ...]
    mistakes: tuple[str, ...]


def read_decision(
    written: Mapping[str, Any],
    service: ServiceRow,
    kept: Collection[Row],
    standards: Standards,
    *,
    today: date,
    who: str,
) -> Decision:
    """Read a decision on a service, written as an attestation in a directory document, or with `evidence` beside it.

    It is decided today unless it says otherwise, valid from then for as long as its basis usually is, and due for
    review before its end. It never takes the place of one that is among the `kept` rows: of two decisions on one day
    the one that is recorded later counts. `who` records it; that a section is met takes somebody else to decide.
    """
    problems: list[Rejection] = []
    decision = {name: value for name, value in written.items() if name != "evidence"}
    parts = {"attestations": [_completed(decision, today)], "evidence": written.get("evidence")}
    whole = Fields(service.id, parts, today, service.example, problems)
    evidence = read_evidence(whole, service.id)
    known = {row.id for row in (*kept, *evidence) if row.table == "evidence"}
    rows = read_attestations(whole, service.id, standards, known)
    mistakes = [_plainly(problem) for problem in problems]
    if not mistakes:
        mistakes = list(_wrong(rows, service, who))
    if mistakes:
        return Decision((), tuple(mistakes))
    return Decision((*_as_the_latest(rows, kept, who), *evidence), ())


def _completed(written: Mapping[str, Any], today: date) -> dict[str, Any]:
    """With the dates that nobody gave."""
    made = {"decided": today, **written}
    begins = made.setdefault("valid_from", made["decided"])
    life = LIVES.get(str(made.get("basis")))
    # What is no day, or lies beyond all days, is told of when it is read.
    if type(begins) is date and begins.year < _FARTHEST_YEAR and life is not None:
        ends = made.setdefault("valid_until", months_after(begins, life) - timedelta(days=1))
        if type(ends) is date and begins.toordinal() + REVIEW_DAYS < ends.toordinal():
            made.setdefault("review_due", ends - timedelta(days=REVIEW_DAYS))
    return made


def _plainly(problem: Rejection) -> str:
    """A mistake of a document, without the places in it that the steward never wrote."""
    named = problem.field.removeprefix("attestations 1, ")
    named = "by (the assessor)" if named == "by" else named
    return f"{named}: {problem.message}." if named else f"{problem.message}."


def _wrong(rows: list[Row], service: ServiceRow, who: str) -> Iterator[str]:
    values = rows[0].values
    whose = service.organization
    if judges_itself(rows, whose.name, whose.alternate_name, service.name, service.alternate_name):
        yield (
            f"by (the assessor): {service.organization.name} runs this service. An organization's word on its own "
            "service has the basis self."
        )
    if values["outcome"] != "met" or values["state"] != "confirmed":
        return
    decider = str(values["decided_by"]).strip()
    if not decider:
        yield "decided_by: is missing. That a section is met takes two people: one who decides and one who records it."
    elif decider.casefold() == who.strip().casefold():
        yield f"decided_by: {decider} also records it. That a section is met takes two people."


def _as_the_latest(rows: list[Row], kept: Collection[Row], who: str) -> Iterator[Row]:
    """The rows under ids that no kept row has."""
    attestation, *results = rows
    old = [row for row in kept if row.table == "attestation"]
    stem = attestation.id.rpartition("/")[0]
    number = 1 + max((int(row.id.rpartition("/")[2]) for row in old if row.id.rpartition("/")[0] == stem), default=0)
    row_id = f"{stem}/{number:02}"
    position = 1 + max((int(str(row.values["position"])) for row in old), default=-1)
    values = {**attestation.values, "submitted_by": who, "position": position}
    yield Row("attestation", row_id, attestation.service_id, values)
    for row in results:
        # Results and what points to their evidence carry the attestation's id, as a whole or as their beginning.
        renamed = {
            name: row_id + value.removeprefix(attestation.id)
            for name, value in row.values.items()
            if name in ("attestation_id", "criterion_result_id") and isinstance(value, str)
        }
        own = {**row.values, **renamed}
        yield Row(row.table, row_id + row.id.removeprefix(attestation.id), row.service_id, own)
