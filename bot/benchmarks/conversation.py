"""The conversation that every engine of the benchmark holds, and what an engine has to do to take part.

Twelve turns: a beginning, ten taps and one typed text; eleven questions, one branch three ways on two stored answers,
one text with two slots, one end. Questions and options are read from triage.yaml, so that all say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from dialogs.book import Book
from dialogs.loading import load_book
from dialogs.steps import Ask, End
from dialogs.texts import Text

SLOTS: Mapping[str, str] = {"helpline": "0808 157 0000", "silence": "an hour"}
DONE = "done"
"""The name of the end."""


@dataclass(frozen=True, slots=True)
class Input:
    """What comes in: the command to begin, a tap on the option `text`, or `text` typed."""

    kind: Literal["begin", "tap", "type"]
    text: str = ""


INPUTS = (
    Input("begin"),
    *(Input("tap", o) for o in ("yes", "me", "yes", "talk", "months", "yes", "no", "no", "call", "evening")),
    Input("type", "up north"),
)
WAITING_AT = 8
"""So many turns have been taken by a session whose size is measured."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its text, with slots in braces, the labels by option, and the option for whatever may be said."""

    name: str
    text: str
    labels: Mapping[str, str]
    heard: Mapping[str, str]

    @property
    def said(self) -> str:
        """The text with its slots filled."""
        return self.text.format_map(SLOTS)


class Engine(Protocol):
    """One engine with the conversation put into it. `package` is what has the version, "" for none."""

    name: str
    package: str

    @property
    def saves(self) -> bool:
        """Whether it can save a session and load it again."""
        ...

    def talk(self, conversations: int, *, save: bool) -> list[str]:
        """Hold so many whole conversations, one after the other. The texts of the last one.

        `save`: the session is saved as bytes or text after each turn and loaded before the next.
        """
        ...

    def hold(self, sessions: int) -> object:
        """So many live sessions, each of which has taken the first WAITING_AT turns."""
        ...

    def stored(self) -> int | None:
        """The bytes of a saved session after all turns but the last; None when it saves none."""
        ...


def the_book() -> Book:
    return load_book(Path(__file__).with_name("triage.yaml"))


def _question(step: Ask) -> Question:
    heard = {word: choice.id for choice in step.options for word in (choice.id, choice.label.lower(), *choice.words)}
    return Question(step.id, _written(step.text), {choice.id: choice.label for choice in step.options}, heard)


def _written(text: Text) -> str:
    return "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in text.parts)


_STEPS = the_book().flows["triage"].steps
QUESTIONS: Mapping[str, Question] = {name: _question(step) for name, step in _STEPS.items() if isinstance(step, Ask)}
FIRST = next(iter(QUESTIONS))
GOODBYE = next(step.text.words for step in _STEPS.values() if isinstance(step, End))
_ORDER = (*QUESTIONS, DONE)


def after(name: str, answers: Mapping[str, str]) -> str:
    """The question after this one, or the end. After `children` there are three ways."""
    if name == "children":
        if answers["need"] == "talk":
            return "police" if answers["together"] == "yes" else "contact"
        return "contact" if answers["need"] == "stay" else "hours"
    return _ORDER[_ORDER.index(name) + 1]


def text_at(name: str) -> str:
    """What is said at a question, or at the end."""
    return GOODBYE if name == DONE else QUESTIONS[name].said


TEXTS = tuple(text_at(name) for name in _ORDER)
"""What is said in the twelve turns."""
