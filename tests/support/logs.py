"""Everything that is logged, as a fixture. In a test: ``from tests.support.logs import log as log``."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.quiet import quiet_libraries


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged at DEBUG while libraries are quiet; what is changed is put back."""
    factory, raising = logging.getLogRecordFactory(), logging.raiseExceptions
    root = logging.getLogger()
    level, handler, stream = root.level, None, io.StringIO()
    names = ("telegram", "httpx", "httpcore", "aiosqlite", "asyncpg", "asyncio", "sqlalchemy", "alembic")
    loggers = [logging.getLogger(name) for name in (*names, "multipart", "python_multipart")]
    before = [(each, each.level, each.propagate, list(each.handlers)) for each in loggers]
    quiet_libraries()
    quiet_libraries()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    logging.setLogRecordFactory(factory)
    logging.raiseExceptions = raising
    for each, old_level, propagate, handlers in before:
        each.setLevel(old_level)
        each.propagate = propagate
        each.handlers[:] = handlers
