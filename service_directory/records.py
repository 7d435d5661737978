"""From a service's rows to what the rule, the index and a man are each shown of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar, cast

from service_directory.changes import Row
from service_directory.hours import nations_kept, nations_of, opening_at
from service_directory.matching import Entry, Hours
from service_directory.model import OfService, ScheduleRow, ServiceRow
from service_directory.numbers import display_number
from service_directory.standards import (
    Attestation,
    CriterionResult,
    Policy,
    Record,
    Suspension,
    Verdict,
    spells,
)
from service_directory.view import UNKNOWN_OPENING, ContactKind, ContactView, Opening, ServiceView

_Row = TypeVar("_Row", bound=OfService)

_KIND_OF_TYPE: dict[str, ContactKind] = {"voice": "phone", "text": "text", "whatsapp": "whatsapp"}


#: How many days a count of free places in a refuge means anything.
SPACES_DAYS = 7


@dataclass(frozen=True, slots=True)
class Spaces:
    """Free places in a refuge, for stewards only. `available` is None when the count is too old: ask."""

    unit: str
    available: int | None
    maximum: int | None
    checked_on: date | None
    checked_by: str


def spaces_of(rows: Iterable[Row], today: date) -> tuple[Spaces, ...]:
    """What is known today of the free places of one service."""
    found: list[Spaces] = []
    for row in rows:
        if row.table != "service_capacity":
            continue
        checked = cast("date | None", row.values["checked_on"])
        fresh = checked is not None and timedelta() <= today - checked <= timedelta(days=SPACES_DAYS)
        found.append(
            Spaces(
                unit=str(row.values["unit"]),
                available=cast(int, row.values["available"]) if fresh else None,
                maximum=cast("int | None", row.values["maximum"]),
                checked_on=checked,
                checked_by=str(row.values["checked_by"]),
            )
        )
    return tuple(found)


def record_of(service: ServiceRow) -> Record:
    """What the rule looks at."""
    return Record(
        service_id=service.id,
        status=service.status,
        published=service.published,
        do_not_list=service.do_not_list or service.organization.do_not_list,
        on_hold=bool(service.hold_reason),
        perpetrator_service=service.perpetrator_service,
        serves_men=service.serves_men,
        attestations=tuple(
            Attestation(
                id=row.id,
                standard=row.standard,
                version=row.standard_version,
                section=row.section,
                basis=row.basis,
                outcome=row.outcome,
                state=row.state,
                assessor=row.assessor,
                decided_on=row.decided_on,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                results=tuple(
                    CriterionResult(result.criterion, result.result, result.reason) for result in row.criterion_results
                ),
            )
            for row in service.attestations
        ),
        suspensions=tuple(Suspension(row.from_date, row.until_date, row.section) for row in service.suspensions),
        contact_checks=_contact_checks(service),
        assured_on=service.assured_on,
    )


def entry_of(service: ServiceRow, policy: Policy, since: date) -> Entry | None:
    """What the index knows of a service; None when the rule never holds for it from a day on."""
    ahead = tuple(spell for spell in spells(record_of(service), policy) if spell.last >= since)
    if not ahead:
        return None
    hours = main_hours(service)
    return Entry(
        service_id=service.id,
        needs=frozenset(row.value for row in service.attributes if row.link_type == "need"),
        areas=frozenset(row.code for row in service.service_areas),
        men_only=service.serves_men == "men_only",
        accommodation=service.accommodation,
        spells=ahead,
        hours=None if hours is None else Hours(hours.opening_hours, hours.checked_on),
        contacts=frozenset(
            [_KIND_OF_TYPE[row.type] for row in service.phones] + [row.kind for row in service.contacts]
        ),
        languages=frozenset(row.code for row in service.languages),
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        checked_on=max((day for day in _contact_checks(service) if day is not None), default=None),
    )


def view_of(service: ServiceRow, verdict: Verdict, at: datetime, nation: str | None = None) -> ServiceView:
    """What a man is shown of a service for which the rule has just held; `nation` is where he is, if he said. Raises
    ValueError when the rule has not held.
    """
    if not verdict.meets or verdict.who is None or verdict.recorded_on is None or verdict.basis is None:
        raise ValueError(f"service {service.id} does not meet the rule and cannot be shown")
    return ServiceView(
        id=service.id,
        name=service.name,
        organization=service.organization.name,
        helps=service.description,
        serves_men=cast(Literal["men_only", "all"], service.serves_men),
        needs=tuple(row.value for row in _in_order(service.attributes) if row.link_type == "need"),
        contacts=_contacts(service, at, nation),
        opening=_opening(service, main_hours(service), at, nation),
        recorded_by=verdict.who,
        recorded_on=verdict.recorded_on,
        basis=verdict.basis,
        happens=service.application_process,
        asks=service.assessment,
        cost=service.fees_description,
        bill=service.bill,
        workers=service.workers,
        children=service.children,
        languages=tuple(row.name for row in _in_order(service.languages)),
        access=service.access,
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        accommodation=service.accommodation,
        example=service.example,
    )


def _contacts(service: ServiceRow, at: datetime, nation: str | None) -> tuple[ContactView, ...]:
    own_hours = {row.link_id: row for row in service.schedules}
    general = own_hours.get("")
    made: list[tuple[int, ContactView]] = []
    for phone in service.phones:
        opening = _opening(service, own_hours.get(phone.id, general), at, nation)
        kind = _KIND_OF_TYPE[phone.type]
        display = display_number(phone.number)
        view = ContactView(kind, phone.number, display, phone.description, opening, phone.checked_on)
        made.append((phone.position, view))
    for contact in service.contacts:
        opening = _opening(service, own_hours.get(contact.id, general), at, nation)
        value = contact.email or contact.url
        shown = value.removeprefix("https://").removeprefix("http://").rstrip("/")
        written = cast(ContactKind, contact.kind)
        view = ContactView(written, value, shown, contact.description, opening, contact.checked_on)
        made.append((contact.position, view))
    return tuple(view for _, view in sorted(made, key=lambda one: (one[0], one[1].value)))


def _contact_checks(service: ServiceRow) -> tuple[date | None, ...]:
    return (*(row.checked_on for row in service.phones), *(row.checked_on for row in service.contacts))


def main_hours(service: ServiceRow) -> ScheduleRow | None:
    """The hours that stand for the whole service: its own, or else those of the way in that comes first."""
    positions = {row.id: row.position for row in service.phones}
    positions |= {row.id: row.position for row in service.contacts}
    return min(service.schedules, key=lambda row: positions.get(row.link_id, -1), default=None)


def _opening(service: ServiceRow, hours: ScheduleRow | None, at: datetime, nation: str | None) -> Opening:
    if hours is None:
        return UNKNOWN_OPENING
    nations = nations_kept(nations_of(row.code for row in service.service_areas), nation)
    return opening_at(hours.opening_hours, at, nations=nations, checked_on=hours.checked_on)


def _in_order(rows: Iterable[_Row]) -> list[_Row]:
    return sorted(rows, key=lambda row: (row.position, row.id))
