"""A panic word leaves, and only as the whole message."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import service_directory
from safety.leaving import is_leaving
from safety.risk import screen


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "X",
        "xx",
        "xxxx",
        "stop",
        "STOP!!",
        "s t o p",
        "gtg",
        "g2g",
        "exit",
        "/exit",
        "bye",
        "byeee",
        "shes back",
        "She's back",
        "she’s back!",
        "shes  back..",
        "hes home",
        "they're here",
        "my wife is coming",
        "someones coming",
        "gotta go",
        "i have to go",
        "leave",
        "Leave now",
        "delete everything",
        "сlоsе",
        "e\u200bxit",
        "ｅｘｉｔ",
    ],
)
def test_a_panic_word_leaves_and_is_no_danger_that_would_come_first(text: str) -> None:
    assert is_leaving(text)
    assert screen(text).response == "none"


@pytest.mark.parametrize(
    "text",
    [
        *("leve now", "shes bck", "goodby", "shs back", "delet", "gota go", "he's hoem"),  # a letter missing or swapped
        *("leavve", "ppanic", "leavse", "goodbyer"),  # one too many
        *("leabe", "leavr", "pabic", "shes hone", "shes bavk", "cant talk noe", "nees to go"),  # the key beside
    ],
)
def test_a_slip_of_one_key_is_forgiven_from_five_letters_up(text: str) -> None:
    assert is_leaving(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀",
        "next",
        "text",
        "exist",
        "edit",
        "step",
        "shop",
        "but",
        "by",
        "go",
        "no",
        "yes",
        "quiet",
        "stay",
        "chose",
        "lose",
        "leaves",
        "manic",
        "shes black",
        "she bakes",
        "hes honest",
        "not now",
        "get out",
        "i want her to stop",
        "stop her hitting me",
        "i want to leave",
        "shes back with a knife",
        "how do i leave",
        "when shes back",
        "leave " * 700,
        "Leake",
        "cant walk now",
        "have to do",
        "need to do",
        "got to do",
        "shes pack",
        "hes hope",
        "cleave",
        "deleted",
        "erased",
    ],
)
def test_anything_else_stays(text: str) -> None:
    assert not is_leaving(text)


def test_no_place_that_he_can_name_is_heard_as_leaving() -> None:
    with (Path(service_directory.__file__).parent / "data" / "places.csv").open(encoding="utf-8", newline="") as file:
        names = [name for row in csv.DictReader(file) for name in (row["name"], *row["also"].split(","))]

    assert len(names) > 10_000
    assert [name for name in names if is_leaving(name)] == []
