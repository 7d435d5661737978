"""The command line. Stable: people and scripts rely on it. Each command is a few lines over the rooms."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import click

from bot import doctor as doctors
from bot.catalogue_files import unreviewed_note
from bot.commanding import read_moment, with_rooms
from bot.count_commands import counts
from bot.desk_commands import desk
from bot.directory_commands import directory
from bot.explaining import Refused, explained
from bot.flow_commands import flows
from bot.keyboard import after, read_line
from bot.lifeline_commands import lifelines
from bot.place_commands import places
from bot.preview import Watch, turns_of
from bot.quiet import describe, quiet_last_words, quiet_libraries
from bot.rooms import Rooms, now, opened, preview_book
from bot.safety_commands import safety
from bot.service import serve
from bot.settings import Settings
from bot.switch_commands import desk_pause, desk_resume
from bot.terminal import Talk, talk, talk_jsonl
from bot.versions import Preview
from dialogs.languages import SOURCE_LANGUAGE


class _Commands(click.Group):
    """The commands; a fault of our own is told by its kind and place, never with what it was handling."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # Whoever reads our output has seen enough ("| head"). Python would complain of it once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except Exception as error:
            raise Refused(f"Something went wrong inside Fingerpost ({describe(error)}). Please report it.") from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fingerpost")
@click.pass_context
def main(context: click.Context) -> None:
    """A chat that a man being hurt, scared or controlled can use without saying who he is."""
    # Words, ids and tokens must not reach any log, whichever command runs.
    quiet_libraries()
    context.with_resource(quiet_last_words())
    # What is written is for the user who runs it: the databases and keys of an installation are nobody else's.
    os.umask(0o077)


@main.command()
@click.option(
    "--with-example-directory",
    is_flag=True,
    help="Serve the example services, even to the public. Every card then says EXAMPLE.",
)
def run(with_example_directory: bool) -> None:
    """Serve the web chat, and Telegram when FINGERPOST_TELEGRAM_TOKEN is set."""
    with explained():
        asyncio.run(serve(Settings.read(), with_examples=with_example_directory, say=click.echo))


@main.command()
@click.option(
    "--flow",
    "flows",
    type=click.Path(exists=True, path_type=Path),
    help="Preview conversations that are not published, a file or a folder. What is saved meanwhile is taken up.",
)
@click.option("--at-step", "begin_at", metavar="FLOW/STEP", default="", help="With --flow: begin at this step.")
@click.option("--replay", metavar="TURNS", default="", help='Begin with these taps and words: "Yes; Skip; leeds".')
@click.option("--lang", default=SOURCE_LANGUAGE, show_default=True, help="The language, such as cy; reviewed or not.")
@click.option("--at", "at", metavar="TIME", help="Talk as if it were this time, such as 2026-12-25T03:00.")
@click.option("--jsonl", is_flag=True, help="One message a line in, one JSON object a line out.")
def chat(flows: Path | None, begin_at: str, replay: str, lang: str, at: str | None, jsonl: bool) -> None:
    """Talk in this terminal. Each run is a stranger's."""
    if begin_at and flows is None:
        raise click.UsageError("--at-step goes with --flow.")
    clock = now if at is None else _frozen_clock(at)

    async def main() -> None:
        with tempfile.TemporaryDirectory(prefix="fingerpost-chat-") as folder:
            # This conversation is nobody else's business: its session never meets the operator's database.
            settings = replace(Settings.read(), sessions_url=f"sqlite:///{folder}/sessions.sqlite", home=Path(folder))
            language = "" if lang == SOURCE_LANGUAGE else lang
            async with opened(settings, clock=clock, flows=flows, language=language) as rooms:
                if language and (note := unreviewed_note(flows, language, clock())):
                    # Beside the conversation, which with --jsonl is read by a program.
                    click.echo(note, err=True)
                watch = None if flows is None else _watch(flows, language, rooms, begin_at)
                conversation = Talk(rooms.conversation, watch)
                said = turns_of(replay)
                if jsonl:
                    await talk_jsonl(conversation, itertools.chain(said, sys.stdin), sys.stdout)
                else:
                    look = watch.changed if watch is not None and sys.stdin.isatty() else None
                    await talk(conversation, after(said, lambda: read_line(look), click.echo), click.echo)

    with explained(), contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())


def _watch(flows: Path, language: str, rooms: Rooms, begin_at: str) -> Watch:
    """What follows the files of a preview while they are edited."""
    versions = cast(Preview, rooms.versions)
    return Watch(
        flows, versions, lambda: preview_book(flows, rooms.shipped, rooms.lifelines, language), begin_at=begin_at
    )


def _frozen_clock(text: str) -> Callable[[], datetime]:
    moment = read_moment(text)
    return lambda: moment


for group in (flows, safety, places, directory, desk, lifelines, counts):
    main.add_command(group)
for command in (desk_pause, desk_resume):
    desk.add_command(command)


@main.command()
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


@main.command()
@click.option("--turns", default=2000, show_default=True, help="How many turns to take of each kind.")
@click.option("--services", default=100_000, show_default=True, help="How many made-up services to match among.")
@click.option("--telegram", is_flag=True, help="Also whole turns over HTTP, beside echo bots: takes a minute or two.")
def bench(turns: int, services: int, telegram: bool) -> None:
    """The benchmarks: ratios within one run, because machines are noisy."""
    from bot.bench import measure
    from bot.benchmarks.measuring import side_by_side
    from bot.benchmarks.telegram.racing import races

    with explained():
        for line in asyncio.run(measure(turns, services)):
            click.echo(line)
        click.echo()
        for line in side_by_side(seconds=turns / 10_000):
            click.echo(line)
        if telegram:
            click.echo()
            for line in asyncio.run(races(runs=3, pile=turns // 4, seconds=10)):
                click.echo(line)
