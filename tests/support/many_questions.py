"""A conversation of as many questions as wanted, to see how the proof grows: every fifth question is followed by a
branch that reads three of the last eight answers."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from types import MappingProxyType

from dialogs.source import Source

IN_ONE_FLOW = 100
VALUES = ("a", "b", "c")
_HEAD = """language: 1
flow: {name}
title: Many questions
review: {{by: nobody yet, on: "", due: 2027-01-31}}
"""


def many_questions(questions: int, *, window: int = 8, read: int = 3, seed: int = 1) -> Source:
    """The files of such a conversation: a hundred questions in each flow, and one flow that calls them in turn.

    Each question has three options and can be skipped, and a way to the end. After every fifth, one branch after
    another asks for one value each of `read` of the last `window` answers.
    """
    random = Random(seed)  # noqa: S311 no secret, only variety
    flows = [range(first, min(first + IN_ONE_FLOW, questions)) for first in range(0, questions, IN_ONE_FLOW)]
    files = {f"part{n}.yaml": _part(f"part{n}", numbers, window, read, random) for n, numbers in enumerate(flows)}
    files["main.yaml"] = _main(len(flows))
    return Source(
        MappingProxyType({name: text.encode() for name, text in files.items()}), MappingProxyType({}), False, "flows"
    )


def _main(parts: int) -> str:
    steps = [f"  p{n}:\n    call: {{flow: part{n}, go: p{n + 1}}}\n" for n in range(parts)]
    end = f"  p{parts}:\n    end:\n      text: The end.\n"
    return _HEAD.format(name="main") + "starts: yes\nfirst_step: p0\nsteps:\n" + "".join(steps) + end


def _part(name: str, numbers: range, window: int, read: int, random: Random) -> str:
    steps = "".join(step for number in numbers for step in _steps(number, numbers, window, read, random))
    named = range(max(0, numbers.start - window), numbers.stop)
    answers = "answers:\n" + "".join(f"  n{number}: [{', '.join(VALUES)}]\n" for number in named)
    end = "  stop:\n    end: {text: That is all.}\n"
    return _HEAD.format(name=name) + answers + f"first_step: q{numbers.start}\nsteps:\n" + steps + end


def _steps(number: int, numbers: range, window: int, read: int, random: Random) -> Iterator[str]:
    last = number == numbers[-1]
    following = "_return" if last else f"q{number + 1}"
    branches = (number + 1) % 5 == 0 and number >= window
    go = f"b{number}_0" if branches else following
    options = "".join(f"        - {{id: {value}, label: {value.upper()}{number}, go: {go}}}\n" for value in VALUES)
    yield (
        f"  q{number}:\n    ask:\n      text: Question {number}?\n      why: So.\n      save: n{number}\n"
        f'      counts: "no"\n      options:\n{options}'
        f'        - {{id: stop, label: That is all, go: stop, saves: "no"}}\n      skip: {go}\n'
    )
    if not branches:
        return
    asked = random.sample(range(number - window + 1, number + 1), read)
    for n, answer in enumerate(asked):
        after = f"b{number}_{n + 1}" if n + 1 < read else following
        value = random.choice(VALUES)
        yield f"  b{number}_{n}:\n    branch: {{on: n{answer}, cases: {{{value}: s{number}_{n}}}, else: {after}}}\n"
        yield f"  s{number}_{n}:\n    say: {{text: Said {value}., go: {after}}}\n"
