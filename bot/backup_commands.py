"""`fingerpost directory backup` and `restore`: the whole directory in one file, and back. Never a session."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot import publication_tables
from bot.commanding import with_directory
from bot.explaining import Refused
from bot.publications import MIGRATIONS
from bot.rooms import now, open_publications
from bot.settings import Settings
from bot.steward_commands import answered_for
from service_directory.backup_files import Backup, BackupError, look_into
from service_directory.backups import (
    DIRECTORY,
    Part,
    Progress,
    back_up,
    held,
    redacted_since,
    restore,
    row_count,
)
from service_directory.clause_words import spoken_day
from service_directory.desk.keeping import desk_database
from service_directory.desk.kept import DESK
from service_directory.standards import LONDON, day_in_london
from service_directory.store import Directory

#: The published conversations lie in the directory's database. People may be in the middle of those that are served
#: here, and `flows rollback` is the way to change them: what was published here stays.
CONVERSATIONS = Part("conversations", MIGRATIONS, publication_tables.metadata, adds_only=publication_tables.publication)
_PARTS = (DIRECTORY, CONVERSATIONS, DESK)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Write the directory, its history, the published conversations and the desk to a new FILE. Nobody has to stop.

    It holds no session and nothing of any man. It does hold what only stewards may see: keep it as you keep the
    database itself.
    """

    async def work(directory: Directory) -> None:
        await _with_all_tables(directory)
        click.echo(f"{file}: {_told(await _made(directory, file))}")

    with_directory(work)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="In the place of what the directory holds; that is backed up first.")
@answered_for()
def restore_command(file: Path, replace: bool, who: str, why: str) -> None:
    """Bring back the directory from FILE, all of it or nothing. Running processes take it up within five seconds.

    A directory that holds anything is only replaced when told to. Conversations that were published here stay current.
    """
    kept = Settings.read().home / f"replaced-{now().astimezone(LONDON):%Y%m%d-%H%M%S}.zip"

    async def work(directory: Directory) -> None:
        await _with_all_tables(directory)
        try:
            found = look_into(file)
            if replace and await held(directory):
                click.echo(f"What the directory held is kept in {kept}: {_told(await _made(directory, kept))}")
            outdated = await redacted_since(directory, found.made_at)
            with _bar("Restoring", sum(found.rows.values())) as progress:
                await restore(
                    directory, file, parts=_PARTS, replace=replace, at=now(), who=who, why=why, progress=progress
                )
        except BackupError as error:
            raise Refused(str(error)) from None
        click.echo(f"Restored: {_told(found)}")
        if outdated:
            click.echo(
                "Words were taken out of the directory after this backup was made, and are back now. Take them out "
                f"again with 'fingerpost directory redact', then destroy {file}."
            )

    with_directory(work)


async def _with_all_tables(directory: Directory) -> None:
    """Bring the tables of the published conversations and of the desk up to date, as opening them does."""
    publications = await open_publications(Settings.read())
    await publications.close()
    await desk_database(directory)


async def _made(directory: Directory, file: Path) -> Backup:
    try:
        with _bar("Copying", await row_count(directory, _PARTS)) as progress:
            return await back_up(directory, file, parts=_PARTS, at=now(), progress=progress)
    except BackupError as error:
        raise Refused(str(error)) from None


@contextlib.contextmanager
def _bar(label: str, length: int) -> Iterator[Progress]:
    """A progress bar on a terminal's error output, and nothing at all elsewhere."""
    bar = click.progressbar(length=max(length, 1), label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
    with bar as drawn:
        yield drawn.update


def _told(backup: Backup) -> str:
    at = backup.made_at
    return (
        f"{backup.rows.get('service', 0)} services and all their history, as of {spoken_day(day_in_london(at))}, "
        f"{at.astimezone(LONDON):%H:%M}; digest {backup.digest[:12]}"
    )


COMMANDS: Sequence[click.Command] = (backup_command, restore_command)
