"""The desk's own tables, beside the directory's in the same database, under an Alembic table of their own.

They are no part of a service's entry: what a document says of a service never touches them, and they have no history.
What is kept here of people is kept of those who work with the desk (a steward, somebody at a service), never of a man:
a report says which service and which week, a count which month.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, Integer, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from service_directory.model_base import CODE, ID, Numbered, UtcDateTime

#: A hash in hex, of what only its bearer knows.
HASH = 64


class DeskBase(DeclarativeBase):
    """The desk's tables. Their constraints are named, so that migrations can find them everywhere."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class AccountRow(Numbered, DeskBase):
    """Somebody of the helpline team. `name` is what history says; no two accounts ever share one, nor an address.

    `roles` are steward, lead and editor, with commas between them. `totp_secret` is sealed under the server's secret;
    `totp_step` is the last time step whose code was taken, so that none is taken twice; `totp_wrong` how many wrong
    codes came since `totp_wrong_since`. A closed account stays, so that
    its name stays taken.
    """

    __tablename__ = "desk_account"
    __table_args__ = (UniqueConstraint("name_key"), UniqueConstraint("email_key"))

    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(String(ID))
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(String(ID))
    roles: Mapped[str] = mapped_column(Text)
    totp_secret: Mapped[str] = mapped_column(Text, default="")
    totp_step: Mapped[int] = mapped_column(Integer, default=0)
    totp_wrong: Mapped[int] = mapped_column(Integer, default=0)
    totp_wrong_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    invited_by: Mapped[str] = mapped_column(Text)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeeperRow(Numbered, DeskBase):
    """An address at a service that may keep one entry right. It is never shown to men.

    `bounced_at`: mail to it came back, and none is sent until a steward has looked.
    """

    __tablename__ = "desk_keeper"
    __table_args__ = (UniqueConstraint("service_id", "email_key"),)

    service_id: Mapped[str] = mapped_column(String(ID), index=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(String(ID), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(Text)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeeperRequestRow(Numbered, DeskBase):
    """A service asks that another address may keep its entry right, or that one no longer may: a steward agrees.

    `action` is add or remove, `state` open, agreed, declined or withdrawn.
    """

    __tablename__ = "desk_keeper_request"

    service_id: Mapped[str] = mapped_column(String(ID), index=True)
    action: Mapped[str] = mapped_column(String(CODE))
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(String(ID))
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(CODE), default="open")
    settled_by: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class EntryDraftRow(DeskBase):
    """What a service is changing of its entry and has not sent in yet, or what it last sent in, to go on from.

    `content` is JSON: the parts that were typed anew, each with its fields. `proposal` is the one it was sent in as;
    what was saved after `sent_at` was not sent yet.
    """

    __tablename__ = "desk_entry_draft"

    service_id: Mapped[str] = mapped_column(String(ID), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[str] = mapped_column(Text)
    proposal: Mapped[int | None] = mapped_column(Integer)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LinkRow(DeskBase):
    """A link that was emailed: spent once, by the button behind it. Only a hash of what stands in it is kept.

    `purpose` is sign_in, join (an invitation) or entry (a keeper's); `subject` the account's or keeper's number.
    """

    __tablename__ = "desk_link"

    hash: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(CODE))
    subject: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    spent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class VisitRow(DeskBase):
    """Somebody who signed in: an account, or a keeper. Only a hash of what his browser holds is kept.

    `kind` is account or keeper. `proved`: the second factor was shown (keepers have none).
    """

    __tablename__ = "desk_visit"

    hash: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(CODE))
    subject: Mapped[int] = mapped_column(Integer, index=True)
    proved: Mapped[bool] = mapped_column(Boolean, default=False)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class MailRow(Numbered, DeskBase):
    """A letter in the queue. `state` is waiting, sent, failed or bounced; `kind` says what it is for.

    `taken_until`: a process is sending it until then. `useless_at`: the link in it has expired by then, so it is not
    sent any more. The words are taken out once it is sent, or never will be: they may hold a link.
    """

    __tablename__ = "desk_mail"

    kind: Mapped[str] = mapped_column(String(CODE))
    service_id: Mapped[str] = mapped_column(String(ID), default="", index=True)
    recipient: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Text)
    plain: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(CODE), index=True)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    taken_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    useless_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str] = mapped_column(Text, default="")


class JobRow(DeskBase):
    """One thing that is done again and again by one process at a time. `done_for` names the last time it was done."""

    __tablename__ = "desk_job"

    name: Mapped[str] = mapped_column(String(CODE), primary_key=True)
    holder: Mapped[str] = mapped_column(String(CODE), default="")
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_for: Mapped[str] = mapped_column(String(CODE), default="")


class ReminderRow(Numbered, DeskBase):
    """A service was written to. `stage` is first or again, when it was asked whether its entry is still right, counted
    from the day on which that was last heard; or lapsing, when it was told that something runs out on that day. Of no
    service, and weekly: stewards were told what waits, in the week of that Monday.
    """

    __tablename__ = "desk_reminder"
    __table_args__ = (UniqueConstraint("service_id", "counted_from", "stage"),)

    service_id: Mapped[str] = mapped_column(String(ID), index=True)
    stage: Mapped[str] = mapped_column(String(CODE))
    counted_from: Mapped[date] = mapped_column(Date)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AssessmentDraftRow(Numbered, DeskBase):
    """What a service said of itself under one criterion, saved as it goes. `state` is draft, sent or decided."""

    __tablename__ = "desk_assessment_draft"
    __table_args__ = (UniqueConstraint("service_id", "standard", "section", "criterion"),)

    service_id: Mapped[str] = mapped_column(String(ID), index=True)
    standard: Mapped[str] = mapped_column(String(ID))
    section: Mapped[str] = mapped_column(String(CODE))
    criterion: Mapped[str] = mapped_column(String(CODE))
    result: Mapped[str] = mapped_column(String(CODE), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(CODE), default="draft")
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[str] = mapped_column(Text)


class DecisionRow(Numbered, DeskBase):
    """A decision that a section of the standard is met, put down by one steward: it waits for another to agree.

    `content` is the decision as JSON, in the shape of an attestation of a directory document. The row goes when it is
    recorded or taken back.
    """

    __tablename__ = "desk_decision"

    service_id: Mapped[str] = mapped_column(String(ID), index=True)
    section: Mapped[str] = mapped_column(String(CODE))
    content: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    put_down_by: Mapped[str] = mapped_column(Text)
    put_down_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportRow(Numbered, DeskBase):
    """A man said that a service was not as shown. Deleted when a steward has handled it.

    `kind` is number (it did not work), closed, or turned_away (because he is a man); `week` the Monday of it.
    """

    __tablename__ = "desk_report"

    service_id: Mapped[str] = mapped_column(String(ID), index=True)
    kind: Mapped[str] = mapped_column(String(CODE))
    week: Mapped[date] = mapped_column(Date)


class CountRow(DeskBase):
    """How often something was done in a month in a region: never more exactly, never of whom."""

    __tablename__ = "desk_count"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    region: Mapped[str] = mapped_column(String(CODE), primary_key=True, default="")
    kind: Mapped[str] = mapped_column(String(ID), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class SwitchRow(DeskBase):
    """Something that a lead has switched off for now: `bot`, or `lifeline:KEY`. The row goes when it is on again."""

    __tablename__ = "desk_switch"

    name: Mapped[str] = mapped_column(String(CODE * 2), primary_key=True)
    message: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogRow(Numbered, DeskBase):
    """What was done at the desk besides changing an entry: who signed in, was invited, switched or published what."""

    __tablename__ = "desk_log"

    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    who: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(String(CODE))
    about: Mapped[str] = mapped_column(Text, default="")
