"""Counters by month, region and kind, and nothing else in the table."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from service_directory.areas import Areas
from service_directory.desk.counts import Counts, nations_of_regions, region_of
from service_directory.desk.keeping import desk_database
from service_directory.desk.releasing import Figure
from service_directory.desk.tables import CountRow
from service_directory.store import Directory

AREAS = Areas.load()
OCTOBER = date(2026, 10, 1)
YORKSHIRE, ENGLAND, WALES = "E12000003", "E92000001", "W92000004"


@pytest.fixture
async def counts(directory: Directory) -> Counts:
    return Counts(await desk_database(directory), AREAS)


async def test_counters_are_raised_and_not_written_beside_each_other(counts: Counts, directory: Directory) -> None:
    await counts.add(OCTOBER, {("conversations", ""): 7, ("none:stay", YORKSHIRE): 2, ("helped:no", ""): 0})
    await counts.add(OCTOBER, {("conversations", ""): 4})
    await counts.add(OCTOBER, {})
    async with directory.database.read() as connection:
        rows = (await connection.execute(sa.select(CountRow.__table__).order_by(CountRow.kind))).all()
    assert [tuple(row) for row in rows] == [
        (OCTOBER, "", "conversations", 11),
        (OCTOBER, YORKSHIRE, "none:stay", 2),
    ]


async def test_only_what_may_be_published_comes_out(counts: Counts) -> None:
    await counts.add(OCTOBER, {("conversations", ""): 23, ("none:stay", YORKSHIRE): 9, ("none:talk", WALES): 12})
    assert await counts.released(date(2026, 11, 1)) == ()
    assert await counts.released(date(2026, 11, 2)) == (
        Figure("conversations", "", (OCTOBER,), 25),
        Figure("none:talk", WALES, (OCTOBER,), 10),
    )


async def test_a_service_sees_its_own_and_no_other(counts: Counts) -> None:
    await counts.add(OCTOBER, {("shown:a-service", ""): 31, ("shown:b-service", ""): 50, ("shown:c", ""): 3})
    assert await counts.of_service("a-service", date(2026, 12, 1)) == (Figure("shown:a-service", "", (OCTOBER,), 30),)
    assert await counts.of_service("c", date(2027, 2, 1)) == ()


@pytest.mark.parametrize(
    ("area", "region"),
    [
        ("E08000035", YORKSHIRE),
        (YORKSHIRE, YORKSHIRE),
        (ENGLAND, ENGLAND),
        ("W06000015", WALES),
        (WALES, WALES),
        ("K02000001", ""),
        ("E99999999", ""),
        (None, ""),
    ],
)
def test_of_where_he_is_no_more_is_counted_than_a_region(area: str | None, region: str) -> None:
    assert region_of(AREAS, area) == region


def test_every_region_that_can_be_counted_lies_in_a_nation() -> None:
    nations = nations_of_regions(AREAS)
    assert {region_of(AREAS, code) for code in AREAS} <= {*nations, ""}
    assert set(nations.values()) == {ENGLAND, WALES, "S92000003", "N92000002"}
