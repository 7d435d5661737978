"""Released figures in words: what was counted, where and when. Pure.

Nothing in here sees a counter: it is made of what may be published, and totals are sums of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from service_directory.areas import Areas
from service_directory.desk.counts import ANY_NEED, CONVERSATIONS, HELPED, NONE, REPORTED, SHOWN, SIGNPOSTS
from service_directory.desk.releasing import ANYWHERE, Figure
from service_directory.desk.reports import SAID, ReportKind

NEEDS: Final = {
    "talk": "Talk to someone",
    "stay": "Somewhere to stay",
    "police_legal": "Law and rights",
    "children": "The children",
    "money": "Money",
    "health": "Health",
    "browsing": "Just reading",
    ANY_NEED: "He did not say what would help",
}
"""What men can pick, as they read it. A need that an editor added later is told by its own name."""

_HELPED: Final = {"yes": "It helped", "no": "Not really"}
_BY_REGION: Final = (NONE, SIGNPOSTS)
_ALL: Final = "All regions"
_EVERYWHERE: Final = "No region known"
_REST_OF_ALL: Final = "Elsewhere in the United Kingdom"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure in words: of what, where, when, and how many (rounded)."""

    what: str
    where: str
    when: str
    number: int


@dataclass(frozen=True, slots=True)
class Part:
    """Figures that belong together, with a total of each thing or place: the most first."""

    key: str
    title: str
    lines: tuple[Line, ...]
    bars: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(line.number for line in self.lines)


_PARTS: Final = (
    (CONVERSATIONS, "Conversations begun"),
    (NONE, "Nothing was found"),
    (SIGNPOSTS, "Services were found"),
    (REPORTED, "Men said that something was wrong with a service"),
    (HELPED, "Did this chat help?"),
    (SHOWN, "How often each service was shown"),
)


def parts(figures: Sequence[Figure], areas: Areas, services: Mapping[str, str]) -> tuple[Part, ...]:
    """All figures, thing by thing. `services` are the names of services by their ids.

    Parts without a figure are left out.
    """
    told = [_part(key, title, figures, areas, services) for key, title in _PARTS]
    return tuple(part for part in told if part.lines)


def shown_in(figures: Iterable[Figure]) -> tuple[str, ...]:
    """The ids of the services of which a figure tells how often they were shown."""
    return tuple(sorted({of for kind, of in map(_kind, figures) if kind == SHOWN}))


def unmet(figures: Iterable[Figure], areas: Areas) -> tuple[tuple[str, int], ...]:
    """Where nothing was found, over all needs: each place with its total, the most first."""
    return _added((where(figure, areas), figure.number) for figure in figures if _kind(figure)[0] == NONE)


def _part(key: str, title: str, figures: Sequence[Figure], areas: Areas, services: Mapping[str, str]) -> Part:
    own = [figure for figure in figures if _kind(figure)[0] == key]
    lines = tuple(Line(what(one, services), where(one, areas), when(one.months), one.number) for one in own)
    by_month = key == CONVERSATIONS
    bars = _in_time(own) if by_month else _added((line.what, line.number) for line in lines)
    return Part(key, title, lines, bars)


def what(figure: Figure, services: Mapping[str, str]) -> str:
    """What was counted, in words."""
    kind, of = _kind(figure)
    match kind:
        case "signposts" | "none":
            return NEEDS.get(of, of)
        case "reported":
            return SAID[ReportKind(of)] if of in list(ReportKind) else of
        case "helped":
            return _HELPED.get(of, of)
        case "shown":
            return services.get(of, of)
        case _:
            return "Conversations"


def where(figure: Figure, areas: Areas) -> str:
    """Where it was counted, for what is counted by region: a region, or what is left of a nation or of all."""
    if _kind(figure)[0] not in _BY_REGION:
        return _ALL
    if figure.place == ANYWHERE:
        return _REST_OF_ALL if figure.rest else _EVERYWHERE
    area = areas[figure.place]
    if figure.rest:
        return f"Elsewhere in {area.name}"
    # Of England alone a figure without a region is of those who said no more than England.
    return f"{area.name}, no region given" if area.kind == "country" and _has_regions(area.code, areas) else area.name


def when(months: Sequence[date]) -> str:
    """Months of one year as people say them: "January 2026", "January to March 2026", "January and March 2026"."""
    *before, last = (f"{month:%B}" for month in months)
    year = months[-1].year
    if len(months) > 2 and all(after.month - month.month == 1 for month, after in pairwise(months)):
        return f"{before[0]} to {last} {year}"
    return f"{', '.join(before)} and {last} {year}" if before else f"{last} {year}"


def as_record(figure: Figure, areas: Areas) -> dict[str, object]:
    """A figure as a program reads it."""
    kind, of = _kind(figure)
    return {
        "kind": kind,
        "of": of,
        "place": figure.place,
        "where": where(figure, areas),
        "rest": figure.rest,
        "months": [f"{month:%Y-%m}" for month in figure.months],
        "number": figure.number,
    }


def all_in(figures: Iterable[Figure], month: date | None) -> tuple[Figure, ...]:
    """The figures that cover a month (its first day); all of them for none."""
    return tuple(figure for figure in figures if month is None or month in figure.months)


def of_service(figures: Sequence[Figure]) -> tuple[tuple[str, int], ...]:
    """How often a service was shown, by when: what it may see of itself."""
    return tuple((when(figure.months), figure.number) for figure in figures)


def _kind(figure: Figure) -> tuple[str, str]:
    kind, _, of = figure.kind.partition(":")
    return kind, of


def _has_regions(nation: str, areas: Areas) -> bool:
    return any(area.kind == "region" and area.nation == nation for area in areas.values())


def _in_time(figures: Sequence[Figure]) -> tuple[tuple[str, int], ...]:
    return tuple((when(figure.months), figure.number) for figure in sorted(figures, key=lambda figure: figure.months))


def _added(numbers: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    added: dict[str, int] = {}
    for name, number in numbers:
        added[name] = added.get(name, 0) + number
    return tuple(sorted(added.items(), key=lambda item: (-item[1], item[0])))
