"""A question with options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from dialogs.findings import did_you_mean
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


@step_type
@dataclass(frozen=True, slots=True)
class Ask:
    """A question with options to tap or type.

    ```yaml
    hello:
      ask:
        first: Hello, and thank you for writing.   # optional: what his lock screen shows
        text: |
          What would help most right now?
        why: |
          So that we show you only what fits.
        save: need            # optional: the answer that the options' ids are kept as
        options:
          - {id: talk, label: Talk to someone, words: [speak, chat], go: where}
          - {id: danger, label: In danger now, call: danger}    # comes back here
        skip: where
    ```

    `many: yes` lets him tick several options and tap Done, which leads to the step's own `go`.
    `go` on the step is where options without one lead. `unknown` is said when his words fit no option.
    `answerless: yes` is for a "carry on": nothing is asked, so `why` and `skip` may be left out, nothing is
    kept, and it is not counted. `counts: no` leaves any other question out of the five.
    """

    kind: ClassVar[str] = "ask"
    waits: ClassVar[bool] = True

    id: str
    span: Span
    first: Text
    text: Text
    why: Text
    unknown: Text
    save: Ref
    many: bool
    options: tuple[Choice, ...]
    go: Ref
    skip: Ref
    counts: bool
    answerless: bool

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        answerless = fields.switch("answerless", default=False)
        go = fields.name("go", required=False)
        return cls(
            id=id,
            span=fields.span,
            first=read_first(fields),
            text=fields.text("text"),
            why=fields.text("why", required=not answerless),
            unknown=fields.text("unknown", required=False),
            save=fields.name("save", required=False),
            many=fields.switch("many", default=False),
            options=read_choices(fields, required=True, default_go=go),
            go=go,
            skip=fields.name("skip", required=not answerless),
            counts=fields.switch("counts", default=not answerless),
            answerless=answerless,
        )

    @staticmethod
    def schema() -> Schema:
        schema = string_map_schema(
            {
                "first": FIRST_SCHEMA,
                "text": TEXT_SCHEMA,
                "why": TEXT_SCHEMA,
                "unknown": TEXT_SCHEMA,
                "save": NAME_SCHEMA,
                "many": SWITCH_SCHEMA,
                "options": {"type": "array", "minItems": 1, "items": choice_schema()},
                "go": TARGET_SCHEMA,
                "skip": TARGET_SCHEMA,
                "counts": SWITCH_SCHEMA,
                "answerless": SWITCH_SCHEMA,
            },
            ["text", "options"],
        )
        schema["if"] = {"required": ["answerless"], "properties": {"answerless": {"enum": ["yes", "true", True]}}}
        schema["else"] = {"required": ["why", "skip"]}
        return schema

    def targets(self) -> tuple[Target, ...]:
        own = [Target(self.go, "Done")] if self.many and self.go else []
        skip = [Target(self.skip, "Skip")] if self.skip else []
        return (*choice_targets(self.options), *own, *skip)

    def calls(self) -> tuple[Ref, ...]:
        return tuple(choice.call for choice in self.options if choice.call)

    def check(self, scope: Scope) -> None:
        check_first(self.first, scope)
        check_together((self.text, self.why), scope)
        check_choices(self.id, self.options, scope)
        if not self.options:
            scope.findings.add("F152", self.span, f"Step `{self.id}` has no options that can be read.")
        if self.answerless and self.save:
            scope.findings.add(
                "F154", self.save.span, f"Step `{self.id}` is `answerless`, and yet saves `{self.save.name}`."
            )
        self._check_saved(scope)
        if self.many:
            self._check_many(scope)
            return
        for choice in self.options:
            if not choice.go and not choice.call:
                scope.findings.add(
                    "F139",
                    choice.span,
                    f"The option `{choice.label}` has neither `go` nor `call`.",
                    hint="Add `go: STEP` to it, or to the question for all its options.",
                )

    def _check_saved(self, scope: Scope) -> None:
        answer = scope.answer(self.save, area=False)
        if answer is None or answer.values is None:
            return
        for choice in self.options:
            if choice.saves and choice.id and choice.id not in answer.values:
                scope.findings.add(
                    "F133",
                    choice.span,
                    f"`{choice.id}` is not a value of `{answer.name}`.",
                    hint=did_you_mean(choice.id, answer.values) + " Or add `saves: no` to the option.",
                    related=[(answer.span, "the values are listed here")],
                )

    def _check_many(self, scope: Scope) -> None:
        for name, ref in (("save", self.save), ("go", self.go)):
            if not ref:
                scope.findings.add("F140", self.span, f"Step `{self.id}` has `many: yes` but no `{name}`.")
        for choice in self.options:
            own_go = choice.go and choice.go != self.go
            if own_go or choice.call or not choice.saves:
                scope.findings.add(
                    "F140",
                    choice.span,
                    f"The option `{choice.label}` leads somewhere of its own, or is not kept.",
                    hint="With `many: yes` options have an id, a label and words; `go` is the question's.",
                )
