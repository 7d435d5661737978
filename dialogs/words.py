"""The few words that the engine itself says and hears. Everything else is written in the flows.

Kept in one place so that people can review them, and so that translations have one place to come from: a book in
another language carries its own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the engine says and hears in one language.

    The first group stands on buttons, where `tick` goes before the label of an option that is ticked. The second is
    said: `everywhere` stands for an area when he has not said where he is, `silence` for how long it takes until all
    is forgotten when nobody says otherwise, `unnamed` for what the operator has not said of himself. The third is
    typed, each in lower case and without apostrophes; what stands on the button can be typed as well. `joining` are
    words that only join several options in one message, `denying` those that make it unclear whether an option is
    wanted at all.
    """

    skip: str = "Skip"
    why: str = "Why?"
    back: str = "Back"
    done: str = "Done"
    none_of_these: str = "None of these"
    start_again: str = "Start again"
    tick: str = "✓ "

    not_understood: str = "Sorry, I didn't follow that. I'm a simple program, and the buttons below are what I know."
    did_you_mean: str = "Is it one of these?"
    everywhere: str = "the UK"
    silence: str = "an hour"
    unnamed: str = "not named yet"

    skip_typed: tuple[str, ...] = (
        "pass",
        "rather not say",
        "id rather not say",
        "prefer not to say",
        "id prefer not to say",
    )
    why_typed: tuple[str, ...] = ()
    back_typed: tuple[str, ...] = ()
    start_again_typed: tuple[str, ...] = ()
    none_typed: tuple[str, ...] = ("none", "neither")
    yes_typed: tuple[str, ...] = ("yes", "y", "yeah", "yep", "yup", "aye", "sure", "ok", "okay")
    no_typed: tuple[str, ...] = ("no", "n", "nope", "nah")
    joining: tuple[str, ...] = ("and", "plus", "also", "both", "with", "the", "a", "an", "my", "please")
    denying: tuple[str, ...] = (
        "not",
        "no",
        "dont",
        "never",
        "without",
        "except",
        "but",
        "nor",
        "neither",
        "or",
        "cant",
    )


ENGLISH = Words()
