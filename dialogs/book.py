"""All flows of one conversation, ready for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dialogs.flow import Flow
from dialogs.pieces import Place
from dialogs.steps import Step
from dialogs.tables import Tables
from dialogs.words import ENGLISH, Words


@dataclass(frozen=True)
class Book:
    """All flows of one conversation.

    `start` is the flow of a first message; `digest` names the version; `interrupts` has the flow for each risk
    label, `asides` the words for each occasion, and `words` the engine's own. `tongues` are the same conversation in
    the further languages that may be offered to him, by their codes ("cy"). `name` is what this book's own language
    calls itself ("Cymraeg"; "" for the language that the flows are written in), and `around` are the words in which
    the program surrounds the flows (Known.around).
    """

    flows: Mapping[str, Flow]
    start: str
    digest: str
    interrupts: Mapping[str, str]
    asides: Mapping[str, str]
    words: Words = ENGLISH
    tongues: Mapping[str, Book] = field(default_factory=dict)
    name: str = ""
    around: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.digest, self.name))

    @property
    def first(self) -> Place:
        """The step of a first message."""
        return Place(self.start, self.flows[self.start].first_step.name)

    def step(self, flow: str, step: str) -> Step | None:
        found = self.flows.get(flow)
        return found.steps.get(step) if found else None

    @cached_property
    def tables(self) -> Tables:
        """What the engine steps by, made when it is first wanted."""
        return Tables.of(self.flows, self.start, self.words)
