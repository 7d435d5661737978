"""The work of noticing grows in proportion to the text, whatever the text is."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import safety.identity
from safety.identity import notice

LONGEST_REPEAT = 80
PIECES = (
    *(
        "1",
        "07",
        "oh ",
        "double ",
        "twenty ",
        "st ",
        "road ",
        "the ",
        "live at ",
        "im ",
        "my name is ",
        "Dave ",
        "xyz ",
    ),
    *("@", "a@b", " at ", " dot ", "insta ", "flat ", "born ", "May ", "12/3/1980 ", "LS6 ", "2AB ", "AB12 ", "nhs "),
    *("card ", "sort code ", "+44 ", "0808 800 1170 ", "regards ", "- ", "\n", ".", ", ", "'s ", "pc ", "é", "😀", "_"),
)


SPELLED_OUT = ". dee ee two two three zed pee. oh seven double four"
"""Ends every text, so that each is written in letters and figures, and read anew, as often as the other."""


def steps(text: str) -> int:
    """How many calls, of Python and of C, it takes to read the text. The same on every machine."""
    count = 0

    def called(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        notice(text)
    finally:
        sys.setprofile(before)
    return count


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join))
@settings(max_examples=60, deadline=None)
def test_twice_the_text_takes_no_more_than_twice_the_steps(piece: str) -> None:
    notice("07700 900123")  # what is read once, is read
    once = (piece * (1_000 // len(piece) + 1))[:1_000]
    assert steps(once + once + SPELLED_OUT) <= 2.2 * steps(once + SPELLED_OUT) + 200


def patterns() -> dict[str, re.Pattern[str]]:
    found = {}
    for module in pkgutil.iter_modules(safety.identity.__path__, "safety.identity."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                found[f"{module.name}.{name}"] = value
    return found


def repeats(parsed: Any) -> Iterator[tuple[Any, int]]:
    """Every repeat in a parsed pattern that can be stepped back over, with how often it may repeat."""
    for code, argument in parsed:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            yield code, int(argument[1])
        yield from _within(argument)


def _within(argument: Any) -> Iterator[tuple[Any, int]]:
    if isinstance(argument, parser.SubPattern):
        yield from repeats(argument)
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _within(part)


def test_all_patterns_are_looked_at() -> None:
    assert len(patterns()) > 40


@pytest.mark.parametrize("name", patterns())
def test_no_pattern_can_step_back_over_more_than_a_line(name: str) -> None:
    pattern = patterns()[name]
    flags = pattern.flags & ~re.UNICODE
    far = [most for _, most in repeats(parser.parse(pattern.pattern, flags)) if most > LONGEST_REPEAT]
    assert far == []
