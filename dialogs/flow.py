"""What a flow is: the models, how a flow is read from its file, and its JSON Schema."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from dialogs.cards import CARD_LINES
from dialogs.findings import did_you_mean, listed
from dialogs.parsing import Mapping as MappingNode
from dialogs.parsing import Node, Scalar
from dialogs.reading import (
    NAME_SCHEMA,
    SWITCH_SCHEMA,
    TEXT_SCHEMA,
    Fields,
    Schema,
    good_name,
    scalar,
    string_map_schema,
)
from dialogs.spans import Ref, Span
from dialogs.steps import STEP_TYPES, AnswerList, Step
from dialogs.steps.branch import CHANNEL
from dialogs.texts import Text

LANGUAGE = "1"
# The one kind of answer that is no list: an area's code.
AREA_KIND = "area"
CONFIDENCES = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True)
class Review:
    """Who reviewed the words, when, and when they are due again (2027-01-31). `on` is "" until somebody has."""

    by: str
    on: str
    due: str
    span: Span


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact in the words comes from, when it was looked at, and how far it can be trusted."""

    fact: str
    url: str
    seen: str
    confidence: str
    span: Span


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
            review=_read_review(fields),
            answers=_read_answers(fields),
            sources=_read_sources(fields),
            asides=_read_asides(fields),
            first_step=fields.name("first_step"),
            steps=steps,
            unread=unread,
            span=node.entries[0][0].span if node.entries else node.span,
        )
        fields.ignore("language")
        fields.close()
        return flow


@dataclass(frozen=True, slots=True)
class Book:
    """All flows of one conversation.

    `start` is the flow of a first message; `digest` names the version; `interrupts` has the flow for each risk
    label, and `asides` the words for each occasion.
    """

    flows: Mapping[str, Flow]
    start: str
    digest: str
    interrupts: Mapping[str, str]
    asides: Mapping[str, str]

    def step(self, flow: str, step: str) -> Step | None:
        found = self.flows.get(flow)
        return found.steps.get(step) if found else None


def _read_review(fields: Fields) -> Review:
    inner = fields.inside("review", "`review`")
    if inner is None:
        return Review("", "", "", fields.span)
    by = inner.words("by")
    on = inner.node("on", required=True)
    due = inner.scalar("due")
    inner.close()
    reviewed = None if isinstance(on, Scalar) and not on.value.strip() else on
    return Review(by, _date(reviewed, "on", inner), _date(due, "due", inner), inner.span)


def _date(node: Node | None, name: str, fields: Fields) -> str:
    """The date as written, or an empty string when it is none."""
    if node is None:
        return ""
    text = scalar(node, fields.findings, f"`{name}`")
    if text is None:
        return ""
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text.value):
            raise ValueError
        dt.date.fromisoformat(text.value)
        return text.value
    except ValueError:
        fields.findings.add(
            "F122", text.span, f"`{name}` is `{text.value}`.", hint="Write year, month and day: 2027-01-31."
        )
        return ""


def _read_answers(fields: Fields) -> Mapping[str, AnswerList]:
    inner = fields.inside("answers", "`answers`", required=False)
    answers: dict[str, AnswerList] = {}
    if inner is None:
        return answers
    for name, span in inner.names():
        node = inner.node(name, required=True)
        if name == CHANNEL:
            fields.findings.add("F119", span, f"`{name}` cannot be the name of an answer.")
        elif good_name(Scalar(name, span), fields.findings, "an answer"):
            if isinstance(node, Scalar):
                if node.value != AREA_KIND:
                    fields.findings.add(
                        "F111",
                        node.span,
                        f"The answer `{name}` is a list of values, or `{AREA_KIND}`; not `{node.value}`.",
                    )
                answers[name] = AnswerList(name, None, span)
            else:
                answers[name] = AnswerList(name, _read_values(name, inner), span)
    return answers


def _read_values(name: str, fields: Fields) -> tuple[str, ...]:
    values: dict[str, Span] = {}
    for node in fields.scalars(name):
        if node.value in values:
            fields.findings.add(
                "F120",
                node.span,
                f"`{node.value}` is listed twice under `{name}`.",
                related=[(values[node.value], "the first")],
            )
        elif good_name(node, fields.findings, "a value"):
            values[node.value] = node.span
    return tuple(values)


def _read_sources(fields: Fields) -> tuple[Source, ...]:
    sources = []
    for node in fields.items("sources", required=False):
        inner = Fields(node, fields.findings, "a source", known=fields.known)
        if not inner.readable:
            continue
        fact = inner.words("fact")
        url = inner.name("url")
        if url and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", url.name):
            fields.findings.add("F123", url.span, f"`{url.name}` is not a web address.")
        confidence = inner.name("confidence")
        if confidence and confidence.name not in CONFIDENCES:
            fields.findings.add(
                "F156",
                confidence.span,
                f"`{confidence.name}` is not a confidence.",
                hint="It can be " + listed(CONFIDENCES, "or") + ".",
            )
        seen = _date(inner.node("seen", required=True), "seen", inner)
        inner.close()
        sources.append(Source(fact, url.name, seen, confidence.name, inner.span))
    return tuple(sources)


def _read_asides(fields: Fields) -> Mapping[str, Text]:
    inner = fields.inside("asides", "`asides`", required=False)
    asides: dict[str, Text] = {}
    if inner is None:
        return asides
    for name, span in inner.names():
        if good_name(Scalar(name, span), fields.findings, "an aside"):
            # No slots: an aside is said when the rest of the program may be in trouble.
            asides[name] = inner.text(name, shared=False)
    return asides


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
    "Book",
    "Flow",
    "Review",
    "Source",
    "Step",
    "json_schema",
]
