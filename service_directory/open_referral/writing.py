"""A service as Open Referral UK 3.0 has it: nothing but what a man may be shown. Pure.

Every field is written by name. What is not named here stays inside: who checked what and where they read it, drafts,
holds, suspensions, evidence, free places, history. Beyond the UK profile stand a few fields of HSDS 3.0 and 3.1
(phones, additional_urls, fees_description ...), which the profile leaves out and its schemas allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar

from service_directory.areas import Areas
from service_directory.hidden_places import looks_like_address
from service_directory.hours import HOURS_DAYS
from service_directory.model import (
    AddressRow,
    ContactRow,
    CostOptionRow,
    LanguageRow,
    LocationRow,
    OfService,
    OrganizationRow,
    PhoneRow,
    ScheduleRow,
    ServiceAreaRow,
    ServiceRow,
)
from service_directory.numbers import display_number
from service_directory.open_referral.identifiers import public_id
from service_directory.open_referral.terms import (
    BILL,
    PARTICULARS,
    SERVES,
    SPACES,
    ClosedLists,
    Term,
    recorded_term,
)
from service_directory.open_referral.timetable import AS_WRITTEN, timetable
from service_directory.records import main_hours
from service_directory.standards import Verdict

Object = dict[str, Any]

#: The columns that leave the directory, by table. A change of any other one changes nothing that is published.
PUBLIC: Final[Mapping[str, frozenset[str]]] = {
    "organization": frozenset(
        {"name", "alternate_name", "description", "website", "email", "charity_number", "company_number"}
    ),
    "service": frozenset(
        {
            "organization_id",
            "name",
            "alternate_name",
            "description",
            "application_process",
            "fees_description",
            "eligibility_description",
            "interpretation_services",
            "alert",
            "minimum_age",
            "maximum_age",
            "serves_men",
            "accommodation",
            "assured_on",
            *PARTICULARS.keys() - {SPACES},
        }
    ),
    "phone": frozenset({"number", "type", "description", "shows_on_bill", "position", "checked_on"}),
    "contact": frozenset({"kind", "email", "url", "description", "position", "checked_on"}),
    "schedule": frozenset({"link_id", "opening_hours"}),
    "service_area": frozenset({"code", "position"}),
    "language": frozenset({"code", "name", "position"}),
    "attribute": frozenset({"link_type", "value", "position"}),
    "cost_option": frozenset(
        {"option", "currency", "amount_pence", "amount_description", "valid_from", "valid_to", "position"}
    ),
    "location": frozenset({"location_type", "name", "description", "transportation", "accessibility", "position"}),
    "service_at_location": frozenset({"location_id", "description", "position"}),
    "address": frozenset(
        {"location_id", "address_type", "address_1", "address_2", "city", "state_province", "postal_code", "country"}
    ),
    "attestation": frozenset({"assessor", "decided_on", "basis"}),
    "taxonomy": frozenset({"name", "description"}),
    "taxonomy_term": frozenset({"taxonomy_id", "code", "name", "description"}),
}

EXAMPLE_ALERT: Final = "EXAMPLE: this service is made up. Nobody answers."
_UNKNOWN: Final = frozenset({"", "unknown"})
_NO_GSS_CODE: Final = "PSNI"
_NAMELESS: Final = "A service"
_URL_LABELS: Final = {"webchat": "Web chat", "website": "Website"}

_Row = TypeVar("_Row", bound=OfService)


def service_object(
    service: ServiceRow, verdict: Verdict, *, on: date, last_modified: datetime, areas: Areas, lists: ClosedLists
) -> Object:
    """The whole of a service for which the rule holds on a day. Raises ValueError when it does not hold."""
    return _Service(service, recorded_term(verdict), on, areas, lists).written(last_modified)


def organization_object(organization: OrganizationRow) -> Object:
    """An organization. The standard asks for a description even when there is none."""
    own = public_id("organization", organization.id)
    identifiers = [
        {
            "id": public_id("organization_identifier", f"{own}/{scheme}"),
            "organization_id": own,
            "identifier_scheme": scheme,
            "identifier_type": named,
            "identifier": number,
        }
        for scheme, named, number in (
            ("GB-CHC", "Charity number", organization.charity_number),
            ("GB-COH", "Company number", organization.company_number),
        )
        if number
    ]
    made = {
        "name": organization.name,
        "alternate_name": organization.alternate_name,
        "email": organization.email,
        "website": organization.website,
        "organization_identifiers": identifiers,
    }
    return {"id": own, "description": organization.description, **_known(made)}


def moment(at: datetime) -> str:
    """A moment as the standard writes it: in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class _Service:
    """One service on its way out, and what is needed to write it."""

    row: ServiceRow
    recorded: Term
    on: date
    areas: Areas
    lists: ClosedLists

    @property
    def id(self) -> str:
        return public_id("service", self.row.id)

    @property
    def gives_a_place_to_stay(self) -> bool:
        """Whether men may be staying there, so that nothing may say where it is."""
        return self.row.accommodation or any(
            one.link_type == "accommodation_kind" or (one.link_type == "need" and one.value == "stay")
            for one in self.row.attributes
        )

    def written(self, last_modified: datetime) -> Object:
        row = self.row
        contacts = _in_order(row.contacts)
        websites = [one.url for one in contacts if one.kind == "website"]
        emails = [one.email for one in contacts if one.kind == "email"]
        made: Object = {
            "id": self.id,
            "organization_id": public_id("organization", row.organization_id),
            "name": self.said(row.name) or _NAMELESS,
            "alternate_name": self.said(row.alternate_name),
            "description": self.said(row.description),
            "url": next(iter(websites), ""),
            "email": next(iter(emails), ""),
            "status": "active",
            "application_process": self.said(row.application_process),
            # Two names for one text: HSDS and Open Referral UK differ. So it is with areas and access below.
            "fees": self.said(row.fees_description),
            "fees_description": self.said(row.fees_description),
            "eligibility_description": self.said(row.eligibility_description),
            "interpretation_services": self.said(row.interpretation_services),
            "minimum_age": row.minimum_age,
            "maximum_age": row.maximum_age,
            "assured_date": self.assured(),
            "alert": EXAMPLE_ALERT if row.example else self.said(row.alert),
            "last_modified": moment(last_modified),
            "phones": [self.phone(one) for one in _in_order(row.phones)],
            "contacts": [self.contact(one) for one in contacts if one.email],
            "additional_urls": [self.url(one) for one in contacts if one.url],
            "schedules": list(self.schedules(main_hours(row))),
            "service_areas": [self.area(one) for one in _in_order(row.service_areas)],
            "service_at_locations": list(self.at_locations()),
            "languages": [self.language(one) for one in _in_order(row.languages)],
            "organization": organization_object(row.organization),
            "cost_options": [self.cost_option(one) for one in _in_order(row.cost_options)],
            "attributes": list(self.attributes()),
        }
        return _known(made)

    def own(self, kind: str, row_id: str) -> str:
        """The id of something that belongs to the service: made of the service's own, so that it outlives a copy."""
        return public_id(kind, f"{self.id}/{row_id.removeprefix(f'{self.row.id}/')}")

    def said(self, text: str) -> str:
        """A text, unless it would say where men stay. Such a text is refused when it comes; here once more."""
        return "" if self.gives_a_place_to_stay and looks_like_address(text) else text

    def assured(self) -> str | None:
        """The last day on which the service said that its entry is right, or else a way to reach it was tried."""
        if self.row.assured_on is not None and self.row.assured_on <= self.on:
            return self.row.assured_on.isoformat()
        checks = [one.checked_on for one in self.row.phones] + [one.checked_on for one in self.row.contacts]
        latest = max((day for day in checks if day is not None and day <= self.on), default=None)
        return None if latest is None else latest.isoformat()

    def phone(self, one: PhoneRow) -> Object:
        own = self.own("phone", one.id)
        bill = self.attribute(own, "phone", PARTICULARS[BILL], one.shows_on_bill)
        return _known(
            {
                "id": own,
                "service_id": self.id,
                "number": display_number(one.number),
                "type": one.type,
                "description": self.said(one.description),
                "schedules": list(self.schedules(self.hours_of(one.id))),
                "attributes": [] if one.shows_on_bill in _UNKNOWN else [bill],
            }
        )

    def contact(self, one: ContactRow) -> Object:
        return _known(
            {
                "id": self.own("contact", one.id),
                "service_id": self.id,
                "title": "Email",
                "department": self.said(one.description),
                "email": one.email,
                "schedules": list(self.schedules(self.hours_of(one.id))),
            }
        )

    def url(self, one: ContactRow) -> Object:
        return _known(
            {
                "id": self.own("url", one.id),
                "service_id": self.id,
                "label": self.said(one.description) or _URL_LABELS[one.kind],
                "url": one.url,
                "kind": one.kind,
                "schedules": list(self.schedules(self.hours_of(one.id))),
            }
        )

    def hours_of(self, link_id: str) -> ScheduleRow | None:
        """The hours of one way to reach the service, unless they stand for all of it already."""
        main = main_hours(self.row)
        return next((one for one in self.row.schedules if one.link_id == link_id and one is not main), None)

    def schedules(self, hours: ScheduleRow | None) -> Iterator[Object]:
        """Hours that somebody checked lately: a row for each pair of times, or one in words.

        What the stewards wrote stands in the notes.
        """
        if hours is None or hours.checked_on is None:
            return
        if not self.on - timedelta(days=HOURS_DAYS) <= hours.checked_on <= self.on:
            return
        found = timetable(hours.opening_hours)
        notes = f"{AS_WRITTEN}{hours.opening_hours}"
        if found is None:
            said = f"UK time: {hours.opening_hours}"
            own = self.own("schedule", hours.id)
            yield {"id": own, "service_id": self.id, "description": said, "notes": notes}
            return
        for number, slot in enumerate(found.slots, start=1):
            yield {
                "id": self.own("schedule", f"{hours.id}/{number}"),
                "service_id": self.id,
                "freq": "WEEKLY",
                "interval": 1,
                "byday": ",".join(slot.days),
                "opens_at": slot.opens,
                "closes_at": slot.closes,
                "description": f"UK time. {found.holidays}".strip(),
                "notes": notes,
            }

    def area(self, one: ServiceAreaRow) -> Object:
        name = self.areas[one.code].name if one.code in self.areas else one.code
        made = {
            "id": self.own("service_area", one.id),
            "service_id": self.id,
            "name": name,
            "service_area": name,
        }
        if one.code == _NO_GSS_CODE:
            return made | {"extent": one.code, "extent_type": "text"}
        return made | {"uri": one.uri}

    def language(self, one: LanguageRow) -> Object:
        own = self.own("language", one.id)
        return {"id": own, "service_id": self.id, "code": one.code, "name": one.name}

    def at_locations(self) -> Iterator[Object]:
        """Where a service is, if that may be known; else one place that is nowhere, reached by its contacts."""
        may_be_known = not (self.gives_a_place_to_stay or self.row.hides_address)
        locations = {one.id: one for one in self.row.locations} if may_be_known else {}
        shown = [one for one in _in_order(self.row.service_at_locations) if one.location_id in locations]
        for one in shown:
            yield _known(
                {
                    "id": self.own("service_at_location", one.id),
                    "service_id": self.id,
                    "location_id": self.own("location", one.location_id),
                    "description": one.description,
                    "location": self.location(locations[one.location_id]),
                }
            )
        if not shown:
            location = self.own("location", "contact-only")
            yield {
                "id": self.own("service_at_location", "contact-only"),
                "service_id": self.id,
                "location_id": location,
                "location": {
                    "id": location,
                    "location_type": "virtual",
                    "name": "Contact only",
                    "description": "Reached by its contacts. No address is published.",
                },
            }

    def location(self, one: LocationRow) -> Object:
        own = self.own("location", one.id)
        said = one.accessibility
        access = {
            "id": self.own("accessibility", one.id),
            "location_id": own,
            "description": said,
            "accessibility": said,
        }
        return _known(
            {
                "id": own,
                "location_type": one.location_type,
                "name": one.name,
                "description": one.description,
                "transportation": one.transportation,
                "addresses": [self.address(at) for at in _in_order(self.row.addresses) if at.location_id == one.id],
                "accessibility": [access] if said else [],
            }
        )

    def address(self, one: AddressRow) -> Object:
        made = {
            "id": self.own("address", one.id),
            "location_id": self.own("location", one.location_id),
            "address_1": one.address_1,
            "city": one.city,
            "state_province": one.state_province,
            "postal_code": one.postal_code,
            "country": one.country,
            "address_type": one.address_type,
        }
        return made | _known({"address_2": one.address_2})

    def cost_option(self, one: CostOptionRow) -> Object:
        return _known(
            {
                "id": self.own("cost_option", one.id),
                "service_id": self.id,
                "option": one.option,
                "currency": one.currency,
                "amount": None if one.amount_pence is None else one.amount_pence / 100,
                "amount_description": one.amount_description,
                "valid_from": None if one.valid_from is None else one.valid_from.isoformat(),
                "valid_to": None if one.valid_to is None else one.valid_to.isoformat(),
            }
        )

    def attributes(self) -> Iterator[Object]:
        yield self.attribute(self.id, "service", self.recorded)
        listed = [(SERVES, self.row.serves_men)]
        listed += [(one.link_type, one.value) for one in _in_order(self.row.attributes)]
        for taxonomy, code in listed:
            term = self.lists.term(taxonomy, code)
            if term is not None:
                yield self.attribute(self.id, "service", term)
        for code, term in PARTICULARS.items():
            value = self.said(str(getattr(self.row, code, "")))
            if code == SPACES and self.gives_a_place_to_stay:
                value = "ask"
            if value not in _UNKNOWN:
                yield self.attribute(self.id, "service", term, value)

    def attribute(self, link_id: str, link_type: str, term: Term, value: str = "") -> Object:
        return _known(
            {
                "id": public_id("attribute", f"{link_id}/{term.taxonomy.code}/{term.code}"),
                "link_id": link_id,
                "link_type": link_type,
                "value": value,
                "taxonomy_term_id": term.id,
                "taxonomy_term": term.as_object(),
            }
        )


def _known(made: Object) -> Object:
    """Without what is unknown: the standard has no null, and an empty text is no URL."""
    return {name: value for name, value in made.items() if value is not None and value != "" and value != []}


def _in_order(rows: Iterable[_Row]) -> list[_Row]:
    return sorted(rows, key=lambda row: (row.position, row.id))
