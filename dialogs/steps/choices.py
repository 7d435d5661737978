"""The options of a question, written out in it or named from the flow's `choices`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dialogs import parsing
from dialogs.entries import (
    CHOICE_NAME,
    FLOW,
    LABEL,
    NEW_NAME,
    PLAIN,
    STEP,
    SWITCH,
    Entries,
    Entry,
    Kind,
    Names,
    Schema,
    entries_schema,
    list_of,
    named,
    parts_of,
)
from dialogs.findings import Findings, closest
from dialogs.reading import Fields, good_name, scalar, sentence
from dialogs.spans import Ref, Span
from dialogs.steps.parts import Scope, Target, check_label
from dialogs.understanding import CONTROLS, normalise
from dialogs.words import ENGLISH

# What means the same as a control to whoever reads the buttons, or stands where options are asked back about.
_LIKE_CONTROLS = {
    f"go {normalise(ENGLISH.back)}": ENGLISH.back,
    normalise(ENGLISH.none_of_these): ENGLISH.none_of_these,
}

_COMMON: Entries = {
    "label": Entry(LABEL, "What stands on the button.", required=True),
    "words": Entry(list_of(PLAIN, "a list of texts"), "Other ways to say it, for the man who types."),
    "go": Entry(STEP, "The step it leads to. Without `go` and `call` it leads where the question's own `go` does."),
    "call": Entry(
        FLOW,
        "Another flow that it hands over to first. When that flow returns, the conversation goes on at `go`; without"
        " a `go` it comes back to this question, and nothing is kept.",
    ),
    "saves": Entry(SWITCH, "`no` keeps this option's id out of the answer."),
}
OPTION_ENTRIES: Entries = {
    "id": Entry(NEW_NAME, "Its name: what is kept as the answer, and what rehearsals tap.", required=True),
    **_COMMON,
}
# Under `choices` the id is the entry's own name.
CHOICE_ENTRIES: Entries = _COMMON

OPTION = Kind(
    "an option, or the name of a choice",
    lambda names: {"anyOf": [entries_schema(OPTION_ENTRIES, names), CHOICE_NAME.schema(names)]},
)
OPTIONS = list_of(OPTION, "a list of options: each written out, or the name of a choice", minItems=1)


def _choices_schema(names: Names) -> Schema:
    return named(NEW_NAME.schema(names), parts_of(CHOICE_ENTRIES, "an option").schema(names))


CHOICES = Kind("options by their names", _choices_schema)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question.

    `go` is where it leads. With `call` it hands over to another flow first, and without `go` it then comes
    back to this question. `saves` says whether the option's id is kept as the answer. `shared`: the question
    names it, and it is written out under the flow's `choices`. `shown`: it has a button; without one it can only
    be typed. `span` is its place in the question.
    """

    id: str
    label: str
    words: tuple[str, ...]
    go: Ref
    call: Ref
    saves: bool
    span: Span
    label_span: Span
    shared: bool = False
    shown: bool = True


def read_choices(fields: Fields, *, required: bool, default_go: Ref, key: str = "options") -> tuple[Choice, ...]:
    """The options of a question; `default_go` is for those that lead nowhere themselves. What stands under another
    `key` than `options` has no buttons, and goes on at `default_go` after a call too."""
    choices = []
    nodes = fields.items(key, required=required)
    given = fields.node(key, required=False)
    if isinstance(given, parsing.Sequence) and not nodes:
        fields.findings.add(
            "F152",
            given.span,
            f"{sentence(fields.what)} has no options.",
            hint="Write a line `- {id: ..., label: ..., go: ...}` for each.",
        )
    for node in nodes:
        if isinstance(node, parsing.Scalar):
            choice = _named_choice(node, fields)
        else:
            inner = fields.part(node, "an option", entries=OPTION_ENTRIES)
            choice = _read_choice(inner) if inner.readable else None
        if choice is not None:
            shown = key == "options"
            goes = choice.go or (choice.go if choice.call and shown else default_go)
            choices.append(replace(choice, go=goes, shown=shown))
    return tuple(choices)


def read_shared(fields: Fields) -> Mapping[str, Choice]:
    """The options under `choices`, by name. From here on, questions that are read can name them."""
    inner = fields.inside("choices", "`choices`", required=False)
    choices: dict[str, Choice] = {}
    if inner is None:
        return choices
    for name, span in inner.names():
        node = inner.node(name, required=True)
        if node is None or not good_name(parsing.Scalar(name, span), fields.findings, "a choice"):
            continue
        body = inner.part(node, f"choice `{name}`", entries=CHOICE_ENTRIES)
        fields.shared[name] = node
        if body.readable:
            body.span = span
            choices[name] = _read_body(body, name, span)
            body.close()
    return choices


def _named_choice(node: parsing.Scalar, fields: Fields) -> Choice | None:
    """The choice that a question names."""
    name = scalar(node, fields.findings, "an item of `options`")
    if name is None:
        return None
    if name.value not in fields.shared:
        likely = closest(name.value, fields.shared)
        fields.findings.add(
            "F159",
            name.span,
            f"There is no choice `{name.value}`.",
            hint=f"Did you mean `{likely}`?"
            if likely
            else f"Write the option out, `{{id: ..., label: {name.value}, go: ...}}`, or put it under `choices`.",
        )
        return None
    # Read anew for each question; what is wrong with it was reported where it is written.
    body = Fields(fields.shared[name.value], Findings(), "", known=fields.known)
    choice = _read_body(body, name.value, name.span) if body.readable else None
    return replace(choice, shared=True) if choice is not None and choice.label else None


def _read_choice(fields: Fields) -> Choice:
    node = fields.scalar("id")
    name = good_name(node, fields.findings, "an option") if node else ""
    choice = _read_body(fields, name, node.span if node else fields.span)
    fields.close()
    return choice


def _read_body(fields: Fields, name: str, span: Span) -> Choice:
    label = fields.words("label")
    label_node = fields.node("label", required=False)
    go = fields.name("go", required=False)
    call = fields.name("call", required=False)
    return Choice(
        id=name,
        label=label,
        words=tuple(node.value for node in fields.scalars("words", required=False)),
        go=go,
        call=call,
        saves=fields.switch("saves", default=bool(go) or not call),
        span=span,
        label_span=label_node.span if label_node else fields.span,
    )


def choice_targets(choices: tuple[Choice, ...]) -> tuple[Target, ...]:
    return tuple(Target(choice.go, f"The option `{choice.label or choice.id}`") for choice in choices if choice.go)


def choice_calls(choices: tuple[Choice, ...]) -> tuple[Ref, ...]:
    return tuple(choice.call for choice in choices if choice.call)


def check_choices(step: str, choices: tuple[Choice, ...], scope: Scope) -> None:
    """The options of one question are told apart by id, label and words."""
    ids: dict[str, Span] = {}
    sounds: dict[str, Choice] = {}
    for choice in choices:
        if choice.id in ids:
            scope.findings.add(
                "F120",
                choice.span,
                f"Two options of step `{step}` are called `{choice.id}`.",
                hint="Give one of them another id, or delete it.",
                related=[(ids[choice.id], "the first")],
            )
        if choice.id:
            ids.setdefault(choice.id, choice.span)
        for sound in _sounds(choice):
            first = sounds.setdefault(sound, choice)
            # Words that a button has too are the button's: what can only be typed may share them.
            if first.id != choice.id and (first.shown == choice.shown or sound == normalise(choice.label)):
                alike = choice.label == first.label
                two = "Two options" if alike else f"`{choice.label}` and `{first.label}`"
                both = (
                    f"are called `{choice.label}`"
                    if alike and sound == normalise(choice.label)
                    else f"are both said `{sound}`"
                )
                scope.findings.add(
                    "F137",
                    _place(choice),
                    f"{two} of step `{step}` {both}.",
                    hint="Take it out of the `words` of one of them, or change a label.",
                    related=[(_place(first), "the first")],
                )
        if not choice.shared:
            check_choice(choice, scope)


def check_choice(choice: Choice, scope: Scope) -> None:
    """An option is sound by itself."""
    check_label(choice.label, choice.label_span, scope.findings)
    for sound in _sounds(choice):
        taken = _taken(sound, choice, scope)
        if taken is not None:
            message = f"The option `{choice.label}` is also said `{sound}`{taken}."
            scope.findings.add("F138", choice.label_span, message, hint="Use other words for it.")
    scope.called(choice.call)


def _taken(sound: str, choice: Choice, scope: Scope) -> str | None:
    """What is said by these words already, for a sentence: empty for the controls of every question, None for none."""
    if sound in CONTROLS or sound == normalise(ENGLISH.done):
        return ""
    if sound in scope.dangers:
        return ", which is heard as danger before any question"
    if sound == normalise(choice.label) and sound in scope.buttons:
        return ", as one of the program's own buttons is"
    if sound in _LIKE_CONTROLS:
        return f", as the button `{_LIKE_CONTROLS[sound]}` is"
    if sound in scope.more and sound == normalise(choice.label):
        return ", as the button under a card of this flow is"
    return None


def _sounds(choice: Choice) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(normalise, (choice.label, *choice.words)))))


def _place(choice: Choice) -> Span:
    return choice.span if choice.shared else choice.label_span
