"""Plays the conversation that a finding comes with, on the real engine, and tells where it leads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from dialogs.book import Book
from dialogs.engine import (
    AreaChoice,
    Begin,
    Card,
    EngineError,
    Find,
    Found,
    Given,
    Interrupt,
    Line,
    Locate,
    Located,
    Pick,
    Reply,
    Report,
    Reported,
    State,
    Words,
    step,
)
from dialogs.steps import Ask
from dialogs.steps import Locate as LocateStep
from tests.support.naive_reading import Reading, Where, stack_of

_CARDS = tuple(Card(f"s{n}", lines=(Line("example", {}),)) for n in range(3))


@dataclass(frozen=True, slots=True)
class Led:
    """Where a conversation led: the steps that its last turn came to, what it said, and whether it failed."""

    state: State
    passed: Collection[Where]
    said: tuple[Reply, ...]
    failed: bool = False


@dataclass
class Player:
    """Plays a conversation on one channel.

    `places` gives the area that a typed place is found to be, and `ways_in` has the label of the danger for each way
    in which an interrupt is called on.
    """

    book: Book
    channel: str
    lifelines: Mapping[str, str]
    places: Callable[[str], str]
    ways_in: Mapping[str, str]

    def __call__(self, taps: Collection[str]) -> Led:
        """Raises AssertionError for a tap that is on no button and can be no place."""
        led = self._turn(State.at_start(self.book), Begin(), "")
        for tap in taps:
            assert not led.failed, f"the conversation fails before {tap!r}"
            given = self._given(tap, led.state, led.said)
            led = self._turn(led.state, given, tap)
        return led

    def _given(self, tap: str, state: State, said: tuple[Reply, ...]) -> Given:
        if tap in self.ways_in:
            return Interrupt(self.ways_in[tap])
        buttons = {option.label: option.id for reply in said for row in reply.rows for option in row}
        if tap in buttons:
            return Pick(buttons[tap])
        at = self.book.step(state.place.flow, state.place.step)
        if isinstance(at, Ask) and any(choice.label == tap for choice in at.options if not choice.shown):
            return Words(tap)
        assert isinstance(at, LocateStep), f"{tap!r} is on no button ({', '.join(buttons)}), and no place is asked for"
        return Words(tap)

    def _turn(self, state: State, given: Given, tap: str) -> Led:
        passed: Collection[Where] = ()
        if not (isinstance(given, Pick) and given.option in ("_back", "_return", "_restart")):
            asked = self.book.step(state.place.flow, state.place.step)
            located = self.places(tap) if isinstance(given, Words) and isinstance(asked, LocateStep) else ""
            passed = [step.at for step in Reading(self.book, self.channel).turn(state, given, located).passed]
        said: list[Reply] = []
        while True:
            try:
                out = step(self.book, state, given, lifelines=self.lifelines, channel=self.channel)
            except EngineError:
                return Led(state, passed, tuple(said), failed=True)
            state = State.from_bytes(out.state.to_bytes())
            said += out.replies
            match out.request:
                case Locate(words=words):
                    given = Located("area", (AreaChoice(self.places(words), words, None, None),))
                case Find():
                    given = Found("found", _CARDS, "Leeds")
                case Report():
                    given = Reported()
                case _:
                    break
        return Led(state, passed or [stack_of(state)[-1]], tuple(said))
