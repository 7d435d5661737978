"""A small scripted conversation that keeps the contract of bot.conversation, for testing channels alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from bot.arrival import Address, Arrival, Out, Taken, Tapped, Typed
from safety.envelope import LEAVE, Button, Piece, Turn, gate, left, surround
from safety.leaving import is_leaving
from safety.lifelines import Lifelines

CARD = """\
{name}
EXAMPLE. This is not a real service.
A listening ear for men, by phone and online.
Call {number} (the helpline)
Web chat: https://chat.example.org/men (anyone)
Open now, until 9pm.
Here because it works all over England.
Recorded as meeting the access and delivery standards for men by Example Assessors, October 2026."""

MORE = """

When you get in touch: a worker answers. You can stop at any time.
What it costs: nothing."""

SERVICES = {
    "a1": ("Example Men's Line", "0808 157 0101"),
    "b2": ("Example Place to Stay", "01632 960 123"),
    "c3": ("Example Rights for Fathers", "020 7946 0101"),
}

QUESTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "This is for men who are hurt, scared or controlled by someone close. No person reads this.\n\n"
        "Leave now deletes what is written here. It also goes after an hour without a word.\n\n"
        "Is it OK to chat here now?",
        (("ok", "Yes"), ("not_now", "Not really"), ("friend", "It's a friend"), ("young", "I'm under 18")),
    ),
    (
        "Being hit, watched, kept short of money or cut off from your children happens to a lot of men. "
        "It isn't your fault.\n\nWhat would help most right now?",
        (
            ("talk", "Talk to someone"),
            ("stay", "Somewhere to stay"),
            ("police_legal", "Law and rights"),
            ("children", "The children"),
            ("money", "Money"),
            ("health", "Health"),
        ),
    ),
    (
        "Roughly where should the help be?\n\nPick a nation, or type a town, a council, or the first half of a "
        "postcode, like LS6.",
        (("E", "England"), ("W", "Wales"), ("S", "Scotland"), ("N", "Northern Ireland")),
    ),
    (
        "You don't have to decide anything now. You can stop here, or look at something else.",
        (("again", "Something else"), ("all", "That's all")),
    ),
)


@cache
def _lifelines() -> Lifelines:
    return Lifelines.load()


@dataclass
class ScriptedTalk:
    """Asks its questions in order, whatever is answered, and shows three services before the last.

    ``broken`` makes everything raise, ``hung`` makes everything wait for ever; ``heard`` is all it took.
    """

    lifelines: Lifelines = field(default_factory=_lifelines)
    now: datetime = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    broken: Exception | None = None
    hung: bool = False
    places: dict[str, int] = field(default_factory=dict)
    last_turn: dict[str, datetime] = field(default_factory=dict)
    heard: list[Arrival] = field(default_factory=list)
    updates: set[tuple[str, str]] = field(default_factory=set)
    tongues: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def clock(self) -> datetime:
        """The time it is in the test."""
        return self.now

    async def take(self, arrival: Arrival, out: Out) -> Taken:
        """Answer one arrival."""
        self.heard.append(arrival)
        await self._trouble()
        chat = arrival.address.chat
        if _wants_out(arrival):
            self.places.pop(chat, None)
            await out.erase(())
            await out.send(left(remaining=0), onto=None)
            return Taken.LEFT
        assert arrival.update is not None
        if (chat, arrival.update) in self.updates:
            return Taken.REPEATED
        self.updates.add((chat, arrival.update))
        turn = self._step(arrival, self.places.get(chat, 0))
        if turn is None:
            return Taken.SILENT
        await out.send(turn, onto=None)
        self.last_turn[chat] = self.now
        return Taken.ANSWERED

    async def show(self, address: Address) -> Turn:
        """The present turn."""
        await self._trouble()
        place = self.places.get(address.chat, 0)
        if place and self.now - self.last_turn[address.chat] > timedelta(minutes=10):
            return gate(lifelines=self.lifelines, at=self.now)
        return self._surround([_question(place)])

    def around(self, language: str) -> Mapping[str, str]:
        """What is said around the conversation in a language."""
        return self.tongues.get(language, {})

    async def _trouble(self) -> None:
        if self.hung:
            await asyncio.Event().wait()
        if self.broken is not None:
            raise self.broken

    def _step(self, arrival: Arrival, place: int) -> Turn | None:
        chat, what = arrival.address.chat, arrival.what
        if isinstance(what, Typed):
            note = "Please leave out names." if "@" in what.text else "Thanks for writing that."
            self.places[chat] = place
            piece = _question(place)
            return self._surround([Piece(f"{note}\n\n{piece.text}", rows=piece.rows)])
        assert isinstance(what, Tapped)
        if what.token in ("g", "h"):
            return self._surround([_question(place)])
        if what.token.startswith("m."):
            service = SERVICES.get(what.token[2:])
            if service is None:
                return self._surround([Piece("That one is no longer on the list.")])
            name, number = service
            return self._surround([Piece(CARD.format(name=name, number=number) + MORE, card=True)])
        if what.token.partition(".")[0] != str(place):
            return None
        place = min(place + 1, len(QUESTIONS) - 1)
        self.places[chat] = place
        cards = _cards() if place == len(QUESTIONS) - 1 else []
        return self._surround([*cards, _question(place)])

    def _surround(self, pieces: list[Piece]) -> Turn:
        return surround(pieces, lifelines=self.lifelines, at=self.now)


def _wants_out(arrival: Arrival) -> bool:
    match arrival.what:
        case Tapped(token=token):
            return token == LEAVE.token
        case Typed(text=text):
            return is_leaving(text)
        case _:
            return False


def _question(place: int) -> Piece:
    text, options = QUESTIONS[place]
    buttons = [Button(label, f"{place}.{option}") for option, label in options]
    rows = [tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2)]
    rows.append((Button("Skip", f"{place}._skip"), Button("Why do you ask?", f"{place}._why")))
    return Piece(text, rows=tuple(rows))


def _cards() -> list[Piece]:
    lead = Piece("Here is what I found.\n\nMore tells you what happens if you get in touch.")
    cards = [
        Piece(CARD.format(name=name, number=number), rows=((Button("More", f"m.{key}"),),), card=True)
        for key, (name, number) in SERVICES.items()
    ]
    return [lead, *cards]
