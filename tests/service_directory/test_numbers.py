from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.numbers import NumberError, display_number, read_number


@pytest.mark.parametrize(
    ("written", "value", "display"),
    [
        ("0808 800 1170", "+448088001170", "0808 800 1170"),
        ("08088001170", "+448088001170", "0808 800 1170"),
        ("+44 113 222 4444", "+441132224444", "0113 222 4444"),
        ("(0113) 2224444", "+441132224444", "0113 222 4444"),
        ("020 7222 1234", "+442072221234", "020 7222 1234"),
        ("07400 123456", "+447400123456", "07400 123456"),
        ("0300 123 4567", "+443001234567", "0300 123 4567"),
        ("116 123", "116123", "116 123"),
        ("85258", "85258", "85258"),
        ("0808\u00a0800\u00a01170", "+448088001170", "0808 800 1170"),
    ],
)
def test_a_real_number_is_kept_and_shown_the_way_people_write_it(written: str, value: str, display: str) -> None:
    number = read_number(written, example=False)
    assert (number.value, number.display) == (value, display)
    assert display_number(number.value) == display


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ring us", "not a telephone number"),
        ("", "not a telephone number"),
        ("0113 222 444", "check its digits"),
        ("0113 222 44444", "check its digits"),
        ("+1 212 736 5000", "not a UK number"),
        ("0113 222 4444 ext 5", "extension"),
        ("0909 879 1234", "costs callers extra"),
        ("070 1234 5678", "costs callers extra"),
        ("01632 960123", "kept for drama"),
        ("07700 900123", "kept for drama"),
    ],
)
def test_a_number_that_would_let_a_man_down_is_refused(written: str, why: str) -> None:
    with pytest.raises(NumberError, match=why):
        read_number(written, example=False)


@pytest.mark.parametrize(
    "written",
    [
        "01632 960000",
        "0113 496 0999",
        "0114 496 0000",
        "0115 496 0000",
        "0116 496 0000",
        "0117 496 0000",
        "0118 496 0000",
        "0121 496 0000",
        "0131 496 0000",
        "0141 496 0000",
        "0151 496 0000",
        "0161 496 0000",
        "020 7946 0999",
        "0191 498 0000",
        "028 9649 6000",
        "029 2018 0999",
        "03069 990000",
        "0808 157 0999",
        "07700 900999",
    ],
)
def test_every_range_kept_for_drama_may_be_used_in_examples_only(written: str) -> None:
    number = read_number(written, example=True)
    assert display_number(number.value) == number.display
    assert number.display.replace(" ", "") == written.replace(" ", "")
    with pytest.raises(NumberError, match="drama"):
        read_number(written, example=False)


@pytest.mark.parametrize(
    "written", ["0808 800 1170", "999", "01632 961000", "07700 901000", "0113 497 0000", "+1 7700 900123"]
)
def test_an_example_may_use_no_other_number(written: str) -> None:
    with pytest.raises(NumberError, match="drama"):
        read_number(written, example=True)


@given(st.text(max_size=30) | st.from_regex(r"0[0-9 ]{8,13}", fullmatch=True))
def test_a_number_is_either_good_or_refused_in_words(written: str) -> None:
    try:
        number = read_number(written, example=False)
    except NumberError:
        return
    assert display_number(number.value) == number.display
    assert read_number(number.display, example=False) == number
