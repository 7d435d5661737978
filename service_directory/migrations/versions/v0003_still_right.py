"""When a service last said that its entry is still right, and who said so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service", sa.Column("assured_on", sa.Date()))
    op.add_column("service", sa.Column("assured_by", sa.Text(), nullable=False, server_default=""))
