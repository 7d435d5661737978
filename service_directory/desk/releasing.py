"""What of the counts may be published, so that nobody can be worked out from it. Pure.

A cell is how often one thing was counted in one region in one month. It is released when it comes to ten or more, and
rounded to five. What does not is kept until the quarter is over, and then put together: first the months of a region,
then the regions of a nation, then the nations. Nothing is ever in two released figures, so that none can be taken from
another; a total is the sum of what was released; and a month is released once, when it is over and cannot change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

FIRST_DAY: Final = 2
"""From this day of the month on, the month before is over for every process and every clock."""

ANYWHERE: Final = ""
"""The region of what was counted of nobody's region."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From how many on a figure is released, and what it is rounded to."""

    least: int = 10
    to: int = 5

    def rounded(self, number: int) -> int:
        """To the nearest: 10 to 12 are 10, 13 to 17 are 15."""
        return (number + self.to // 2) // self.to * self.to

    def together(self, parts: Sequence[int]) -> int:
        """What is released of parts put together, each of which was too small by itself.

        So near to the most that they could come to that each would be known, it is rounded down further: every one
        of them can still have been any of about half of the numbers that are too small. Those that are nothing do not
        count, since a reader may know which they are.
        """
        parted = sum(1 for part in parts if part)
        spare = (self.least - 1) * (parted - 1) + (self.least - 1) // 2
        most = (spare + self.to // 2) // self.to * self.to
        return min(self.rounded(sum(parts)), most)


RULE: Final = Rule()


class Cell(NamedTuple):
    """How often something was counted in a region (or ANYWHERE) in a month, which is named by its first day."""

    month: date
    region: str
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A released figure: rounded, and never of fewer than ten.

    `place` is a region, a nation or ANYWHERE, by its code; `rest`: it is of what was too small in each region of that
    nation (or in each nation, where the place is ANYWHERE). `months` are those that it covers, by their first days.
    """

    kind: str
    place: str
    months: tuple[date, ...]
    number: int
    rest: bool = False

    @property
    def quarter(self) -> date:
        """The first day of the quarter that it lies in."""
        return quarter_of(self.months[0])


def quarter_of(day: date) -> date:
    """The first day of the quarter in which a day lies."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def months_of(quarter: date) -> tuple[date, date, date]:
    """The months of the quarter that begins on this day."""
    return quarter, quarter.replace(month=quarter.month + 1), quarter.replace(month=quarter.month + 2)


def is_over(month: date, today: date) -> bool:
    """Whether a month (by its first day) can be released today."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return today >= after.replace(day=FIRST_DAY)


def released(cells: Iterable[Cell], nations: Mapping[str, str], today: date, rule: Rule = RULE) -> tuple[Figure, ...]:
    """All that may be published today. `nations` has the nation of every region that can be counted."""
    by_kind: dict[tuple[str, date], dict[tuple[str, date], int]] = {}
    for cell in cells:
        known = by_kind.setdefault((cell.kind, quarter_of(cell.month)), {})
        region = cell.region if cell.region in nations else ANYWHERE
        known[region, cell.month] = known.get((region, cell.month), 0) + cell.number
    figures: list[Figure] = []
    for (kind, quarter), numbers in sorted(by_kind.items()):
        figures.extend(_quarter(kind, quarter, numbers, nations, today, rule))
    return tuple(figures)


def _quarter(
    kind: str,
    quarter: date,
    numbers: Mapping[tuple[str, date], int],
    nations: Mapping[str, str],
    today: date,
    rule: Rule,
) -> Iterator[Figure]:
    months = months_of(quarter)
    regions = tuple(dict.fromkeys((*nations, ANYWHERE)))
    left: dict[str, list[date]] = {region: [] for region in regions}
    for month in (month for month in months if is_over(month, today)):
        for region in regions:
            number = numbers.get((region, month), 0)
            if number >= rule.least:
                yield Figure(kind, region, (month,), rule.rounded(number))
            else:
                left[region].append(month)
    if not is_over(months[-1], today):
        return
    small: dict[str, list[int]] = {}
    for region in regions:
        parts = [numbers.get((region, month), 0) for month in left[region]]
        if sum(parts) >= rule.least:
            yield Figure(kind, region, tuple(left[region]), rule.together(parts))
        else:
            small.setdefault(nations.get(region, ANYWHERE), []).append(sum(parts))
    smaller: list[int] = []
    for nation, parts in small.items():
        if sum(parts) >= rule.least:
            yield Figure(kind, nation, months, rule.together(parts), rest=True)
        else:
            smaller.append(sum(parts))
    if sum(smaller) >= rule.least:
        yield Figure(kind, ANYWHERE, months, rule.together(smaller), rest=True)


def total(figures: Sequence[Figure]) -> int:
    """What released figures come to together: at least so many, since small ones are left out."""
    return sum(figure.number for figure in figures)
