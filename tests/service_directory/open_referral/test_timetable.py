"""Opening hours as HSDS writes them say the same as the hours that men are told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from service_directory.importing.timetables import opening_hours
from service_directory.open_referral.timetable import Timetable, timetable
from tests.support.services import TODAY

MONDAY = datetime(2024, 1, 15)  # noqa: DTZ001
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOLIDAY_WORDS = {"": "", "; PH off": "Closed on bank holidays.", "; PH 10:00-12:00": "On bank holidays: 10:00-12:00."}


def is_open(table: Timetable, minutes: int) -> bool:
    """Whether a timetable has a minute of the week open, as the standard's readers take it."""
    day, minute = divmod(minutes, 24 * 60)
    for slot in table.slots:
        for named in slot.days:
            opens, closes = (int(t[:2]) * 60 + int(t[3:]) for t in (slot.opens, slot.closes))
            # Until the last minute of the day is until its end; what closes before it opens closes tomorrow.
            closes = 24 * 60 if slot.closes == "23:59" else closes if closes > opens else closes + 24 * 60
            since = (day - [one[:2].upper() for one in DAYS].index(named)) % 7 * 24 * 60 + minute
            if opens <= since < closes:
                return True
    return False


times = st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30])).map(lambda t: f"{t[0]:02}:{t[1]:02}")
spans = st.tuples(times, times | st.just("24:00")).filter(lambda t: t[0] != t[1]).map("-".join)
day_lists = st.one_of(
    st.sampled_from(DAYS),
    st.tuples(st.integers(0, 3), st.integers(4, 6)).map(lambda t: f"{DAYS[t[0]]}-{DAYS[t[1]]}"),
    st.sets(st.sampled_from(DAYS), min_size=2).map(lambda s: ",".join(sorted(s, key=DAYS.index))),
)
rules = st.tuples(day_lists, st.one_of(spans, st.lists(spans, min_size=2, max_size=2).map(",".join))).map(" ".join)
weeks = st.one_of(st.just("24/7"), st.lists(rules, min_size=1, max_size=3).map("; ".join))


@settings(max_examples=60, deadline=None)
@given(weeks, st.sampled_from(sorted(HOLIDAY_WORDS)))
def test_every_quarter_of_an_hour_of_the_week_is_open_in_both(week: str, holidays: str) -> None:
    table = timetable(week + holidays)
    assert table is not None
    hours = OpeningHours(week)
    for minutes in range(0, 7 * 24 * 60, 15):
        assert is_open(table, minutes) == hours.is_open(MONDAY + timedelta(minutes=minutes)), (week, minutes)
    said = HOLIDAY_WORDS[holidays]
    assert table.holidays == (said or ("Open on bank holidays too." if week == "24/7" else ""))


@pytest.mark.parametrize(
    "notation",
    ["Mo-Fr 09:00-17:00; Jan off", "Mo[1] 10:00-12:00", "2026 Dec 24 off; Mo 09:00-12:00", "PH off", "Mo 09:00+"],
)
def test_hours_that_say_more_than_weekdays_are_no_timetable(notation: str) -> None:
    assert timetable(notation) is None


@pytest.mark.parametrize(
    ("notation", "holidays"),
    [
        ("PH,Su 10:00-12:00", "On bank holidays: 10:00-12:00."),
        ("Sa-Su,PH 10:00-12:00", "On bank holidays: 10:00-12:00."),
        ("Mo-Fr 09:00-17:00; PH closed", "Closed on bank holidays."),
    ],
)
def test_bank_holidays_are_told_in_words(notation: str, holidays: str) -> None:
    table = timetable(notation)
    assert table is not None
    assert table.holidays == holidays


@pytest.mark.parametrize(
    "notation",
    ["24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-12:00", "Fr-Sa 22:00-02:00"],
)
def test_what_is_written_is_read_again_as_it_was(notation: str) -> None:
    table = timetable(notation)
    assert table is not None
    rows = [
        {"byday": ",".join(s.days), "freq": "WEEKLY", "opens_at": s.opens, "closes_at": s.closes} for s in table.slots
    ]
    assert opening_hours(rows, TODAY) == notation
