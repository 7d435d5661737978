"""The question where he is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from dialogs.entries import ANSWER, STEP, TEXT, Entries, Entry
from dialogs.reading import Fields
from dialogs.spans import Ref, Span
from dialogs.steps.choices import (
    OPTIONS,
    Choice,
    check_choices,
    choice_calls,
    choice_targets,
    read_choices,
)
from dialogs.steps.parts import (
    Scope,
    Target,
    check_first,
    check_together,
    counts_entry,
    first_entry,
    read_first,
    why_entry,
)
from dialogs.steps.registry import step_type
from dialogs.texts import Text

# A GSS code, as the Office for National Statistics gives them: a nation's letter (K: the whole UK) and eight
# digits.
AREA_CODE = re.compile(r"[EWSNK]\d{8}")

NATIONS = ("E92000001", "W92000004", "S92000003", "N92000002")
"""England, Wales, Scotland and Northern Ireland, by their own codes."""
_BY_LETTER = {code[0]: code for code in NATIONS}


def nation_of(code: str) -> str:
    """The code of the nation that an area lies in, which its first letter says. A nation lies in itself.

    Empty for what lies in several nations, and for what is no area's code.
    """
    nation = _BY_LETTER.get(code[:1], "")
    return nation if nation and AREA_CODE.fullmatch(code) else ""


@step_type
@dataclass(frozen=True, slots=True)
class Locate:
    """The question where he is: areas to tap, or a place to type.

    What he types is looked up and forgotten; only the code of an area is kept.

    ```yaml
    place:
      locate:
        text: |
          Roughly where are you? A town, a council, or the first half of a postcode.
        why: |
          Services cover areas. We keep no more than the council's name.
        save: where
        options:
          - {id: E92000001, label: England}
          - {id: W92000004, label: Wales, words: [cymru]}
        go: services
        skip: services
        unknown: |
          I do not know that place. Try the nearest town.
        choose: |
          Which one do you mean?
    ```
    """

    kind: ClassVar[str] = "locate"
    waits: ClassVar[bool] = True
    entries: ClassVar[Entries] = {
        "first": first_entry(),
        "text": Entry(TEXT, "The question.", required=True),
        "why": why_entry(),
        "save": Entry(
            ANSWER, "The answer that the area's code is kept as; under `answers` it is `area`.", required=True
        ),
        "options": Entry(OPTIONS, "Areas to tap, by their codes. An option that is no area has `saves: no`."),
        "go": Entry(STEP, "Where a place leads once it is found, and every option without a `go`.", required=True),
        "skip": Entry(STEP, "Where Skip leads.", required=True),
        "unknown": Entry(TEXT, "Said when the place he typed is not known.", required=True),
        "choose": Entry(TEXT, "Said when there are several places of that name; they stand below it.", required=True),
        "counts": counts_entry(),
    }
    rules: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "properties": {
                "options": {
                    "items": {
                        "if": {
                            "type": "object",
                            "anyOf": [
                                {"required": ["saves"], "properties": {"saves": {"enum": ["yes", "true", True]}}},
                                {
                                    "not": {"required": ["saves"]},
                                    "anyOf": [{"required": ["go"]}, {"not": {"required": ["call"]}}],
                                },
                            ],
                        },
                        "then": {"properties": {"id": {"pattern": f"^{AREA_CODE.pattern}$"}}},
                    }
                }
            }
        },
    )
    codes: ClassVar[tuple[str, ...]] = (
        *("F120", "F130", "F131", "F132", "F134", "F136", "F137", "F138", "F144", "F145", "F146", "F148"),
        *("F151", "F152", "F157", "F159"),
    )

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

    def targets(self) -> tuple[Target, ...]:
        return (*choice_targets(self.options), Target(self.go, "`go`"), Target(self.skip, "Skip"))

    def calls(self) -> tuple[Ref, ...]:
        return choice_calls(self.options)

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
