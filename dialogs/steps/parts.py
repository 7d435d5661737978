"""What several kinds of step share: options, references, first lines, and the checks on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from dialogs import words
from dialogs.findings import Findings, closest, did_you_mean
from dialogs.reading import (
    LONGEST_TEXT,
    NAME_SCHEMA,
    RETURN,
    SWITCH_SCHEMA,
    TARGET_SCHEMA,
    Fields,
    Schema,
    good_name,
    string_map_schema,
)
from dialogs.spans import Ref, Span
from dialogs.texts import Text
from dialogs.understanding import CONTROLS, normalise

SHORTEST_FIRST = 20
LONGEST_FIRST = 70
MOST_LABEL_WORDS = 4
LONGEST_LABEL = 32


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
    """What the names in one flow can point at, and where to report those that point at nothing."""

    flow: str
    steps: Collection[str]
    answers: Mapping[str, AnswerList]
    flows: Collection[str]
    findings: Findings
    bland: Callable[[str], bool] | None = None

    def step(self, step: str, target: Target) -> None:
        ref = target.ref
        if ref and ref.name != RETURN and ref.name not in self.steps:
            self.findings.add(
                "F130",
                ref.span,
                f"{target.via} of step `{step}` leads to `{ref.name}`, which does not exist.",
                hint=did_you_mean(ref.name, [*self.steps, RETURN]),
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
                related=[(answer.span, "listed here")],
            )
            return None
        return answer


class Step(Protocol):
    """What every kind of step can say of itself. One file of this folder for each kind."""

    kind: ClassVar[str]
    # Whether the engine stops here until he taps or types.
    waits: ClassVar[bool]

    @property
    def id(self) -> str: ...
    @property
    def span(self) -> Span: ...
    @classmethod
    def read(cls, id: str, fields: Fields) -> Self: ...
    @staticmethod
    def schema() -> Schema: ...
    def targets(self) -> tuple[Target, ...]: ...
    def calls(self) -> tuple[Ref, ...]: ...
    def check(self, scope: Scope) -> None: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question.

    `go` is where it leads. With `call` it hands over to another flow first, and without `go` it then comes
    back to this question. `saves` says whether the option's id is kept as the answer.
    """

    id: str
    label: str
    words: tuple[str, ...]
    go: Ref
    call: Ref
    saves: bool
    span: Span
    label_span: Span


def read_choices(fields: Fields, *, required: bool, default_go: Ref) -> tuple[Choice, ...]:
    choices = []
    for node in fields.items("options", required=required):
        inner = Fields(node, fields.findings, "an option", known=fields.known)
        if inner.readable:
            choices.append(_read_choice(inner, default_go))
    return tuple(choices)


def _read_choice(fields: Fields, default_go: Ref) -> Choice:
    id_node = fields.scalar("id")
    label = fields.words("label")
    go = fields.name("go", required=False)
    call = fields.name("call", required=False)
    saves = fields.switch("saves", default=bool(go) or not call)
    said = tuple(node.value for node in fields.scalars("words", required=False))
    choice = Choice(
        id=good_name(id_node, fields.findings, "an option") if id_node else "",
        label=label,
        words=said,
        go=go if go or call else default_go,
        call=call,
        saves=saves,
        span=id_node.span if id_node else fields.span,
        label_span=_value_span(fields, "label"),
    )
    fields.close()
    return choice


def _value_span(fields: Fields, name: str) -> Span:
    node = fields.node(name, required=False)
    return node.span if node else fields.span


def choice_schema() -> Schema:
    return string_map_schema(
        {
            "id": NAME_SCHEMA,
            "label": {"type": "string", "minLength": 1, "maxLength": LONGEST_LABEL},
            "words": {"type": "array", "items": {"type": "string"}},
            "go": TARGET_SCHEMA,
            "call": NAME_SCHEMA,
            "saves": SWITCH_SCHEMA,
        },
        ["id", "label"],
    )


def check_choices(step: str, choices: tuple[Choice, ...], scope: Scope) -> None:
    """Ids, labels and words are distinct, labels fit their buttons, and each option leads somewhere."""
    ids: dict[str, Span] = {}
    sounds: dict[str, tuple[str, Span]] = {}
    for choice in choices:
        if choice.id in ids:
            scope.findings.add(
                "F120",
                choice.span,
                f"Two options of step `{step}` are called `{choice.id}`.",
                related=[(ids[choice.id], "the first")],
            )
        if choice.id:
            ids.setdefault(choice.id, choice.span)
        _check_label(choice, scope)
        for sound in dict.fromkeys(map(normalise, (choice.label, *choice.words))):
            if not sound:
                continue
            if sound in CONTROLS or sound == normalise(words.DONE):
                scope.findings.add("F138", choice.label_span, f"The option `{choice.label}` is also said `{sound}`.")
            elif sound in sounds and sounds[sound][0] != choice.id:
                scope.findings.add(
                    "F137",
                    choice.label_span,
                    f"Two options of step `{step}` are said `{sound}`.",
                    related=[(sounds[sound][1], "the first")],
                )
            else:
                sounds[sound] = (choice.id, choice.label_span)
        scope.called(choice.call)


def _check_label(choice: Choice, scope: Scope) -> None:
    if not choice.label:
        return
    count = len(choice.label.split())
    if count > MOST_LABEL_WORDS or len(choice.label) > LONGEST_LABEL:
        scope.findings.add(
            "F136",
            choice.label_span,
            f"`{choice.label}` has {count} words and {len(choice.label)} characters.",
            hint="Say it in up to four words; the question above can say more.",
        )


def choice_targets(choices: tuple[Choice, ...]) -> tuple[Target, ...]:
    return tuple(Target(choice.go, f"The option `{choice.label}`") for choice in choices if choice.go)


def read_first(fields: Fields) -> Text:
    """The bland first line, which has no slots: a slot could put anything on his lock screen."""
    return fields.text("first", required=False, shared=False)


FIRST_SCHEMA: Schema = {"type": "string", "minLength": SHORTEST_FIRST, "maxLength": LONGEST_FIRST}


def check_first(first: Text, scope: Scope) -> None:
    if not first:
        return
    line = first.words
    if "\n" in line or not SHORTEST_FIRST <= len(line) <= LONGEST_FIRST:
        scope.findings.add(
            "F144", first.span, f"This first line has {len(line)} characters on {line.count(chr(10)) + 1} line(s)."
        )
    elif scope.bland is not None and not scope.bland(line):
        scope.findings.add(
            "F145",
            first.span,
            f"`{line}` gives away what the message is about.",
            hint="Say something that any message could begin with.",
        )


def check_together(texts: tuple[Text, ...], scope: Scope) -> None:
    """Texts that are sent in one message fit into one."""
    total = sum(len(text.words) for text in texts)
    if total > LONGEST_TEXT and all(len(text.words) <= LONGEST_TEXT for text in texts):
        scope.findings.add(
            "F146",
            texts[0].span,
            f"This text and what is said with it have {total:,} characters; the most is {LONGEST_TEXT:,}.",
        )
