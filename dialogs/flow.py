"""What a flow is: the models, how a flow is read from its file, and its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from dialogs.cards import CARD_LINES
from dialogs.findings import did_you_mean, listed
from dialogs.heads import (
    AREA_KIND,
    CONFIDENCES,
    Review,
    Source,
    read_answers,
    read_asides,
    read_review,
    read_sources,
)
from dialogs.parsing import Mapping as MappingNode
from dialogs.parsing import Scalar
from dialogs.reading import (
    NAME_SCHEMA,
    SWITCH_SCHEMA,
    TEXT_SCHEMA,
    Fields,
    Schema,
    good_name,
    string_map_schema,
)
from dialogs.spans import Ref, Span
from dialogs.steps import STEP_TYPES, AnswerList, Step
from dialogs.texts import Text

LANGUAGE = "1"


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
    asides: Mapping[str, Text]
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
        steps, unread = _read_steps(fields)
        flow = cls(
            id=file_name,
            title=fields.words("title"),
            starts=fields.switch("starts", default=False),
            interrupt=tuple(Ref(n.value, n.span) for n in fields.scalars("interrupt", required=False)),
            review=read_review(fields),
            answers=read_answers(fields),
            sources=read_sources(fields),
            asides=read_asides(fields),
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
        fields.findings.add("F114", inner.span, "There are no steps.")
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
    fields = body.inside(kind, f"step `{name}`")
    if fields is None or not fields.readable:
        return None
    # What is missing from a step is reported at its name, which an author can find.
    fields.span = span
    step = STEP_TYPES[kind].read(name, fields)
    fields.close()
    return step


def json_schema() -> Schema:
    """A JSON Schema (draft 7) of one flow file, for completion and checks in an editor."""
    kinds = [
        {
            "type": "object",
            "additionalProperties": False,
            "required": [kind],
            "properties": {kind: step.schema() | {"description": (step.__doc__ or "").strip()}},
        }
        for kind, step in STEP_TYPES.items()
    ]
    date = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
    text = {"type": "string", "minLength": 1}
    name_keys = {"propertyNames": {"pattern": NAME_SCHEMA["pattern"]}}
    schema = string_map_schema(
        {
            "language": {"enum": [LANGUAGE, int(LANGUAGE)]},
            "flow": NAME_SCHEMA,
            "title": text,
            "starts": SWITCH_SCHEMA,
            "interrupt": {"type": "array", "items": text},
            "review": string_map_schema(
                {"by": text, "on": {"anyOf": [date, {"const": ""}]}, "due": date}, ["by", "on", "due"]
            ),
            "answers": name_keys
            | {
                "type": "object",
                "additionalProperties": {
                    "anyOf": [{"const": AREA_KIND}, {"type": "array", "items": NAME_SCHEMA, "uniqueItems": True}]
                },
            },
            "sources": {
                "type": "array",
                "items": string_map_schema(
                    {"fact": text, "url": text, "seen": date, "confidence": {"enum": list(CONFIDENCES)}},
                    ["fact", "url", "seen", "confidence"],
                ),
            },
            "asides": name_keys | {"type": "object", "additionalProperties": TEXT_SCHEMA},
            "first_step": NAME_SCHEMA,
            "steps": name_keys | {"type": "object", "minProperties": 1, "additionalProperties": {"oneOf": kinds}},
        },
        ["language", "flow", "title", "review", "first_step", "steps"],
    )
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A flow of Fingerpost, language 1",
        **schema,
    }


__all__ = [
    "CARD_LINES",
    "AnswerList",
    "Flow",
    "Review",
    "Source",
    "Step",
    "json_schema",
]
