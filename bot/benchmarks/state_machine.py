"""transitions: a state machine whose states are the questions, and a model for each session."""

from __future__ import annotations

import json
from itertools import pairwise

from transitions import Machine

from bot.benchmarks.conversation import DONE, FIRST, INPUTS, QUESTIONS, WAITING_AT, after, text_at


class Session:
    """One man: the machine keeps `state`, and calls `answered` when he has said something."""

    state: str

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.text = ""

    def leads_to_police(self) -> bool:
        return after(self.state, self.answers) == "police"

    def leads_to_contact(self) -> bool:
        return after(self.state, self.answers) == "contact"

    def show(self) -> None:
        self.text = text_at(self.state)


class Transitions:
    """One machine; sessions are its models."""

    name = "transitions"
    package = "transitions"
    saves = True

    def __init__(self) -> None:
        self._machine = Machine(
            model=None, states=[*QUESTIONS, DONE], initial=FIRST, auto_transitions=False, after_state_change="show"
        )
        for name, to in pairwise((*QUESTIONS, DONE)):
            if name == "children":
                self._machine.add_transition("answered", name, "police", conditions="leads_to_police")
                self._machine.add_transition("answered", name, "contact", conditions="leads_to_contact")
                self._machine.add_transition("answered", name, "hours")
            else:
                self._machine.add_transition("answered", name, to)

    def talk(self, conversations: int, *, save: bool) -> list[str]:
        for _ in range(conversations):
            session = self._new({}, FIRST)
            texts = [text_at(FIRST)]
            for one in INPUTS[1:]:
                if save:
                    answers, state = json.loads(self._saved(session))
                    self._machine.remove_model(session)
                    session = self._new(answers, state)
                self._says(session, one.text)
                texts.append(session.text)
            self._machine.remove_model(session)
        return texts

    def hold(self, sessions: int) -> list[Session]:
        return [self._after(WAITING_AT) for _ in range(sessions)]

    def stored(self) -> int:
        return len(self._saved(self._after(len(INPUTS) - 1)))

    def _after(self, turns: int) -> Session:
        session = self._new({}, FIRST)
        for one in INPUTS[1:turns]:
            self._says(session, one.text)
        return session

    def _new(self, answers: dict[str, str], state: str) -> Session:
        session = Session(answers)
        self._machine.add_model(session, initial=state)
        return session

    def _says(self, session: Session, said: str) -> None:
        option = QUESTIONS[session.state].heard.get(said)
        if option is not None:
            session.answers[session.state] = option
            session.answered()  # type: ignore[attr-defined]

    @staticmethod
    def _saved(session: Session) -> bytes:
        return json.dumps([session.answers, session.state], separators=(",", ":")).encode()
