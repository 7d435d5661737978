"""What a directory holds besides: places, costs, closed lists, standards, evidence, marks, imports, proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: The closed lists as they were when this was written; taxonomies.py holds those of today.
TERMS = {
    "need": (
        "What a man needs",
        {
            "talk": "Someone to talk to",
            "stay": "A place to stay",
            "police_legal": "Police and the law",
            "children": "Children",
            "money": "Money",
            "health": "Health",
            "browsing": "Just looking",
        },
    ),
    "accommodation_kind": (
        "What kind of place to stay",
        {
            "refuge": "A refuge",
            "safe_house": "A safe house",
            "dispersed": "A home of his own, with support",
            "hostel": "A hostel",
            "emergency": "A bed for a few nights",
            "host": "A room with a host",
            "sanctuary": "Making his own home safer",
            "brokered": "Finds a place with somebody else",
        },
    ),
    "access_route": (
        "How somebody gets in",
        {
            "self": "He gets in touch himself",
            "professional": "A professional refers him",
            "police": "The police refer him",
            "council": "The council refers him",
        },
    ),
}


def upgrade() -> None:
    _add_columns()
    _create_tables()
    _fill_closed_lists()
    with op.batch_alter_table("attribute") as attribute:
        attribute.add_column(sa.Column("taxonomy_term_id", sa.String(length=200)))
        attribute.create_foreign_key(
            "fk_attribute_taxonomy_term_id_taxonomy_term", "taxonomy_term", ["taxonomy_term_id"], ["id"]
        )
        attribute.create_index("ix_attribute_taxonomy_term_id", ["taxonomy_term_id"])
    op.execute("UPDATE attribute SET taxonomy_term_id = 'need/' || value WHERE link_type = 'need'")


def _add_columns() -> None:
    # What stands in the directory already is unknown, not refused: an older program may still be writing rows.
    op.add_column("attestation", sa.Column("assessor_role", sa.Text(), nullable=False, server_default=""))
    op.add_column("attestation", sa.Column("submitted_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("attestation", sa.Column("scope_note", sa.Text(), nullable=False, server_default=""))
    op.add_column("organization", sa.Column("alternate_name", sa.Text(), nullable=False, server_default=""))
    op.add_column("organization", sa.Column("email", sa.Text(), nullable=False, server_default=""))
    op.add_column("organization", sa.Column("charity_number", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("organization", sa.Column("company_number", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("organization", sa.Column("do_not_list", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("phone", sa.Column("shows_on_bill", sa.String(length=32), nullable=False, server_default="unknown"))
    op.add_column("service", sa.Column("alternate_name", sa.Text(), nullable=False, server_default=""))
    op.add_column("service", sa.Column("eligibility_description", sa.Text(), nullable=False, server_default=""))
    op.add_column("service", sa.Column("interpretation_services", sa.Text(), nullable=False, server_default=""))
    op.add_column("service", sa.Column("alert", sa.Text(), nullable=False, server_default=""))
    op.add_column("service", sa.Column("hides_address", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "service", sa.Column("assessment_told", sa.String(length=32), nullable=False, server_default="unknown")
    )
    op.add_column("service", sa.Column("worker_choice", sa.String(length=32), nullable=False, server_default="unknown"))
    op.add_column("service", sa.Column("sexuality_inclusion", sa.Text(), nullable=False, server_default=""))
    op.add_column("service", sa.Column("trans_inclusion", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "service", sa.Column("children_accepted", sa.String(length=32), nullable=False, server_default="unknown")
    )
    op.add_column("service", sa.Column("pets", sa.Text(), nullable=False, server_default=""))
    op.add_column("service", sa.Column("pets_accepted", sa.String(length=32), nullable=False, server_default="unknown"))
    op.add_column(
        "service", sa.Column("local_applicants", sa.String(length=32), nullable=False, server_default="unknown")
    )
    op.add_column(
        "service", sa.Column("anonymous_contact", sa.String(length=32), nullable=False, server_default="unknown")
    )
    op.add_column("service", sa.Column("funding_end", sa.Date()))
    op.add_column("service", sa.Column("do_not_list", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("suspension", sa.Column("closed_by", sa.Text(), nullable=False, server_default=""))


def _create_tables() -> None:
    op.create_table(
        "external_identity",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("resource_type", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("resource_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
    )
    op.create_index(op.f("ix_external_identity_external_id"), "external_identity", ["external_id"], unique=False)
    op.create_index(op.f("ix_external_identity_resource_id"), "external_identity", ["resource_id"], unique=False)
    op.create_table(
        "staged_import",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staged_by", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_import")),
    )
    op.create_table(
        "standard",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard")),
    )
    op.create_table(
        "taxonomy",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomy")),
    )
    op.create_table(
        "section",
        sa.Column("standard_id", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_section_standard_id_standard")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
    )
    op.create_index(op.f("ix_section_standard_id"), "section", ["standard_id"], unique=False)
    op.create_table(
        "staged_entry",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("resource_type", sa.String(length=32), nullable=False),
        sa.Column("resource_id", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["staged_import.id"], name=op.f("fk_staged_entry_import_id_staged_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_entry")),
    )
    op.create_index(op.f("ix_staged_entry_import_id"), "staged_entry", ["import_id"], unique=False)
    op.create_index(op.f("ix_staged_entry_resource_id"), "staged_entry", ["resource_id"], unique=False)
    op.create_table(
        "taxonomy_term",
        sa.Column("taxonomy_id", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["taxonomy_id"], ["taxonomy.id"], name=op.f("fk_taxonomy_term_taxonomy_id_taxonomy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomy_term")),
    )
    op.create_index(op.f("ix_taxonomy_term_taxonomy_id"), "taxonomy_term", ["taxonomy_id"], unique=False)
    op.create_table(
        "cost_option",
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=32), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=True),
        sa.Column("amount_description", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_cost_option_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_option")),
    )
    op.create_index(op.f("ix_cost_option_service_id"), "cost_option", ["service_id"], unique=False)
    op.create_table(
        "criterion",
        sa.Column("section_id", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("tells", sa.Text(), nullable=False),
        sa.Column("essential", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_criterion_section_id_section")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
    )
    op.create_index(op.f("ix_criterion_section_id"), "criterion", ["section_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("captured_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_evidence_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_service_id"), "evidence", ["service_id"], unique=False)
    op.create_table(
        "location",
        sa.Column("location_type", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("transportation", sa.Text(), nullable=False),
        sa.Column("accessibility", sa.Text(), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_location_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
    )
    op.create_index(op.f("ix_location_service_id"), "location", ["service_id"], unique=False)
    op.create_table(
        "other_mark",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("verify_url", sa.Text(), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_other_mark_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_mark")),
    )
    op.create_index(op.f("ix_other_mark_service_id"), "other_mark", ["service_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_proposal_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_service_id"), "proposal", ["service_id"], unique=False)
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"], unique=False)
    op.create_table(
        "service_capacity",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_capacity_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_capacity")),
    )
    op.create_index(op.f("ix_service_capacity_service_id"), "service_capacity", ["service_id"], unique=False)
    op.create_table(
        "address",
        sa.Column("location_id", sa.String(length=200), nullable=False),
        sa.Column("address_type", sa.String(length=32), nullable=False),
        sa.Column("address_1", sa.Text(), nullable=False),
        sa.Column("address_2", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("state_province", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=32), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_address_location_id_location")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_address_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    op.create_index(op.f("ix_address_location_id"), "address", ["location_id"], unique=False)
    op.create_index(op.f("ix_address_service_id"), "address", ["service_id"], unique=False)
    op.create_table(
        "proposal_decision",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_decision_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_decision")),
    )
    op.create_index(op.f("ix_proposal_decision_proposal_id"), "proposal_decision", ["proposal_id"], unique=False)
    op.create_table(
        "proposed_change",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("resource_type", sa.String(length=32), nullable=False),
        sa.Column("resource_id", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("field_name", sa.String(length=32), nullable=False),
        sa.Column("previous_value", sa.Text(), nullable=False),
        sa.Column("replacement_value", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposed_change_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_change")),
    )
    op.create_index(op.f("ix_proposed_change_proposal_id"), "proposed_change", ["proposal_id"], unique=False)
    op.create_table(
        "service_at_location",
        sa.Column("location_id", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_service_at_location_location_id_location")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_at_location_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_at_location")),
    )
    op.create_index(op.f("ix_service_at_location_location_id"), "service_at_location", ["location_id"], unique=False)
    op.create_index(op.f("ix_service_at_location_service_id"), "service_at_location", ["service_id"], unique=False)
    op.create_table(
        "criterion_evidence",
        sa.Column("attestation_id", sa.String(length=200), nullable=False),
        sa.Column("criterion_result_id", sa.String(length=200), nullable=False),
        sa.Column("evidence_id", sa.String(length=200), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["attestation_id"], ["attestation.id"], name=op.f("fk_criterion_evidence_attestation_id_attestation")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_result_id"],
            ["criterion_result.id"],
            name=op.f("fk_criterion_evidence_criterion_result_id_criterion_result"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_criterion_evidence_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_criterion_evidence_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_evidence")),
    )
    op.create_index(
        op.f("ix_criterion_evidence_attestation_id"), "criterion_evidence", ["attestation_id"], unique=False
    )
    op.create_index(
        op.f("ix_criterion_evidence_criterion_result_id"), "criterion_evidence", ["criterion_result_id"], unique=False
    )
    op.create_index(op.f("ix_criterion_evidence_evidence_id"), "criterion_evidence", ["evidence_id"], unique=False)
    op.create_index(op.f("ix_criterion_evidence_service_id"), "criterion_evidence", ["service_id"], unique=False)


def _fill_closed_lists() -> None:
    taxonomy = sa.table("taxonomy", *(sa.column(name) for name in ("id", "name", "description", "version")))
    term = sa.table(
        "taxonomy_term", *(sa.column(name) for name in ("id", "taxonomy_id", "code", "name", "description"))
    )
    for listed, (name, terms) in TERMS.items():
        op.execute(taxonomy.insert().values(id=listed, name=name, description="", version="1"))
        for code, words in terms.items():
            values = {"id": f"{listed}/{code}", "taxonomy_id": listed, "code": code, "name": words, "description": ""}
            op.execute(term.insert().values(values))
