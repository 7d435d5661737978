"""The editors' commands: each a few lines over dialogs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bot.explaining import explained
from bot.flow_drawings import Form, draw
from bot.flow_knowledge import known
from dialogs.findings import as_github, as_json, render_text
from dialogs.loading import check
from dialogs.schema import json_schema
from safety.lifelines import Lifelines


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
    findings = check(path, known(lifelines))
    shown = {"text": render_text, "json": as_json, "github": as_github}[form](findings)
    if shown:
        click.echo(shown)
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)
    if form == "text":
        click.echo("No mistakes." if not findings else "Warnings only.")


@flows.command("schema")
def flows_schema() -> None:
    """The JSON Schema of the flow language, for an editor that completes and explains as you type."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@flows.command("draw")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--flow", metavar="NAME", help="Draw this flow alone.")
@click.option("--format", "form", type=click.Choice(["mermaid", "svg"]), help="mermaid when printed, else svg.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE|FOLDER", help="Write it there.")
@click.option("--findings", "marked", is_flag=True, help="Mark the steps in which `flows check` finds something.")
def flows_draw(path: Path | None, flow: str | None, form: Form | None, out: Path | None, marked: bool) -> None:
    """Draw the conversations in PATH (a file or folder; the shipped ones when left out).

    Printed is one drawing: of a flow, or of all flows and how they hang together. Into a folder go both, and a
    drawing of every flow.
    """
    click.echo(draw(path, flow, form, out, marked=marked))
