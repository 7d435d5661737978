"""A conversation with a version that nobody else meets: the same engine, and no session anywhere.

Where an editor stands is handed back to his own page, sealed, and comes in again with what he taps or types. What is
left out of a real conversation is what has to do with time and with the messenger: late messages, the question after a
silence, and the deleting of messages.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Self

from bot import turns
from bot.arrival import Address, Arrival, Tapped, Typed
from bot.stepping import Stepping
from dialogs.engine import Begin, Given, Interrupt, Reply, Show, State, StateError
from safety.envelope import Button, Turn

Channel = Literal["web", "telegram"]

_NOBODY: Final = "preview"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands who tries a version: `version` is its digest, `danger` what is still to be answered."""

    version: str
    channel: Channel
    state: State
    danger: str | None = None

    def to_text(self) -> str:
        """Compact JSON, to be sealed."""
        return json.dumps([self.version, self.channel, self.state.to_bytes().decode(), self.danger])

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The inverse. Raises ValueError for text of another shape."""
        version, channel, state, danger = json.loads(text)
        try:
            return cls(
                str(version), "telegram" if channel == "telegram" else "web", State.from_bytes(state.encode()), danger
            )
        except StateError as error:
            raise ValueError(str(error)) from None


@dataclass(frozen=True, slots=True)
class Tried:
    """One turn of it: what was tapped or typed ("" at the beginning), what is answered, and where that leads.

    `left`: he left, and what is answered is what the next stranger meets.
    """

    said: str
    turn: Turn
    at: Standing
    left: bool = False

    @property
    def place(self) -> str:
        """The step that he is at, such as `main/need`."""
        place = self.at.state.places[-1]
        return f"{place.flow}/{place.step}"


async def begin(stepping: Stepping, channel: Channel, now: datetime) -> Tried:
    """What a stranger meets first."""
    state, replies = await stepping.step(stepping.start(), Begin(), now, channel)
    turn = stepping.surround(state, replies, now)
    return Tried("", turn, Standing(stepping.book.digest, channel, state))


async def answer(stepping: Stepping, at: Standing, what: Tapped | Typed, now: datetime, *, said: str) -> Tried:
    """What is answered to a tap or to words; `said` is how that is shown."""
    arrival = turns.heard(Arrival(Address(at.channel, _NOBODY), what))
    if turns.wants_out(arrival):
        anew = await begin(stepping, at.channel, now)
        return Tried(said, anew.turn, anew.at, left=True)
    if turns.begins_again(arrival):
        anew = await begin(stepping, at.channel, now)
        return Tried(said, anew.turn, anew.at)
    given = stepping.meant(arrival, at.state) or Show()
    state, replies = await stepping.step(at.state, given, now, at.channel)
    danger = at.danger
    if isinstance(given, Interrupt):
        waiting = None if danger is None or stepping.settles(given.label, danger) else danger
        danger = turns.gravest(turns.second_danger_in(arrival), waiting)
    elif danger is not None and not stepping.is_interrupted(state):
        given, danger = Interrupt(danger), None
        state, replies = await stepping.step(state, given, now, at.channel)
    replies = _with_asides(arrival, given, stepping, state, replies, now)
    turn = stepping.surround(state, replies, now)
    return Tried(said, turn, Standing(stepping.book.digest, at.channel, state, danger))


async def play(stepping: Stepping, replay: Sequence[str], channel: Channel, now: datetime) -> list[Tried]:
    """A whole conversation: each turn taps the button of that label that is on show, or types the words."""
    talk = [await begin(stepping, channel, now)]
    for line in replay:
        token = next((button.token for button in buttons(talk[-1].turn) if button.label == line), None)
        what = Typed(line) if token is None else Tapped(token)
        talk.append(await answer(stepping, talk[-1].at, what, now, said=line))
    return talk


def buttons(turn: Turn) -> list[Button]:
    """Every button of a turn, in reading order."""
    return [button for message in turn.messages for row in message.rows for button in row]


def _with_asides(
    arrival: Arrival, given: Given, stepping: Stepping, state: State, replies: Sequence[Reply], now: datetime
) -> list[Reply]:
    answers = given.label if isinstance(given, Interrupt) else None
    asides = turns.asides_for(arrival, lambda: stepping.public)
    if answers in turns.ALONE:
        asides = tuple(aside for aside in asides if aside != turns.DISCLOSURE)
    after = answers is not None and not turns.is_question(answers)
    return stepping.with_asides(replies, asides, state, now, after=after)
