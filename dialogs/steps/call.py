"""A hand-over to another flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from dialogs.reading import NAME_SCHEMA, TARGET_SCHEMA, Fields, Schema, string_map_schema
from dialogs.spans import Ref, Span
from dialogs.steps.parts import Scope, Target
from dialogs.steps.registry import step_type


@step_type
@dataclass(frozen=True, slots=True)
class Call:
    """Hands over to another flow; when that flow goes to `_return`, the conversation goes on at `go`.

    ```yaml
    over:
      call: {flow: danger, go: after}
    ```
    """

    kind: ClassVar[str] = "call"
    waits: ClassVar[bool] = False

    id: str
    span: Span
    flow: Ref
    go: Ref

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        return cls(id=id, span=fields.span, flow=fields.name("flow"), go=fields.name("go"))

    @staticmethod
    def schema() -> Schema:
        return string_map_schema({"flow": NAME_SCHEMA, "go": TARGET_SCHEMA}, ["flow", "go"])

    def targets(self) -> tuple[Target, ...]:
        return (Target(self.go, "`go`"),)

    def calls(self) -> tuple[Ref, ...]:
        return (self.flow,) if self.flow else ()

    def check(self, scope: Scope) -> None:
        scope.called(self.flow)
