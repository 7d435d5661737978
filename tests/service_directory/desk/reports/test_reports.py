"""A report is a service, a kind and a week, seen from the first one on and gone when it is handled."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from service_directory.desk.keeping import desk_database
from service_directory.desk.reports import FLOOD, MOST_OF_A_KIND, ReportKind, Reports, Waiting, week_of
from service_directory.desk.tables import ReportRow
from service_directory.store import Directory

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
BEFORE, THIS = date(2026, 11, 16), date(2026, 11, 23)


@pytest.fixture
async def reports(directory: Directory) -> Reports:
    return Reports(await desk_database(directory))


def test_a_week_is_known_by_its_monday_in_london() -> None:
    assert week_of(SUNDAY) == BEFORE
    assert week_of(MONDAY) == THIS
    # In summer it is Monday in London an hour before it is in UTC.
    assert week_of(datetime(2026, 7, 5, 23, 30, tzinfo=UTC)) == date(2026, 7, 6)


async def test_the_first_report_is_seen_at_once_and_holds_no_more_than_a_week(
    reports: Reports, directory: Directory
) -> None:
    await reports.add("a-service", "number", SUNDAY)
    assert await reports.waiting() == (Waiting("a-service", ReportKind.NUMBER, BEFORE, 1),)
    async with directory.database.read() as connection:
        (row,) = (await connection.execute(sa.select(ReportRow.__table__))).mappings().all()
    assert {name: value for name, value in row.items() if name != "id"} == {
        "service_id": "a-service",
        "kind": "number",
        "week": BEFORE,
    }


async def test_those_of_one_kind_in_one_week_are_one_line_with_the_latest_week_first(reports: Reports) -> None:
    for service, kind, at in (
        ("a-service", "closed", SUNDAY),
        ("a-service", "closed", SUNDAY),
        ("a-service", "number", SUNDAY),
        ("b-service", "turned_away", MONDAY),
        ("a-service", "closed", MONDAY),
    ):
        await reports.add(service, kind, at)
    assert [(w.service_id, w.kind, w.week, w.number) for w in await reports.waiting()] == [
        ("a-service", "closed", THIS, 1),
        ("b-service", "turned_away", THIS, 1),
        ("a-service", "closed", BEFORE, 2),
        ("a-service", "number", BEFORE, 1),
    ]
    assert [w.said for w in await reports.waiting("b-service")] == ["Turned away because he is a man"]


async def test_what_is_handled_is_deleted_and_the_rest_stays(reports: Reports) -> None:
    for kind in ("closed", "closed", "number"):
        await reports.add("a-service", kind, SUNDAY)
    assert await reports.handle("a-service", ReportKind.CLOSED, BEFORE) == 2
    assert await reports.handle("a-service", "closed", BEFORE) == 0
    assert await reports.waiting() == (Waiting("a-service", ReportKind.NUMBER, BEFORE, 1),)


async def test_a_flood_is_said_to_be_one_and_never_fills_the_disk(
    reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FLOOD < MOST_OF_A_KIND
    monkeypatch.setattr("service_directory.desk.reports.MOST_OF_A_KIND", FLOOD + 2)
    for _ in range(FLOOD):
        await reports.add("a-service", "number", SUNDAY)
    assert [w.is_flood for w in await reports.waiting()] == [False]
    for _ in range(5):
        await reports.add("a-service", "number", SUNDAY)
    assert [(w.number, w.is_flood) for w in await reports.waiting()] == [(FLOOD + 2, True)]


async def test_a_kind_that_there_is_not_is_refused(reports: Reports) -> None:
    with pytest.raises(ValueError, match="rude"):
        await reports.add("a-service", "rude", SUNDAY)
    assert await reports.waiting() == ()
