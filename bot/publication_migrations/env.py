"""Alembic's entry point for what was published; run by ``Database.migrate`` on an open connection."""

from __future__ import annotations

from alembic import context

from bot.publication_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
)
with context.begin_transaction():
    context.run_migrations()
