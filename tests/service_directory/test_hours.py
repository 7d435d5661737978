from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service_directory.areas import ENGLAND, NORTHERN_IRELAND, SCOTLAND, WALES
from service_directory.bank_holidays import bank_holidays, easter_sunday, shared_bank_holidays
from service_directory.hours import (
    HoursError,
    check_notation,
    nations_kept,
    nations_of,
    open_spells,
    opening_at,
)
from service_directory.standards import LONDON
from service_directory.view import Opening

OFFICE = "Mo-Fr 09:00-17:00; PH off"


def london(*when: int) -> datetime:
    year, month, day, hour, minute, *_ = (*when, 0, 0)
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def at(notation: str, moment: datetime, *nations: str) -> Opening:
    return opening_at(notation, moment, nations=nations or (ENGLAND,), checked_on=moment.astimezone(LONDON).date())


@pytest.mark.parametrize(
    ("notation", "moment", "state", "words"),
    [
        (OFFICE, london(2026, 11, 23, 12), "open", "5pm"),
        (OFFICE, london(2026, 11, 23, 17), "closed", "9am tomorrow"),
        (OFFICE, london(2026, 11, 23, 8, 59), "closed", "9am"),
        (OFFICE, london(2026, 11, 20, 18), "closed", "9am on Monday"),
        ("Mo 09:00-17:00; PH off", london(2026, 11, 23, 18), "closed", "9am on Monday 30 November"),
        ("Mo-Su 09:30-12:00; PH off", london(2026, 11, 23, 7), "closed", "9.30am"),
        ("Mo-Su 09:30-12:00; PH off", london(2026, 11, 23, 10), "open", "noon"),
        ("Mo-Su 20:00-02:00; PH off", london(2026, 11, 23, 22), "open", "2am"),
        ("Mo-Su 20:00-02:00; PH off", london(2026, 11, 24, 1), "open", "2am"),
        ("Mo-Su 08:00-24:00; PH off", london(2026, 11, 23, 22), "open", "midnight"),
        ("Mo-Su 00:00-05:00; PH off", london(2026, 11, 23, 22), "closed", "midnight"),
        ("Mo-Su 04:00-05:00; PH off", london(2026, 11, 24, 1), "closed", "4am"),
        ("24/7", london(2026, 12, 25, 3), "always", ""),
        ("Mo-Su 00:00-24:00", london(2026, 12, 25, 3), "always", ""),
    ],
)
def test_it_says_what_a_man_wants_to_know_of_the_hours(notation: str, moment: datetime, state: str, words: str) -> None:
    opening = at(notation, moment)
    assert (opening.state, opening.words) == (state, words)
    assert opening.is_open == (state in ("open", "always"))


def test_hours_are_those_of_london_in_summer_too() -> None:
    assert at(OFFICE, datetime(2026, 7, 1, 16, 30, tzinfo=UTC)).state == "closed"
    assert at(OFFICE, datetime(2026, 7, 1, 8, 30, tzinfo=UTC)).state == "open"


@pytest.mark.parametrize(
    ("day", "closed_in", "open_in"),
    [
        (date(2026, 8, 31), ENGLAND, SCOTLAND),
        (date(2026, 8, 3), SCOTLAND, ENGLAND),
        (date(2026, 11, 30), SCOTLAND, WALES),
        (date(2026, 3, 17), NORTHERN_IRELAND, WALES),
        (date(2026, 7, 13), NORTHERN_IRELAND, SCOTLAND),
        (date(2026, 4, 6), NORTHERN_IRELAND, SCOTLAND),
        (date(2027, 1, 4), SCOTLAND, ENGLAND),
    ],
)
def test_each_nation_keeps_its_own_bank_holidays(day: date, closed_in: str, open_in: str) -> None:
    moment = london(day.year, day.month, day.day, 12)
    assert at(OFFICE, moment, closed_in).state == "closed"
    assert at(OFFICE, moment, open_in).state == "open"
    # Of a service in both nations it cannot be known.
    assert at(OFFICE, moment, closed_in, open_in).state == "unknown"


def test_after_a_bank_holiday_the_next_day_is_told() -> None:
    assert at(OFFICE, london(2026, 12, 24, 18)).words == "9am on Tuesday"


def test_hours_that_say_nothing_of_bank_holidays_are_unknown_on_them() -> None:
    assert at("Mo-Fr 09:00-17:00", london(2026, 12, 25, 12)).state == "unknown"
    assert at("Mo-Fr 09:00-17:00", london(2026, 12, 23, 12)).state == "open"
    # When it opens next depends on the holiday, so nothing is promised.
    assert at("Mo-Fr 09:00-17:00", london(2026, 12, 24, 18)).state == "unknown"


@pytest.mark.parametrize(
    "notation", ["Mo-Fr,PH 09:00-17:00", "PH,Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00; PH 09:00-17:00"]
)
def test_a_service_can_be_open_on_bank_holidays(notation: str) -> None:
    assert at(notation, london(2026, 12, 28, 12)).state == "open"
    assert at(notation, london(2026, 12, 27, 12)).state == "closed"


def test_hours_checked_more_than_183_days_ago_or_never_are_unknown() -> None:
    moment = london(2026, 11, 23, 12)
    for age, state in ((0, "open"), (183, "open"), (184, "unknown"), (-1, "unknown")):
        checked_on = moment.date() - timedelta(days=age)
        assert opening_at(OFFICE, moment, nations=(ENGLAND,), checked_on=checked_on).state == state
    assert opening_at(OFFICE, moment, nations=(ENGLAND,)).state == "unknown"


@pytest.mark.parametrize("notation", ["", "off", "unknown", "rubbish", "Mo PH 09:00-12:00", "Mo-Fr 9 to 5"])
def test_hours_that_never_come_or_cannot_be_read_are_unknown_and_never_open(notation: str) -> None:
    assert at(notation, london(2026, 11, 23, 12)).state == "unknown"


@pytest.mark.parametrize(
    "notation", [OFFICE, "24/7", "Mo-Th 10:00-18:00; Fr 10:00-12:00; PH off", "Tu,Th 10:00-12:00,13:00-16:00"]
)
def test_a_notation_that_can_be_read_is_accepted(notation: str) -> None:
    check_notation(notation)


@pytest.mark.parametrize(
    "notation",
    [
        "9 to 5",
        "Mo-Fr sunrise-sunset",
        "SH off",
        "Mo PH 09:00-12:00",
        "Mo-Fr 09:00-17:00 || unknown",
        "week 3 Mo 10:00-12:00",
    ],
)
def test_a_notation_that_cannot_be_understood_in_full_is_refused(notation: str) -> None:
    with pytest.raises(HoursError, match="opening hours"):
        check_notation(notation)


@given(st.text(max_size=40), st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)))  # noqa: DTZ001
def test_no_notation_whatever_makes_it_fail(notation: str, moment: datetime) -> None:
    assert at(notation, moment.replace(tzinfo=UTC)).state in ("always", "open", "closed", "unknown")


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)))  # noqa: DTZ001
def test_what_is_told_lies_ahead(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    opening = at(OFFICE, now)
    ahead = opening.until if opening.state == "open" else opening.opens
    assert ahead is not None
    assert ahead > now
    assert opening.words


# https://www.gov.uk/bank-holidays, for two years whose holidays fall on weekends.
def test_the_bank_holidays_are_those_the_government_lists() -> None:
    def listed(nation: str, year: int) -> set[str]:
        return {f"{day.day}/{day.month}" for day in bank_holidays(nation, year) if day.weekday() < 5}

    assert listed(ENGLAND, 2021) == {"1/1", "2/4", "5/4", "3/5", "31/5", "30/8", "27/12", "28/12"}
    assert listed(WALES, 2021) == listed(ENGLAND, 2021)
    assert listed(SCOTLAND, 2021) == {"1/1", "4/1", "2/4", "3/5", "31/5", "2/8", "30/11", "27/12", "28/12"}
    assert listed(NORTHERN_IRELAND, 2021) == listed(ENGLAND, 2021) | {"17/3", "12/7"}
    assert listed(SCOTLAND, 2023) >= {"2/1", "3/1", "7/4", "30/11", "25/12", "26/12"}


def test_easter_is_where_it_was() -> None:
    assert [easter_sunday(year) for year in (2019, 2024, 2025, 2026, 2038)] == [
        date(2019, 4, 21),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ]


def test_what_nations_share_and_what_they_do_not() -> None:
    by_all, by_some = shared_bank_holidays((), 2026)
    assert date(2026, 12, 25) in by_all
    assert date(2026, 8, 3) in by_some
    assert shared_bank_holidays((ENGLAND, WALES), 2026)[1] == frozenset()


def test_an_areas_nation_is_told_by_its_code() -> None:
    assert nations_of(["E08000035", "W92000004"]) == (ENGLAND, WALES)
    assert nations_of(["PSNI"]) == nations_of(["N09000003"]) == (NORTHERN_IRELAND,)
    assert nations_of(["S12000049", "K02000001"]) == (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND)
    assert nations_of([]) == ()


def test_the_day_three_weeks_ahead_may_lack_the_hour_it_is_now() -> None:
    assert at("Mo-Fr 20:00-22:00; PH off", london(2032, 3, 7, 1)).words == "8pm tomorrow"


def test_always_is_always_in_the_hour_that_comes_twice_too() -> None:
    for fold in (0, 1):
        assert at("24/7", london(2026, 10, 25, 1).replace(fold=fold)).state == "always"


NOTATIONS = (
    OFFICE,
    "24/7",
    "Mo-Su 20:00-02:30; PH off",
    "Sa-Su,PH 00:30-01:30",
    "We 10:00-12:00",
    "PH 12:00-13:00",
    "?",
)
CLOCKS_CHANGE = (date(2026, 3, 29), date(2026, 10, 25))


@example("Sa-Su,PH 00:30-01:30", date(2026, 10, 25), 90, (ENGLAND,), 0)
@example("Sa-Su,PH 00:30-01:30", date(2026, 10, 25), 135, (ENGLAND,), 0)
@example("24/7", date(2026, 10, 25), 135, (ENGLAND,), 0)
@given(
    st.sampled_from(NOTATIONS),
    st.sampled_from(CLOCKS_CHANGE) | st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(min_value=0, max_value=25 * 60),
    st.sampled_from([(ENGLAND,), (SCOTLAND,), (ENGLAND, SCOTLAND)]),
    st.sampled_from([0, 183, 184, -1, None]),
)
def test_the_spells_of_a_day_say_the_same_as_each_of_its_moments(
    notation: str, day: date, minutes: int, nations: tuple[str, ...], checked_ago: int | None
) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)
    moment = (midnight + timedelta(minutes=minutes)).astimezone(LONDON)
    day = moment.date()
    checked_on = None if checked_ago is None else day - timedelta(days=checked_ago)
    spells = open_spells(notation, day, nations=nations, checked_on=checked_on)
    within = any(start.timestamp() <= moment.timestamp() < end.timestamp() for start, end in spells)
    assert within == opening_at(notation, moment, nations=nations, checked_on=checked_on).is_open


def test_the_bank_holidays_of_his_own_nation_count_where_it_is_known() -> None:
    everywhere = (ENGLAND, SCOTLAND)
    assert nations_kept(everywhere, ENGLAND) == (ENGLAND,)
    assert nations_kept(everywhere, None) == everywhere
    assert nations_kept((SCOTLAND,), ENGLAND) == (SCOTLAND,)
