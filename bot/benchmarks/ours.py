"""Fingerpost's own engine."""

from __future__ import annotations

from bot.benchmarks.conversation import INPUTS, SLOTS, WAITING_AT, Input, the_book
from dialogs.engine import Begin, Given, Pick, State, Words, step


class Fingerpost:
    """Steps the flow of triage.yaml as it would be published."""

    name = "fingerpost"
    package = "fingerpost"
    saves = True

    def __init__(self) -> None:
        self._book = the_book()

    def talk(self, conversations: int, *, save: bool) -> list[str]:
        for _ in range(conversations):
            state, texts = State.at_start(self._book), []
            for one in INPUTS:
                out = step(self._book, state, _given(one), lifelines=SLOTS)
                texts.append(out.replies[-1].text)
                state = State.from_bytes(out.state.to_bytes()) if save else out.state
        return texts

    def hold(self, sessions: int) -> list[State]:
        return [self._after(WAITING_AT) for _ in range(sessions)]

    def stored(self) -> int:
        return len(self._after(len(INPUTS) - 1).to_bytes())

    def _after(self, turns: int) -> State:
        state = State.at_start(self._book)
        for one in INPUTS[:turns]:
            state = step(self._book, state, _given(one), lifelines=SLOTS).state
        return state


def _given(one: Input) -> Given:
    if one.kind == "tap":
        return Pick(one.text)
    return Words(one.text) if one.kind == "type" else Begin()
