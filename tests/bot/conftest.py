"""What the tests of the conversation share: the whole program over throw-away stores, and one man's phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.rooms import Rooms
from tests.support.world import Clock, Phone, world


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def rooms(tmp_path: Path, clock: Clock) -> AsyncIterator[Rooms]:
    async with world(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def phone(rooms: Rooms, clock: Clock) -> Phone:
    return Phone(rooms, clock)
