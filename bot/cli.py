"""The command line. Stable: people and scripts rely on it. Each command is a few lines over the rooms."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import click

from bot import doctor as doctors
from bot.catalogue_files import unreviewed_note
from bot.explaining import Refused, explained
from bot.flow_commands import flows
from bot.keyboard import after, read_line
from bot.preview import Watch, turns_of
from bot.quiet import describe, quiet_last_words, quiet_libraries
from bot.rooms import Rooms, now, opened, preview_book
from bot.service import serve
from bot.settings import Settings
from bot.terminal import Talk, spoken, talk, talk_jsonl
from bot.versions import Preview
from dialogs.languages import SOURCE_LANGUAGE
from safety import identity, risk
from safety.evaluation import CorpusError, evaluate, read_rows
from safety.identity import measuring
from service_directory.areas import Areas
from service_directory.matching import NEEDS, Query, match
from service_directory.places import Gazetteer, find
from service_directory.standards import day_in_london

_LONDON = ZoneInfo("Europe/London")


def _with_rooms(work: Callable[[Rooms], Awaitable[None]], **options: Any) -> None:
    """Open everything the configuration names, do the work, close everything."""

    async def main() -> None:
        async with opened(Settings.read(), **options) as rooms:
            await work(rooms)

    with explained():
        asyncio.run(main())


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
    moment = _moment(text)
    return lambda: moment


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time. Write it like 2026-12-25T03:00.") from None
    return moment.replace(tzinfo=_LONDON) if moment.tzinfo is None else moment


main.add_command(flows)


# --- safety --------------------------------------------------------------------------------------------------------


@main.group()
def safety() -> None:
    """What the program notices in typed words."""


@safety.command("scan")
def safety_scan() -> None:
    """One message a line in; labels, response and kinds of identifiers out, a JSON object a line."""
    for text in _lines():
        screening = risk.screen(text)
        record = {
            "labels": sorted(screening.labels),
            "response": screening.response,
            "identifiers": list(identity.notice(text)),
        }
        click.echo(json.dumps(record))


@safety.command("evaluate")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--missed", is_flag=True, help="Name the lines that were missed or alarmed for nothing.")
def safety_evaluate(path: Path, missed: bool) -> None:
    """Recall and false alarms for a CSV file with the columns text, risk_label and notes.

    A file with a column identifiers in the place of risk_label (kinds of identifiers, with spaces between; empty for
    none) tells how well names, numbers and addresses are noticed.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if measuring.COLUMN in (rows.fieldnames or ()):
                _tell_noticed(measuring.measure(rows), missed)
                return
            found = evaluate(read_rows(rows))
    except (CorpusError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path} cannot be used: {error}") from None
    for label, score in found.scores.items():
        share = f"{100 * score.met / score.sentences:.1f} %" if score.sentences else "none in the file"
        click.echo(f"{label}: {score.met} of {score.sentences} met ({share})")
        if missed and score.missed:
            click.echo(f"  missed on lines {', '.join(map(str, score.missed))}")
    for name, lines in (("interrupted", found.interrupted), ("asked", found.asked)):
        share = f"{100 * len(lines) / found.harmless:.1f} %" if found.harmless else "none in the file"
        click.echo(f"harmless, {name}: {len(lines)} of {found.harmless} ({share})")
        if missed and lines:
            click.echo(f"  on lines {', '.join(map(str, lines))}")


def _tell_noticed(found: measuring.Noticed, missed: bool) -> None:
    for kind, (told, there) in found.by_kind.items():
        share = f"{100 * told / there:.1f} %" if there else "none in the file"
        click.echo(f"{kind}: {told} of {there} noticed ({share})")
    noticed = found.sentences - len(found.missed)
    for name, count, of, which, lines in (
        ("sentences, all noticed", noticed, found.sentences, "missed on lines", found.missed),
        ("harmless, false alarm", len(found.alarmed), found.harmless, "on lines", found.alarmed),
    ):
        share = f"{100 * count / of:.1f} %" if of else "none in the file"
        click.echo(f"{name}: {count} of {of} ({share})")
        if missed and lines:
            click.echo(f"  {which} {', '.join(map(str, lines))}")


# --- places and services -------------------------------------------------------------------------------------------


@main.group()
def places() -> None:
    """Where typed places are."""


@places.command("find")
def places_find() -> None:
    """One typed place a line in; an outcome and areas out, a JSON object a line."""
    gazetteer = Gazetteer.load(Areas.load())
    for text in _lines():
        place = find(gazetteer, text)
        areas = [{"code": a.code, "name": a.name, "county": a.county, "nation": a.nation_name} for a in place.areas]
        click.echo(json.dumps({"outcome": place.outcome, "areas": areas}, ensure_ascii=False))


@main.group()
def directory() -> None:
    """The stewards' and operators' tools."""


@directory.command("match")
@click.option(
    "--need", "needs", type=click.Choice(NEEDS), multiple=True, required=True, help="What would help; repeatable."
)
@click.option("--area", required=True, help="A GSS code, such as E08000035.")
@click.option("--at", metavar="TIME", help="An ISO time; now when left out.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
def directory_match(needs: tuple[str, ...], area: str, at: str | None, as_lines: bool) -> None:
    """The services a man with this need in this area is shown, best first."""
    moment = now() if at is None else _moment(at)

    async def work(rooms: Rooms) -> None:
        if area not in rooms.areas:
            raise Refused(f"{area!r} is not the code of an area. 'fingerpost places find' tells codes.")
        index = await rooms.directory.index(rooms.areas, day_in_london(moment))
        matches = match(index, Query(needs, area, moment))
        standing = await rooms.directory.still_shown([s.service_id for s in matches.signposts], moment)
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

    _with_rooms(work, clock=lambda: moment)


def _as_text(record: dict[str, Any]) -> str:
    contacts = ", ".join(f"{c['kind']} {c['value']}" for c in record["contacts"])
    reasons = ", ".join(f"{r['key']} {r['value']}".strip() for r in record["reasons"])
    recorded = f"recorded by {record['recorded_by']} on {record['recorded_on']}"
    return f"{record['name']}\n  {contacts}\n  {reasons}\n  {recorded}"


@directory.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "apply", is_flag=True, help="Write it; without this the report is all that happens.")
@click.option("--by", "who", default="operator", show_default=True, help="Who is doing this, for the history.")
def directory_import(path: Path, apply: bool, who: str) -> None:
    """Read services from a YAML file (see docs/stewards.md). A dry run unless --apply."""

    try:
        document = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{path} is not a text file (UTF-8).") from None

    async def work(rooms: Rooms) -> None:
        report = await rooms.directory.load_document(
            document, at=now(), who=who, why=f"import of {path.name}", apply=apply
        )
        for kind in ("new", "changed", "unchanged"):
            names = getattr(report, kind)
            click.echo(f"{kind}: {len(names)}{': ' if names else ''}{', '.join(names)}")
        click.echo(f"rejected: {len(report.rejected)}")
        for rejection in report.rejected:
            click.echo(f"  {rejection}")
        if not apply:
            click.echo("Nothing was written: add --apply to do it.")
        if report.rejected:
            sys.exit(1)

    _with_rooms(work, examples=False)


@main.group()
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

    _with_rooms(work, examples=False)


@lifelines.command("rung")
@click.argument("keys", nargs=-1, required=True)
@click.option("--by", "who", required=True, help="Who rang it.")
@click.option("--on", "on", metavar="DATE", help="When; today when left out.")
def lifelines_rung(keys: tuple[str, ...], who: str, on: str | None) -> None:
    """Record that somebody rang these lifelines (or read their sources again) and found them right."""
    day = now().astimezone(_LONDON).date() if on is None else _day(on)

    async def work(rooms: Rooms) -> None:
        known = set(rooms.lifelines.keys()) - {"any_hour"}
        if unknown := [key for key in keys if key not in known]:
            raise Refused(f"No such lifeline: {', '.join(unknown)}. 'fingerpost lifelines list' names them.")
        for key in keys:
            await rooms.directory.record_check(key, who, day)
        click.echo(f"Recorded: {', '.join(keys)}.")

    _with_rooms(work, examples=False)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date. Write it like 2026-12-25.") from None


# --- operating -----------------------------------------------------------------------------------------------------


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

    _with_rooms(work, examples=False)


@main.command()
@click.option("--turns", default=2000, show_default=True, help="How many turns to take of each kind.")
def bench(turns: int) -> None:
    """The benchmarks: ratios within one run, because machines are noisy."""
    from bot.bench import measure
    from bot.benchmarks.measuring import side_by_side

    with explained():
        for line in asyncio.run(measure(turns)):
            click.echo(line)
        click.echo()
        for line in side_by_side(seconds=turns / 10_000):
            click.echo(line)


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        text = line.rstrip("\r\n")
        if text:
            yield spoken(text)
