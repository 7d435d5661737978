"""The question where he is, roughly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from dialogs.reading import NAME_SCHEMA, SWITCH_SCHEMA, TARGET_SCHEMA, TEXT_SCHEMA, Fields, Schema, string_map_schema
from dialogs.spans import Ref, Span
from dialogs.steps.parts import (
    FIRST_SCHEMA,
    Choice,
    Scope,
    Target,
    check_choices,
    check_first,
    check_together,
    choice_schema,
    choice_targets,
    read_choices,
    read_first,
)
from dialogs.steps.registry import step_type
from dialogs.texts import Text

# A GSS code, as the Office for National Statistics gives them: a nation's letter (K: the whole UK) and eight
# digits.
AREA_CODE = re.compile(r"[EWSNK]\d{8}")


@step_type
@dataclass(frozen=True, slots=True)
class Locate:
    """The question where he is: areas to tap, or a place to type.

    What he types is looked up and forgotten; only the code of an area is kept.

    ```yaml
    where:
      locate:
        text: |
          Roughly where are you? A town, a council, or the first half of a postcode.
        why: |
          Services cover areas. We keep no more than the council's name.
        save: where
        options:
          - {id: E92000001, label: England, go: services}
        go: services          # once a typed place is found
        skip: services
        unknown: |            # the place is not known
          I do not know that place. Try the nearest town.
        choose: |             # there are several of that name
          Which one do you mean?
    ```
    """

    kind: ClassVar[str] = "locate"
    waits: ClassVar[bool] = True

    id: str
    span: Span
    first: Text
    text: Text
    why: Text
    unknown: Text
    choose: Text
    save: Ref
    options: tuple[Choice, ...]
    go: Ref
    skip: Ref
    counts: bool

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        go = fields.name("go")
        return cls(
            id=id,
            span=fields.span,
            first=read_first(fields),
            text=fields.text("text"),
            why=fields.text("why"),
            unknown=fields.text("unknown"),
            choose=fields.text("choose"),
            save=fields.name("save"),
            options=read_choices(fields, required=False, default_go=go),
            go=go,
            skip=fields.name("skip"),
            counts=fields.switch("counts", default=True),
        )

    @staticmethod
    def schema() -> Schema:
        return string_map_schema(
            {
                "first": FIRST_SCHEMA,
                "text": TEXT_SCHEMA,
                "why": TEXT_SCHEMA,
                "unknown": TEXT_SCHEMA,
                "choose": TEXT_SCHEMA,
                "save": NAME_SCHEMA,
                "options": {"type": "array", "items": choice_schema()},
                "go": TARGET_SCHEMA,
                "skip": TARGET_SCHEMA,
                "counts": SWITCH_SCHEMA,
            },
            ["text", "why", "unknown", "choose", "save", "go", "skip"],
        )

    def targets(self) -> tuple[Target, ...]:
        return (*choice_targets(self.options), Target(self.go, "`go`"), Target(self.skip, "Skip"))

    def calls(self) -> tuple[Ref, ...]:
        return tuple(choice.call for choice in self.options if choice.call)

    def check(self, scope: Scope) -> None:
        check_first(self.first, scope)
        check_together((self.text, self.why), scope)
        check_choices(self.id, self.options, scope)
        scope.answer(self.save, area=True)
        for choice in self.options:
            if choice.saves and choice.id and not AREA_CODE.fullmatch(choice.id):
                scope.findings.add(
                    "F148",
                    choice.span,
                    f"`{choice.id}` is not an area's code.",
                    hint="England is E92000001, Wales W92000004, Scotland S92000003, Northern Ireland N92000002."
                    " An option that is no area has `saves: no`.",
                )
