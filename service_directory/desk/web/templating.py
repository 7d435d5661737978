"""The templates, and how days and moments are said in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from service_directory.standards import LONDON

TEMPLATES = Path(__file__).parents[1] / "templates"


def environment(loaders: Sequence[BaseLoader] = ()) -> Environment:
    """The templates of this room and those of others. Whatever comes into one is escaped."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), *loaders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["say"] = said
    made.globals["say"] = said
    return made


def said(when: date | datetime | None) -> str:
    """A day as people say it, "3 May 2026", and a moment as "3 May 2026 at 14:05", by the clocks in London."""
    if when is None:
        return ""
    if isinstance(when, datetime):
        there = when.astimezone(LONDON)
        return f"{_day(there)} at {there:%H:%M}"
    return _day(when)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
