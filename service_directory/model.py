"""The tables of the directory: a thin subset of HSDS 3.0, by its names, and what HSDS lacks.

There is no table of addresses, and no column for one: what is not kept cannot lead anyone to a man's door.
Only store.py reads and writes these tables. A change here needs a migration (a test compares the two).
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

_CODE = 32
_ID = 200


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone before it is stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The directory's tables. Their constraints are named, so that migrations can find them everywhere."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Identified:
    """A row known by a text id, which stewards may choose."""

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)


class OfService(Identified):
    """A row that belongs to a service. `position` keeps the order in which it was written."""

    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)


class Checked:
    """Where a fact came from, and who last made sure of it."""

    source: Mapped[str] = mapped_column(Text, default="")
    checked_on: Mapped[date | None] = mapped_column(Date)
    checked_by: Mapped[str] = mapped_column(Text, default="")


class OrganizationRow(Identified, Base):
    __tablename__ = "organization"

    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(Text, default="")


class ServiceRow(Identified, Base):
    """HSDS `service`; below the line, what HSDS lacks. Texts are empty when unknown."""

    __tablename__ = "service"

    organization_id: Mapped[str] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(_CODE))
    application_process: Mapped[str] = mapped_column(Text, default="")
    fees_description: Mapped[str] = mapped_column(Text, default="")
    minimum_age: Mapped[int | None] = mapped_column(Integer)
    maximum_age: Mapped[int | None] = mapped_column(Integer)
    # --- not in HSDS
    published: Mapped[bool] = mapped_column(Boolean)
    hold_reason: Mapped[str] = mapped_column(Text, default="")
    perpetrator_service: Mapped[bool] = mapped_column(Boolean)
    serves_men: Mapped[str] = mapped_column(String(_CODE))
    accommodation: Mapped[bool] = mapped_column(Boolean)
    assessment: Mapped[str] = mapped_column(Text, default="")
    bill: Mapped[str] = mapped_column(Text, default="")
    workers: Mapped[str] = mapped_column(Text, default="")
    children: Mapped[str] = mapped_column(Text, default="")
    access: Mapped[str] = mapped_column(Text, default="")
    example: Mapped[bool] = mapped_column(Boolean, default=False)

    organization: Mapped[OrganizationRow] = relationship(lazy="raise", viewonly=True)
    phones: Mapped[list[PhoneRow]] = relationship(lazy="raise", viewonly=True)
    contacts: Mapped[list[ContactRow]] = relationship(lazy="raise", viewonly=True)
    schedules: Mapped[list[ScheduleRow]] = relationship(lazy="raise", viewonly=True)
    service_areas: Mapped[list[ServiceAreaRow]] = relationship(lazy="raise", viewonly=True)
    languages: Mapped[list[LanguageRow]] = relationship(lazy="raise", viewonly=True)
    attributes: Mapped[list[AttributeRow]] = relationship(lazy="raise", viewonly=True)
    attestations: Mapped[list[AttestationRow]] = relationship(lazy="raise", viewonly=True)
    suspensions: Mapped[list[SuspensionRow]] = relationship(lazy="raise", viewonly=True)


class PhoneRow(OfService, Checked, Base):
    """`type` is voice, text or whatsapp; `number` is E.164, or a short code as it is dialled."""

    __tablename__ = "phone"

    number: Mapped[str] = mapped_column(String(_CODE))
    type: Mapped[str] = mapped_column(String(_CODE))
    description: Mapped[str] = mapped_column(Text, default="")


class ContactRow(OfService, Checked, Base):
    """A way to reach a service in writing. `kind` (webchat, email or website) and `url` are not in HSDS."""

    __tablename__ = "contact"

    kind: Mapped[str] = mapped_column(String(_CODE))
    email: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")


class ScheduleRow(OfService, Checked, Base):
    """When a service can be reached, or one of its phones or contacts (`link_id`, empty for the service).

    `opening_hours` is OpenStreetMap notation, in Europe/London.
    """

    __tablename__ = "schedule"

    link_id: Mapped[str] = mapped_column(String(_ID), default="")
    opening_hours: Mapped[str] = mapped_column(Text)


class ServiceAreaRow(OfService, Base):
    """An area that a service covers whole, by its GSS code. HSDS keeps the same fact as a `uri`."""

    __tablename__ = "service_area"

    code: Mapped[str] = mapped_column(String(_CODE), index=True)

    @property
    def uri(self) -> str:
        return f"http://statistics.data.gov.uk/id/statistical-geography/{self.code}"


class LanguageRow(OfService, Base):
    __tablename__ = "language"

    code: Mapped[str] = mapped_column(String(_CODE))
    name: Mapped[str] = mapped_column(Text, default="")


class AttributeRow(OfService, Base):
    """HSDS `attribute`: a value from one of our closed lists, named by `link_type` (`need`)."""

    __tablename__ = "attribute"

    link_type: Mapped[str] = mapped_column(String(_CODE))
    value: Mapped[str] = mapped_column(String(_CODE))


class AttestationRow(OfService, Base):
    """Who judged one section of a standard for one service, on what basis, from when until when."""

    __tablename__ = "attestation"

    standard: Mapped[str] = mapped_column(String(_CODE))
    standard_version: Mapped[str] = mapped_column(String(_CODE))
    section: Mapped[str] = mapped_column(String(_CODE))
    basis: Mapped[str] = mapped_column(String(_CODE))
    outcome: Mapped[str] = mapped_column(String(_CODE))
    state: Mapped[str] = mapped_column(String(_CODE))
    assessor: Mapped[str] = mapped_column(Text)
    assessed_on: Mapped[date | None] = mapped_column(Date)
    decided_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    review_due: Mapped[date | None] = mapped_column(Date)
    public_note: Mapped[str] = mapped_column(Text, default="")

    criterion_results: Mapped[list[CriterionResultRow]] = relationship(lazy="raise", viewonly=True)


class CriterionResultRow(Identified, Base):
    __tablename__ = "criterion_result"

    attestation_id: Mapped[str] = mapped_column(ForeignKey("attestation.id"), index=True)
    criterion: Mapped[str] = mapped_column(String(_CODE))
    result: Mapped[str] = mapped_column(String(_CODE))
    reason: Mapped[str] = mapped_column(Text, default="")


class SuspensionRow(OfService, Base):
    """Days on which a service, or one section of it, is not shown. Both ends are included."""

    __tablename__ = "suspension"

    section: Mapped[str | None] = mapped_column(String(_CODE))
    from_date: Mapped[date] = mapped_column(Date)
    until_date: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text, default="")
    opened_by: Mapped[str] = mapped_column(Text, default="")


class MetadataRow(Base):
    """HSDS `metadata`: one row for every field that ever changed, kept for good. `reason` is ours."""

    __tablename__ = "metadata"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    service_id: Mapped[str | None] = mapped_column(String(_ID), index=True)
    resource_type: Mapped[str] = mapped_column(String(_CODE))
    resource_id: Mapped[str] = mapped_column(String(_ID), index=True)
    last_action_date: Mapped[datetime] = mapped_column(UtcDateTime)
    last_action_type: Mapped[str] = mapped_column(String(_CODE))
    field_name: Mapped[str] = mapped_column(String(_CODE))
    previous_value: Mapped[str] = mapped_column(Text)
    replacement_value: Mapped[str] = mapped_column(Text)
    updated_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class LifelineCheckRow(Base):
    """Somebody rang a lifeline on a day and found it as printed."""

    __tablename__ = "lifeline_check"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    lifeline_key: Mapped[str] = mapped_column(String(_CODE), index=True)
    checked_on: Mapped[date] = mapped_column(Date)
    checked_by: Mapped[str] = mapped_column(Text)


class RevisionRow(Base):
    """The one row whose number grows with every change, so that indexes know when to be rebuilt."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)
