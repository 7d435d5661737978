"""What is released lets nobody be worked out: not one figure, nor all of them together, nor one release after another.

By brute force: every small table there is, and what each would have published. A cell that was too small to be released
must have been able to be something else, given all that was published.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.desk.releasing import (
    ANYWHERE,
    RULE,
    Cell,
    Figure,
    Rule,
    is_over,
    months_of,
    quarter_of,
    released,
    total,
)

JANUARY, FEBRUARY, MARCH = months_of(date(2026, 1, 1))
AFTER = date(2026, 4, 2)
SMALL = Rule(least=4, to=2)
"""The same rule with smaller numbers, so that every table can be tried."""


def cells(numbers: Iterable[tuple[str, date, int]], kind: str = "none:stay") -> list[Cell]:
    return [Cell(month, region, kind, number) for region, month, number in numbers if number]


@pytest.mark.parametrize(
    ("nations", "months", "most", "rule"),
    [
        ({"a": "A", "b": "A"}, (JANUARY, FEBRUARY), 5, SMALL),
        ({"a": "A"}, (JANUARY, FEBRUARY, MARCH), 6, SMALL),
        ({"a": "A", "b": "A", "c": "C", "d": "D"}, (MARCH,), 5, SMALL),
        ({"a": "A", "b": "A", "c": "A"}, (JANUARY,), 6, SMALL),
        ({"a": "A", "b": "B"}, (JANUARY, FEBRUARY), 5, SMALL),
        ({"a": "A", "b": "A"}, (JANUARY,), 14, RULE),
    ],
    ids=["two regions", "one region", "two nations", "three regions", "a region each", "as it is"],
)
def test_no_cell_under_the_least_can_be_worked_out_from_all_that_is_ever_released(
    nations: dict[str, str], months: Sequence[date], most: int, rule: Rule
) -> None:
    places = [(region, month) for region in (*nations, ANYWHERE) for month in months][:4]
    alike: dict[tuple[Figure, ...], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in itertools.product(range(most + 1), repeat=len(places)):
        table = cells((region, month, number) for (region, month), number in zip(places, numbers, strict=True))
        # One release follows the other, and whoever reads has kept them all.
        published = [
            figure
            for today in (date(2026, 2, 2), date(2026, 3, 2), AFTER)
            for figure in released(table, nations, today, rule)
        ]
        alike[tuple(published)].append(numbers)
    for tables in alike.values():
        for at in range(len(places)):
            could_be = {numbers[at] for numbers in tables}
            if min(could_be) < rule.least:
                assert len(could_be) > 1, (places[at], tables[0])


REGIONS = {"north": "E", "south": "E", "east": "E", "W": "W", "S": "S"}
TABLES = st.lists(
    st.tuples(st.sampled_from([*REGIONS, ANYWHERE]), st.sampled_from((JANUARY, FEBRUARY, MARCH)), st.integers(0, 40)),
    max_size=18,
    unique_by=lambda cell: cell[:2],
)


@given(TABLES)
def test_a_figure_is_ten_or_more_and_a_multiple_of_five(numbers: list[tuple[str, date, int]]) -> None:
    for figure in released(cells(numbers), REGIONS, AFTER):
        assert figure.number >= 10
        assert figure.number % 5 == 0


@given(TABLES)
def test_nothing_is_in_two_figures_so_that_none_can_be_taken_from_another(
    numbers: list[tuple[str, date, int]],
) -> None:
    figures = released(cells(numbers), REGIONS, AFTER)
    single = [(f.place, month) for f in figures if not f.rest for month in f.months]
    assert len(single) == len(set(single))
    rest = [f.place for f in figures if f.rest]
    assert len(rest) == len(set(rest))
    # All of them together never come to more than rounding can add to what was counted.
    assert total(figures) <= sum(number for *_, number in numbers) + 2 * len(figures)


@given(TABLES)
def test_what_was_released_stays_released_as_it_was(numbers: list[tuple[str, date, int]]) -> None:
    table = cells(numbers)
    after_one = released(table, REGIONS, date(2026, 2, 2))
    after_all = released(table, REGIONS, AFTER)
    assert set(after_one) <= set(after_all)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=9))
def test_each_part_of_what_was_put_together_could_have_been_many_numbers(parts: list[int]) -> None:
    if sum(parts) < RULE.least:
        return
    shown = RULE.together(parts)
    assert 10 <= shown <= sum(parts) + 2
    # The least that they can have come to leaves each part free to have been four, or nine.
    assert max(10, shown - 2) - 9 * (sum(map(bool, parts)) - 1) <= 4


@pytest.mark.parametrize(("number", "shown"), [(9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20)])
def test_ten_is_released_and_nine_is_not(number: int, shown: int | None) -> None:
    figures = released(cells([("north", JANUARY, number)]), REGIONS, date(2026, 2, 2))
    assert [figure.number for figure in figures] == ([] if shown is None else [shown])


def test_what_is_too_small_is_put_together_by_month_then_region_then_nation() -> None:
    by_months = [("north", JANUARY, 6), ("north", MARCH, 7)]
    assert released(cells(by_months), REGIONS, date(2026, 3, 31)) == ()
    assert released(cells(by_months), REGIONS, AFTER) == (Figure("none:stay", "north", (JANUARY, FEBRUARY, MARCH), 15),)
    by_regions = [("north", JANUARY, 6), ("south", MARCH, 7)]
    assert released(cells(by_regions), REGIONS, AFTER) == (
        Figure("none:stay", "E", (JANUARY, FEBRUARY, MARCH), 15, rest=True),
    )
    by_nations = [("W", JANUARY, 6), ("S", MARCH, 7)]
    assert released(cells(by_nations), REGIONS, AFTER) == (
        Figure("none:stay", ANYWHERE, (JANUARY, FEBRUARY, MARCH), 15, rest=True),
    )


def test_what_is_still_too_small_is_never_told() -> None:
    assert released(cells([("W", JANUARY, 4), ("S", MARCH, 5)]), REGIONS, AFTER) == ()


def test_a_month_waits_until_it_is_over_everywhere() -> None:
    assert not is_over(JANUARY, date(2026, 1, 31))
    assert not is_over(JANUARY, date(2026, 2, 1))
    assert is_over(JANUARY, date(2026, 2, 2))
    assert is_over(date(2026, 12, 1), date(2027, 1, 2))
    table = cells([("north", FEBRUARY, 30)])
    assert released(table, REGIONS, date(2026, 3, 1)) == ()
    assert [figure.number for figure in released(table, REGIONS, date(2026, 3, 2))] == [30]


def test_a_region_that_is_not_known_any_more_counts_as_none() -> None:
    figures = released(cells([("gone", JANUARY, 6), (ANYWHERE, JANUARY, 6)]), REGIONS, date(2026, 2, 2))
    assert [(figure.place, figure.number) for figure in figures] == [(ANYWHERE, 10)]


def test_a_figure_knows_its_quarter() -> None:
    assert quarter_of(date(2026, 12, 31)) == date(2026, 10, 1)
    assert Figure("helped:yes", ANYWHERE, (MARCH,), 10).quarter == JANUARY
