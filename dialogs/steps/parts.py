"""What several kinds of step share: references, first lines, and the checks on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from dialogs.entries import (
    FIRST,
    LONGEST_FIRST,
    LONGEST_LABEL,
    MOST_LABEL_WORDS,
    SHORTEST_FIRST,
    SWITCH,
    TEXT,
    Entries,
    Entry,
)
from dialogs.findings import Findings, closest, did_you_mean
from dialogs.reading import LONGEST_TEXT, RETURN, Fields
from dialogs.spans import Ref, Span
from dialogs.texts import Text


@dataclass(frozen=True, slots=True)
class AnswerList:
    """An answer that may be remembered: a closed list of values, or (`values` None) an area's code."""

    name: str
    values: tuple[str, ...] | None
    span: Span


@dataclass(frozen=True, slots=True)
class Target:
    """A way out of a step. `via` says which, for messages: "the option `Talk`"."""

    ref: Ref
    via: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names in one flow can point at, and where to report those that point at nothing.

    As they are said (`normalise`): `buttons` are those with which the program surrounds the flows, `dangers` what is
    heard as danger before any question is, `more` the buttons under the cards of the flow's find steps.
    """

    flow: str
    steps: Collection[str]
    answers: Mapping[str, AnswerList]
    flows: Collection[str]
    findings: Findings
    bland: Callable[[str], bool] | None = None
    telling: Callable[[str], str | None] | None = None
    buttons: Collection[str] = ()
    dangers: Collection[str] = ()
    more: Collection[str] = ()

    def step(self, step: str, target: Target) -> None:
        ref = target.ref
        if ref and ref.name != RETURN and ref.name not in self.steps:
            self.findings.add(
                "F130",
                ref.span,
                f"{target.via} of step `{step}` leads to `{ref.name}`, which does not exist.",
                hint=did_you_mean(ref.name, [*self.steps, RETURN])
                or f"Write the step `{ref.name}` under `steps`, or lead to one that is there.",
            )

    def called(self, ref: Ref) -> None:
        if ref and ref.name not in self.flows:
            likely = closest(ref.name, self.flows)
            self.findings.add(
                "F131",
                ref.span,
                f"There is no flow `{ref.name}`.",
                hint=f"Did you mean `{likely}`?" if likely else f"A flow `{ref.name}` is a file {ref.name}.yaml.",
            )

    def answer(self, ref: Ref, *, area: bool) -> AnswerList | None:
        """The answer a reference means; reports one that does not exist or is of the other kind."""
        if not ref:
            return None
        answer = self.answers.get(ref.name)
        if answer is None:
            alike = [a.name for a in self.answers.values() if (a.values is None) == area]
            self.findings.add(
                "F132",
                ref.span,
                f"`{ref.name}` is not under `answers` of this flow.",
                hint=did_you_mean(ref.name, alike) or "List it under `answers` at the top.",
            )
            return None
        if (answer.values is None) != area:
            wanted, given = ("an area", "a list") if area else ("a list", "an area")
            self.findings.add(
                "F134",
                ref.span,
                f"`{ref.name}` is {given}; {wanted} is needed here.",
                hint="Name another answer, or list one of the right kind under `answers`.",
                related=[(answer.span, "listed here")],
            )
            return None
        return answer


class Step(Protocol):
    """What every kind of step can say of itself. One file of this folder for each kind.

    `entries` is the table of what it can hold. `rules` are JSON Schema rules that go over several entries.
    `codes` are the mistakes that only this kind, or few, can be told of (docs/flow-errors.md). The docstring has
    an example: with the tables it makes docs/flow-language.md and what an editor's program shows.
    """

    kind: ClassVar[str]
    # Whether the engine stops here until he taps or types.
    waits: ClassVar[bool]
    entries: ClassVar[Entries]
    rules: ClassVar[tuple[dict[str, Any], ...]]
    codes: ClassVar[tuple[str, ...]]

    @property
    def id(self) -> str: ...
    @property
    def span(self) -> Span: ...
    @classmethod
    def read(cls, id: str, fields: Fields) -> Self: ...
    def targets(self) -> tuple[Target, ...]: ...
    def calls(self) -> tuple[Ref, ...]: ...
    def check(self, scope: Scope) -> None: ...


def first_entry() -> Entry:
    return Entry(
        FIRST,
        "What his lock screen and notifications show: the first line of the message. Anyone may read it, so it gives"
        " nothing away, and it has no slots. Without it, a bland line of the program's own stands there.",
    )


def why_entry(*, unless: str = "") -> Entry:
    return Entry(TEXT, "Why this is asked. Said when he taps Why?", required=not unless, unless=unless)


def counts_entry() -> Entry:
    return Entry(
        SWITCH,
        "`no` leaves this question out of the five that may stand before the first services, such as a menu that"
        " comes after them.",
    )


def read_first(fields: Fields) -> Text:
    """The bland first line, which has no slots: a slot could put anything on his lock screen."""
    return fields.text("first", required=False, shared=False)


def check_first(first: Text, scope: Scope) -> None:
    if not first or first.slots:
        return
    line = first.words
    if "\n" in line:
        scope.findings.add(
            "F144",
            first.span,
            f"This first line runs over {line.count(chr(10)) + 1} lines.",
            hint="Write it on one line, after `first:`.",
        )
    elif not SHORTEST_FIRST <= len(line) <= LONGEST_FIRST:
        scope.findings.add(
            "F144",
            first.span,
            f"This first line has {len(line)} characters.",
            hint=f"Write {SHORTEST_FIRST} to {LONGEST_FIRST}; what does not fit can begin the text.",
        )
    elif scope.bland is not None and not scope.bland(line):
        word = scope.telling(line) if scope.telling is not None else None
        if word is not None:
            message = f"The word `{word}` gives away what the message is about."
            hint = "Say it without that word: something that any message could begin with."
        else:
            message = f"`{line}` is not a line that any message could begin with."
            hint = "Write plain words and everyday punctuation, without a long number, that tell nothing."
        scope.findings.add("F145", first.span, message, hint=hint)


def check_label(label: str, span: Span, findings: Findings) -> None:
    """A label fits its button. An empty one has been reported already."""
    count = len(label.split())
    if count > MOST_LABEL_WORDS:
        long = f"{count} words"
    elif len(label) > LONGEST_LABEL:
        long = f"{len(label)} characters"
    else:
        return
    findings.add(
        "F136",
        span,
        f"`{label}` has {long}.",
        hint="Say it in up to four words; the text above the buttons can say more.",
    )


def check_together(texts: tuple[Text, ...], scope: Scope) -> None:
    """Texts that are sent in one message fit into one."""
    total = sum(len(text.words) for text in texts)
    if total > LONGEST_TEXT and all(len(text.words) <= LONGEST_TEXT for text in texts):
        scope.findings.add(
            "F146",
            texts[0].span,
            f"This text and its `why` have {total:,} characters together; the most is {LONGEST_TEXT:,}.",
            hint="Both stand in one message when he taps Why?, so shorten one of them.",
        )
