"""The first tables of the desk: accounts, keepers, links, visits, letters, jobs, drafts, reports, counts, switches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "k001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("totp_wrong", sa.Integer(), nullable=False),
        sa.Column("totp_wrong_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_desk_account_email_key")),
        sa.UniqueConstraint("name_key", name=op.f("uq_desk_account_name_key")),
    )
    op.create_table(
        "desk_assessment_draft",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("standard", sa.String(length=200), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("criterion", sa.String(length=32), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_assessment_draft")),
        sa.UniqueConstraint(
            "service_id", "standard", "section", "criterion", name=op.f("uq_desk_assessment_draft_service_id")
        ),
    )
    op.create_index(op.f("ix_desk_assessment_draft_service_id"), "desk_assessment_draft", ["service_id"], unique=False)
    op.create_table(
        "desk_count",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "region", "kind", name=op.f("pk_desk_count")),
    )
    op.create_table(
        "desk_entry_draft",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_desk_entry_draft")),
    )
    op.create_table(
        "desk_keeper_request",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_keeper_request")),
    )
    op.create_index(op.f("ix_desk_keeper_request_service_id"), "desk_keeper_request", ["service_id"], unique=False)
    op.create_table(
        "desk_job",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_for", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_job")),
    )
    op.create_table(
        "desk_keeper",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_keeper")),
        sa.UniqueConstraint("service_id", "email_key", name=op.f("uq_desk_keeper_service_id")),
    )
    op.create_index(op.f("ix_desk_keeper_email_key"), "desk_keeper", ["email_key"], unique=False)
    op.create_index(op.f("ix_desk_keeper_service_id"), "desk_keeper", ["service_id"], unique=False)
    op.create_table(
        "desk_link",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_desk_link")),
    )
    op.create_index(op.f("ix_desk_link_expires_at"), "desk_link", ["expires_at"], unique=False)
    op.create_table(
        "desk_log",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_log")),
    )
    op.create_index(op.f("ix_desk_log_at"), "desk_log", ["at"], unique=False)
    op.create_table(
        "desk_mail",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("useless_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_mail")),
    )
    op.create_index(op.f("ix_desk_mail_service_id"), "desk_mail", ["service_id"], unique=False)
    op.create_index(op.f("ix_desk_mail_state"), "desk_mail", ["state"], unique=False)
    op.create_table(
        "desk_reminder",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_reminder")),
        sa.UniqueConstraint("service_id", "counted_from", "stage", name=op.f("uq_desk_reminder_service_id")),
    )
    op.create_index(op.f("ix_desk_reminder_service_id"), "desk_reminder", ["service_id"], unique=False)
    op.create_table(
        "desk_decision",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("put_down_by", sa.Text(), nullable=False),
        sa.Column("put_down_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_decision")),
    )
    op.create_index(op.f("ix_desk_decision_service_id"), "desk_decision", ["service_id"], unique=False)
    op.create_table(
        "desk_report",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_report")),
    )
    op.create_index(op.f("ix_desk_report_service_id"), "desk_report", ["service_id"], unique=False)
    op.create_table(
        "desk_switch",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_switch")),
    )
    op.create_table(
        "desk_visit",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_desk_visit")),
    )
    op.create_index(op.f("ix_desk_visit_expires_at"), "desk_visit", ["expires_at"], unique=False)
    op.create_index(op.f("ix_desk_visit_subject"), "desk_visit", ["subject"], unique=False)


def downgrade() -> None:
    for table in (
        "desk_visit",
        "desk_switch",
        "desk_report",
        "desk_reminder",
        "desk_mail",
        "desk_log",
        "desk_keeper_request",
        "desk_entry_draft",
        "desk_link",
        "desk_keeper",
        "desk_job",
        "desk_decision",
        "desk_count",
        "desk_assessment_draft",
        "desk_account",
    ):
        op.drop_table(table)
