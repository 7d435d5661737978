"""Opening hours are taken over only when they can be said exactly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_directory.hours import check_notation
from service_directory.importing.timetables import Unclear, opening_hours
from service_directory.open_referral.timetable import timetable
from tests.support.services import TODAY


def rule(**changes: Any) -> dict[str, Any]:
    return {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00"} | changes


@pytest.mark.parametrize(
    ("rules", "notation"),
    [
        ([rule(byday="MO,TU,WE,TH,FR")], "Mo-Fr 09:00-17:00"),
        ([rule(byday="MO"), rule(byday="MO", opens_at="18:00", closes_at="20:00")], "Mo 09:00-17:00,18:00-20:00"),
        ([rule(byday="Monday and Wednesday", opens_at="9.30am", closes_at="5pm")], "Mo 09:30-17:00; We 09:30-17:00"),
        ([rule(freq="DAILY", byday=None, opens_at="00:00", closes_at="23:59")], "24/7"),
        ([rule(opens_at="20:00:00Z", closes_at="02:00:00+01:00")], "Mo 20:00-02:00"),
        ([rule(valid_to="2020-01-01"), rule(byday="TU")], "Tu 09:00-17:00"),
        ([rule(valid_from="2030-01-01")], ""),
        ([{"id": "x"}], ""),
        ([], ""),
        ([rule(freq=None, interval=1, byday="weds; thurs")], "We-Th 09:00-17:00"),
    ],
)
def test_hours_of_every_week_become_the_notation_that_is_kept_here(rules: list[dict[str, Any]], notation: str) -> None:
    assert opening_hours(rules, TODAY) == notation


@pytest.mark.parametrize(
    "odd",
    [
        rule(freq="MONTHLY", bymonthday="1"),
        rule(interval=2),
        rule(byday="1MO"),
        rule(byday=None),
        rule(closes_at=None),
        rule(opens_at="late"),
        rule(opens_at="25:00"),
        rule(opens_at="17:00"),
        {"description": "Every day but Sunday"},
    ],
)
def test_what_the_notation_cannot_say_exactly_is_not_said(odd: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        opening_hours([rule(byday="FR"), odd], TODAY)


_TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda one: f"{one[0]:02}:{one[1]:02}")
_DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True).map(",".join)


@settings(max_examples=60)
@given(st.lists(st.builds(lambda days, a, b: rule(byday=days, opens_at=a, closes_at=b), _DAYS, _TIMES, _TIMES)))
def test_whatever_is_taken_over_can_be_read_again(rules: list[dict[str, Any]]) -> None:
    try:
        notation = opening_hours(rules, TODAY)
    except Unclear:
        return
    if notation:
        check_notation(notation)


@settings(max_examples=40)
@given(_DAYS, st.integers(0, 11), st.integers(12, 23))
def test_hours_that_we_give_away_come_back_as_they_were(days: str, opens: int, closes: int) -> None:
    notation = opening_hours([rule(byday=days, opens_at=f"{opens}:00", closes_at=f"{closes}:30")], TODAY)
    given_away = timetable(notation)
    assert given_away is not None
    back = [rule(byday=",".join(slot.days), opens_at=slot.opens, closes_at=slot.closes) for slot in given_away.slots]
    assert opening_hours(back, TODAY) == notation
