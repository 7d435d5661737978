"""The commands that tell where typed places are."""

from __future__ import annotations

import json

import click

from bot.commanding import typed_lines
from service_directory.areas import Areas
from service_directory.places import Gazetteer, find


@click.group()
def places() -> None:
    """Where typed places are."""


@places.command("find")
def places_find() -> None:
    """One typed place a line in; an outcome and areas out, a JSON object a line."""
    gazetteer = Gazetteer.load(Areas.load())
    for text in typed_lines():
        place = find(gazetteer, text)
        areas = [{"code": a.code, "name": a.name, "county": a.county, "nation": a.nation_name} for a in place.areas]
        click.echo(json.dumps({"outcome": place.outcome, "areas": areas}, ensure_ascii=False))
