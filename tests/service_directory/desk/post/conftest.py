from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from service_directory.database import Database
from service_directory.desk.keeping import desk_database
from service_directory.store import Directory
from tests.support.mailbox import Mailbox, mailbox

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(directory: Directory) -> Database:
    """The desk's tables, once in each kind of database."""
    return await desk_database(directory)


@pytest.fixture
async def light(small: Directory) -> Database:
    """The desk's tables in a file, for what no other kind of database does differently."""
    return await desk_database(small)


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as opened:
        yield opened
