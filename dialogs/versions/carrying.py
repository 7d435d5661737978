"""Carrying a man from one version of the conversations to another, in the middle of his conversation.

Whether he can be carried was decided for every place when the version was published (dialogs.versions.comparing); here
the decision is data, and it is carried out. Whoever is not carried finishes on the version that he is in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from dialogs.book import Book
from dialogs.proof.model import WHERE_HE_WAS, Where
from dialogs.state import Option, Past, Place, State
from dialogs.steps import Ask, Find, Locate
from dialogs.steps.locate import AREA_CODE

Places = tuple[Where, ...]
"""The steps that a man stands on, the last being where he is."""

Moves = Mapping[Where, Where]
"""Where to go on, for those who stand where the new version has nothing for them: an editor's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """How people are carried from one version to another.

    `carried` and `left` are the stacks that people can stand on in the old version: those that go on in the new
    one, and those that do not. `moves` says where a step's people go on, when that is not the step of the same
    name; at the steps in `anew` (named as in the old version) the question is another, so that what he taps or
    types now is not taken for an answer to it. `answering` are the flows of the old version that answer a danger,
    and `start` is where strangers begin in it.
    """

    carried: frozenset[Places]
    left: frozenset[Places]
    moves: Moves
    anew: frozenset[Where]
    answering: frozenset[str]
    start: Places

    def takes(self, places: Places) -> Places | None:
        """Where people who stand there go on; None when they are not carried.

        An interrupt stands on whatever he was at, so its stack is two: what it came upon, and itself. A flow that
        answers a danger can also be called, and nothing tells the two apart: then both have to be carried.
        """
        known = [reading for reading in self.readings(places) if all(self._decided(stack) for stack in reading)]
        if not known or any(stack in self.left for reading in known for stack in reading):
            return None
        return tuple(self.moves.get(where, where) for where in places)

    def readings(self, places: Places) -> Iterator[tuple[Places, ...]]:
        """How somebody can have come to stand there, each as stacks of the proven graph."""
        yield (places,)
        below = next((n for n, (flow, _) in enumerate(places) if n and flow in self.answering), None)
        if below is not None:
            yield places[:below], (WHERE_HE_WAS, *places[below:])

    def _decided(self, places: Places) -> bool:
        return places in self.carried or places in self.left

    def to_text(self) -> str:
        """The passage as it is stored. Equal passages give equal texts."""
        fields = {
            "carried": sorted(map(places_as_word, self.carried)),
            "left": sorted(map(places_as_word, self.left)),
            "moves": moves_as_words(self.moves),
            "anew": sorted(map(where_as_word, self.anew)),
            "answering": sorted(self.answering),
            "start": places_as_word(self.start),
        }
        return json.dumps(fields)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The passage that `to_text` gave."""
        fields = json.loads(text)
        return cls(
            carried=frozenset(map(places_from_word, fields["carried"])),
            left=frozenset(map(places_from_word, fields["left"])),
            moves=moves_from_words(fields["moves"]),
            anew=frozenset(map(where_from_word, fields["anew"])),
            answering=frozenset(fields["answering"]),
            start=places_from_word(fields["start"]),
        )


@dataclass(frozen=True, slots=True)
class Carried:
    """A man in the new version. `anew`: his next tap or words were meant for another question than this one."""

    state: State
    anew: bool


def carry(passage: Passage, state: State, book: Book) -> Carried | None:
    """The same man in the new version, `book`; None when he finishes on the version that he is in.

    What the new version does not know any more is left behind: ways back, answers, ticks and what was offered.
    """
    places = stack_of(state.places)
    if places == passage.start:
        start = State.at_start(book)
        anew_there = start._replace(serial=state.serial, language=_language(state, book), told=state.told)
        return Carried(anew_there, anew=False)
    if passage.takes(places) is None:
        return None
    anew = places[-1] in passage.anew
    there = _Moved(passage, book)
    found = there.found(state.found)
    carried = state._replace(
        places=there.places(state.places, anew=anew),
        answers=tuple((name, values) for name, values in state.answers if there.knows(name, values)),
        trail=there.trail(state.trail),
        # Another count makes every button of before an old one, which only shows him where he is.
        serial=state.serial + anew,
        offered=there.offered(state.place, state.offered),
        found=found,
        cards=state.cards and found is not None and there.shows_again(state.places, state.found),
        language=_language(state, book),
    )
    return Carried(carried, anew)


def _language(state: State, book: Book) -> str:
    return state.language if state.language in book.tongues else ""


class _Moved:
    """What a man has with him, as far as the new version knows it."""

    def __init__(self, passage: Passage, book: Book) -> None:
        self._passage = passage
        self._book = book
        self._answers = {name: answer for flow in book.flows.values() for name, answer in flow.answers.items()}

    def where(self, place: Place) -> Where:
        at = (place.flow, place.step)
        return self._passage.moves.get(at, at)

    def places(self, places: Iterable[Place], *, anew: bool = False) -> tuple[Place, ...]:
        moved = tuple(map(self.place, places))
        return (*moved[:-1], moved[-1]._replace(ticks=())) if anew else moved

    def place(self, place: Place) -> Place:
        flow, step = self.where(place)
        at = self._book.step(flow, step)
        offered = {choice.id for choice in at.options} if isinstance(at, Ask) and at.many else set()
        return Place(flow, step, tuple(tick for tick in place.ticks if tick in offered))

    def knows(self, name: str, values: tuple[str, ...]) -> bool:
        answer = self._answers.get(name)
        if answer is None:
            return False
        if answer.values is None:
            return all(AREA_CODE.fullmatch(value) for value in values)
        return set(values) <= set(answer.values)

    def trail(self, trail: tuple[Past, ...]) -> tuple[Past, ...]:
        """The ways back, as far back as each can still be gone."""
        kept: list[Past] = []
        for past in reversed(trail):
            gone = self._passage.takes(stack_of(past.places)) is None
            if gone or (past.name and not self.knows(past.name, past.before)):
                break
            offered = self.offered(past.places[-1], past.offered)
            kept.append(past._replace(places=self.places(past.places), offered=offered))
        return tuple(reversed(kept))

    def offered(self, place: Place, offered: tuple[Option, ...]) -> tuple[Option, ...]:
        """What was asked back there, as far as it can still be meant."""
        at = self._book.step(*self.where(place))
        if not offered or (place.flow, place.step) in self._passage.anew:
            return ()
        if isinstance(at, Locate):
            return offered
        options = {choice.id for choice in at.options} if isinstance(at, Ask) else set()
        return tuple(option for option in offered if option.id in options)

    def found(self, found: Place | None) -> Place | None:
        if found is None or not isinstance(self._book.step(*self.where(found)), Find):
            return None
        return self.place(found)

    def shows_again(self, places: tuple[Place, ...], found: Place | None) -> bool:
        """Whether the services before him can be shown again, which goes back to the step that found them."""
        return found is not None and self._passage.takes(stack_of((*places[:-1], found))) is not None


def stack_of(places: Iterable[Place]) -> Places:
    """The steps alone, without what is ticked there."""
    return tuple((place.flow, place.step) for place in places)


# --- as text ---------------------------------------------------------------------------------------------------------


def where_as_word(where: Where) -> str:
    """A step as editors write it: `main/need`."""
    return "/".join(where)


def where_from_word(word: str) -> Where:
    """The inverse. Raises ValueError for a word of another shape."""
    flow, step = word.split("/")
    return flow, step


def places_as_word(places: Places) -> str:
    """A stack of steps, the last being where he is: `main/after > contact/ring`."""
    return " > ".join(map(where_as_word, places))


def places_from_word(word: str) -> Places:
    """The inverse."""
    return tuple(map(where_from_word, word.split(" > "))) if word else ()


def moves_as_words(moves: Moves) -> dict[str, str]:
    """Moves as JSON takes them."""
    return {where_as_word(start): where_as_word(end) for start, end in sorted(moves.items())}


def moves_from_words(words: Mapping[str, str]) -> Moves:
    """The inverse."""
    return {where_from_word(start): where_from_word(end) for start, end in words.items()}
