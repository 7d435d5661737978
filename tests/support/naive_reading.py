"""The flow language read once more, as simply as can be: where a tap leads, and what then follows by itself.

The engine does not tell which steps it passes without a word. This does, and is held against the engine wherever it
is used: both must come to the same place with the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.book import Book
from dialogs.engine import Begin, Given, Interrupt, Pick, State, Words
from dialogs.spans import Ref
from dialogs.steps import Ask, Branch, Call, Choice, Find, Locate, Say

Where = tuple[str, str]
# The steps he stands on; the last is where he is.
Stack = tuple[Where, ...]
Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that was come to. `case` is the way a branch took, `given` the answers there were by then."""

    at: Where
    case: str = ""
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Led:
    """What a tap does. `stack` is None where `_return`, which `ref` is, finds nothing to return to.

    `saved` names the answer that was given or forgotten, and `lowest` is how few steps he stood on on the way.
    """

    stack: Stack | None
    answers: Answers
    ref: Ref | None = None
    saved: str = ""
    passed: tuple[Passed, ...] = ()
    lowest: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One book, read on one channel."""

    book: Book
    channel: str

    def turn(self, state: State, given: Given, located: str = "") -> Led:
        """What a turn comes to, whatever is found. `located` is the area of a typed place."""
        return self._followed(self._tapped(state, given, located))

    def calm(self, state: State) -> Stack:
        """Where he is but for interrupts, and for flows that answer a danger and were called."""
        stack = stack_of(state)
        answering = set(self.book.interrupts.values())
        return next((stack[:n] for n, (flow, _) in enumerate(stack) if n and flow in answering), stack)

    def _first(self, flow: str) -> Where:
        return flow, self.book.flows[flow].first_step.name

    # --- What he did --------------------------------------------------------------------------------------

    def _tapped(self, state: State, given: Given, located: str) -> Led:
        answers = dict(state.answers)
        stack = stack_of(state)
        at = self.book.step(*stack[-1])
        match given:
            case Begin():
                return Led((self._first(self.book.start),), {})
            case Interrupt(label=label):
                return Led((*self.calm(state), self._first(self.book.interrupts[label])), answers)
            case Words() if isinstance(at, Locate):
                return self._left(stack, answers, at.save, (located,), at.go)
            case Words(words) if isinstance(at, Ask):
                # Of what can only be said, he says what it is called.
                said = next(choice for choice in at.options if not choice.shown and choice.label == words)
                return self._chosen(stack, answers, at.save, said)
            case Pick(option="_skip") if isinstance(at, Ask | Locate) and at.skip:
                return self._left(stack, answers, at.save, (), at.skip)
            case Pick(option="_done") if isinstance(at, Ask) and at.many:
                ticks = state.place.ticks
                return self._left(stack, answers, at.save, ticks, at.go if ticks else at.skip or at.go)
            case Pick(option=option) if isinstance(at, Ask | Locate):
                if isinstance(at, Ask) and at.many:
                    return Led(stack, answers)
                choice = next(choice for choice in at.options if choice.id == option)
                return self._chosen(stack, answers, at.save, choice)
        raise AssertionError(f"{given} at {stack[-1]} is not read here")

    def _left(self, stack: Stack, answers: Answers, save: Ref, values: tuple[str, ...], go: Ref) -> Led:
        return Led(_gone(stack, go), _with(answers, save.name, values), go, save.name)

    def _chosen(self, stack: Stack, answers: Answers, save: Ref, choice: Choice) -> Led:
        saved = save.name if choice.saves else ""
        to = _gone(stack, choice.go) if choice.go else stack
        if choice.call and to is not None:
            to = (*to, self._first(choice.call.name))
        return Led(to, _with(answers, saved, (choice.id,)), choice.go, saved)

    # --- What follows by itself ---------------------------------------------------------------------------

    def _followed(self, led: Led) -> Led:
        passed: list[Passed] = []
        stack, ref = led.stack, led.ref
        lowest = len(stack or ())
        while stack is not None:
            lowest = min(lowest, len(stack))
            at = self.book.step(*stack[-1])
            case = ""
            match at:
                case Branch():
                    case, ref = self._way(at, led.answers)
                case Say() | Find() | Call():
                    ref = at.go
                case _:
                    passed.append(Passed(stack[-1], "", frozenset(led.answers)))
                    break
            passed.append(Passed(stack[-1], case, frozenset(led.answers)))
            stack = _gone(stack, ref)
            lowest = min(lowest, len(stack or ()))
            if isinstance(at, Call) and stack is not None:
                stack = (*stack, self._first(at.flow.name))
        return Led(stack, led.answers, ref, led.saved, tuple(passed), lowest)

    def _way(self, at: Branch, answers: Answers) -> tuple[str, Ref]:
        values = (self.channel,) if at.on.name == "channel" else answers.get(at.on.name, ())
        for case in at.cases:
            if case.value.name in values:
                return case.value.name, case.go
        for case in at.cases:
            if any(is_in_nation(value, case.value.name) for value in values):
                return case.value.name, case.go
        return "else", at.otherwise


def is_in_nation(area: str, nation: str) -> bool:
    """Whether the code is that of an area in the nation with the other code."""
    nations = ("E92000001", "W92000004", "S92000003", "N92000002")
    return nation in nations and len(area) == 9 and area[0] == nation[0] and area[1:].isdigit()


def stack_of(state: State) -> Stack:
    return tuple((place.flow, place.step) for place in state.places)


def _gone(stack: Stack, target: Ref) -> Stack | None:
    if target.name == "_return":
        return stack[:-1] or None
    return (*stack[:-1], (stack[-1][0], target.name))


def _with(answers: Answers, name: str, values: tuple[str, ...]) -> Answers:
    others = {known: kept for known, kept in answers.items() if known != name}
    return others | ({name: values} if name and values else {})
