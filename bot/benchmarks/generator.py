"""The floor: a generator written by hand, which can do nothing else and cannot be saved."""

from __future__ import annotations

from collections.abc import Generator

from bot.benchmarks.conversation import DONE, FIRST, INPUTS, QUESTIONS, WAITING_AT, after, text_at

Talk = Generator[str, str, None]


def conversation() -> Talk:
    answers: dict[str, str] = {}
    name = FIRST
    while name != DONE:
        question = QUESTIONS[name]
        option = question.heard.get((yield question.said))
        if option is not None:
            answers[name] = option
            name = after(name, answers)
    yield text_at(DONE)


class HandWritten:
    """The conversation as one function."""

    name = "hand-written generator"
    package = ""
    saves = False

    def talk(self, conversations: int, *, save: bool) -> list[str]:
        for _ in range(conversations):
            talk = conversation()
            texts = [next(talk), *(talk.send(one.text) for one in INPUTS[1:])]
        return texts

    def hold(self, sessions: int) -> list[Talk]:
        return [_waiting() for _ in range(sessions)]

    def stored(self) -> None:
        return None


def _waiting() -> Talk:
    talk = conversation()
    next(talk)
    for one in INPUTS[1:WAITING_AT]:
        talk.send(one.text)
    return talk
