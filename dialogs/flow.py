"""What a flow is: the models, how a flow is read from its file, and its JSON Schema."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from dialogs.cards import CARD_LINES
from dialogs.editorial.allowances import ALLOW, Allowance, read_allowances
from dialogs.entries import (
    FIRST_STEP,
    NEW_NAME,
    PLAIN,
    RISK,
    SWITCH,
    Entries,
    Entry,
    Kind,
    Names,
    Schema,
    entries_schema,
    list_of,
    named,
)
from dialogs.findings import did_you_mean, listed
from dialogs.heads import (
    ANSWERS,
    ASIDES,
    REVIEW,
    SOURCES,
    Review,
    Source,
    read_answers,
    read_asides,
    read_review,
    read_sources,
)
from dialogs.parsing import Mapping as MappingNode
from dialogs.parsing import Scalar
from dialogs.reading import Fields, good_name
from dialogs.spans import Ref, Span
from dialogs.steps import STEP_TYPES, AnswerList, Choice, Step
from dialogs.steps.choices import CHOICES, read_shared
from dialogs.texts import Text

LANGUAGE = "1"


def _step_schema(names: Names) -> Schema:
    """One of the kinds of step. Rules that go over several entries of a kind are told by the check in words."""
    kinds = {
        kind: entries_schema(step.entries, names)
        | {
            "title": f"{kind}: a kind of step",
            "description": (step.__doc__ or "").partition("```")[0].strip(),
            "markdownDescription": inspect.getdoc(step) or "",
        }
        | ({"allOf": list(step.rules)} if step.rules else {})
        for kind, step in STEP_TYPES.items()
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": kinds,
        "defaultSnippets": [_snippet(kind, step) for kind, step in STEP_TYPES.items()],
    }


def _snippet(kind: str, step: type[Step]) -> Schema:
    """What an editor's program writes when this kind is chosen: the entries that it cannot do without."""
    needed = (name for name, entry in step.entries.items() if entry.required or entry.unless)
    body = {name: _placeholder(name, 10 * n) for n, name in enumerate(needed, 1)}
    return {"label": kind, "description": (step.__doc__ or "").splitlines()[0], "body": {kind: body}}


def _placeholder(name: str, first: int) -> Any:
    """What stands in a snippet for an entry. The numbers are the order in which the author comes to them."""
    if name == "options":
        return [{"id": f"${{{first}:id}}", "label": f"${{{first + 1}:Label}}", "go": f"${{{first + 2}:step}}"}]
    if name == "cases":
        return {f"${{{first}:value}}": f"${{{first + 1}:step}}"}
    if name == "lines":
        return {line: f"'{' '.join(f'{{{slot}}}' for slot in slots)}'" for line, slots in CARD_LINES.items()}
    return f"${{{first}:{name}}}"


def _steps_schema(names: Names) -> Schema:
    return named(NEW_NAME.schema(names), _step_schema(names), minProperties=1)


FLOW_ENTRIES: Entries = {
    "language": Entry(
        Kind(f"`{LANGUAGE}`", lambda names: {"enum": [LANGUAGE, int(LANGUAGE)]}),
        "The version of the flow language that this file is written in.",
        required=True,
    ),
    "flow": Entry(NEW_NAME, "The flow's name, which is its file's name too: `danger` in danger.yaml.", required=True),
    "title": Entry(PLAIN, "What the flow is, for editors. He never sees it.", required=True),
    "starts": Entry(SWITCH, "`yes` in the one flow that a first message leads to."),
    "interrupt": Entry(
        list_of(RISK, "a list of risk labels"),
        "The dangers that this flow answers. When his words show one it is said at once, wherever he is; it leads back"
        " to exactly there by `_return`.",
    ),
    "review": Entry(REVIEW, "Who reviewed the words, when, and when they are due again.", required=True),
    "answers": Entry(
        ANSWERS,
        "All that may be remembered of him: each answer with its closed list of values, or `area` for the code of an"
        " area. Flows share answers, so each lists the same values.",
    ),
    "sources": Entry(SOURCES, "Where the facts in the words come from."),
    "allow": Entry(
        ALLOW,
        "Words that this flow may say although they are on the list of words to avoid, each with the reason.",
    ),
    "asides": Entry(ASIDES, "Words for set occasions of the whole conversation, such as `trouble`. No slots."),
    "choices": Entry(
        CHOICES,
        "Options that several questions have, written once. A question names them among its options:"
        " `options: [talk, carry_on]`.",
    ),
    "first_step": Entry(FIRST_STEP, "The step that the flow begins with.", required=True),
    "steps": Entry(Kind("steps by their names", _steps_schema), "The steps.", required=True),
}


@dataclass(frozen=True, slots=True)
class Flow:
    """One conversation, or a part of one.

    `interrupt` names the risk labels that it answers. `asides` are lines that are said before anything else
    when the occasion of their name arises; they belong to the whole conversation. `unread` are the steps that
    are there but could not be read (reported already, so that leading to one is no further mistake).
    """

    id: str
    title: str
    starts: bool
    interrupt: tuple[Ref, ...]
    review: Review
    answers: Mapping[str, AnswerList]
    sources: tuple[Source, ...]
    allow: tuple[Allowance, ...]
    asides: Mapping[str, Text]
    choices: Mapping[str, Choice]
    first_step: Ref
    steps: Mapping[str, Step]
    unread: frozenset[str]
    span: Span

    @classmethod
    def read(cls, node: MappingNode, fields: Fields) -> Self:
        """The flow of one file. Mistakes are reported; what could not be read is left empty."""
        file_name = fields.span.file.rsplit("/", 1)[-1].removesuffix(".yaml")
        name = fields.name("flow")
        if name and good_name(Scalar(name.name, name.span), fields.findings, "a flow") and name.name != file_name:
            fields.findings.add(
                "F117",
                name.span,
                f"The flow is called `{name.name}`, and its file {file_name}.yaml.",
                hint=f"Write `flow: {file_name}`, or rename the file.",
            )
        choices = read_shared(fields)
        steps, unread = _read_steps(fields)
        flow = cls(
            id=file_name,
            title=fields.words("title"),
            starts=fields.switch("starts", default=False),
            interrupt=tuple(Ref(n.value, n.span) for n in fields.scalars("interrupt", required=False)),
            review=read_review(fields),
            answers=read_answers(fields),
            sources=read_sources(fields),
            allow=read_allowances(fields),
            asides=read_asides(fields),
            choices=choices,
            first_step=fields.name("first_step"),
            steps=steps,
            unread=unread,
            span=node.entries[0][0].span if node.entries else node.span,
        )
        fields.ignore("language")
        fields.close()
        return flow


def _read_steps(fields: Fields) -> tuple[Mapping[str, Step], frozenset[str]]:
    """The steps that could be read, and the names of those that could not."""
    inner = fields.inside("steps", "`steps`")
    steps: dict[str, Step] = {}
    unread: set[str] = set()
    if inner is None:
        return steps, frozenset()
    if inner.readable and not tuple(inner.names()):
        hint = "Write a step, its name first; docs/flow-language.md shows each kind."
        fields.findings.add("F114", inner.span, "There are no steps.", hint=hint)
    for name, span in inner.names():
        body = inner.inside(name, f"step `{name}`")
        good = good_name(Scalar(name, span), fields.findings, "a step")
        step = _read_step(name, span, body) if good and body is not None and body.readable else None
        if step is None:
            unread.add(name)
        else:
            steps[name] = step
    return steps, frozenset(unread)


def _read_step(name: str, span: Span, body: Fields) -> Step | None:
    kinds = tuple(body.names())
    if len(kinds) != 1:
        body.findings.add(
            "F150",
            span,
            f"Step `{name}` says {len(kinds)} things to do: {listed(kind for kind, _ in kinds)}."
            if kinds
            else f"Step `{name}` does nothing.",
            hint="Indent under its one kind what belongs to it; make a step of its own for what does not.",
        )
        return None
    kind, kind_span = kinds[0]
    if kind not in STEP_TYPES:
        body.findings.add(
            "F150",
            kind_span,
            f"Step `{name}` is of the kind `{kind}`, which does not exist.",
            hint=did_you_mean(kind, STEP_TYPES),
        )
        return None
    fields = body.inside(kind, f"step `{name}`", entries=STEP_TYPES[kind].entries)
    if fields is None or not fields.readable:
        return None
    # What is missing from a step is reported at its name, which an author can find.
    fields.span = span
    step = STEP_TYPES[kind].read(name, fields)
    fields.close()
    return step


__all__ = [
    "CARD_LINES",
    "AnswerList",
    "Flow",
    "Review",
    "Source",
    "Step",
]
