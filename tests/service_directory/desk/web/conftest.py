"""One desk for all tests of a module: nothing that they do to it is in another's way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.desk import DeskWorld, desk_world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DeskWorld]:
    async with desk_world(tmp_path_factory.mktemp("desk")) as opened:
        yield opened
