"""The tables of the directory: a subset of HSDS 3.0, by its names, and what HSDS lacks.

An address has one table, into which nothing comes of a service that gives men a place to stay or hides where it is:
what is not kept cannot lead anyone to a man's door. There is no column for a point on a map.
Only store.py and what it is made of read and write these tables. A change here needs a migration (a test compares
the two).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service_directory.model_base import CODE, ID, Base, Checked, Identified, OfService, UtcDateTime
from service_directory.model_recorded import (
    AttestationRow,
    CriterionEvidenceRow,
    CriterionResultRow,
    CriterionRow,
    EvidenceRow,
    LifelineCheckRow,
    MetadataRow,
    OtherMarkRow,
    RevisionRow,
    SectionRow,
    StandardRow,
    SuspensionRow,
)
from service_directory.model_waiting import (
    ExternalIdentityRow,
    ProposalDecisionRow,
    ProposalRow,
    ProposedChangeRow,
    StagedEntryRow,
    StagedImportRow,
)

__all__ = [
    "AddressRow",
    "AttestationRow",
    "AttributeRow",
    "Base",
    "ContactRow",
    "CostOptionRow",
    "CriterionEvidenceRow",
    "CriterionResultRow",
    "CriterionRow",
    "EvidenceRow",
    "ExternalIdentityRow",
    "LanguageRow",
    "LifelineCheckRow",
    "LocationRow",
    "MetadataRow",
    "OfService",
    "OrganizationRow",
    "OtherMarkRow",
    "PhoneRow",
    "ProposalDecisionRow",
    "ProposalRow",
    "ProposedChangeRow",
    "RevisionRow",
    "ScheduleRow",
    "SectionRow",
    "ServiceAreaRow",
    "ServiceAtLocationRow",
    "ServiceCapacityRow",
    "ServiceRow",
    "StagedEntryRow",
    "StagedImportRow",
    "StandardRow",
    "SuspensionRow",
    "TaxonomyRow",
    "TaxonomyTermRow",
    "UtcDateTime",
]


class OrganizationRow(Identified, Base):
    __tablename__ = "organization"

    name: Mapped[str] = mapped_column(Text)
    alternate_name: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(Text, default="")
    # HSDS keeps these two as `organization_identifier`, with the schemes GB-CHC and GB-COH.
    charity_number: Mapped[str] = mapped_column(String(CODE), default="")
    company_number: Mapped[str] = mapped_column(String(CODE), default="")
    # --- not in HSDS
    do_not_list: Mapped[bool] = mapped_column(Boolean, default=False)


class ServiceRow(Identified, Base):
    """HSDS `service`; below the line, what HSDS lacks. Texts are empty when unknown, closed lists say `unknown`.

    `funding_end` and `do_not_list` are for stewards only. `assured_on` is HSDS `assured_date`, the day on which the
    service, or somebody for it, last said that the entry is right; `assured_by`, who that was, is never published.
    """

    __tablename__ = "service"

    organization_id: Mapped[str] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    alternate_name: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(CODE))
    application_process: Mapped[str] = mapped_column(Text, default="")
    fees_description: Mapped[str] = mapped_column(Text, default="")
    eligibility_description: Mapped[str] = mapped_column(Text, default="")
    interpretation_services: Mapped[str] = mapped_column(Text, default="")
    alert: Mapped[str] = mapped_column(Text, default="")
    minimum_age: Mapped[int | None] = mapped_column(Integer)
    maximum_age: Mapped[int | None] = mapped_column(Integer)
    assured_on: Mapped[date | None] = mapped_column(Date)
    assured_by: Mapped[str] = mapped_column(Text, default="")
    # --- not in HSDS
    published: Mapped[bool] = mapped_column(Boolean)
    hold_reason: Mapped[str] = mapped_column(Text, default="")
    perpetrator_service: Mapped[bool] = mapped_column(Boolean)
    serves_men: Mapped[str] = mapped_column(String(CODE))
    accommodation: Mapped[bool] = mapped_column(Boolean)
    hides_address: Mapped[bool] = mapped_column(Boolean, default=False)
    assessment: Mapped[str] = mapped_column(Text, default="")
    assessment_told: Mapped[str] = mapped_column(String(CODE), default="unknown")
    bill: Mapped[str] = mapped_column(Text, default="")
    workers: Mapped[str] = mapped_column(Text, default="")
    worker_choice: Mapped[str] = mapped_column(String(CODE), default="unknown")
    sexuality_inclusion: Mapped[str] = mapped_column(Text, default="")
    trans_inclusion: Mapped[str] = mapped_column(Text, default="")
    children: Mapped[str] = mapped_column(Text, default="")
    children_accepted: Mapped[str] = mapped_column(String(CODE), default="unknown")
    pets: Mapped[str] = mapped_column(Text, default="")
    pets_accepted: Mapped[str] = mapped_column(String(CODE), default="unknown")
    local_applicants: Mapped[str] = mapped_column(String(CODE), default="unknown")
    anonymous_contact: Mapped[str] = mapped_column(String(CODE), default="unknown")
    access: Mapped[str] = mapped_column(Text, default="")
    funding_end: Mapped[date | None] = mapped_column(Date)
    do_not_list: Mapped[bool] = mapped_column(Boolean, default=False)
    example: Mapped[bool] = mapped_column(Boolean, default=False)

    organization: Mapped[OrganizationRow] = relationship(lazy="raise", viewonly=True)
    phones: Mapped[list[PhoneRow]] = relationship(lazy="raise", viewonly=True)
    contacts: Mapped[list[ContactRow]] = relationship(lazy="raise", viewonly=True)
    schedules: Mapped[list[ScheduleRow]] = relationship(lazy="raise", viewonly=True)
    service_areas: Mapped[list[ServiceAreaRow]] = relationship(lazy="raise", viewonly=True)
    languages: Mapped[list[LanguageRow]] = relationship(lazy="raise", viewonly=True)
    attributes: Mapped[list[AttributeRow]] = relationship(lazy="raise", viewonly=True)
    cost_options: Mapped[list[CostOptionRow]] = relationship(lazy="raise", viewonly=True)
    locations: Mapped[list[LocationRow]] = relationship(lazy="raise", viewonly=True)
    service_at_locations: Mapped[list[ServiceAtLocationRow]] = relationship(lazy="raise", viewonly=True)
    addresses: Mapped[list[AddressRow]] = relationship(lazy="raise", viewonly=True)
    capacities: Mapped[list[ServiceCapacityRow]] = relationship(lazy="raise", viewonly=True)
    attestations: Mapped[list[AttestationRow]] = relationship(lazy="raise", viewonly=True)
    suspensions: Mapped[list[SuspensionRow]] = relationship(lazy="raise", viewonly=True)
    evidence: Mapped[list[EvidenceRow]] = relationship(lazy="raise", viewonly=True)
    other_marks: Mapped[list[OtherMarkRow]] = relationship(lazy="raise", viewonly=True)


class PhoneRow(OfService, Checked, Base):
    """`type` is voice, text or whatsapp; `number` is E.164, or a short code as it is dialled.

    `shows_on_bill` is no, maybe, yes or unknown.
    """

    __tablename__ = "phone"

    number: Mapped[str] = mapped_column(String(CODE))
    type: Mapped[str] = mapped_column(String(CODE))
    description: Mapped[str] = mapped_column(Text, default="")
    shows_on_bill: Mapped[str] = mapped_column(String(CODE), default="unknown")


class ContactRow(OfService, Checked, Base):
    """A way to reach a service in writing. `kind` (webchat, email or website) and `url` are not in HSDS."""

    __tablename__ = "contact"

    kind: Mapped[str] = mapped_column(String(CODE))
    email: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")


class ScheduleRow(OfService, Checked, Base):
    """When a service can be reached, or one of its phones or contacts (`link_id`, empty for the service).

    `opening_hours` is OpenStreetMap notation, in Europe/London.
    """

    __tablename__ = "schedule"

    link_id: Mapped[str] = mapped_column(String(ID), default="")
    opening_hours: Mapped[str] = mapped_column(Text)


class ServiceAreaRow(OfService, Base):
    """An area that a service covers whole, by its GSS code. HSDS keeps the same fact as a `uri`."""

    __tablename__ = "service_area"

    code: Mapped[str] = mapped_column(String(CODE), index=True)

    @property
    def uri(self) -> str:
        return f"http://statistics.data.gov.uk/id/statistical-geography/{self.code}"


class LanguageRow(OfService, Base):
    __tablename__ = "language"

    code: Mapped[str] = mapped_column(String(CODE))
    name: Mapped[str] = mapped_column(Text, default="")


class TaxonomyRow(Identified, Base):
    """HSDS `taxonomy`: a closed list of ours."""

    __tablename__ = "taxonomy"

    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[str] = mapped_column(String(CODE), default="")


class TaxonomyTermRow(Identified, Base):
    """HSDS `taxonomy_term`: one value of a closed list. Its id is `taxonomy/code`."""

    __tablename__ = "taxonomy_term"

    taxonomy_id: Mapped[str] = mapped_column(ForeignKey("taxonomy.id"), index=True)
    code: Mapped[str] = mapped_column(String(CODE))
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")


class AttributeRow(OfService, Base):
    """HSDS `attribute`: a value from one of our closed lists, named by `link_type` (need, accommodation_kind,
    access_route)."""

    __tablename__ = "attribute"

    link_type: Mapped[str] = mapped_column(String(CODE))
    value: Mapped[str] = mapped_column(String(CODE))
    taxonomy_term_id: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)


class CostOptionRow(OfService, Base):
    """HSDS `cost_option`. The amount is kept in pence, because money is counted, not measured."""

    __tablename__ = "cost_option"

    option: Mapped[str] = mapped_column(Text, default="")
    currency: Mapped[str] = mapped_column(String(CODE), default="GBP")
    amount_pence: Mapped[int | None] = mapped_column(Integer)
    amount_description: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    @property
    def amount(self) -> Decimal | None:
        """The amount in the units of its currency."""
        return None if self.amount_pence is None else Decimal(self.amount_pence) / 100


class LocationRow(OfService, Base):
    """HSDS `location`: physical, postal or virtual. It belongs to one service, so that what a service shows of
    where it is never tells where another one is."""

    __tablename__ = "location"

    location_type: Mapped[str] = mapped_column(String(CODE))
    name: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    transportation: Mapped[str] = mapped_column(Text, default="")
    accessibility: Mapped[str] = mapped_column(Text, default="")


class ServiceAtLocationRow(OfService, Base):
    __tablename__ = "service_at_location"

    location_id: Mapped[str] = mapped_column(ForeignKey("location.id"), index=True)
    description: Mapped[str] = mapped_column(Text, default="")


class AddressRow(OfService, Base):
    """HSDS `address`: only of a service that gives nobody a place to stay and does not hide where it is."""

    __tablename__ = "address"

    location_id: Mapped[str] = mapped_column(ForeignKey("location.id"), index=True)
    address_type: Mapped[str] = mapped_column(String(CODE))
    address_1: Mapped[str] = mapped_column(Text)
    address_2: Mapped[str] = mapped_column(Text, default="")
    city: Mapped[str] = mapped_column(Text, default="")
    state_province: Mapped[str] = mapped_column(Text, default="")
    postal_code: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(String(CODE), default="GB")


class ServiceCapacityRow(OfService, Checked, Base):
    """Refuge spaces, as HSDS 3.1 names them, for stewards only: whoever watches a place fill learns who is in it.

    `unit` is spaces_for_men or spaces_for_anyone.
    """

    __tablename__ = "service_capacity"

    unit: Mapped[str] = mapped_column(String(CODE))
    available: Mapped[int] = mapped_column(Integer)
    maximum: Mapped[int | None] = mapped_column(Integer)
