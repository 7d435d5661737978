"""Alembic's entry point for the session database; run by ``Database.migrate`` on an open connection."""

from __future__ import annotations

from alembic import context

from bot.session_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
)
with context.begin_transaction():
    context.run_migrations()
