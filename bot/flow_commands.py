"""The editors' commands: each a few lines over dialogs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot import publish_commands
from bot.catalogue_files import extract_to
from bot.commanding import read_words
from bot.explaining import explained
from bot.flow_drawings import Form, draw
from bot.flow_knowledge import known
from bot.flow_rehearsals import play_all
from bot.publishing import Request
from bot.rooms import now
from dialogs.findings import as_github, as_json, quoted, render_text
from dialogs.loading import check
from dialogs.schema import json_schema, project_schema
from dialogs.source import Source
from safety.lifelines import Lifelines
from service_directory.standards import day_in_london


@click.group()
def flows() -> None:
    """The editors' tools."""


@flows.command("check")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
def flows_check(path: Path | None, form: str) -> None:
    """Check the conversations in PATH (a file or folder; the shipped ones when left out)."""
    with explained():
        lifelines = Lifelines.load()
    findings = check(path, known(lifelines, today=day_in_london(now())))
    if form == "text":
        chat = "fingerpost chat" if path is None else f"fingerpost chat --flow {quoted(str(path))}"
        shown = render_text(findings, chat=chat)
    else:
        shown = {"json": as_json, "github": as_github}[form](findings)
    if shown:
        click.echo(shown)
    errors = sum(finding.severity == "error" for finding in findings)
    if form == "text":
        click.echo(_counted(errors, len(findings) - errors))
    if errors:
        sys.exit(1)


def _counted(errors: int, warnings: int) -> str:
    """What was found, in one line: the last, which is what is on the screen."""
    mistakes = "No mistakes" if not errors else f"{errors} mistake{'s' if errors > 1 else ''}"
    return f"{mistakes}{f', {warnings} warning' if warnings else ''}{'s' if warnings > 1 else ''}."


@flows.command("schema")
@click.option(
    "--for",
    "project",
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="Complete the names in this folder or file too: its steps, flows, answers and choices.",
)
def flows_schema(project: Path | None) -> None:
    """The JSON Schema of the flow language, for an editor that completes and explains as you type."""
    with explained():
        schema = json_schema() if project is None else project_schema(Source.read(project), known(Lifelines.load()))
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))


@flows.command("draw")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--flow", metavar="NAME", help="Draw this flow alone.")
@click.option("--format", "form", type=click.Choice(["mermaid", "svg"]), help="mermaid when printed, else svg.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE|FOLDER", help="Write it there.")
@click.option("--findings", "marked", is_flag=True, help="Mark the steps in which `flows check` finds an error.")
def flows_draw(path: Path | None, flow: str | None, form: Form | None, out: Path | None, marked: bool) -> None:
    """Draw the conversations in PATH (a file or folder; the shipped ones when left out).

    Printed is one drawing: of a flow, or of all flows and how they hang together. Into a folder go both, and a
    drawing of every flow.
    """
    click.echo(draw(path, flow, form, out, marked=marked))


@flows.command("extract")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--lang", "languages", multiple=True, metavar="CODE", help="Begin a catalogue, such as cy; repeatable.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Write there.")
def flows_extract(path: Path | None, languages: tuple[str, ...], out: Path | None) -> None:
    """Write the files for translators: messages.pot, and every catalogue brought up to date.

    They go to `locale` beside the conversations in PATH; for the shipped ones, to `locale` in this folder.
    """
    with explained():
        for line in extract_to(path, languages, out):
            click.echo(line)


@flows.command("rehearse")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--flows", "folder", type=click.Path(exists=True, path_type=Path), help="The conversations to play on.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--update", is_flag=True, help="Write into the rehearsals what is read, offered and reached now.")
@click.option("--at-least", type=click.IntRange(0, 100), metavar="N", help="Fail when less than N % of a flow is met.")
def flows_rehearse(path: Path | None, folder: Path | None, form: str, update: bool, at_least: int | None) -> None:
    """Play the rehearsals in PATH (a file or folder): conversations, and what must be read in them.

    Left out, the rehearsals are those in the folder `rehearsals` inside that of the conversations; with neither, those
    that come with the program. Says too what is never rehearsed.
    """
    with explained():
        report = play_all(path, folder, form, update=update, at_least=at_least)
    if report.text:
        click.echo(report.text)
    if report.failed:
        sys.exit(1)


def _answered_for(command: Callable[..., None]) -> Callable[..., None]:
    """What publishing and rolling back ask alike: who answers for it and why, and what becomes of people meanwhile."""
    for option in (
        click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True),
        click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing."),
        click.option(
            "--move",
            "moves",
            multiple=True,
            callback=publish_commands.read_moves,
            metavar="FLOW/STEP=FLOW/STEP",
            help="Where people who stand at a step go on; repeatable.",
        ),
        click.option("--why", required=True, callback=read_words, help="Why, for the history."),
        click.option("--by", required=True, callback=read_words, help="Who answers for it."),
    ):
        command = option(command)
    return command


@flows.command("publish")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@_answered_for
@click.option("--finish-old", is_flag=True, help="Whoever cannot go on in it finishes on the version he is in.")
def flows_publish(path: Path, form: str, **request: Any) -> None:
    """Make the conversations in PATH (a folder) the current ones.

    They are checked first, and so is what they mean for people who are in the middle of a conversation. What was
    checked is kept, byte for byte, and running processes take it up within five seconds.
    """
    publish_commands.publish(path, Request(**request), form=form)


@flows.command("rollback")
@click.argument("digest", required=False)
@_answered_for
def flows_rollback(digest: str | None, form: str, **request: Any) -> None:
    """Make the version of before the present one current again, or the one of this DIGEST.

    Whoever is in the middle of a conversation goes on in it where that is sound, or finishes on the version he is in.
    """
    publish_commands.rollback(digest, Request(**request), form=form)


@flows.command("versions")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
def flows_versions(as_lines: bool) -> None:
    """Every version that was published, the newest first, and how many people are in the middle of each."""
    publish_commands.versions(as_lines=as_lines)
