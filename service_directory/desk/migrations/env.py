"""Alembic's entry point for the desk's tables; run by ``Database.migrate`` on an open connection."""

from __future__ import annotations

from alembic import context

from service_directory.desk.tables import DeskBase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=DeskBase.metadata,
    version_table=context.config.attributes["version_table"],
)
with context.begin_transaction():
    context.run_migrations()
