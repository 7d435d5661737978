"""Everything that can happen in a small conversation, by trying it on the real engine.

Nothing is abstracted: a state is what a session would hold, answers with their values and options with their
ticks, and every tap, typed place and outcome of a search is tried in every state. Slow and simple, so that what
`dialogs.proof` says can be held against it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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
from dialogs.steps import Ask, Branch, End
from dialogs.steps import Locate as LocateStep
from tests.support.naive_reading import Passed, Reading, Where, stack_of

CHANNELS = ("telegram", "web", "terminal")
# What can be typed where a place is asked for: one that branches may name, two in nations that they may name, and
# one that no branch asks for.
_PLACES = {
    "Leeds": AreaChoice("E08000035", "Leeds", None, "England"),
    "Norwich": AreaChoice("E07000148", "Norwich", None, "England"),
    "Swansea": AreaChoice("W06000011", "Swansea", None, "Wales"),
    "Aberdeen": AreaChoice("S12000033", "Aberdeen", None, "Scotland"),
}
_NAMESAKES = tuple(AreaChoice(f"S1200003{n}", "Aberdeen", f"County {n}", "Scotland") for n in (3, 4))
_CARDS = tuple(Card(f"s{n}", lines=(Line("example", {}),)) for n in range(3))
_OUTCOMES = (Found("found", _CARDS), Found("widened", _CARDS), Found("none"), Found("unavailable"))


class TooMany(Exception):
    """There are more states than are worth trying."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where he is and what he has said. `base` is how many places stand below an interrupt, 0 without one."""

    state: State
    base: int = 0

    @property
    def at(self) -> Where:
        return self.state.place.flow, self.state.place.step


@dataclass(frozen=True, slots=True)
class Move:
    """One turn forwards.

    `to` is None where `_return` finds nothing to return to: `ref` is where that is written. `said` has what was
    said, once for each outcome of a search. `home`: an interrupt is over with it.
    """

    taps: tuple[str, ...]
    passed: tuple[Passed, ...]
    to: Here | None
    ref: Ref | None
    saved: str
    said: tuple[tuple[Reply, ...], ...]
    home: bool


@dataclass
class World:
    """All states that can be reached on one channel, and the moves from each.

    `first` is the first turn, `entered` how each interrupt is entered from each state at which there is none, and
    `replaced` how one takes the place of another.
    """

    book: Book
    channel: str
    lifelines: Mapping[str, str]
    most: int
    moves: dict[Here, tuple[Move, ...]] = field(default_factory=dict)
    entered: dict[tuple[Here, str], Move] = field(default_factory=dict)
    replaced: dict[tuple[Here, str], Move] = field(default_factory=dict)
    first: Move = field(init=False)
    _reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        """Raises TooMany."""
        self._reading = Reading(self.book, self.channel)
        stranger = Here(State.at_start(self.book))
        self.first = self._turn(stranger, (), Begin())
        # His very first words may be of danger, before anything was asked.
        ahead = deque([self.first.to, *self._interrupted(stranger)])
        while ahead:
            here = ahead.popleft()
            if here is None or here in self.moves:
                continue
            self.moves[here] = tuple(self._turn(here, taps, given) for taps, given in self._ways_on(here))
            if len(self.moves) > self.most:
                raise TooMany
            ahead.extend(move.to for move in self.moves[here])
            ahead.extend(self._interrupted(here))

    def _interrupted(self, here: Here) -> Iterator[Here | None]:
        base = len(self._reading.calm(here.state))
        for label in self.book.interrupts:
            move = self._turn(here, (f"({label})",), Interrupt(label), base=base)
            (self.replaced if here.base else self.entered)[here, label] = move
            yield move.to

    def _ways_on(self, here: Here) -> Iterator[tuple[tuple[str, ...], Given]]:
        """Every tap and typed place that answers; not Back, Why or Start again."""
        at = self.book.step(*here.at)
        if isinstance(at, End):
            return
        assert isinstance(at, Ask | LocateStep), f"he is left standing at {here.at}"
        yield from (((choice.label,), Pick(choice.id)) for choice in at.options)
        if isinstance(at, LocateStep):
            yield from (((place,), Words(place)) for place in _PLACES)
        elif at.many:
            yield ("Done",), Pick("_done")
        if at.skip:
            yield ("Skip",), Pick("_skip")

    def said_besides(self) -> Iterator[tuple[Reply, ...]]:
        """What is said where he goes nowhere: Why, words that mean nothing, a place of no name or of several."""
        for here in {here.at: here for here in self.moves}.values():
            for given in (Pick("_why"), Words("qqqqqqqq wwwwwwww")):
                out = step(self.book, here.state, given, lifelines=self.lifelines, channel=self.channel)
                if not isinstance(out.request, Locate):
                    yield out.replies
                    continue
                for located in (Located("unknown"), Located("choose", _NAMESAKES)):
                    yield step(self.book, out.state, located, lifelines=self.lifelines, channel=self.channel).replies

    def _turn(self, here: Here, taps: tuple[str, ...], given: Given, base: int | None = None) -> Move:
        located = _PLACES[given.text].code if isinstance(given, Words) else ""
        led = self._reading.turn(here.state, given, located)
        below = here.base if base is None else base
        # Back where the interrupt came, it is over.
        home = 0 < below >= led.lowest
        try:
            state, said = self._played(here.state, given)
        except EngineError:
            # The one thing that loads and cannot be stepped.
            if led.stack is None:
                return Move(taps, led.passed, None, led.ref, led.saved, (), home)
            raise
        assert (stack_of(state), dict(state.answers)) == (led.stack, led.answers), (here, given, led, state)
        to = Here(state, 0 if home else below)
        return Move(taps, led.passed, to, led.ref, led.saved, said, home)

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
                    after.add(State(places=kept.places, answers=kept.answers))
                    said.append(replies)
                case Locate(words=words):
                    ahead.append((out.state, Located("area", (_PLACES[words],)), replies))
                case FindRequest():
                    ahead.extend((out.state, outcome, replies) for outcome in _OUTCOMES)
                case other:
                    raise AssertionError(other)
        (only,) = after
        return only, tuple(said)


def worlds(book: Book, lifelines: Mapping[str, str], most: int = 1_500) -> tuple[World, ...]:
    """One for each channel, or one for all when nothing depends on the channel. Raises TooMany."""
    steps = [at for flow in book.flows.values() for at in flow.steps.values()]
    tells = any(isinstance(at, Branch) and at.on.name == "channel" for at in steps)
    return tuple(World(book, channel, lifelines, most) for channel in (CHANNELS if tells else CHANNELS[:1]))
