"""Everything that can happen in a small conversation, by trying it on the real engine.

Nothing is abstracted: a state is what a session would hold, answers with their values and options with their
ticks, and every tap, typed place and outcome of a search is tried in every state. Slow and simple, so that what
`dialogs.proof` says can be held against it. Which steps are passed on the way (the engine does not tell) is
worked out by a reading of the language of its own, and checked against where the engine then is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from dialogs.book import Book
from dialogs.engine import (
    AreaChoice,
    Begin,
    Card,
    EngineError,
    Found,
    Given,
    Interrupt,
    Line,
    Locate,
    Located,
    Pick,
    Reply,
    State,
    Words,
    step,
)
from dialogs.engine import Find as FindRequest
from dialogs.spans import Ref
from dialogs.steps import Ask, Branch, Call, Choice, End, Find, Say
from dialogs.steps import Locate as LocateStep

CHANNELS = ("telegram", "web", "terminal")
# A typed place that no branch names.
ELSEWHERE = AreaChoice("S12000033", "Aberdeen", None, "Scotland")
_CARDS = tuple(Card(f"s{n}", lines=(Line("example", {}),)) for n in range(3))
_OUTCOMES = (Found("found", _CARDS), Found("widened", _CARDS), Found("none"), Found("unavailable"))

# The steps he stands on, as (flow, step); the last is where he is.
Stack = tuple[tuple[str, str], ...]
Answers = Mapping[str, tuple[str, ...]]


class TooMany(Exception):
    """There are more states than are worth trying."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that was come to. `case` is the way a branch took, `given` the answers there were by then."""

    at: tuple[str, str]
    case: str = ""
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Here:
    """Where he is and what he has said. `base` is how many places stand below an interrupt, 0 without one."""

    state: State
    base: int = 0

    @property
    def at(self) -> tuple[str, str]:
        return self.state.place.flow, self.state.place.step


@dataclass(frozen=True, slots=True)
class Move:
    """One turn forwards. `to` is None where `_return` finds nothing to return to: `ref` says which did."""

    taps: tuple[str, ...]
    passed: tuple[Passed, ...]
    to: Here | None
    ref: Ref | None = None
    saved: str = ""
    said: tuple[tuple[Reply, ...], ...] = ()
    """What was said, once for each outcome of a search."""


@dataclass
class World:
    """All states that can be reached on one channel, and the moves from each."""

    book: Book
    channel: str
    lifelines: Mapping[str, str]
    most: int
    moves: dict[Here, tuple[Move, ...]] = field(default_factory=dict)
    entered: dict[tuple[Here, str], Move] = field(default_factory=dict)
    """How each interrupt is entered from each state at which there is none."""
    first: Move = field(init=False)

    def __post_init__(self) -> None:
        """Raises TooMany."""
        start = State.at_start(self.book)
        self.first = self._turn(Here(start), (), Begin(), _stack(start))
        ahead = deque([self.first.to])
        # His very first words may be of danger, before anything was asked.
        self._interrupts(Here(start), ahead)
        while ahead:
            here = ahead.popleft()
            if here is None or here in self.moves:
                continue
            self.moves[here] = tuple(self._forward(here))
            if len(self.moves) > self.most:
                raise TooMany
            ahead.extend(move.to for move in self.moves[here])
            self._interrupts(here, ahead)

    def _interrupts(self, here: Here, ahead: deque[Here | None]) -> None:
        for label, flow in self.book.interrupts.items():
            stack = _stack(here.state)
            answering = set(self.book.interrupts.values())
            calm = next((stack[:n] for n, (at, _) in enumerate(stack) if n and at in answering), stack)
            move = self._turn(
                here, (f"({label})",), Interrupt(label), (*calm, (flow, self._first(flow))), base=len(calm)
            )
            if not here.base:
                self.entered[here, label] = move
            ahead.append(move.to)

    def _first(self, flow: str) -> str:
        return self.book.flows[flow].first_step.name

    # --- what he can do -----------------------------------------------------------------------------------

    def _forward(self, here: Here) -> Iterator[Move]:
        """Every tap and typed place that answers; not Back, Why or Start again."""
        at = self.book.step(*here.at)
        match at:
            case End():
                return
            case Ask() | LocateStep():
                for choice in at.options:
                    yield self._choice(here, at, choice)
                ticked = here.state.place.ticks
                if isinstance(at, Ask) and at.many:
                    target = at.go if ticked else at.skip or at.go
                    yield self._leave(here, ("Done",), Pick("_done"), target, at.save.name, ticked)
                if isinstance(at, LocateStep):
                    named = (ELSEWHERE.code,)
                    yield self._leave(here, (ELSEWHERE.name,), Words(ELSEWHERE.name), at.go, at.save.name, named)
                if at.skip:
                    yield self._leave(here, ("Skip",), Pick("_skip"), at.skip, at.save.name, ())
            case _:
                raise AssertionError(f"he is left standing at {here.at}")

    def _choice(self, here: Here, at: Ask | LocateStep, choice: Choice) -> Move:
        stack = _stack(here.state)
        if isinstance(at, Ask) and at.many:
            return self._turn(here, (choice.label,), Pick(choice.id), stack)
        to = self._to(stack, choice.go) if choice.go else stack
        if choice.call and to is not None:
            to = (*to, (choice.call.name, self._first(choice.call.name)))
        saved = at.save.name if choice.saves else ""
        return self._turn(here, (choice.label,), Pick(choice.id), to, ref=choice.go, saved=(saved, (choice.id,)))

    def _leave(
        self, here: Here, taps: tuple[str, ...], given: Given, target: Ref, name: str, values: tuple[str, ...]
    ) -> Move:
        to = self._to(_stack(here.state), target)
        return self._turn(here, taps, given, to, ref=target, saved=(name, values))

    def _to(self, stack: Stack, target: Ref) -> Stack | None:
        if target.name == "_return":
            return stack[:-1] or None
        return (*stack[:-1], (stack[-1][0], target.name))

    # --- what then happens --------------------------------------------------------------------------------

    def _turn(
        self,
        here: Here,
        taps: tuple[str, ...],
        given: Given,
        to: Stack | None,
        *,
        ref: Ref | None = None,
        saved: tuple[str, tuple[str, ...]] = ("", ()),
        base: int | None = None,
    ) -> Move:
        """One turn on the engine. `to` is where the tap itself leads, before what follows by itself."""
        name, values = saved
        answers = {known: kept for known, kept in here.state.answers if known != name}
        if name and values:
            answers[name] = values
        passed, dead, stack = self._followed(to, answers)
        try:
            state, said = self._played(here.state, given)
        except EngineError as error:
            assert "nothing to return to" in str(error), error
            assert stack is None, (here, given, stack)
            return Move(taps, passed, None, dead or ref, name)
        assert stack == _stack(state), (here, given, stack, state)
        assert answers == dict(state.answers), (here, given, answers, state)
        below = here.base if base is None else base
        # Back where the interrupt came, it is over.
        return Move(taps, passed, Here(state, below if len(stack) > below else 0), ref, name, said)

    def _played(self, state: State, given: Given) -> tuple[State, tuple[tuple[Reply, ...], ...]]:
        """The state after the turn, which is the same however searches end, and what is said each time."""
        after: set[State] = set()
        said: list[tuple[Reply, ...]] = []
        ahead: list[tuple[State, Given, tuple[Reply, ...]]] = [(state, given, ())]
        while ahead:
            before, now, so_far = ahead.pop()
            out = step(self.book, before, now, lifelines=self.lifelines, channel=self.channel)
            replies = (*so_far, *out.replies)
            match out.request:
                case None:
                    kept = State.from_bytes(out.state.to_bytes())
                    after.add(replace(kept, trail=(), serial=0, offered=(), found=None, cards=False))
                    said.append(replies)
                case Locate():
                    ahead.append((out.state, Located("area", (ELSEWHERE,)), replies))
                case FindRequest():
                    ahead.extend((out.state, outcome, replies) for outcome in _OUTCOMES)
                case other:
                    raise AssertionError(other)
        (state,) = after
        return state, tuple(said)

    def _followed(self, stack: Stack | None, answers: Answers) -> tuple[tuple[Passed, ...], Ref | None, Stack | None]:
        """The steps that follow by themselves, the reference that returns to nothing, and where he then is."""
        passed: list[Passed] = []
        ref: Ref | None = None
        while stack is not None:
            at = self.book.step(*stack[-1])
            case = ""
            match at:
                case Branch():
                    case, ref = self._way(at, answers)
                case Say() | Find() | Call():
                    ref = at.go
                case _:
                    return (*passed, Passed(stack[-1], given=frozenset(answers))), None, stack
            passed.append(Passed(stack[-1], case, frozenset(answers)))
            stack = self._to(stack, ref)
            if isinstance(at, Call) and stack is not None:
                stack = (*stack, (at.flow.name, self._first(at.flow.name)))
        return tuple(passed), ref, None

    def _way(self, at: Branch, answers: Answers) -> tuple[str, Ref]:
        values = (self.channel,) if at.on.name == "channel" else answers.get(at.on.name, ())
        for case in at.cases:
            if case.value.name in values:
                return case.value.name, case.go
        return "else", at.otherwise


def _stack(state: State) -> Stack:
    return tuple((place.flow, place.step) for place in state.places)


def worlds(book: Book, lifelines: Mapping[str, str], most: int = 1_500) -> tuple[World, ...]:
    """One for each channel, or one for all when nothing depends on the channel. Raises TooMany."""
    steps = [at for flow in book.flows.values() for at in flow.steps.values()]
    tells = any(isinstance(at, Branch) and at.on.name == "channel" for at in steps)
    return tuple(World(book, channel, lifelines, most) for channel in (CHANNELS if tells else CHANNELS[:1]))
