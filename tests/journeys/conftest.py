"""Whole conversations over real HTTP: the fake Bot API on one side, the whole program on the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.rooms import Rooms
from bot.telegram.channel import TelegramChannel
from tests.support.botapi import FakeBotApi
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.world import Clock, served, world

SECRET = "a-webhook-secret-for-tests"


@dataclass
class Served:
    """The program, serving Telegram."""

    rooms: Rooms
    api: FakeBotApi
    channel: TelegramChannel
    clock: Clock


@pytest.fixture
def clock(botapi: FakeBotApi) -> Clock:
    clock = Clock()
    botapi.now = clock
    botapi.queue.now = clock  # type: ignore[attr-defined]
    return clock


@pytest.fixture(params=["polling", "webhook"])
async def telegram(
    request: pytest.FixtureRequest, botapi: FakeBotApi, clock: Clock, tmp_path: Path
) -> AsyncIterator[Served]:
    """The whole program over SQLite, once by polling and once by webhook."""
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(world(tmp_path, clock))
        channel = TelegramChannel(botapi.token, rooms.conversation, base_url=botapi.base_url, now=clock)
        rooms.conversation.erase_with("telegram", channel.erase)
        if request.param == "webhook":
            app = Starlette(routes=channel.routes("/telegram", SECRET))
            address = await stack.enter_async_context(served(app))
            await channel.start_webhook(f"{address}/telegram", SECRET)
        else:
            await channel.start_polling()
        stack.push_async_callback(channel.stop)
        yield Served(rooms, botapi, channel, clock)
