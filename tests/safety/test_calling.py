"""A bare cry for help is met as the button for urgent help is; the same words inside a story are not."""

from __future__ import annotations

import pytest

from safety.calling import calls_for_help
from safety.risk import screen


@pytest.mark.parametrize(
    "text",
    [
        "999",
        "HELP",
        "help me!!",
        "Urgent help",
        "s o s",
        "police",
        "I need the police.",
        "im in danger",
        "ambulance",
    ],
)
def test_a_bare_cry_for_help_is_danger_now(text: str) -> None:
    assert calls_for_help(text)
    heard = screen(text)
    assert (heard.response, heard.foremost, heard.to_answer) == ("interrupt", "immediate_danger", ("immediate_danger",))


@pytest.mark.parametrize(
    "text",
    ["", "i need help with money", "the police laughed at me", "can you help my mate", "what help is there", "0999"],
)
def test_the_same_words_in_a_story_are_not(text: str) -> None:
    assert not calls_for_help(text)


def test_every_danger_in_a_message_is_to_be_answered_the_gravest_first() -> None:
    heard = screen("she choked me last night and I want to die")
    assert heard.to_answer[0] == heard.foremost
    assert {"strangulation", "suicide"} <= set(heard.to_answer)
