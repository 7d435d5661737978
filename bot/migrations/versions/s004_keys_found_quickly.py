"""Which keys are still needed is found without looking at every row."""

from __future__ import annotations

from alembic import op

revision = "s004"
down_revision = "s003"
branch_labels = None
depends_on = None

_NUMBERS = (
    ("session", "key_number"),
    ("trace", "key_number"),
    ("trace", "seal_number"),
    ("mark", "key_number"),
)


def upgrade() -> None:
    for table, column in _NUMBERS:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in _NUMBERS:
        op.drop_index(f"ix_{table}_{column}", table)
