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
from bot.rooms import Rooms, open_directory, opened
from bot.settings import Settings
from bot.terminal import spoken
from service_directory.store import Directory

LONDON = ZoneInfo("Europe/London")


def with_rooms(work: Callable[[Rooms], Awaitable[None]], **options: Any) -> None:
    """Open everything the configuration names, do the work, close everything."""

    async def main() -> None:
        async with opened(Settings.read(), **options) as rooms:
            await work(rooms)

    with explained():
        asyncio.run(main())


def with_directory(work: Callable[[Directory], Awaitable[None]]) -> None:
    """Open the operator's own directory and nothing else, do the work, close it."""

    async def main() -> None:
        directory = await open_directory(Settings.read())
        try:
            await work(directory)
        finally:
            await directory.close()

    with explained():
        asyncio.run(main())


def read_words(ctx: click.Context, param: click.Parameter, text: str) -> str:
    """Who did something, or why: a line of history that says something."""
    if not (line := " ".join(text.split())):
        raise click.BadParameter("say it in a word or two, for those who read the history.", ctx, param)
    return line


def read_moment(text: str) -> datetime:
    """A moment, in London time unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time. Write it like 2026-12-25T03:00.") from None
    return moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment


def read_day(text: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date. Write it like 2026-12-25.") from None


def typed_lines() -> Iterator[str]:
    """What is typed or piped in, a line at a time; empty lines are left out."""
    for line in sys.stdin:
        text = line.rstrip("\r\n")
        if text:
            yield spoken(text)
