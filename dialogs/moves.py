"""How a state moves from place to place, and how it can move back. Each move gives a new state."""

from __future__ import annotations

from dialogs.book import Book
from dialogs.exchange import EngineError
from dialogs.pieces import DEEPEST, Past, Place
from dialogs.reading import RETURN
from dialogs.spans import Ref
from dialogs.state import State, lengthened


def noted(state: State, name: str = "", *, entered: bool = False) -> State:
    """The way back to here is noted, with what the answer `name` was before it is given now.

    `entered`: he leaves for another flow and will come back to exactly here.
    """
    past = Past(state.places, name, state.answer(name) if name else (), entered)
    return state._replace(trail=lengthened(state.trail, past), offered=())


def interrupted(state: State) -> State:
    """The same for an interrupt, from which he comes back to exactly what he was asked, asked-back or not."""
    past = Past(state.places, entered=True, offered=state.offered)
    return state._replace(trail=lengthened(state.trail, past), offered=())


def back(state: State) -> State:
    """The question before this one, and the answer to it as it was. There must be one."""
    *trail, past = state.trail
    before = state._replace(places=past.places, trail=tuple(trail), offered=past.offered)
    return before.with_answer(past.name, past.before) if past.name else before


def to(state: State, target: Ref) -> State:
    """At the target: a step of this flow, or (`_return`) where this flow was entered from."""
    places = state.places
    if target.name != RETURN:
        return state._replace(places=(*places[:-1], Place(places[-1].flow, target.name)), offered=())
    if len(places) == 1:
        raise EngineError("there is nothing to return to", state.place)
    return _left(state, places[:-1])


def into(state: State, flow: str, book: Book) -> State:
    """At the first step of another flow, above where he is."""
    if len(state.places) >= DEEPEST:
        raise EngineError("flows are handed over too deep", state.place)
    first = Place(flow, book.flows[flow].first_step.name)
    return state._replace(places=(*state.places, first), offered=())


def out_of_interrupts(state: State, book: Book) -> State:
    """Where he was before any interrupt.

    An interrupt inside an interrupt takes the upper one's place: he comes back to where he was before both,
    and not to a danger he has moved on from.
    """
    answering = set(book.interrupts.values())
    below = next((n for n, place in enumerate(state.places) if n and place.flow in answering), None)
    return state if below is None else _left(state, state.places[:below])


def _left(state: State, places: tuple[Place, ...]) -> State:
    """Back at `places`, which flows above them were entered from.

    Where he comes back to exactly the place he left, the ways back and what was offered are those he had there.
    After a hand-over that goes on elsewhere, the questions of the other flow stay on the way back.
    """
    trail = state.trail
    for n in range(len(trail) - 1, -1, -1):
        if trail[n].entered and trail[n].places == places:
            return state._replace(places=places, trail=trail[:n], offered=trail[n].offered)
    return state._replace(places=places, offered=())
