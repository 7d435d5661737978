"""Something said, without a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from dialogs.reading import TARGET_SCHEMA, TEXT_SCHEMA, Fields, Schema, string_map_schema
from dialogs.spans import Ref, Span
from dialogs.steps.parts import FIRST_SCHEMA, Scope, Target, check_first, read_first
from dialogs.steps.registry import step_type
from dialogs.texts import Text


@step_type
@dataclass(frozen=True, slots=True)
class Say:
    """Something said before the next step, in the same message.

    ```yaml
    thanks:
      say:
        text: |
          Thank you.
        go: where
    ```
    """

    kind: ClassVar[str] = "say"
    waits: ClassVar[bool] = False

    id: str
    span: Span
    first: Text
    text: Text
    go: Ref

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        return cls(id=id, span=fields.span, first=read_first(fields), text=fields.text("text"), go=fields.name("go"))

    @staticmethod
    def schema() -> Schema:
        return string_map_schema({"first": FIRST_SCHEMA, "text": TEXT_SCHEMA, "go": TARGET_SCHEMA}, ["text", "go"])

    def targets(self) -> tuple[Target, ...]:
        return (Target(self.go, "`go`"),)

    def calls(self) -> tuple[Ref, ...]:
        return ()

    def check(self, scope: Scope) -> None:
        check_first(self.first, scope)
