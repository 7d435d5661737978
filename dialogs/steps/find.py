"""Services that fit his answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from dialogs.cards import CARD_LINES
from dialogs.entries import ANSWER, LABEL, STEP, TEXT, Entries, Entry, Kind, Names, Schema, entries_schema
from dialogs.reading import Fields
from dialogs.spans import Ref, Span
from dialogs.steps.parts import Scope, Target, check_first, check_label, first_entry, read_first
from dialogs.steps.registry import step_type
from dialogs.texts import Text

# The area he named, and the larger one that the search was widened to.
AREA = "area"
WIDER = "wider"


def _lines_schema(names: Names) -> Schema:
    slots = {key: ", ".join(f"`{{{slot}}}`" for slot in slots) or "none" for key, slots in CARD_LINES.items()}
    lines = {key: Entry(TEXT, f"A line of the card. Slots: {slots[key]}.", required=True) for key in CARD_LINES}
    return entries_schema(lines, names)


@step_type
@dataclass(frozen=True, slots=True)
class Find:
    """Looks for services and shows up to three of them, each as a message of its own.

    ```yaml
    services:
      find:
        needs: need
        area: where
        found: |
          Services for men in {area}:
        widened: |
          Nothing just for {area}. These cover {wider}:
        none: |
          There is nothing we can show for that.
        unavailable: |
          The list cannot be reached just now.
        lines:
          name: "{name}"
          phone: "Call {number}{label}"
          # and so on: every line of a card is worded
        more: More
        go: anything_else
    ```
    """

    kind: ClassVar[str] = "find"
    waits: ClassVar[bool] = False
    entries: ClassVar[Entries] = {
        "first": first_entry(),
        "needs": Entry(ANSWER, "The answer that says what he needs.", required=True),
        "area": Entry(ANSWER, "The answer that says where, from a `locate` step."),
        "language": Entry(ANSWER, "The answer that says in which language."),
        "contact": Entry(ANSWER, "The answer that says by which way of contact."),
        "age": Entry(ANSWER, "The answer that says how old."),
        "found": Entry(TEXT, "Said before the services. It can use `{area}`.", required=True),
        "widened": Entry(
            TEXT, "Said instead when only a wider area has any. It can use `{area}` and `{wider}`.", required=True
        ),
        "none": Entry(TEXT, "Said when there is nothing to show. It can use `{area}`.", required=True),
        "unavailable": Entry(
            TEXT, "Said when the list cannot be reached just now. It can use `{area}`.", required=True
        ),
        "gone": Entry(
            TEXT, "Said when he asks for more of a service that is no longer shown; without it, `unavailable` is."
        ),
        "lines": Entry(
            Kind("the wording of every line of a card", _lines_schema), "How a service is worded.", required=True
        ),
        "more": Entry(LABEL, "The button under a card that shows all that is known of the service.", required=True),
        "go": Entry(STEP, "The next step, in a message of its own below the services.", required=True),
    }
    rules: ClassVar[tuple[dict[str, Any], ...]] = ()
    codes: ClassVar[tuple[str, ...]] = ("F130", "F132", "F134", "F136", "F144", "F145", "F147", "F149")

    id: str
    span: Span
    first: Text
    needs: Ref
    area: Ref
    language: Ref
    contact: Ref
    age: Ref
    found: Text
    widened: Text
    none: Text
    unavailable: Text
    gone: Text
    lines: Mapping[str, Text]
    more: str
    more_span: Span
    go: Ref

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        lines: dict[str, Text] = {}
        inner = fields.inside("lines", "the card")
        if inner is not None and inner.readable:
            for key, slots in CARD_LINES.items():
                if key in inner:
                    lines[key] = inner.text(key, slots=slots, shared=False)
                else:
                    inner.ignore(key)
                    fields.findings.add(
                        "F147",
                        fields.key_span("lines"),
                        f"The card has no line `{key}`.",
                        hint="Add it under `lines`; docs/flow-language.md says what each line is filled with.",
                    )
            inner.close()
        more = fields.node("more", required=True)
        return cls(
            id=id,
            span=fields.span,
            first=read_first(fields),
            needs=fields.name("needs"),
            area=fields.name("area", required=False),
            language=fields.name("language", required=False),
            contact=fields.name("contact", required=False),
            age=fields.name("age", required=False),
            found=fields.text("found", slots=(AREA,)),
            widened=fields.text("widened", slots=(AREA, WIDER)),
            none=fields.text("none", slots=(AREA,)),
            unavailable=fields.text("unavailable", slots=(AREA,)),
            gone=fields.text("gone", required=False),
            lines=lines,
            more=fields.words("more") if more is not None else "",
            more_span=more.span if more is not None else fields.span,
            go=fields.name("go"),
        )

    def targets(self) -> tuple[Target, ...]:
        return (Target(self.go, "`go`"),)

    def calls(self) -> tuple[Ref, ...]:
        return ()

    def check(self, scope: Scope) -> None:
        check_first(self.first, scope)
        for ref in (self.needs, self.language, self.contact, self.age):
            scope.answer(ref, area=False)
        scope.answer(self.area, area=True)
        check_label(self.more, self.more_span, scope.findings)
