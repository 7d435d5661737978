"""The end of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from dialogs.reading import TEXT_SCHEMA, Fields, Schema, string_map_schema
from dialogs.spans import Ref, Span
from dialogs.steps.parts import FIRST_SCHEMA, Scope, Target, check_first, read_first
from dialogs.steps.registry import step_type
from dialogs.texts import Text


@step_type
@dataclass(frozen=True, slots=True)
class End:
    """The end: a text and a button to start again.

    ```yaml
    done:
      end:
        text: |
          You can come back whenever you like.
    ```
    """

    kind: ClassVar[str] = "end"
    waits: ClassVar[bool] = True

    id: str
    span: Span
    first: Text
    text: Text

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        return cls(id=id, span=fields.span, first=read_first(fields), text=fields.text("text"))

    @staticmethod
    def schema() -> Schema:
        return string_map_schema({"first": FIRST_SCHEMA, "text": TEXT_SCHEMA}, ["text"])

    def targets(self) -> tuple[Target, ...]:
        return ()

    def calls(self) -> tuple[Ref, ...]:
        return ()

    def check(self, scope: Scope) -> None:
        check_first(self.first, scope)
