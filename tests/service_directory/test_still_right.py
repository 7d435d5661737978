"""That somebody said that an entry is still right: kept with its history, and never taken back by a document."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.areas import Areas
from service_directory.matching import Query, match
from service_directory.months import months_after
from service_directory.rows import whole_services
from service_directory.standards import day_in_london
from service_directory.standing import NotDone
from service_directory.stewarding import Stewarding
from service_directory.store import Directory
from tests.support.services import LEEDS, NOON, TODAY, days, written, written_attestations, written_service

TRIED = [{"kind": "phone", "value": "0113 222 4444", "checked": date(2026, 7, 1)}]
INDEPENDENT = written_attestations(
    basis="independent", decided=date(2025, 6, 1), valid_from=date(2025, 6, 1), valid_until=date(2028, 5, 31)
)


@pytest.fixture
async def light(tmp_path: Path) -> AsyncIterator[Directory]:
    opened = await Directory.open(f"sqlite:///{tmp_path / 'light.db'}")
    yield opened
    await opened.close()


async def load(directory: Directory, *services: dict[str, Any]) -> Stewarding:
    report = await directory.load_document(written(*services), at=NOON, who="Lee", why="load", apply=True)
    assert report.rejected == ()
    return Stewarding(directory)


async def shown(directory: Directory) -> bool:
    return bool(await directory.still_shown(["leeds-men"], NOON))


async def test_that_an_entry_is_still_right_is_kept_with_who_said_so_and_when(directory: Directory) -> None:
    stewards = await load(directory, written_service(assured=None))
    told = await stewards.still_right("leeds-men", on=TODAY, at=NOON, who="the service (hello@leedsmen.org.uk)")
    assert told.view is not None
    said = [line.recorded for line in await stewards.history("leeds-men")][-2:]
    assert [(one.field, one.after) for one in said] == [
        ("assured_on", TODAY.isoformat()),
        ("assured_by", "the service (hello@leedsmen.org.uk)"),
    ]
    assert {(one.who, one.why) for one in said} == {
        ("the service (hello@leedsmen.org.uk)", "said that the entry is still right")
    }


async def test_who_says_it_brings_back_a_service_that_was_silent_for_a_year(light: Directory) -> None:
    stewards = await load(light, written_service(assured=date(2025, 11, 23)))
    assert not await shown(light)
    await stewards.still_right("leeds-men", on=TODAY, at=NOON, who="Sam")
    assert await shown(light)


async def test_what_is_said_twice_on_a_day_is_kept_once(light: Directory) -> None:
    stewards = await load(light, written_service(assured=None))
    await stewards.still_right("leeds-men", on=TODAY, at=NOON, who="Sam")
    lines = len(await stewards.history("leeds-men"))
    await stewards.still_right("leeds-men", on=TODAY, at=NOON, who="Ada")
    assert len(await stewards.history("leeds-men")) == lines


async def test_a_word_that_cannot_be_is_refused(light: Directory) -> None:
    stewards = await load(light, written_service())
    for service, on, why in (
        ("leeds-men", TODAY + days(1), "24 November 2026 lies in the future"),
        ("leeds-men", date(2026, 11, 1), "said to be right later than that already, on 2 November 2026"),
        ("leeds-man", TODAY, "Did you mean leeds-men"),
    ):
        with pytest.raises(NotDone, match=why):
            await stewards.still_right(service, on=on, at=NOON, who="Sam")


async def test_a_document_writes_down_when_the_service_said_so_and_never_takes_it_back(directory: Directory) -> None:
    async def kept() -> tuple[date | None, str, str]:
        async with directory.database.read() as connection:
            (service,) = await whole_services(connection)
        return service.assured_on, service.assured_by, service.description

    march, may = date(2026, 3, 1), date(2026, 5, 1)
    stewards = await load(directory, written_service(assured=march, assured_by="the manager", helps="First."))
    assert await kept() == (march, "the manager", "First.")
    await load(directory, written_service(assured=None, helps="Second."))
    assert await kept() == (march, "the manager", "Second.")
    await stewards.still_right("leeds-men", on=may, at=NOON, who="Sam")
    await load(directory, written_service(assured=march, assured_by="the manager", helps="Third."))
    assert await kept() == (may, "Sam", "Third.")
    await load(directory, written_service(assured=TODAY, assured_by="the manager", helps="Third."))
    assert await kept() == (TODAY, "the manager", "Third.")


async def test_services_that_say_it_and_services_that_do_not_can_stand_in_one_document(directory: Directory) -> None:
    await load(directory, written_service("a", assured=None), written_service("b"), written_service("c", assured=None))
    async with directory.database.read() as connection:
        found = {service.id: service.assured_on for service in await whole_services(connection)}
    assert found == {"a": None, "b": date(2026, 11, 2), "c": None}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"assured": TODAY + days(1)}, "assured"),
        ({"assured": "lately"}, "assured"),
        ({"assured": None, "assured_by": "the manager"}, "assured_by"),
    ],
)
async def test_a_day_that_cannot_be_and_a_name_without_a_day_are_refused(
    light: Directory, changes: dict[str, Any], field: str
) -> None:
    document = written(written_service(**changes))
    report = await light.load_document(document, at=NOON, who="Sam", why="load", apply=True)
    assert [one.field for one in report.rejected] == [field]


async def test_a_service_whose_twelve_months_end_at_midnight_in_london_goes_out_of_the_index_by_itself(
    light: Directory,
) -> None:
    # In summer midnight in London is eleven in the evening in UTC.
    last = datetime(2026, 7, 31, 22, 59, tzinfo=UTC)
    told = written_service(assured=date(2025, 8, 1), contacts=TRIED, attestations=INDEPENDENT, hours_checked=None)
    report = await light.load_document(written(told), at=last, who="Lee", why="load", apply=True)
    assert report.rejected == ()
    index = await light.index(Areas.load(), day_in_london(last))

    def found(at: datetime) -> bool:
        return bool(match(index, Query(at=at, area=LEEDS, needs=("talk",))).signposts)

    assert found(last)
    assert not found(last + timedelta(minutes=1))
    assert not await light.still_shown(["leeds-men"], last + timedelta(minutes=1))


@given(st.dates(), st.integers(0, 60))
def test_months_are_counted_as_people_do(day: date, months: int) -> None:
    after = months_after(day, months)
    assert day <= after <= date.max
    if after != date.max:
        assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
        assert after.day == day.day or (after + timedelta(days=1)).day == 1


def test_from_the_end_of_a_long_month_a_month_leads_to_the_end_of_a_short_one() -> None:
    assert months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(9999, 6, 1), 12) == date.max
