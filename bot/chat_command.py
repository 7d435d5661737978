"""`fingerpost chat`: the conversation in a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast

import click

from bot.catalogue_files import unreviewed_note
from bot.commanding import read_moment
from bot.explaining import explained
from bot.keyboard import after, read_line
from bot.preview import Watch, turns_of
from bot.rooms import Rooms, now, opened, preview_book
from bot.settings import Settings
from bot.terminal import Talk, talk, talk_jsonl
from bot.versions import Preview
from dialogs.languages import SOURCE_LANGUAGE


@click.command()
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
