"""`fingerpost directory standard` and `redact`: the criteria that services are held to, and taking words out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from bot.commanding import with_directory
from bot.explaining import Refused
from bot.rooms import now
from bot.steward_commands import answered_for
from service_directory.criteria import StandardError
from service_directory.redacting import Redacted
from service_directory.store import Directory


@click.group("standard")
def standard_group() -> None:
    """The standards that services are held to, with their sections and criteria."""


@standard_group.command("list")
@click.option("--criteria", "whole", is_flag=True, help="With every criterion.")
def standard_list(whole: bool) -> None:
    """Every version that is known, and whether judgements under it count."""

    async def work(directory: Directory) -> None:
        for standard in (await directory.standards()).values():
            counting = standard.code == directory.policy.standard and standard.version in directory.policy.versions
            click.echo(f"{standard.id}: {standard.title} ({'counts' if counting else 'does not count'})")
            click.echo(f"  {standard.wording}")
            for section in standard.sections:
                essential = ", ".join(section.essential) or "none"
                click.echo(f"  {section.code} {section.title}: {len(section.criteria)}, essential: {essential}")
                for criterion in section.criteria if whole else ():
                    click.echo(f"    {criterion.code}{'*' if criterion.essential else ''} {criterion.text}")

    with_directory(work)


@standard_group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "apply", is_flag=True, help="Write it; without this the report is all that happens.")
@answered_for()
def standard_load(file: Path, apply: bool, who: str, why: str) -> None:
    """Load a version of a standard from FILE (YAML, see docs/stewards.md). A dry run unless --apply."""

    async def work(directory: Directory) -> None:
        try:
            text = (await asyncio.to_thread(file.read_bytes)).decode("utf-8-sig")
            report = await directory.load_standard(text, at=now(), who=who, why=why, apply=apply)
        except UnicodeDecodeError:
            raise Refused(f"{file} is not a text file (UTF-8).") from None
        except StandardError as error:
            raise Refused("\n".join(str(mistake) for mistake in error.mistakes)) from None
        for kind in ("new", "changed", "unchanged"):
            for name in getattr(report, kind):
                click.echo(f"{kind}: {name}")
        if not apply:
            click.echo("Nothing was written: add --apply to do it.")

    with_directory(work)


@click.command("redact")
@answered_for()
def redact_command(who: str, why: str) -> None:
    """Take words out of everything the directory holds, its history and its files included. There is no way back.

    For an address that is to be hidden, or details of a person. The words are read from standard input, one name,
    number or address a line, so that they stay out of the shell's history. Stop nothing for it; make a new backup
    afterwards and destroy the old ones, which still hold the words.
    """
    words = [line.strip() for line in sys.stdin if line.strip()]

    async def work(directory: Directory) -> None:
        try:
            redacted = await directory.redact(words, at=now(), who=who, why=why)
        except ValueError as error:
            raise Refused(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
        for line in _told(redacted):
            click.echo(line)

    with_directory(work)


def _told(redacted: Redacted) -> Sequence[str]:
    where = ", ".join(f"{rows} in {table}" for table, rows in sorted(redacted.rows.items()))
    lines = [f"Taken out of {redacted.total} rows{f': {where}' if where else ''}."]
    if redacted.left:
        lines.append(f"These ids hold the words and cannot be changed: {', '.join(redacted.left)}.")
    lines.append("Backups made before still hold them: make a new one, and destroy the old ones.")
    return lines


COMMANDS: Sequence[click.Command] = (standard_group, redact_command)
