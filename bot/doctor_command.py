"""`fingerpost doctor`: the gate before going live."""

from __future__ import annotations

import sys

import click

from bot import doctor as doctors
from bot.commanding import with_rooms
from bot.rooms import Rooms, now


@click.command()
def doctor() -> None:
    """What stands between this installation and going live. Exit code 1 when anything does."""

    async def work(rooms: Rooms) -> None:
        findings = await doctors.examine(rooms, now())
        for finding in findings:
            click.echo(finding)
        if any(finding.stops for finding in findings):
            sys.exit(1)
        click.echo("Nothing stands in the way.")

    with_rooms(work, examples=False)
