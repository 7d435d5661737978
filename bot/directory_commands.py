"""The stewards' and operators' commands: each a few lines over the service directory."""

from __future__ import annotations

import json
from typing import Any

import click

from bot import backup_commands, import_commands, standard_commands, steward_commands
from bot.commanding import read_moment, with_rooms
from bot.explaining import Refused
from bot.open_data import directory_export
from bot.rooms import Rooms, now
from service_directory.matching import NEEDS, Query, match
from service_directory.standards import day_in_london


@click.group()
def directory() -> None:
    """The stewards' and operators' tools."""


for command in (
    *steward_commands.COMMANDS,
    *import_commands.COMMANDS,
    *backup_commands.COMMANDS,
    *standard_commands.COMMANDS,
):
    directory.add_command(command)


directory.add_command(directory_export)


@directory.command("match")
@click.option(
    "--need", "needs", type=click.Choice(NEEDS), multiple=True, required=True, help="What would help; repeatable."
)
@click.option("--area", required=True, help="A GSS code, such as E08000035.")
@click.option("--at", metavar="TIME", help="An ISO time; now when left out.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
def directory_match(needs: tuple[str, ...], area: str, at: str | None, as_lines: bool) -> None:
    """The services a man with this need in this area is shown, best first."""
    moment = now() if at is None else read_moment(at)

    async def work(rooms: Rooms) -> None:
        if area not in rooms.areas:
            raise Refused(f"{area!r} is not the code of an area. 'fingerpost places find' tells codes.")
        index = await rooms.directory.index(rooms.areas, day_in_london(moment))
        matches = match(index, Query(needs, area, moment))
        wanted = [s.service_id for s in matches.signposts]
        standing = await rooms.directory.still_shown(wanted, moment, rooms.areas.nation(area))
        for signpost in matches.signposts:
            if (view := standing.get(signpost.service_id)) is None:
                continue
            record = {
                "service_id": view.id,
                "name": view.name,
                "contacts": [{"kind": c.kind, "value": c.value, "label": c.label} for c in view.contacts],
                "reasons": [{"key": r.key, "value": r.value} for r in signpost.reasons],
                "widened_to": signpost.widened_to,
                "recorded_by": view.recorded_by,
                "recorded_on": view.recorded_on.isoformat(),
            }
            click.echo(json.dumps(record, ensure_ascii=False) if as_lines else _as_text(record))

    with_rooms(work, clock=lambda: moment)


def _as_text(record: dict[str, Any]) -> str:
    contacts = ", ".join(f"{c['kind']} {c['value']}" for c in record["contacts"])
    reasons = ", ".join(f"{r['key']} {r['value']}".strip() for r in record["reasons"])
    recorded = f"recorded by {record['recorded_by']} on {record['recorded_on']}"
    return f"{record['name']}\n  {contacts}\n  {reasons}\n  {recorded}"
