"""The first tables: sessions, traces, marks and lanes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "s001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("who", sa.String(32), primary_key=True),
        sa.Column("key_number", sa.Integer, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "trace",
        sa.Column("who", sa.String(32), primary_key=True),
        sa.Column("key_number", sa.Integer, nullable=False),
        sa.Column("wipe_at", sa.BigInteger, nullable=True, index=True),
        sa.Column("drop_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "mark",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("key_number", sa.Integer, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "lane",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    for table in ("lane", "mark", "trace", "session"):
        op.drop_table(table)
