"""What Alembic runs to migrate: it works on the connection that database.migrate hands over."""

from __future__ import annotations

from alembic import context

from service_directory.model import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
