"""The directory's public side, put in its place: at /o in what is served, and as files from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final, cast

import click
from starlette.routing import BaseRoute

from bot.commanding import with_rooms
from bot.explaining import Refused
from bot.rooms import Clock, Rooms, now
from service_directory.open_referral.api import OpenData, open_data_app, routes_at
from service_directory.open_referral.asking import Postcodes
from service_directory.open_referral.describing import Publisher
from service_directory.open_referral.exporting import CannotExport, Format, export
from service_directory.open_referral.snapshot import Wanted

AT: Final = "/o"


def open_data_routes(rooms: Rooms, clock: Clock = now) -> list[BaseRoute]:
    """The public API over the directory that is served.

    Made-up services are in it only where nobody else can come upon them.
    """
    examples = rooms.examples and not rooms.settings.faces_the_public
    data = OpenData(rooms.directory, rooms.areas, clock, examples=examples)
    postcodes = Postcodes(rooms.gazetteer.outcodes, rooms.areas)
    return routes_at(AT, open_data_app(data, postcodes, publisher_of(rooms)))


def publisher_of(rooms: Rooms) -> Publisher:
    """Whose data they are: the operator's, or the helpline's when no operator is named."""
    settings = rooms.settings
    base = (settings.public_url or settings.local_address).rstrip("/")
    return Publisher(settings.operator or settings.helpline_name, f"{base}{AT}")


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option("--with-examples", is_flag=True, help="Export made-up services too. They then say EXAMPLE.")
def directory_export(folder: Path, form: str, with_examples: bool) -> None:
    """Write what the public may know into FOLDER, as Open Referral UK 3.0.

    An earlier export there is replaced; nothing else ever is. See docs/open-data.md.
    """

    async def work(rooms: Rooms) -> None:
        if rooms.examples and not with_examples:
            raise Refused("This directory holds made-up services only. To export them all the same: --with-examples.")
        snapshot = await rooms.directory.open_data(rooms.areas, now(), examples=with_examples)
        made = snapshot.services(Wanted(), full=True)
        try:
            with click.progressbar(made, label="Services", file=sys.stderr) as services:
                export(
                    snapshot, services, publisher_of(rooms), folder, form=cast(Format, form), examples=rooms.examples
                )
        except CannotExport as error:
            raise Refused(str(error)) from None
        except OSError as error:
            raise Refused(f"{folder} cannot be written: {error.strerror}.") from None
        click.echo(f"{len(made)} {'service was' if len(made) == 1 else 'services were'} written to {folder}.")

    with_rooms(work, examples=None if with_examples else False)
