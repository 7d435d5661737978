"""What he says of a service that he was shown, or of this chat: one tap, and nothing of himself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from dialogs.entries import STEP, TEXT, Entries, Entry
from dialogs.findings import listed
from dialogs.reading import Fields
from dialogs.spans import Ref
from dialogs.steps.ask import NO, Ask
from dialogs.steps.choices import OPTIONS, read_choices
from dialogs.steps.parts import Scope, counts_entry, first_entry, read_first, why_entry
from dialogs.steps.registry import step_type
from dialogs.texts import Text

OF_A_SERVICE = ("number", "closed", "turned_away")
"""What can be said of a service: its number did not work, it is closed, he was turned away because he is a man."""
OF_THIS_CHAT = ("helped", "not_helped")
"""What can be said of the chat itself."""
KINDS = (*OF_A_SERVICE, *OF_THIS_CHAT)
_PASSED_ON_OF_A_SERVICE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"enum": list(OF_A_SERVICE)}, "saves": {"not": NO}},
}


@step_type
@dataclass(frozen=True, slots=True)
class Report(Ask):
    """What went wrong with a service that he was shown, for those who keep the list. One tap; nothing of him goes
    with it.

    The ids of its options say what is passed on: `number` (it did not work), `closed`, or `turned_away` (because he
    is a man), each of a service; `helped` or `not_helped` of the chat itself. Every other option has `saves: no`.
    Where he was shown several services he is then asked which it was; where none, the option just leads on. He is
    not shown that service again in this chat. At most three services are passed on in one chat, each once.

    ```yaml
    what:
      report:
        text: |
          What happened there?
        why: |
          It is put right for the next man. Only which service and which week goes on.
        which: |
          Which one was it?
        passed_on: |
          Those who keep the list will look at it.
        options:
          - {id: number, label: Number didn't work}
          - {id: turned_away, label: Not for men, go: not_right}
          - {id: no_answer, label: Nobody answered, saves: no, go: busy}
        go: others
        skip: others
    ```
    """

    kind: ClassVar[str] = "report"
    waits: ClassVar[bool] = True
    entries: ClassVar[Entries] = {
        "first": first_entry(),
        "text": Entry(TEXT, "The question.", required=True),
        "why": why_entry(),
        "which": Entry(TEXT, "Asked where he was shown several services. Required where something can be said of one."),
        "passed_on": Entry(TEXT, "Said when it was passed on, before what follows. Required likewise."),
        "options": Entry(OPTIONS, "What he can say. An option that passes nothing on has `saves: no`.", required=True),
        "heard": Ask.entries["heard"],
        "go": Entry(STEP, "Where the options lead that have neither `go` nor `call`."),
        "skip": Entry(STEP, "Where Skip leads.", required=True),
        "unknown": Ask.entries["unknown"],
        "thanks": Ask.entries["thanks"],
        "counts": counts_entry(),
    }
    rules: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "if": {"properties": {"options": {"contains": _PASSED_ON_OF_A_SERVICE}}},
            "then": {"required": ["which", "passed_on"]},
        },
    )
    codes: ClassVar[tuple[str, ...]] = (
        *("F120", "F130", "F131", "F136", "F137", "F138", "F139", "F144", "F145", "F146", "F151", "F152", "F157"),
        *("F159", "F162", "F164"),
    )

    which: Text
    passed_on: Text

    @classmethod
    def read(cls, id: str, fields: Fields) -> Self:
        go = fields.name("go", required=False)
        options = (
            *read_choices(fields, required=True, default_go=go),
            *read_choices(fields, required=False, default_go=go, key="heard"),
        )
        of_a_service = any(choice.saves and choice.id in OF_A_SERVICE for choice in options)
        return cls(
            id=id,
            span=fields.span,
            first=read_first(fields),
            text=fields.text("text"),
            why=fields.text("why"),
            unknown=fields.text("unknown", required=False),
            thanks=fields.text("thanks", required=False),
            save=Ref("", fields.span),
            many=False,
            options=options,
            go=go,
            skip=fields.name("skip"),
            counts=fields.switch("counts", default=True),
            answerless=False,
            which=fields.text("which", required=of_a_service),
            passed_on=fields.text("passed_on", required=of_a_service),
        )

    def check(self, scope: Scope) -> None:
        # A dataclass with slots is made anew, so that super() would not find it.
        Ask.check(self, scope)
        for choice in self.options:
            if choice.saves and choice.id and choice.id not in KINDS:
                scope.findings.add(
                    "F164",
                    choice.span,
                    f"Nothing is known by the name `{choice.id}` that could be passed on.",
                    hint=f"What can be is {listed(KINDS)}. An option that passes nothing on has `saves: no`.",
                )
