"""A first line gives nothing away to whoever sees the phone."""

from __future__ import annotations

import pytest

from safety import blandness
from safety.blandness import is_bland, telling_word


@pytest.mark.parametrize("line", [blandness.OPENING, blandness.CARD, blandness.CONTINUED, blandness.WAITING])
def test_the_default_lines_are_bland(line: str) -> None:
    assert is_bland(line)
    assert len(line) >= blandness.SHORTEST


@pytest.mark.parametrize(
    "line",
    [
        "Thanks for that. Here is the next question.",
        "That's all right. Here is the next part of this.",
        "Sure. Take as long as you like to look around.",
    ],
)
def test_a_line_that_could_be_from_anyone_is_bland(line: str) -> None:
    assert is_bland(line)


@pytest.mark.parametrize(
    "line",
    [
        "Thanks.",
        "A line that would be bland if only it did not go on and on for so very long.",
        "Thanks for that.\nHere is the next question for you.",
        " Thanks for that. Here is the next question.",
        "Thanks for that. Call 0808 800 1170 any time.",
        "Thanks for that. Here is the next question 😀",
        "Thanks for that. <b>Here</b> is the next one.",
        "................................................",
        "If someone is hurting you, here is what to do.",
        "If someone is H U R T I N G you, here is more.",
        "If someone is hurtіng you, here is what to do.",
        "Thanks. Here is the number of the men's line.",
        "Thanks. Here is what the police can do for you.",
        "Thanks. Here is what Samaritans have to say.",
        "Thanks. Tap Leave now when she comes back in.",
        "Thanks. This is how to stay safe at home now.",
        "Thanks. Here is how your ex may be told of it.",
    ],
)
def test_a_line_that_tells_something_is_not(line: str) -> None:
    assert not is_bland(line)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Thanks. Here is what the Police can do for you.", "Police"),
        ("If someone is hurtіng you, here is what to do.", "hurtіng"),
        ("If someone is H U R T I N G you, here is more.", "hurting"),
        ("Thanks for that. Here is the next question.", None),
        # Too short, and with a long number in it: not bland, and yet no word of it tells anything.
        ("Thanks. 0808 800 1170.", None),
    ],
)
def test_the_word_that_tells_something_is_named_as_it_is_written(line: str, word: str | None) -> None:
    assert telling_word(line) == word


def test_a_further_language_has_telling_words_of_its_own() -> None:
    line = "Diolch am hynny, dyma beth all yr heddlu ei wneud."
    assert telling_word(line) is None
    assert telling_word(line, "cy") == "heddlu"
