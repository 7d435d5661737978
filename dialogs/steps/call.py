"""A hand-over to another flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from dialogs.entries import FLOW, STEP, Entries, Entry
from dialogs.reading import Fields
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
    entries: ClassVar[Entries] = {
        "flow": Entry(FLOW, "The flow that takes over.", required=True),
        "go": Entry(STEP, "Where the conversation goes on when that flow goes to `_return`.", required=True),
    }
    rules: ClassVar[tuple[dict[str, Any], ...]] = ()
    codes: ClassVar[tuple[str, ...]] = ("F130", "F131", "F149", "F151", "F157")

    id: str
    span: Span
    flow: Ref
    go: Ref

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        return cls(id=id, span=fields.span, flow=fields.name("flow"), go=fields.name("go"))

    def targets(self) -> tuple[Target, ...]:
        return (Target(self.go, "`go`"),)

    def calls(self) -> tuple[Ref, ...]:
        return (self.flow,) if self.flow else ()

    def check(self, scope: Scope) -> None:
        scope.called(self.flow)
