"""Hours that are clicked together say what they say in the notation; what cannot be clicked is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.desk.entries.hours_by_day import (
    ALL_DAY,
    NO_WEEK,
    Week,
    clock,
    in_words,
    mistakes_in,
    read_time,
    read_week,
    write_week,
)
from service_directory.hours import check_notation

_TIMES = st.integers(0, 95).map(lambda quarter: quarter * 15)


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """A day: closed, all day, or one to three spans that do not touch."""
    kind = draw(st.sampled_from(["closed", "all", "spans"]))
    if kind != "spans":
        return ALL_DAY if kind == "all" else ()
    edges = sorted(draw(st.lists(_TIMES, min_size=2, max_size=6, unique=True)))
    edges = edges[: len(edges) // 2 * 2]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


@given(st.tuples(*[days()] * 7), st.one_of(st.none(), days()))
def test_every_week_comes_back_from_its_notation_as_it_was_clicked(
    week: tuple[tuple[tuple[int, int], ...], ...], holidays: tuple[tuple[int, int], ...] | None
) -> None:
    clicked = Week(week, holidays)
    notation = write_week(clicked)
    back = read_week(notation)
    if clicked.is_empty:
        assert (notation, back) == ("", NO_WEEK)
        return
    check_notation(notation)
    always = all(spans == ALL_DAY for spans in week) and holidays is None
    assert back == (Week(week, ALL_DAY) if always else clicked)


@pytest.mark.parametrize(
    ("notation", "again"),
    [
        ("Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-17:00; PH off"),
        ("24/7", "24/7"),
        ("09:00-17:00", "Mo-Su 09:00-17:00"),
        ("Sa-Mo 10:00-11:00", "Mo,Sa,Su 10:00-11:00"),
        ("Mo-Fr 09:00-17:00; We off; PH off", "Mo,Tu,Th,Fr 09:00-17:00; PH off"),
        ("Mo-Fr,PH 09:00-17:00", "Mo-Fr 09:00-17:00; PH 09:00-17:00"),
        ("Fr 22:00-02:00; PH off", "Fr 22:00-02:00; PH off"),
    ],
)
def test_a_notation_that_is_a_week_is_shown_as_one(notation: str, again: str) -> None:
    week = read_week(notation)
    assert week is not None
    assert write_week(week) == again


@pytest.mark.parametrize(
    "notation",
    [
        "Mo[1] 10:00-12:00",
        "Dec 24 off; Mo-Fr 09:00-17:00",
        "Th 18:00-26:00",
        "Mo-Fr 25:00-26:00",
        "by appointment",
    ],
)
def test_what_says_more_than_a_week_is_never_squeezed_into_one(notation: str) -> None:
    assert read_week(notation) is None


def test_closed_and_never_open_say_nothing() -> None:
    assert read_week("Mo-Su off") == Week(((),) * 7, None)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("9", 540),
        ("9am", 540),
        ("9.30", 570),
        ("9:30 pm", 1290),
        ("17:00", 1020),
        ("1700", 1020),
        ("12am", 0),
        ("12pm", 720),
        ("noon", 720),
        ("Midnight", 0),
        ("24:00", 1440),
    ],
)
def test_times_are_understood_as_people_type_them(typed: str, minutes: int) -> None:
    assert read_time(typed) == minutes


@pytest.mark.parametrize("typed", ["", "soon", "25", "9:75", "13pm", "24:30", "-1", "9-5"])
def test_what_is_no_time_is_none(typed: str) -> None:
    assert read_time(typed) is None


def test_times_that_meet_or_say_nothing_are_named() -> None:
    assert mistakes_in([(540, 540)]) == "it opens and closes at the same time"
    assert mistakes_in([(540, 720), (700, 800)]) == "two of the times overlap"
    assert mistakes_in([(540, 720), (720, 800)]) == ""
    assert clock(570) == "09:30"


def test_what_cannot_be_clicked_is_read_out() -> None:
    assert in_words("Mo[1] 10:00-12:00; Dec 24 off; PH off") == (
        "the first Monday of the month 10:00 to 12:00; Dec 24 closed; bank holidays closed"
    )
    assert in_words("Fr[-1],Sa 24/7") == "the last Friday of the month, Saturday day and night, every day"
    assert in_words("Mo-Fr 09:00-12:00,13:00-17:00") == "Monday to Friday 09:00 to 12:00, 13:00 to 17:00"
    assert in_words("May[1] 10:00-11:00").startswith("May[1]")
