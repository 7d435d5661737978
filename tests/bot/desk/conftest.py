"""One desk with the editors' pages for all tests of a module, and an empty folder for each."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.editors_desk import EditorsDesk, editors_desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EditorsDesk]:
    async with editors_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(opened: EditorsDesk) -> EditorsDesk:
    shutil.rmtree(opened.folder, ignore_errors=True)
    return opened
