from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desk import DeskWorld, desk_world
from tests.support.services import written


@pytest.fixture
async def desk(directory_url: str, tmp_path: Path) -> AsyncIterator[DeskWorld]:
    """The desk over one real service, in both kinds of database: for what writes."""
    async with desk_world(tmp_path, url=directory_url, document=written()) as world:
        yield world


@pytest.fixture
async def little(tmp_path: Path) -> AsyncIterator[DeskWorld]:
    """The same in a file, for what no other kind of database does differently."""
    async with desk_world(tmp_path, document=written()) as world:
        yield world


@pytest.fixture
async def examples(tmp_path: Path) -> AsyncIterator[DeskWorld]:
    """The desk over the example directory, in a file."""
    async with desk_world(tmp_path) as world:
        yield world
