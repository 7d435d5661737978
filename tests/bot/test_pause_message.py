"""What a lead may say to everybody: short, bland where a lock screen shows it, and without numbers nobody checked."""

from __future__ import annotations

import pytest

from bot.pause_message import LONGEST, objections, tidy
from safety.lifelines import Lifelines

LIFELINES = Lifelines.load()


@pytest.mark.parametrize(
    "message",
    [
        "We are putting something right. Please come back after 2pm.",
        "We are putting something right.\n\nThe helpline is there: 0808 800 1170. Any hour: Samaritans 116 123.",
        "Back between 10 and 12, or 10-12, on 23 November.",
        "In danger now? Call 999.",
    ],
)
def test_a_plain_message_may_be_said(message: str) -> None:
    # The last one tells on a lock screen, and nothing else speaks against it.
    expected = 1 if "danger" in message else 0
    assert len(objections(tidy(message), LIFELINES)) == expected


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("", "Write what men should read"),
        ("a" * (LONGEST + 1), "300 is the most"),
        ("Our helpline is down.", "first line says \u201chelpline\u201d"),
        ("Something is wrong.\nIf she is there, wait.", "\u201cshe\u201d"),
        ("Something is wrong.\nYou are safe here.", "\u201csafe\u201d"),
        ("Back soon.\nCall 01823 334244.", "the number 01823 334244"),
        ("Back soon.\nCall 101123.", "the number 101123"),
        ("Back soon.\nSee www.example.org for more.", "the address"),
        ("Back\u200bsoon.", "cannot be shown"),
    ],
)
def test_what_must_not_be_said_is_refused_with_the_reason(message: str, told: str) -> None:
    assert any(told in sentence for sentence in objections(tidy(message), LIFELINES))


def test_the_number_of_a_line_that_is_closed_is_refused() -> None:
    message = "Back soon.\nGalop: 0800 999 5428."
    assert objections(message, LIFELINES) == ()
    assert "0800 999 5428" in objections(message, LIFELINES.closing(["galop"]))[0]


def test_blanks_are_made_tidy() -> None:
    assert tidy("  Back  soon. \r\n\n\n\n  Thanks. ") == "Back soon.\n\nThanks."
