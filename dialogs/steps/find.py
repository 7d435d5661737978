"""Services that fit his answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from dialogs.cards import CARD_LINES
from dialogs.reading import NAME_SCHEMA, TARGET_SCHEMA, TEXT_SCHEMA, Fields, Schema, string_map_schema
from dialogs.spans import Ref, Span
from dialogs.steps.parts import FIRST_SCHEMA, LONGEST_LABEL, Scope, Target, check_first, read_first
from dialogs.steps.registry import step_type
from dialogs.texts import Text

# The area he named, and the larger one that the search was widened to.
AREA = "area"
WIDER = "wider"


@step_type
@dataclass(frozen=True, slots=True)
class Find:
    """Looks for services and shows up to three of them, each as a message of its own.

    ```yaml
    services:
      find:
        needs: need                 # the answers to look by
        area: where
        found: |
          Services for men in {area}:
        widened: |
          Nothing just for {area}. These cover {wider}:
        none: |
          There is nothing we can show for that.
        unavailable: |
          The list cannot be reached just now.
        gone: |                     # optional: he asks for more of a service that is no longer shown
          That service is no longer listed.
        lines:                      # the wording of every line of a card
          name: "{name}"
          phone: "{label}: {number}"
        more: More                  # the card's button
        go: anything_else
    ```

    `language`, `contact` and `age` name further answers to look by, each from a list.
    """

    kind: ClassVar[str] = "find"
    waits: ClassVar[bool] = False

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
                    fields.findings.add("F147", fields.key_span("lines"), f"The card has no line `{key}`.")
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

    @staticmethod
    def schema() -> Schema:
        texts = ("found", "widened", "none", "unavailable")
        lines = string_map_schema(
            {
                key: TEXT_SCHEMA | {"description": "Slots: " + (", ".join(f"{{{s}}}" for s in slots) or "none")}
                for key, slots in CARD_LINES.items()
            },
            CARD_LINES,
        )
        return string_map_schema(
            {
                "first": FIRST_SCHEMA,
                **dict.fromkeys(("needs", "area", "language", "contact", "age"), NAME_SCHEMA),
                **dict.fromkeys((*texts, "gone"), TEXT_SCHEMA),
                "lines": lines,
                "more": {"type": "string", "minLength": 1, "maxLength": LONGEST_LABEL},
                "go": TARGET_SCHEMA,
            },
            ["needs", *texts, "lines", "more", "go"],
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
        if len(self.more) > LONGEST_LABEL or len(self.more.split()) > 4:
            scope.findings.add("F136", self.more_span, f"`{self.more}` does not fit on a button.")
