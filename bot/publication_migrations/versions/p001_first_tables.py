"""The first tables: versions, their files, the passages between them, and the history of publishing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "p001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_version",
        sa.Column("digest", sa.String(12), primary_key=True),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "flow_version_file",
        sa.Column("digest", sa.String(12), sa.ForeignKey("flow_version.digest"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True, comment="main.yaml, or locale/cy.po"),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "flow_passage",
        sa.Column("from_digest", sa.String(12), sa.ForeignKey("flow_version.digest"), primary_key=True),
        sa.Column("to_digest", sa.String(12), sa.ForeignKey("flow_version.digest"), primary_key=True),
        sa.Column("decided", sa.Text, nullable=False, comment="who is carried from one to the other, and how; JSON"),
    )
    op.create_table(
        "flow_publication",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(12), sa.ForeignKey("flow_version.digest"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("action", sa.String(16), nullable=False, comment="shipped, published or rolled back"),
        sa.Column("moves", sa.Text, nullable=False, comment="what the editor said of those who stand there; JSON"),
        sa.Column("finish_old", sa.Boolean, nullable=False, comment="whoever cannot be carried finishes where he is"),
    )


def downgrade() -> None:
    for table in ("flow_publication", "flow_passage", "flow_version_file", "flow_version"):
        op.drop_table(table)
