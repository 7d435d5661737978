"""The end of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from dialogs.entries import TEXT, Entries, Entry
from dialogs.reading import Fields
from dialogs.spans import Ref, Span
from dialogs.steps.parts import Scope, Target, check_first, first_entry, read_first
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
    entries: ClassVar[Entries] = {
        "first": first_entry(),
        "text": Entry(TEXT, "The last words.", required=True),
    }
    rules: ClassVar[tuple[dict[str, Any], ...]] = ()
    codes: ClassVar[tuple[str, ...]] = ("F144", "F145")

    id: str
    span: Span
    first: Text
    text: Text

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        return cls(id=id, span=fields.span, first=read_first(fields), text=fields.text("text"))

    def targets(self) -> tuple[Target, ...]:
        return ()

    def calls(self) -> tuple[Ref, ...]:
        return ()

    def check(self, scope: Scope) -> None:
        check_first(self.first, scope)
