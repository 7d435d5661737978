from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service_directory.view import UNKNOWN_OPENING, ContactView, ServiceView, month_and_year

VIEW = ServiceView(
    id="leeds-men",
    name="Leeds Men",
    organization="Northern Men",
    helps="Someone to talk to.",
    serves_men="men_only",
    needs=("talk",),
    contacts=(),
    opening=UNKNOWN_OPENING,
    recorded_by="Helpline Team",
    recorded_on=date(2026, 3, 2),
    basis="verified",
    happens="",
    asks="",
    cost="",
    bill="",
    workers="",
    children="",
    languages=(),
    access="",
    minimum_age=None,
    maximum_age=None,
    accommodation=False,
    example=False,
)


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(None, None, ""), (18, None, "18 and over"), (None, 25, "up to 25"), (16, 25, "16 to 25"), (0, 25, "0 to 25")],
)
def test_age_limits_are_said_in_words(least: int | None, most: int | None, words: str) -> None:
    assert replace(VIEW, minimum_age=least, maximum_age=most).age_limits == words


def test_the_month_of_a_record_is_said_in_words_whatever_the_machine_speaks() -> None:
    assert VIEW.recorded_when == "March 2026"
    assert month_and_year(date(2026, 12, 31)) == "December 2026"


def test_self_assessed_has_its_own_wording() -> None:
    assert not VIEW.self_assessed
    assert replace(VIEW, basis="self").self_assessed


def test_the_latest_check_of_any_contact_is_told() -> None:
    def contact(checked_on: date | None) -> ContactView:
        return ContactView("phone", "+441132224444", "0113 222 4444", "", UNKNOWN_OPENING, checked_on)

    assert VIEW.checked_on is None
    checks = (contact(None), contact(date(2026, 1, 1)), contact(date(2026, 2, 1)))
    assert replace(VIEW, contacts=checks).checked_on == date(2026, 2, 1)
