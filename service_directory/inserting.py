"""An INSERT that can say what becomes of a row that is there already, in the words of either database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import sqlite


def insert_of(dialect: str) -> Callable[[Any], Any]:
    """SQLAlchemy's `insert` with `on_conflict_do_nothing` and `on_conflict_do_update`; `dialect` is ``sqlite`` or
    ``postgresql``."""
    if dialect == "sqlite":
        return sqlite.insert
    # Loaded for those who have a server.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert
