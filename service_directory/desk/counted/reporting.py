"""The report for commissioners: where men looked for help and none was on record. One file, to be read or printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from service_directory.areas import Areas
from service_directory.desk.counted.plotting import bars
from service_directory.desk.counted.telling import parts, unmet, when
from service_directory.desk.counts import CONVERSATIONS, NONE, SIGNPOSTS
from service_directory.desk.releasing import Figure
from service_directory.desk.web.templating import environment


def report(
    figures: Sequence[Figure],
    areas: Areas,
    *,
    helpline: str,
    operator: str | None,
    made_on: date,
    services: Mapping[str, str] | None = None,
) -> str:
    """The report as one HTML page that fetches nothing and runs nothing."""
    told = {part.key: part for part in parts(figures, areas, services or {})}
    covered = sorted({month for figure in figures for month in figure.months})
    return (
        environment()
        .get_template("counted/report.html")
        .render(
            helpline=helpline,
            operator=operator,
            made_on=made_on,
            span=_span(covered),
            unmet=unmet(figures, areas),
            unmet_plot=bars(unmet(figures, areas), "Nothing was found, by region"),
            needs_plot=bars(told[NONE].bars, "Nothing was found, by need") if NONE in told else "",
            missing=told.get(NONE),
            found=told.get(SIGNPOSTS),
            conversations=told.get(CONVERSATIONS),
        )
    )


def _span(months: Sequence[date]) -> str:
    """From when to when, in words; empty for never."""
    if len(months) < 2:
        return "".join(when((month,)) for month in months)
    return f"{when(months[:1])} to {when(months[-1:])}"
