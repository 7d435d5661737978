"""A way that depends on an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from dialogs.entries import NAME_OR_CHANNEL, STEP, Entries, Entry, Kind
from dialogs.findings import did_you_mean
from dialogs.reading import Fields
from dialogs.spans import Ref, Span
from dialogs.steps.locate import AREA_CODE, nation_of
from dialogs.steps.parts import Scope, Target
from dialogs.steps.registry import step_type

# A branch on the channel says which channel shows what. It is not an answer: nothing is remembered.
CHANNEL = "channel"
CHANNELS = ("telegram", "web", "terminal")


def case_of(values: Collection[str], cases: Sequence[str]) -> int:
    """The number of the case that is taken, by the values there are; as many as there are cases for `else`.

    It is the first that is among the values, or else the first that is the nation of one of them: what is said of a
    town by name comes before what is said of its whole nation.
    """
    for n, case in enumerate(cases):
        if case in values:
            return n
    nations = [nation for value in values if (nation := nation_of(value))]
    return next((n for n, case in enumerate(cases) if case in nations), len(cases)) if nations else len(cases)


@dataclass(frozen=True, slots=True)
class Case:
    value: Ref
    go: Ref


@step_type
@dataclass(frozen=True, slots=True)
class Branch:
    """Goes on by an answer he gave, or by the channel he writes on. Asks and says nothing.

    ```yaml
    split:
      branch:
        on: need
        cases: {stay: tonight, money: benefits}
        else: where
    ```

    Where the answer is an area, the code of a nation stands for every area in it: with
    `cases: {E08000035: leeds, E92000001: england}` a man who named Bradford goes to `england`, and one who named Leeds
    to `leeds`. The nations are E92000001 (England), W92000004 (Wales), S92000003 (Scotland) and N92000002 (Northern
    Ireland). The whole United Kingdom lies in none of them.
    """

    kind: ClassVar[str] = "branch"
    waits: ClassVar[bool] = False
    entries: ClassVar[Entries] = {
        "on": Entry(
            NAME_OR_CHANNEL,
            "The answer that decides, or `channel`: which messenger he writes on (`telegram`, `web` or `terminal`).",
            required=True,
        ),
        "cases": Entry(
            Kind(
                "entries `value: step`",
                lambda names: {"type": "object", "minProperties": 1, "additionalProperties": STEP.schema(names)},
            ),
            "Where each value leads. The code of a nation is taken for every area in it that is no case itself."
            " After a question with `many: yes` the first case that he ticked is taken.",
            required=True,
        ),
        "else": Entry(STEP, "Where every other value leads, and a question that he skipped.", required=True),
    }
    rules: ClassVar[tuple[dict[str, Any], ...]] = ()
    codes: ClassVar[tuple[str, ...]] = ("F130", "F132", "F148", "F149", "F153")

    id: str
    span: Span
    on: Ref
    cases: tuple[Case, ...]
    otherwise: Ref

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        cases = []
        inner = fields.inside("cases", "`cases`")
        if inner is not None:
            if inner.readable and not tuple(inner.names()):
                fields.findings.add("F114", inner.span, "`cases` has no case.", hint="Write `value: step` for each.")
            for value, span in inner.names():
                cases.append(Case(Ref(value, span), inner.name(value)))
        return cls(
            id=id,
            span=fields.span,
            on=fields.name("on"),
            cases=tuple(cases),
            otherwise=fields.name("else"),
        )

    def targets(self) -> tuple[Target, ...]:
        cases = (Target(case.go, f"The case `{case.value.name}`") for case in self.cases)
        return (*cases, Target(self.otherwise, "`else`"))

    def calls(self) -> tuple[Ref, ...]:
        return ()

    def case(self, values: Collection[str]) -> Case | None:
        """The case that is taken by the values there are (see `case_of`), None for `else`."""
        n = case_of(values, [case.value.name for case in self.cases])
        return self.cases[n] if n < len(self.cases) else None

    def check(self, scope: Scope) -> None:
        if not self.on:
            return
        if self.on.name == CHANNEL:
            self._check_cases(CHANNELS, "a channel", scope)
            return
        answer = scope.answers.get(self.on.name)
        if answer is None:
            scope.findings.add(
                "F132",
                self.on.span,
                f"`{self.on.name}` is not under `answers` of this flow.",
                hint=did_you_mean(self.on.name, [*scope.answers, CHANNEL]),
            )
        elif answer.values is not None:
            self._check_cases(answer.values, f"a value of `{answer.name}`", scope)
        else:
            for case in self.cases:
                if not AREA_CODE.fullmatch(case.value.name):
                    scope.findings.add(
                        "F148",
                        case.value.span,
                        f"`{case.value.name}` is not an area's code.",
                        hint="England is E92000001, Wales W92000004, Scotland S92000003, Northern Ireland N92000002.",
                    )

    def _check_cases(self, values: tuple[str, ...], what: str, scope: Scope) -> None:
        for case in self.cases:
            if case.value.name not in values:
                scope.findings.add(
                    "F153",
                    case.value.span,
                    f"`{case.value.name}` is not {what}.",
                    hint=did_you_mean(case.value.name, values),
                )
