"""Names, numbers and addresses are noticed; helplines' numbers and everyday words are not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.identity import cut_postcode, notice
from safety.lifelines import Lifelines

with (Path(__file__).parent / "details.csv").open(encoding="utf-8", newline="") as file:
    DETAILS = [(row["text"], tuple(row["kinds"].split())) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("text", "kinds"), DETAILS)
def test_what_points_to_a_person_is_noticed_and_nothing_else(text: str, kinds: tuple[str, ...]) -> None:
    assert notice(text) == kinds


def test_no_lifeline_is_anyones_personal_detail(lifelines: Lifelines, noon: object) -> None:
    for line in lifelines.lines():
        assert notice(line.use.replace("{number}", line.number)) == (), line.key
        assert notice(line.number.replace(" ", "")) == (), line.key


def test_several_kinds_in_one_message_are_told_in_a_fixed_order() -> None:
    text = "LS6 2AB, my name is Dave, 07700 900123, dave@example.com"

    assert notice(text) == ("phone", "email", "name", "postcode")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("LS6 2AB", "LS6"),
        ("ls62ab", "ls6"),
        ("i live at M1 1AE near the station", "i live at M1 near the station"),
        ("SW1A 1AA or EC1A 1BB", "SW1A or EC1A"),
        ("L\u200bS6 2AB", "LS6"),
        ("LS6", "LS6"),
        ("leeds", "leeds"),
    ],
)
def test_a_full_postcode_is_cut_to_its_first_half(typed: str, kept: str) -> None:
    assert cut_postcode(typed) == kept


# The areas with O are OL and OX: any other O before digits is a zero typed as a letter. "PS5 2TB" is how much it holds.
@given(st.from_regex(r"([A-NPR-UWYZ][A-HK-Y]?|O[LX])[0-9][0-9]? ?[0-9](?![GT]B)[ABD-HJLNP-UW-Z]{2}", fullmatch=True))
def test_no_full_postcode_survives_the_cut(postcode: str) -> None:
    assert "postcode" in notice(postcode)
    assert "postcode" not in notice(cut_postcode(postcode))


@given(st.integers(min_value=100_000_000, max_value=999_999_999))
def test_an_nhs_number_is_told_by_its_check_digit(first_nine: int) -> None:
    weighted = sum(int(digit) * weight for digit, weight in zip(str(first_nine), range(10, 1, -1), strict=True))
    check = (11 - weighted % 11) % 11
    for last in range(10):
        assert ("nhs_number" in notice(f"{first_nine}{last}")) == (last == check)


def test_the_operators_own_helpline_is_nobody_s_detail() -> None:
    assert notice("is 0161 496 0000 right", public=("0161 496 0000",)) == ()
    assert notice("is +44 161 496 0000 right", public=("0161 496 0000",)) == ()
    assert notice("mine is 0161 496 0001", public=("0161 496 0000",)) == ("phone",)


@pytest.mark.parametrize("number", ["01823 334244", "0800 917 1414", "020 7704 2040", "0800 130 3335"])
def test_a_number_that_a_helpline_had_once_is_nobody_s_detail(number: str) -> None:
    assert notice(f"i rang {number} and it was dead") == ()


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        ("Lisa hit me", ()),
        ("my wife Karen hit me", ()),
        ("my wife Karen Holt hit me", ("name",)),
        ("her name is Karen", ("name",)),
        ("Mrs Holt hit me", ("name",)),
    ],
)
def test_somebody_else_s_first_name_alone_points_to_nobody(told: str, kinds: tuple[str, ...]) -> None:
    assert notice(told) == kinds


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("D N 5 5 1 P T", "DN55"),
        ("NE4 9 ZA", "NE4"),
        ("my postcode is wv1 4 zx ok", "my postcode is wv1 ok"),
        ("W1A OAX", "W1A"),
        ("LS6 2AB and M1 1AE", "LS6 and M1"),
        ("stuck on the M1 4hr", "stuck on the M1 4hr"),
        ("in LS1 4 us", "in LS1 4 us"),
    ],
)
def test_a_postcode_is_cut_however_it_is_typed(typed: str, kept: str) -> None:
    assert cut_postcode(typed) == kept


def test_every_full_postcode_that_is_noticed_is_cut() -> None:
    for text, kinds in DETAILS:
        if "postcode" in kinds:
            assert "postcode" not in notice(cut_postcode(text)), text
