"""The commands that bring other people's directories in."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.commanding import read_words, with_directory
from bot.explaining import Refused
from bot.proposal_commands import as_sentence, capital, directory_proposals
from bot.rooms import now
from service_directory.areas import Areas
from service_directory.importing.decoding import Unreadable
from service_directory.importing.drafts import draft
from service_directory.importing.fetching import Feed, FeedError
from service_directory.importing.files import load, read_files
from service_directory.importing.proposals import NotDone
from service_directory.importing.staging import Begun, Progress, Report, Staging
from service_directory.open_referral import reading as open_referral
from service_directory.open_referral.finding import find
from service_directory.rows import organization_rows, service_rows
from service_directory.standards import day_in_london
from service_directory.store import Directory

_OPEN_DATA = (".json", ".jsonl", ".ndjson", ".csv", ".zip")
_LISTED = 20
_DATE_AND_COUNT = re.compile(r"[-_ .()]*\d[\d\-_ .()]*$")


@click.command("import")
@click.argument("source", metavar="[FILE|FOLDER|URL]", required=False)
@click.option("--apply", "apply", is_flag=True, help="Write it; without this the report is all that happens.")
@click.option(
    "--staged", metavar="NUMBER", type=int, help="Take up an import that was reported before, as it was read."
)
@click.option(
    "--source", "named", metavar="NAME", default="", help="What to call the source, when its files change names."
)
@click.option(
    "--by",
    "--who",
    "who",
    default="operator",
    show_default=True,
    callback=read_words,
    help="Who is doing this, for the history.",
)
@click.option("--all", "whole", is_flag=True, help="List every entry and every note, however many.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON object.")
def directory_import(
    source: str | None, apply: bool, staged: int | None, named: str, who: str, whole: bool, as_json: bool
) -> None:
    """Read services from somewhere else. A dry run unless --apply.

    From a directory document (YAML, see docs/stewards.md), or from open data (see docs/importing.md): Open Referral UK
    3.0 or 1.0 or HSDS 3.0 as a file, a folder, a CSV package or the address of a feed, or one CSV table of services.
    """
    if (source is None) == (staged is None):
        raise click.UsageError("Name a file, a folder or a feed, or an earlier import with --staged.")
    if source is not None and not _is_address(source):
        path = Path(source)
        if not path.exists():
            raise click.BadParameter(f"Path {source!r} does not exist.", param_hint="'[FILE|FOLDER|URL]'")
        if path.is_file() and path.suffix.lower() not in _OPEN_DATA:
            with_directory(lambda directory: _load_document(directory, path, apply=apply, who=who))
            return

    async def work(directory: Directory) -> None:
        staging = Staging(directory.database)
        try:
            number = staged if staged is not None else await _stage(staging, source or "", named, who)
            with _bar("Comparing", await staging.waiting(number)) as progress:
                report = await staging.report(number, progress)
            if apply:
                why = f"import {number} from {report.source}"
                with _bar("Writing", len(report.new) + len(report.changed) + len(report.unchanged)) as progress:
                    report = await staging.apply(number, at=now(), who=who, why=why, progress=progress)
        except (Unreadable, FeedError) as error:
            raise Refused(as_sentence(str(error))) from None
        except NotDone as error:
            raise Refused(as_sentence(capital(str(error)))) from None
        except OSError as error:
            raise Refused(f"{source} cannot be read: {error.strerror or type(error).__name__}.") from None
        for line in [json.dumps(_as_record(report), ensure_ascii=False)] if as_json else _as_lines(report, whole):
            click.echo(line)
        if report.rejected:
            sys.exit(1)

    with_directory(work)


async def _load_document(directory: Directory, path: Path, *, apply: bool, who: str) -> None:
    try:
        document = (await asyncio.to_thread(path.read_bytes)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{path} is not a text file (UTF-8).") from None
    report = await directory.load_document(document, at=now(), who=who, why=f"import of {path.name}", apply=apply)
    for kind in ("new", "changed", "unchanged"):
        names = getattr(report, kind)
        click.echo(f"{kind}: {len(names)}{': ' if names else ''}{', '.join(names)}")
    if report.proposed:
        told = ", ".join(report.proposed)
        click.echo(f"waits for two people: {len(report.proposed)}: {told} (see 'fingerpost directory proposals list')")
    click.echo(f"rejected: {len(report.rejected)}")
    for rejection in report.rejected:
        click.echo(f"  {rejection}")
    if not apply:
        click.echo("Nothing was written: add --apply to do it.")
    if report.rejected:
        sys.exit(1)


async def _stage(staging: Staging, source: str, named: str, who: str) -> int:
    """Read a source into staging. The number of the import."""
    today = day_in_london(now())
    areas = Areas.load()
    if _is_address(source):
        return await _stage_feed(staging, Feed(source), named, who, areas, today)
    path = Path(source)
    name = named or _lasting_name(path)
    begun = await staging.begin(name, "files", at=now(), who=who)
    files = await asyncio.to_thread(load, path)
    with _bar("Reading", None) as progress:

        def watch(done: int, of: int) -> None:
            _set_length(progress, of)
            progress(1)

        reading = await asyncio.to_thread(read_files, files, source=name, areas=areas, today=today, watch=watch)
    await staging.add(begun.number, path.name, reading)
    return begun.number


async def _stage_feed(staging: Staging, feed: Feed, named: str, who: str, areas: Areas, today: date) -> int:
    name = named or feed.source
    begun: Begun = await staging.begin(name, "feed", at=now(), who=who, resume=True)
    first = max((int(page) for page in begun.pages), default=0) + 1
    if first > 1:
        click.echo(f"Going on at page {first}, where an earlier reading stopped.", err=True)
    total: int | None = None
    with _bar("Fetching", None) as progress:
        async for page in feed.pages(first):
            if total is None and page.of is not None:
                total = page.of
                _set_length(progress, total)
                progress(first - 1)
            found = find(page.items, f"page {page.number}")
            reading = open_referral.read(found, source=name, areas=areas, today=today)
            await staging.add(begun.number, str(page.number), reading)
            progress(1)
    return begun.number


def _is_address(source: str) -> bool:
    return re.match(r"https?://", source, re.IGNORECASE) is not None


def _lasting_name(path: Path) -> str:
    """The name of a file or folder without the date or count at its end, which changes from one import to the next."""
    stem = path.resolve().name.split(".")[0]
    return _DATE_AND_COUNT.sub("", stem) or stem


# --- what is shown


class _Advance:
    """Moves a progress bar on; a bar is only drawn on a terminal."""

    def __init__(self, bar: Any) -> None:
        self.bar = bar

    def __call__(self, steps: int) -> None:
        self.bar.update(steps)


@contextmanager
def _bar(label: str, length: int | None) -> Iterator[Progress]:
    """A progress bar on a terminal's error output, and nothing at all elsewhere."""
    drawn: Any = click.progressbar(length=length or 1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
    with drawn as bar:
        yield _Advance(bar)


def _set_length(progress: Progress, length: int) -> None:
    if isinstance(progress, _Advance):
        progress.bar.length = length


def _as_lines(report: Report, whole: bool) -> Iterator[str]:
    for kind in ("new", "changed", "unchanged"):
        entries = getattr(report, kind)
        yield f"{kind}: {len(entries)}"
        if kind == "unchanged":
            continue
        for entry in _some(entries, whole):
            yield f"  {entry}"
            for change in getattr(entry, "changes", ()):
                yield f"    {change}"
            for change in getattr(entry, "proposed", ()):
                yield f"    waits for two people: {change}"
    if report.gone:
        yield f"no longer in the source: {len(report.gone)}"
        yield from (f"  {entry.name} ({entry.service_id})" for entry in report.gone)
    yield f"rejected: {len(report.rejected)}"
    for rejection in report.rejected:
        yield f"  {rejection}"
    yield f"possible duplicates: {len(report.duplicates)}"
    names = {entry.service_id: str(entry) for entry in report.new}
    for likeness in report.duplicates:
        yield f"  {names.get(likeness.service_id, likeness.service_id)} {likeness}"
    yield f"put right or left out: {len(report.notes)}"
    for note in _some(report.notes, whole):
        yield f"  {note}"
    if report.applied:
        yield f"Written as import {report.number}. New services are not shown to anybody until a steward decides."
        if report.proposals:
            yield f"Proposals that wait for two people: {', '.join(map(str, report.proposals))}."
    else:
        yield "Nothing was written. To write exactly this:"
        yield f"fingerpost directory import --staged {report.number} --apply"


def _some(entries: Iterable[object], whole: bool) -> Iterator[object]:
    listed = list(entries)
    yield from listed if whole else listed[:_LISTED]
    if not whole and len(listed) > _LISTED:
        yield f"and {len(listed) - _LISTED} more; --all lists them"


def _as_record(report: Report) -> dict[str, Any]:
    def entries(kind: str) -> list[dict[str, Any]]:
        return [
            {
                "row": one.row,
                "service_id": one.service_id,
                "name": one.name,
                "changes": list(one.changes),
                "proposed": list(one.proposed),
            }
            for one in getattr(report, kind)
        ]

    return {
        "import": report.number,
        "source": report.source,
        "applied": report.applied,
        **{kind: entries(kind) for kind in ("new", "changed", "unchanged", "gone")},
        "rejected": [{"row": one.entry, "field": one.field, "reason": one.message} for one in report.rejected],
        "duplicates": [
            {"service_id": one.service_id, "other_id": one.other.id, "shared": list(one.shared)}
            for one in report.duplicates
        ],
        "notes": [{"row": one.entry, "field": one.field, "note": one.message} for one in report.notes],
        "proposals": list(report.proposals),
    }


@click.command("draft")
@click.argument("service_ids", nargs=-1, required=True)
def directory_draft(service_ids: tuple[str, ...]) -> None:
    """Write imported services as a directory document, for a steward to complete, publish and load again."""

    async def work(directory: Directory) -> None:
        async with directory.database.read() as connection:
            rows = await service_rows(connection, service_ids)
            organizations = await organization_rows(connection)
        if unknown := [one for one in service_ids if one not in rows]:
            raise Refused(f"There is no service {', '.join(unknown)}.")
        services = [rows[one] for one in dict.fromkeys(service_ids)]
        if shown := [row.id for own in services for row in own if row.table == "service" and row.values["published"]]:
            # A draft knows only what imports bring; loading one would take away what stewards have added since.
            raise Refused(f"{', '.join(shown)} is published; change it in the document that it is kept in.")
        owners = {str(row.values["organization_id"]) for own in services for row in own if row.table == "service"}
        click.echo(draft(services, [organizations[one] for one in sorted(owners)]), nl=False)

    with_directory(work)


COMMANDS: tuple[click.Command, ...] = (directory_import, directory_draft, directory_proposals)
