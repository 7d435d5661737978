"""What Alembic runs to migrate: it works on the connection that database.migrate hands over."""

from __future__ import annotations

from alembic import context

from service_directory.database import VERSION_TABLE
from service_directory.model import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
