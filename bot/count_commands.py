"""What was counted: `fingerpost counts`, and `fingerpost counts report` for commissioners."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from bot.commanding import with_directory
from bot.explaining import Refused
from bot.rooms import now
from bot.settings import Settings
from service_directory.areas import Areas
from service_directory.desk.counted.names import names_of
from service_directory.desk.counted.reporting import report
from service_directory.desk.counted.telling import all_in, as_record, parts, shown_in
from service_directory.desk.counts import Counts
from service_directory.desk.keeping import desk_database
from service_directory.desk.releasing import Figure
from service_directory.standards import day_in_london
from service_directory.store import Directory

_NOTHING = "There is nothing to tell yet: a figure is released once its month is over, and from ten on."


def _month(ctx: click.Context, param: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a month. Write it like 2026-11.", ctx, param) from None


month_option = click.option("--month", callback=_month, metavar="MONTH", help="Only what covers this month: 2026-11.")


@click.group(invoke_without_command=True)
@month_option
@click.option("--json", "as_lines", is_flag=True, help="JSON, one object a line.")
@click.pass_context
def counts(ctx: click.Context, month: date | None, as_lines: bool) -> None:
    """What may be told of how the chat is used: from ten on, rounded to five."""
    if ctx.invoked_subcommand is not None:
        if month is not None or as_lines:
            raise click.UsageError("--month and --json of the figures go without a further command.")
        return

    async def work(directory: Directory) -> None:
        areas = Areas.load()
        figures = await _figures(directory, areas, month)
        if as_lines:
            for figure in figures:
                click.echo(json.dumps(as_record(figure, areas), ensure_ascii=False))
            return
        names = await names_of(directory.database, shown_in(figures))
        told = parts(figures, areas, names)
        if not told:
            click.echo(_NOTHING)
        for part in told:
            click.echo(f"{part.title}: about {part.total:,}")
            for line in part.lines:
                click.echo(f"  {line.number:>7,}  {line.what}, {line.where}, {line.when}")

    with_directory(work)


@counts.command("report")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@month_option
def report_command(out: Path, month: date | None) -> None:
    """A report for commissioners: where men looked for help and none was on record. One HTML file, fit to print."""
    made: list[tuple[str, int]] = []

    async def work(directory: Directory) -> None:
        settings, areas, today = Settings.read(), Areas.load(), day_in_london(now())
        figures = await _figures(directory, areas, month)
        page = report(figures, areas, helpline=settings.helpline_name, operator=settings.operator, made_on=today)
        made.append((page, len(figures)))

    with_directory(work)
    ((page, number),) = made
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}.") from None
    click.echo(f"{out} is written." if number else f"{out} is written. {_NOTHING}")


async def _figures(directory: Directory, areas: Areas, month: date | None) -> Sequence[Figure]:
    """What may be published today."""
    database = await desk_database(directory)
    return all_in(await Counts(database, areas).released(day_in_london(now())), month)
