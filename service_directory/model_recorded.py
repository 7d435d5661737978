"""The tables of what is recorded of services: standards, who judged what, suspensions, marks, and all history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service_directory.model_base import CODE, ID, Base, Identified, Numbered, OfService, UtcDateTime


class StandardRow(Identified, Base):
    """One version of a standard, `code/version`. `counts`: the rule "recorded as meeting" accepts it, and no longer
    the versions that it `replaces` (with commas between them)."""

    __tablename__ = "standard"

    code: Mapped[str] = mapped_column(String(CODE))
    version: Mapped[str] = mapped_column(String(CODE))
    title: Mapped[str] = mapped_column(Text)
    wording: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[bool] = mapped_column(Boolean)
    replaces: Mapped[str] = mapped_column(Text, default="")


class SectionRow(Identified, Base):
    __tablename__ = "section"

    standard_id: Mapped[str] = mapped_column(ForeignKey("standard.id"), index=True)
    code: Mapped[str] = mapped_column(String(CODE))
    title: Mapped[str] = mapped_column(Text)
    aim: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer)


class CriterionRow(Identified, Base):
    """One thing to be judged: its words, what would show it, and what it tells a man."""

    __tablename__ = "criterion"

    section_id: Mapped[str] = mapped_column(ForeignKey("section.id"), index=True)
    code: Mapped[str] = mapped_column(String(CODE))
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, default="")
    tells: Mapped[str] = mapped_column(Text, default="")
    essential: Mapped[bool] = mapped_column(Boolean)
    position: Mapped[int] = mapped_column(Integer)


class AttestationRow(OfService, Base):
    """Who judged one section of a standard for one service, on what basis, from when until when."""

    __tablename__ = "attestation"

    standard: Mapped[str] = mapped_column(String(CODE))
    standard_version: Mapped[str] = mapped_column(String(CODE))
    section: Mapped[str] = mapped_column(String(CODE))
    basis: Mapped[str] = mapped_column(String(CODE))
    outcome: Mapped[str] = mapped_column(String(CODE))
    state: Mapped[str] = mapped_column(String(CODE))
    assessor: Mapped[str] = mapped_column(Text)
    assessor_role: Mapped[str] = mapped_column(Text, default="")
    assessed_on: Mapped[date | None] = mapped_column(Date)
    submitted_by: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    review_due: Mapped[date | None] = mapped_column(Date)
    scope_note: Mapped[str] = mapped_column(Text, default="")
    public_note: Mapped[str] = mapped_column(Text, default="")

    criterion_results: Mapped[list[CriterionResultRow]] = relationship(lazy="raise", viewonly=True)


class CriterionResultRow(Identified, Base):
    __tablename__ = "criterion_result"

    attestation_id: Mapped[str] = mapped_column(ForeignKey("attestation.id"), index=True)
    criterion: Mapped[str] = mapped_column(String(CODE))
    result: Mapped[str] = mapped_column(String(CODE))
    reason: Mapped[str] = mapped_column(Text, default="")


class EvidenceRow(OfService, Base):
    """What an assessor was shown. `kind` is url, document, visit, test_contact, feedback or certificate.

    It names nobody: neither staff nor people who use the service.
    """

    __tablename__ = "evidence"

    kind: Mapped[str] = mapped_column(String(CODE))
    title: Mapped[str] = mapped_column(Text)
    locator: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    captured_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)


class CriterionEvidenceRow(OfService, Base):
    """Which evidence speaks for which result."""

    __tablename__ = "criterion_evidence"

    attestation_id: Mapped[str] = mapped_column(ForeignKey("attestation.id"), index=True)
    criterion_result_id: Mapped[str] = mapped_column(ForeignKey("criterion_result.id"), index=True)
    evidence_id: Mapped[str] = mapped_column(ForeignKey("evidence.id"), index=True)


class SuspensionRow(OfService, Base):
    """Days on which a service, or one section of it, is not shown. Both ends are included.

    One that was lifted ends on the day before; `closed_by` says who lifted it.
    """

    __tablename__ = "suspension"

    section: Mapped[str | None] = mapped_column(String(CODE))
    from_date: Mapped[date] = mapped_column(Date)
    until_date: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text, default="")
    opened_by: Mapped[str] = mapped_column(Text, default="")
    closed_by: Mapped[str] = mapped_column(Text, default="")


class OtherMarkRow(OfService, Base):
    """A mark of another scheme: told to whoever asks, and nothing to the rule "recorded as meeting"."""

    __tablename__ = "other_mark"

    scheme: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(Text, default="")
    issued_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    verify_url: Mapped[str] = mapped_column(Text, default="")


class MetadataRow(Numbered, Base):
    """HSDS `metadata`: one row for every field that ever changed, kept for good. `reason` is ours."""

    __tablename__ = "metadata"

    service_id: Mapped[str | None] = mapped_column(String(ID), index=True)
    resource_type: Mapped[str] = mapped_column(String(CODE))
    resource_id: Mapped[str] = mapped_column(String(ID), index=True)
    last_action_date: Mapped[datetime] = mapped_column(UtcDateTime)
    last_action_type: Mapped[str] = mapped_column(String(CODE))
    field_name: Mapped[str] = mapped_column(String(CODE))
    previous_value: Mapped[str] = mapped_column(Text)
    replacement_value: Mapped[str] = mapped_column(Text)
    updated_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class LifelineCheckRow(Numbered, Base):
    """Somebody rang a lifeline on a day and found it as printed."""

    __tablename__ = "lifeline_check"

    lifeline_key: Mapped[str] = mapped_column(String(CODE), index=True)
    checked_on: Mapped[date] = mapped_column(Date)
    checked_by: Mapped[str] = mapped_column(Text)


class RevisionRow(Base):
    """The one row whose number grows with every change, so that indexes know when to be rebuilt."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)
