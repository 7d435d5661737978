"""What stands at the top of a flow: who reviewed it, what it may remember, where its facts come from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.entries import (
    DATE,
    DATE_OR_NOTHING,
    NEW_NAME,
    PLAIN,
    URL,
    Entries,
    Entry,
    Kind,
    Names,
    Schema,
    list_of,
    named,
    parts_of,
)
from dialogs.findings import listed
from dialogs.parsing import Node, Scalar, Sequence
from dialogs.reading import RESERVED_HINT, Fields, good_name, scalar
from dialogs.spans import Span
from dialogs.steps import AnswerList
from dialogs.steps.branch import CHANNEL
from dialogs.texts import Text

# The one kind of answer that is no list: an area's code.
AREA_KIND = "area"
CONFIDENCES = ("A", "B", "C", "D")

REVIEW_ENTRIES: Entries = {
    "by": Entry(PLAIN, "Who reviewed the words.", required=True),
    "on": Entry(DATE_OR_NOTHING, 'When. `""` until somebody has.', required=True),
    "due": Entry(DATE, "When they are to be reviewed again.", required=True),
}
SOURCE_ENTRIES: Entries = {
    "fact": Entry(PLAIN, "What the words of this flow rely on.", required=True),
    "url": Entry(URL, "Where it is written.", required=True),
    "seen": Entry(DATE, "When somebody last looked.", required=True),
    "confidence": Entry(
        Kind("`A`, `B`, `C` or `D`", lambda names: {"enum": list(CONFIDENCES)}),
        "How far it can be trusted: A most, D least.",
        required=True,
    ),
}


def _answers_schema(names: Names) -> Schema:
    values = {"type": "array", "items": NEW_NAME.schema(names), "minItems": 1, "uniqueItems": True}
    keys = NEW_NAME.schema(names) | {"not": {"const": CHANNEL}}
    return named(keys, {"anyOf": [{"const": AREA_KIND}, values]})


def _asides_schema(names: Names) -> Schema:
    known = {name: PLAIN.schema(names) for name in names.asides}
    return named(NEW_NAME.schema(names), PLAIN.schema(names)) | ({"properties": known} if known else {})


REVIEW = parts_of(REVIEW_ENTRIES, "`by`, `on` and `due`")
ANSWERS = Kind("lists of values by their names, or `area`", _answers_schema)
SOURCES = list_of(parts_of(SOURCE_ENTRIES, "a source"), "a list of sources: `fact`, `url`, `seen` and `confidence`")
ASIDES = Kind("texts by their occasions", _asides_schema)


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


def read_review(fields: Fields) -> Review:
    inner = fields.inside("review", "`review`", entries=REVIEW_ENTRIES)
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


def read_answers(fields: Fields) -> Mapping[str, AnswerList]:
    inner = fields.inside("answers", "`answers`", required=False)
    answers: dict[str, AnswerList] = {}
    if inner is None:
        return answers
    for name, span in inner.names():
        node = inner.node(name, required=True)
        if name == CHANNEL:
            fields.findings.add("F119", span, f"`{name}` cannot be the name of an answer.", hint=RESERVED_HINT)
        elif good_name(Scalar(name, span), fields.findings, "an answer"):
            if isinstance(node, Scalar):
                if node.value != AREA_KIND:
                    fields.findings.add(
                        "F111",
                        node.span,
                        f"The answer `{name}` is a list of values, or `{AREA_KIND}`; not `{node.value}`.",
                        hint=f"Write `{name}: [{node.value}, ...]`, or `{name}: {AREA_KIND}`.",
                    )
                answers[name] = AnswerList(name, None, span)
            elif isinstance(node, Sequence) and not node.items:
                fields.findings.add(
                    "F114", node.span, f"The answer `{name}` has no values.", hint="List what it can be: `[one, two]`."
                )
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
                hint="Delete one of the two.",
                related=[(values[node.value], "the first")],
            )
        elif good_name(node, fields.findings, "a value"):
            values[node.value] = node.span
    return tuple(values)


def read_sources(fields: Fields) -> tuple[Source, ...]:
    sources = []
    for node in fields.items("sources", required=False):
        inner = fields.part(node, "a source", entries=SOURCE_ENTRIES)
        if not inner.readable:
            continue
        fact = inner.words("fact")
        url = inner.name("url")
        if url and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", url.name):
            fields.findings.add(
                "F123",
                url.span,
                f"`{url.name}` is not a web address.",
                hint="Write the whole of it, beginning with https://.",
            )
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


def read_asides(fields: Fields) -> Mapping[str, Text]:
    inner = fields.inside("asides", "`asides`", required=False)
    asides: dict[str, Text] = {}
    if inner is None:
        return asides
    for name, span in inner.names():
        if good_name(Scalar(name, span), fields.findings, "an aside"):
            # No slots: an aside is said when the rest of the program may be in trouble.
            asides[name] = inner.text(name, shared=False)
    return asides
