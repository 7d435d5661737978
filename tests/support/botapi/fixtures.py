"""The fake as a pytest fixture. In a conftest: ``from tests.support.botapi.fixtures import botapi as botapi``."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.botapi.server import FakeBotApi


@pytest_asyncio.fixture
async def botapi() -> AsyncIterator[FakeBotApi]:
    """A fake Bot API; the test fails when anything in ``problems`` is left at its end."""
    async with FakeBotApi() as api:
        yield api
        api.assert_careful()
