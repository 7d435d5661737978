from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desk import DeskWorld, Person, desk_world

#: Services of the example directory: one that men are shown, one that gives men a place to stay.
ROOM, REFUGE = "example-leeds-mens-room", "example-uk-beds"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeskWorld]:
    async with desk_world(tmp_path) as made:
        yield made


@pytest.fixture
async def keeper(world: DeskWorld) -> Person:
    return await world.as_keeper(ROOM)
