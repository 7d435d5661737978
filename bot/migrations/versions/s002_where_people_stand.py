"""Where people stand, sealed so that a new version of the conversations can be checked against it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "s002"
down_revision = "s001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("place", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    op.drop_column("session", "place")
