"""A question with options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from dialogs.entries import ANSWER, STEP, SWITCH, TEXT, Entries, Entry
from dialogs.findings import did_you_mean
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

_ANSWERLESS = "`answerless: yes`"
YES = {"enum": ["yes", "true", True]}
NO = {"enum": ["no", "false", False]}


@step_type
@dataclass(frozen=True, slots=True)
class Ask:
    """A question with options to tap or type.

    ```yaml
    hello:
      ask:
        first: Hello, and thank you for writing to us now.
        text: |
          What would help most right now?
        why: |
          So that we show you only what fits.
        save: need
        options:
          - {id: talk, label: Talk to someone, words: [speak, chat], go: where}
          - {id: danger, label: Need help now, call: danger}    # comes back here
        skip: where
    ```
    """

    kind: ClassVar[str] = "ask"
    waits: ClassVar[bool] = True
    entries: ClassVar[Entries] = {
        "first": first_entry(),
        "text": Entry(TEXT, "The question.", required=True),
        "why": why_entry(unless=_ANSWERLESS),
        "save": Entry(ANSWER, "The answer that his option's id is kept as. Without it nothing is kept."),
        "many": Entry(
            SWITCH,
            "`yes` lets him tick several options and then tap Done, which leads to the question's `go`; with nothing"
            " ticked, to `skip`. The options then have no `go` or `call` of their own.",
        ),
        "options": Entry(OPTIONS, "What he can tap or type, in the order of the buttons.", required=True),
        "heard": Entry(
            OPTIONS,
            "What he can only type: further options, which have no buttons. For a question where men say at once what"
            " it is about. One that hands over to another flow goes on at the question's `go`, if it has one.",
        ),
        "go": Entry(STEP, "Where the options lead that have neither `go` nor `call`."),
        "skip": Entry(STEP, "Where Skip leads.", unless=_ANSWERLESS),
        "unknown": Entry(
            TEXT, "Said when what he typed fits no option. Without it the program says it in its own words."
        ),
        "thanks": Entry(
            TEXT,
            "Said before that, to thank him for what he typed; left out where the aside `disclosure` has done so.",
        ),
        "counts": counts_entry(),
        "answerless": Entry(
            SWITCH,
            "`yes` is for a carry-on, which asks nothing of him: `why` and `skip` can be left out, nothing is kept,"
            " and it is not one of the five questions.",
        ),
    }
    rules: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "if": {"required": ["answerless"], "properties": {"answerless": YES}},
            "then": {"properties": {"save": False}},
            "else": {"required": ["why", "skip"]},
        },
        {
            "if": {"required": ["many"], "properties": {"many": YES}},
            "then": {
                "required": ["save", "go"],
                "properties": {
                    "options": {"items": {"properties": {"go": False, "call": False, "saves": {"not": NO}}}}
                },
            },
        },
    )
    codes: ClassVar[tuple[str, ...]] = (
        *("F120", "F130", "F131", "F132", "F133", "F134", "F136", "F137", "F138", "F139", "F140"),
        *("F144", "F145", "F146", "F151", "F152", "F154", "F157", "F159", "F162"),
    )

    id: str
    span: Span
    first: Text
    text: Text
    why: Text
    unknown: Text
    thanks: Text
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
            thanks=fields.text("thanks", required=False),
            save=fields.name("save", required=False),
            many=fields.switch("many", default=False),
            options=(
                *read_choices(fields, required=True, default_go=go),
                *read_choices(fields, required=False, default_go=go, key="heard"),
            ),
            go=go,
            skip=fields.name("skip", required=not answerless),
            counts=fields.switch("counts", default=not answerless),
            answerless=answerless,
        )

    def targets(self) -> tuple[Target, ...]:
        own = [Target(self.go, "Done")] if self.many and self.go else []
        skip = [Target(self.skip, "Skip")] if self.skip else []
        return (*choice_targets(self.options), *own, *skip)

    def calls(self) -> tuple[Ref, ...]:
        return choice_calls(self.options)

    def check(self, scope: Scope) -> None:
        check_first(self.first, scope)
        check_together((self.text, self.why), scope)
        check_choices(self.id, self.options, scope)
        if self.answerless and self.save:
            scope.findings.add(
                "F154",
                self.save.span,
                f"Step `{self.id}` is `answerless`, and yet saves `{self.save.name}`.",
                hint="Take out `save`; or take out `answerless`, and add `why` and `skip`.",
            )
        self._check_saved(scope)
        if self.many:
            self._check_many(scope)
            return
        if self.go and all(choice.go != self.go for choice in self.options):
            scope.step(self.id, Target(self.go, "`go`"))
            scope.findings.add(
                "F162",
                self.go.span,
                f"No option of step `{self.id}` takes the question's `go: {self.go.name}`.",
                hint="Every option leads somewhere by itself: take this `go` out, or the `go` out of the options.",
            )
        for choice in self.options:
            if not choice.go and not choice.call:
                scope.findings.add(
                    "F139",
                    choice.span,
                    f"The option `{choice.label or choice.id}` of step `{self.id}` has neither `go` nor `call`.",
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
                scope.findings.add(
                    "F140",
                    self.span,
                    f"Step `{self.id}` has `many: yes` but no `{name}`.",
                    hint=f"Add `{name}: {'ANSWER' if name == 'save' else 'STEP'}` to the question.",
                )
        for choice in self.options:
            own_go = choice.go and choice.go != self.go
            if own_go or choice.call or not choice.saves:
                scope.findings.add(
                    "F140",
                    choice.span,
                    f"The option `{choice.label}` leads somewhere of its own, or is not kept.",
                    hint="With `many: yes` options have an id, a label and words; `go` is the question's.",
                )
