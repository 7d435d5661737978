"""Statements and templates are compiled once in a process, not once more for every world that a test opens.

SQLAlchemy keeps what it compiled with the engine, and asks for the very dialect; what is compiled depends on the kind
of dialect alone. Jinja keeps it with the environment, and what is compiled depends on its options alone.
"""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
from jinja2.bccache import Bucket
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.asyncio import create_async_engine as create
from sqlalchemy.util import LRUCache

from service_directory import database

_MOST = 5_000


def remember_compiled(patch: pytest.MonkeyPatch) -> None:
    """From now on all databases share their statements, and environments that are alike their templates."""
    _share_statements(patch)
    _share_templates(patch)


def _share_statements(patch: pytest.MonkeyPatch) -> None:
    compiled: LRUCache[Any, Any] = LRUCache(_MOST)

    def create_async_engine(*given: Any, **options: Any) -> AsyncEngine:
        engine = create(*given, **options)
        engine.sync_engine._compiled_cache = compiled
        return engine

    for kind in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
        patch.setattr(kind, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(kind, "__hash__", lambda one: hash(type(one)))
    patch.setattr(database, "create_async_engine", create_async_engine)


class _Templates(jinja2.BytecodeCache):
    """Those of environments that are alike. A template that was changed is compiled anew."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._compiled.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def _share_templates(patch: pytest.MonkeyPatch) -> None:
    kept: dict[str, _Templates] = {}
    begin = jinja2.Environment.__init__

    def init(self: jinja2.Environment, *given: Any, **options: Any) -> None:
        begin(self, *given, **options)
        alike = {name: value for name, value in options.items() if name != "loader"}
        if self.bytecode_cache is None and not given:
            self.bytecode_cache = kept.setdefault(repr(sorted(alike.items())), _Templates())

    patch.setattr(jinja2.Environment, "__init__", init)
