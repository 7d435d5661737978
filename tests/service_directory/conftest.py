from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service_directory.store import Directory


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def directory_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'directory.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def directory(directory_url: str) -> AsyncIterator[Directory]:
    opened = await Directory.open(directory_url)
    yield opened
    await opened.close()


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Directory]:
    """A directory in a file, for what no other kind of database does differently."""
    opened = await Directory.open(f"sqlite:///{tmp_path / 'small.db'}")
    yield opened
    await opened.close()
