"""Alembic's migrations of the directory's tables. Applied by database.migrate, by hand never."""
