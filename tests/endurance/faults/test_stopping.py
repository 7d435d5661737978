"""SIGTERM ends a process within seconds and cleanly, whatever hangs; what it leaves is done by the next."""

from __future__ import annotations

import asyncio

import pytest

from tests.endurance.faults.conftest import Serving, is_asked_where
from tests.support.botapi import FakeBotApi
from tests.support.unsteady_postgres import UnsteadyServer

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_with_a_database_that_hangs_and_turns_in_hand(
    botapi: FakeBotApi, serving: Serving, unsteady: UnsteadyServer, database: str, way: str
) -> None:
    url = unsteady.url(database)
    stores = {"SESSIONS_URL": url, "DIRECTORY_URL": url}
    man, other = botapi.man(5_550_001), botapi.man(5_550_002)
    async with serving(way, **stores) as first:
        await is_asked_where(man)
        await botapi.settled()
        unsteady.hang()
        await man.says("leeds")
        await other.says("/start")
        await asyncio.sleep(0.5)
        await first.stops(cut_off=True)
    unsteady.go_on()
    async with serving(way, **stores) as second:
        await man.sees("Recorded as meeting", within=30)
        await other.sees("Is it OK to chat here now?")
        await botapi.settled()
        await second.stops()
