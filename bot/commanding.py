"""What the commands have in common: the rooms they open, and how days and moments are written on the command line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot.explaining import explained
from bot.rooms import Rooms, opened
from bot.settings import Settings
from bot.terminal import spoken

LONDON = ZoneInfo("Europe/London")


def with_rooms(work: Callable[[Rooms], Awaitable[None]], **options: Any) -> None:
    """Open everything the configuration names, do the work, close everything."""

    async def main() -> None:
        async with opened(Settings.read(), **options) as rooms:
            await work(rooms)

    with explained():
        asyncio.run(main())


def read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time. Write it like 2026-12-25T03:00.") from None
    return moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date. Write it like 2026-12-25.") from None


def typed_lines() -> Iterator[str]:
    for line in sys.stdin:
        text = line.rstrip("\r\n")
        if text:
            yield spoken(text)
