"""The commands that tell what the program notices in typed words."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click

from bot.commanding import typed_lines
from bot.explaining import Refused
from safety import identity, risk
from safety.evaluation import CorpusError, evaluate, read_rows
from safety.identity import measuring


@click.group()
def safety() -> None:
    """What the program notices in typed words."""


@safety.command("scan")
def safety_scan() -> None:
    """One message a line in; labels, response and kinds of identifiers out, a JSON object a line."""
    for text in typed_lines():
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
        click.echo(f"{label}: {score.met} of {score.sentences} met ({share}), {score.named} by this name")
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
