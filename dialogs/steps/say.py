"""Something said, without a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from dialogs.entries import STEP, TEXT, Entries, Entry
from dialogs.reading import Fields
from dialogs.spans import Ref, Span
from dialogs.steps.parts import Scope, Target, check_first, first_entry, read_first
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
    entries: ClassVar[Entries] = {
        "first": first_entry(),
        "text": Entry(TEXT, "What is said.", required=True),
        "go": Entry(STEP, "The next step.", required=True),
    }
    rules: ClassVar[tuple[dict[str, Any], ...]] = ()
    codes: ClassVar[tuple[str, ...]] = ("F130", "F144", "F145", "F149")

    id: str
    span: Span
    first: Text
    text: Text
    go: Ref

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        return cls(id=id, span=fields.span, first=read_first(fields), text=fields.text("text"), go=fields.name("go"))

    def targets(self) -> tuple[Target, ...]:
        return (Target(self.go, "`go`"),)

    def calls(self) -> tuple[Ref, ...]:
        return ()

    def check(self, scope: Scope) -> None:
        check_first(self.first, scope)
