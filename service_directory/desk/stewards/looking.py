"""One service as stewards see it: as men are shown it, whether and why, and all that is kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from starlette.responses import Response

from service_directory.changes import Row
from service_directory.clause_words import section_name
from service_directory.desk.keepers.seeing import seen
from service_directory.desk.people import STEWARDS
from service_directory.desk.reports import Reports
from service_directory.desk.stewards.common import PAGES, addresses_of, area_name, service_of, today
from service_directory.desk.stewards.waiting import decisions_waiting
from service_directory.desk.tables import MailRow
from service_directory.desk.web.pages import Call
from service_directory.desk.wording import AreaName, label_of, said
from service_directory.explaining import Clause
from service_directory.importing import duplicates
from service_directory.importing.duplicates import Listed
from service_directory.importing.staged_rows import listed_services
from service_directory.model import AttributeRow, OfService, ServiceRow
from service_directory.numbers import display_number
from service_directory.records import SPACES_DAYS, record_of
from service_directory.rows import service_rows
from service_directory.standards import Attestation

_LETTERS_SHOWN = 10
_OWN_FIELDS = (
    "description",
    "alternate_name",
    "status",
    "serves_men",
    "minimum_age",
    "maximum_age",
    "eligibility_description",
    "application_process",
    "assessment",
    "assessment_told",
    "anonymous_contact",
    "workers",
    "worker_choice",
    "fees_description",
    "bill",
    "interpretation_services",
    "access",
    "children",
    "children_accepted",
    "pets",
    "pets_accepted",
    "sexuality_inclusion",
    "trans_inclusion",
    "local_applicants",
    "alert",
    "accommodation",
    "hides_address",
    "published",
    "hold_reason",
    "perpetrator_service",
    "do_not_list",
    "funding_end",
    "assured_on",
    "assured_by",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One field with something in it, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Places:
    """Free places of a refuge with their age. `old`: so long ago that the number says nothing any more."""

    unit: str
    available: int
    maximum: int | None
    checked_on: date | None
    checked_by: str
    days: int | None

    @property
    def old(self) -> bool:
        return self.days is None or self.days > SPACES_DAYS


@PAGES.get("/services/{service_id}", may=STEWARDS)
async def entry(call: Call) -> Response:
    service = await service_of(call)
    told = await call.desk.stewarding.why(service.id, call.at)
    async with call.desk.directory.database.read() as connection:
        rows = (await service_rows(connection, [service.id]))[service.id]
    missing = [clause for clause in told.clauses if not clause.holds]
    proposals = await call.desk.proposals.of_service(service.id)
    return call.page(
        "stewards/service.html",
        service=service,
        told=told,
        missing=said_once(missing),
        holding=[clause for clause in told.clauses if clause.holds],
        seen=seen(service, told, call.at),
        facts=facts_of(service, area_name(call)),
        ways=ways_of(service),
        decisions=sorted(record_of(service).attestations, key=_newest_first, reverse=True),
        today=today(call),
        suspensions=sorted(service.suspensions, key=lambda row: row.from_date, reverse=True),
        places=places_of(rows, today(call)),
        evidence=[row.values for row in rows if row.table == "evidence"],
        reports=await Reports(call.desk.database).waiting(service.id),
        keepers=await addresses_of(call).of(service.id),
        letters=await letters_about(call, service.id),
        open_proposals=[one for one in proposals if one.state == "open"],
        waiting_decisions=await decisions_waiting(call.desk.database, service.id),
        section_name=lambda code: section_name(code).rstrip(","),
    )


@PAGES.get("/services/{service_id}/alike", may=STEWARDS)
async def may_be_the_same(call: Call) -> Response:
    service = await service_of(call)
    return call.page("stewards/alike.html", service=service, alike=await alike(call, service))


def said_once(clauses: Iterable[Clause]) -> list[Clause]:
    """Where nothing is recorded of a section, that is said once, not of each clause that asks for something of it."""
    kept: dict[tuple[object, str], Clause] = {}
    for clause in clauses:
        kept.setdefault((clause.section or clause.number, clause.found), clause)
    return list(kept.values())


def facts_of(service: ServiceRow, name_of: AreaName) -> list[Fact]:
    """All that is known of a service in its own fields and lists, in words. What is empty is left out."""
    found = [Fact("Organisation", service.organization.name)]
    for name in _OWN_FIELDS:
        value = getattr(service, name)
        text = {True: "yes", False: "no"}.get(value, str(value)) if value not in (None, "", "unknown") else ""
        if text and not (value is False and name not in ("published",)):
            found.append(Fact(label_of("service", name), said(name, text, name_of, table="service")))
    lists: list[tuple[str, Iterable[str]]] = [
        ("Kinds of help", (said("value", row.value, name_of) for row in _of(service.attributes, "need"))),
        ("Areas covered", (name_of(row.code) for row in sorted(service.service_areas, key=_position))),
        ("Languages", (row.name for row in sorted(service.languages, key=_position))),
        (
            "Kinds of place",
            (said("value", row.value, name_of) for row in _of(service.attributes, "accommodation_kind")),
        ),
        ("Hours", (row.opening_hours for row in service.schedules if not row.link_id)),
        ("Other marks", (f"{row.scheme} {row.level}".strip() for row in service.other_marks)),
    ]
    for label, texts in lists:
        if text := ", ".join(texts):
            found.append(Fact(label, text))
    return found


def ways_of(service: ServiceRow) -> list[tuple[str, str, date | None]]:
    """The ways to reach it, in the order in which men see them: what it is, its label, and when it was last tried."""
    rows = [(row.position, display_number(row.number), row.description, row.checked_on) for row in service.phones]
    rows += [(row.position, row.email or row.url, row.description, row.checked_on) for row in service.contacts]
    return [(way, label, checked) for _, way, label, checked in sorted(rows, key=lambda row: (row[0], row[1]))]


def places_of(rows: Iterable[Row], on: date) -> list[Places]:
    """Free places with their age on a day, for stewards only."""
    found = []
    for row in rows:
        if row.table != "service_capacity":
            continue
        checked = row.values["checked_on"]
        days = (on - checked).days if isinstance(checked, date) else None
        found.append(
            Places(
                said("unit", str(row.values["unit"]), str),
                int(str(row.values["available"])),
                None if row.values["maximum"] is None else int(str(row.values["maximum"])),
                checked if isinstance(checked, date) else None,
                str(row.values["checked_by"]),
                days,
            )
        )
    return found


async def letters_about(call: Call, service_id: str) -> list[tuple[str, str, str, str, object]]:
    """The last letters that were written to a service: for what, to whom, what became of them, and when."""
    columns = MailRow.__table__.c
    query = (
        select(columns.kind, columns.recipient, columns.state, columns.trouble, columns.queued_at)
        .where(columns.service_id == service_id)
        .order_by(columns.id.desc())
        .limit(_LETTERS_SHOWN)
    )
    async with call.desk.database.read() as connection:
        return [
            (row.kind, row.recipient, row.state, row.trouble, row.queued_at) for row in await connection.execute(query)
        ]


async def alike(call: Call, service: ServiceRow) -> list[tuple[Listed, str]]:
    """Other services that may be the same one under another id, and what they share."""
    async with call.desk.directory.database.read() as connection:
        known = await listed_services(connection)
    me = known.pop(service.id)
    return [(one.other, ", ".join(one.shared)) for one in duplicates.find([me], known.values())]


def _newest_first(decision: Attestation) -> tuple[date, str]:
    return (decision.decided_on or date.min, decision.id)


def _of(rows: Iterable[AttributeRow], kind: str) -> list[AttributeRow]:
    return sorted((row for row in rows if row.link_type == kind), key=_position)


def _position(row: OfService) -> int:
    return row.position
