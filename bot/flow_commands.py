"""The editors' commands: each a few lines over dialogs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bot.explaining import explained
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
