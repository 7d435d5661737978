"""The commands for the helplines and emergency routes that are always shown."""

from __future__ import annotations

import click

from bot.commanding import LONDON, read_day, with_rooms
from bot.explaining import Refused
from bot.rooms import Rooms, now


@click.group()
def lifelines() -> None:
    """The helplines and emergency routes that are always shown."""


@lifelines.command("list")
def lifelines_list() -> None:
    """Every lifeline, and when somebody last rang it."""

    async def work(rooms: Rooms) -> None:
        moment = now()
        for line in rooms.lifelines.lines():
            done = "not yet" if line.rung is None else f"{line.rung}"
            click.echo(f"{line.key}: {line.line(moment)}")
            click.echo(f"  {'rung' if line.check == 'ring' else 'source read again'}: {done}")
            for source in line.sources:
                click.echo(f"  source: {source.url} (seen {source.seen})")

    with_rooms(work, examples=False)


@lifelines.command("rung")
@click.argument("keys", nargs=-1, required=True)
@click.option("--by", "who", required=True, help="Who rang it.")
@click.option("--on", "on", metavar="DATE", help="When; today when left out.")
def lifelines_rung(keys: tuple[str, ...], who: str, on: str | None) -> None:
    """Record that somebody rang these lifelines (or read their sources again) and found them right."""
    day = now().astimezone(LONDON).date() if on is None else read_day(on)

    async def work(rooms: Rooms) -> None:
        known = set(rooms.lifelines.keys()) - {"any_hour"}
        if unknown := [key for key in keys if key not in known]:
            raise Refused(f"No such lifeline: {', '.join(unknown)}. 'fingerpost lifelines list' names them.")
        for key in keys:
            await rooms.directory.record_check(key, who, day)
        click.echo(f"Recorded: {', '.join(keys)}.")

    with_rooms(work, examples=False)
