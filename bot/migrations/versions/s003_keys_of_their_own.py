"""Traces say which key seals them: one that lasts has its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "s003"
down_revision = "s002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What an older program sealed opens with no key of these; the sweep drops it and says how many there were.
    op.add_column("trace", sa.Column("seal_number", sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("trace", "seal_number")
