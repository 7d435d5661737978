"""Nothing that can be typed breaks anything that reads it, and the last words are read as carefully as the first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.blandness import is_bland
from safety.identity import KINDS, cut_postcode, notice
from safety.leaving import is_leaving
from safety.normalising import folded, plain
from safety.risk import LABELS, screen

READERS: list[Callable[[str], object]] = [screen, notice, cut_postcode, is_leaving, is_bland, folded, plain]
anything = st.text(st.characters(codec=None), max_size=400)
wordlike = st.lists(
    st.sampled_from(["she", "i", "kill", "me", "knife", "not", ".", "07700", "LS6", "2AB", "\u200b", "😀", "'", "@"])
)


@given(anything | wordlike.map(" ".join) | wordlike.map("".join))
def test_nothing_that_can_be_typed_breaks_a_reader(text: str) -> None:
    for read in READERS:
        read(text)
    assert screen(text).labels <= set(LABELS)
    assert set(notice(text)) <= set(KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0" * 4096,
        "😀" * 4096,
        "\u200b" * 4096,
        "ﷺ" * 4096,
        "ا" * 4096,
        "\u202e" + "kill me " * 500,
        "a" * 4096,
        "a " * 2048,
        "1 " * 2048,
        "she will not " * 315,
        "@a." * 1365,
        "((((((((" * 512,
        "'; DROP TABLE sessions; --",
        "<script>alert(1)</script>",
        "*_`[x](http://example.com)`_*",
        "\ud83d",
    ],
)
def test_hostile_messages_are_read_like_any_other(text: str) -> None:
    for read in READERS:
        read(text)


def test_danger_at_the_end_of_a_long_message_is_heard() -> None:
    story = "we went to the shops and then we had tea and it was fine. " * 68
    assert len(story) > 3900

    screening = screen(story + "she has a knife")

    assert screening.response == "interrupt"
    assert "immediate_danger" in screening.labels
    assert screen(story).response == "none"


def test_a_number_at_the_end_of_a_long_message_is_noticed() -> None:
    assert notice("we went to the shops and had tea. " * 120 + "ring 07700 900123") == ("phone",)
