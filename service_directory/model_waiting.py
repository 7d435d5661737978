"""The tables of what waits for people: staged imports, and proposals that need two of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service_directory.model_base import CODE, ID, Base, Numbered, UtcDateTime


class ProposalRow(Numbered, Base):
    """A change of the ways to reach a live service that two people have yet to agree on.

    `state` is open, approved, rejected or overtaken. `source` is where the change comes from: a document, a feed.
    """

    __tablename__ = "proposal"

    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"), index=True)
    state: Mapped[str] = mapped_column(String(CODE), index=True)
    proposed_by: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")


class ProposedChangeRow(Numbered, Base):
    """One field that a proposal would change, in the shape of a row of history."""

    __tablename__ = "proposed_change"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    resource_type: Mapped[str] = mapped_column(String(CODE))
    resource_id: Mapped[str] = mapped_column(String(ID))
    action: Mapped[str] = mapped_column(String(CODE))
    field_name: Mapped[str] = mapped_column(String(CODE))
    previous_value: Mapped[str] = mapped_column(Text)
    replacement_value: Mapped[str] = mapped_column(Text)


class ProposalDecisionRow(Numbered, Base):
    """One person's word on a proposal: `decision` is approve or reject."""

    __tablename__ = "proposal_decision"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    decision: Mapped[str] = mapped_column(String(CODE))
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")


class StagedImportRow(Numbered, Base):
    """One reading of somebody else's data. `state` is staged, applied or discarded; `digest` names what was read."""

    __tablename__ = "staged_import"

    source: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(CODE))
    digest: Mapped[str] = mapped_column(String(ID), default="")
    state: Mapped[str] = mapped_column(String(CODE))
    staged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    staged_by: Mapped[str] = mapped_column(Text)


class StagedEntryRow(Numbered, Base):
    """One organization or service of a staged import, cleaned: no hidden address comes this far.

    `outcome` is new, changed, unchanged or rejected; `content` the cleaned entry as JSON, in the shape of an entry
    of a directory document; `place` where it stood in the source (a row, a page).
    """

    __tablename__ = "staged_entry"

    import_id: Mapped[int] = mapped_column(ForeignKey("staged_import.id"), index=True)
    resource_type: Mapped[str] = mapped_column(String(CODE))
    resource_id: Mapped[str] = mapped_column(String(ID), index=True)
    place: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(CODE))
    reason: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text, default="")


class ExternalIdentityRow(Numbered, Base):
    """By which id a source knows an organization or service of ours."""

    __tablename__ = "external_identity"

    source: Mapped[str] = mapped_column(String(ID))
    resource_type: Mapped[str] = mapped_column(String(CODE))
    external_id: Mapped[str] = mapped_column(String(ID), index=True)
    resource_id: Mapped[str] = mapped_column(String(ID), index=True)
