"""Stepping the flow: asks the directory what the engine wants to know, and surrounds what comes out."""

from __future__ import annotations

import logging
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from bot import turns
from bot.about import About
from bot.arrival import Arrival, Erased, Typed
from bot.noticing import Happening, Looked
from bot.signposting import Signposting
from bot.stores import STORE_TROUBLE, in_time
from bot.switchboard import Board
from dialogs.book import Book
from dialogs.engine import (
    Describe,
    Described,
    EngineError,
    Find,
    Found,
    Given,
    Interrupt,
    Locate,
    Option,
    Reply,
    Report,
    Reported,
    Show,
    State,
    Step,
    Words,
    step,
)
from dialogs.hearing import is_on_offer, names_a_page
from dialogs.texts import SILENCE
from safety import envelope
from safety.envelope import Button, Piece, Turn
from safety.speech import ENGLISH, Speech

log = logging.getLogger(__name__)


class Stepping:
    """One published version of the conversations, with the lifelines and the directory behind it."""

    def __init__(
        self,
        book: Book,
        board: Board,
        signposting: Signposting,
        silence: timedelta,
        language: str = "",
        about: About | None = None,
    ) -> None:
        """``board`` tells the lifelines as they stand now, ``silence`` is how long until all is forgotten; ``language``
        the one in which strangers are met; ``about`` who runs this.
        """
        self.book = book
        self._board = board
        self._signposting = signposting
        self._silence = silence
        self._language = language
        self._about = about or About()
        self._speeches = {code: Speech.of(code, tongue.around) for code, tongue in book.tongues.items()}

    def with_book(self, book: Book) -> Stepping:
        """Other conversations, with the same lifelines and directory behind them."""
        return Stepping(book, self._board, self._signposting, self._silence, self._language, self._about)

    def start(self, *, serial: int = 0, language: str | None = None) -> State:
        """Where everybody starts; ``serial`` is the count of turns so far, ``language`` the one he picked before."""
        chosen = self._language if language is None else language
        return State.at_start(self.book)._replace(serial=serial, language=chosen)

    def around(self, language: str) -> Mapping[str, str]:
        """What is said around the flows in a language, by name; nothing for one that is not offered."""
        tongue = self.book.tongues.get(language)
        return {} if tongue is None else tongue.around

    def is_on_offer(self, state: State, text: str) -> bool:
        """Whether the whole message is what an option that he is offered is called or said by."""
        return is_on_offer(self._book_in(state.language), state, text)

    def names_a_page(self, state: State, text: str) -> bool:
        """Whether the whole message names something that he can read next, where nothing is asked of him."""
        return names_a_page(self._book_in(state.language), state, text)

    def meant(self, arrival: Arrival, state: State, *, seen: bool = True) -> Given | None:
        """What an arrival means at this state; None for a tap on a button that is no longer there. Words that are an
        answer on offer are that answer: a danger that could only be guessed from them is not asked about. One that is
        certain gives way to the name of a page alone, and only where he has the names before him (`seen`).
        """
        given = turns.given_by(arrival, state)
        match given, arrival.what:
            case Interrupt(label=label), Typed(text=text) if (
                self.is_on_offer(state, text) if turns.is_question(label) else seen and self.names_a_page(state, text)
            ):
                return Words(text)
            case _:
                return given

    def gate(self, now: datetime, language: str = "", said: str = "") -> Turn:
        """The question whether it is OK to chat, after a silence; ``said`` is what his tap came to, if to anything."""
        return envelope.gate(lifelines=self._board.lifelines, at=now, said=said, speech=self._speech(language))

    def paused(self, message: str, state: State, now: datetime, *, said: str = "", waits: bool = False) -> Turn:
        """What everybody is told while the bot is paused; with a button to go on where a danger ``waits`` that was not
        answered yet. ``said`` is what his tap came to, if to anything.
        """
        speech = self._speech(state.language)
        text = "\n\n".join(part for part in (said, message) if part)
        rows = ((Button(speech.go_on, envelope.GO_ON.token),),) if waits else ()
        return envelope.surround([Piece(text, None, rows)], lifelines=self._board.lifelines, at=now, speech=speech)

    def late(self, language: str = "") -> Turn:
        """The bland line that answers a message which waited too long."""
        return envelope.late(self._speech(language))

    def with_asides(
        self, replies: Sequence[Reply], names: Sequence[str], state: State, now: datetime, *, after: bool
    ) -> list[Reply]:
        """The replies with written lines before what the first one says, or after it."""
        if not names:
            return list(replies)
        worded = self._board.lifelines.worded(now, self._nation(state), self._speech(state.language))
        asides = self._book_in(state.language).asides
        spoken = [asides.get(name) or worded[name] for name in names]
        first, *rest = replies
        parts = [first.text, *spoken] if after else [*spoken, first.text]
        return [first._replace(text="\n\n".join(parts)), *rest]

    @property
    def public(self) -> tuple[str, ...]:
        """The telephone numbers of this installation's lifelines: nobody's own, whoever types them."""
        return tuple(line.number for line in self._board.lifelines.lines())

    def erased(self, erased: Erased, language: str) -> str:
        """What became of a message that he wanted deleted."""
        speech = self._speech(language)
        return speech.not_erased if erased.left else speech.erased

    async def step(
        self, state: State, given: Given, now: datetime, channel: str, happened: list[Happening] | None = None
    ) -> tuple[State, list[Reply]]:
        """Step the flow, answering what it asks of the directory on the way.

        To ``happened`` is added what is to be noted once the turn is committed.
        """
        if isinstance(given, Interrupt):
            given = Show() if self._was_led_on(given.label, state) else Interrupt(self._answered_as(given.label, state))
        replies: list[Reply] = []
        while True:
            try:
                stepped = self._stepped(state, given, now, channel, language=state.language)
                if stepped.state.language != state.language:
                    # He picked another language: what goes into the slots has to be in that one too.
                    stepped = self._stepped(state, given, now, channel, language=stepped.state.language)
            except EngineError as error:
                # A flow that fails must not fail him: he gets the helpline, and starts afresh.
                log.error("A flow failed at %s; its reader was given the helpline.", error.place)
                start = self.start(serial=state.serial, language=state.language)
                return start, [self.trouble(state.language)]
            replies += stepped.replies
            state = stepped.state
            match stepped.request:
                case None:
                    return state, replies
                case Locate(words=words):
                    given = self._signposting.locate(words)
                case Find() as request:
                    given = await self._find(request)
                    if happened is not None:
                        happened.append(Looked(request, given))
                case Describe() as request:
                    given = await self._describe(request)
                case Report() as request:
                    given = Reported()
                    if happened is not None:
                        happened.append(request)

    def _stepped(self, state: State, given: Given, now: datetime, channel: str, *, language: str) -> Step:
        speech = self._speech(language)
        silence = speech.lasting(int(self._silence.total_seconds() // 60))
        worded = self._board.lifelines.worded(now, self._nation(state), speech)
        # The lines are worded when a text names them; none is ever written to.
        slots = ChainMap({SILENCE: silence, **self._about.slots()}, cast("dict[str, str]", worded))
        return step(self.book, state, given, lifelines=slots, channel=channel)

    def _speech(self, language: str) -> Speech:
        return self._speeches.get(language, ENGLISH)

    def _book_in(self, language: str) -> Book:
        return self.book.tongues.get(language, self.book)

    async def _find(self, request: Find) -> Found:
        try:
            return await in_time(self._signposting.find(request))
        except STORE_TROUBLE as trouble:
            log.error("The directory cannot be read (%s); a man was given the helpline.", type(trouble).__name__)
            return Found(outcome="unavailable", cards=(), area_name="", widened_to=None)

    async def _describe(self, request: Describe) -> Described:
        try:
            return await in_time(self._signposting.describe(request))
        except STORE_TROUBLE as trouble:
            log.error("The directory cannot be read (%s).", type(trouble).__name__)
            return Described(None)

    def is_interrupted(self, state: State) -> bool:
        """Is he in a flow that answers a danger, or came to where he is through one?"""
        return self.outside_danger(state) < len(state.places)

    def outside_danger(self, state: State) -> int:
        """How many of the places that he stands on lie before the first flow that answers a danger."""
        answering = set(self.book.interrupts.values())
        places = state.places
        return next((n for n, place in enumerate(places) if place.flow in answering), len(places))

    def settles(self, answered: str, waiting: str) -> bool:
        """Is the danger that was waiting answered too, now that this one is?"""
        return answered == turns.itself(waiting) or self._answerable(answered) == self._answerable(waiting)

    def _answerable(self, danger: str) -> str:
        """The name that this book has a flow for: where it has no question for a danger, that of the danger itself."""
        return danger if danger in self.book.interrupts else turns.itself(danger)

    def _answered_as(self, danger: str, state: State) -> str:
        """The same at this state: he who is in the flow for a danger is not asked whether he meant it."""
        plain = turns.itself(danger)
        inside = any(place.flow == self.book.interrupts.get(plain) for place in state.places)
        return plain if inside else self._answerable(danger)

    def _was_led_on(self, danger: str, state: State) -> bool:
        """Has he answered this very question, and is he reading what his answer led to? Then it is not asked again."""
        asking = self.book.interrupts.get(danger) if turns.is_question(danger) else None
        inside = any(place.flow == self.book.interrupts.get(turns.itself(danger)) for place in state.places)
        return not inside and any(place.flow == asking for place in state.places[:-1])

    def _nation(self, state: State) -> str | None:
        codes = (value for _, values in state.answers for value in values)
        return next((self._signposting.nation(c) for c in codes if self._signposting.is_area(c)), None)

    def surround(self, state: State, replies: Sequence[Reply], now: datetime, *, offering: int | None = None) -> Turn:
        """What is said, as a turn: with the helpline, the way out, and help in danger unless he is there.

        ``offering`` is a message of his that he is offered to delete, by a button under the first reply.
        """
        speech = self._speech(state.language)
        pieces = [turns.piece(reply, state) for reply in replies]
        if offering is not None:
            offer = Button(speech.erase, turns.erase_token(offering))
            pieces[0] = replace(pieces[0], rows=(*pieces[0].rows, (offer,)))
        in_danger = state.places[-1].flow == self.book.interrupts.get(turns.URGENT_LABEL)
        return envelope.surround(
            pieces,
            lifelines=self._board.lifelines,
            at=now,
            nation=self._nation(state),
            urgent=not in_danger,
            speech=speech,
        )

    def trouble(self, language: str = "") -> Reply:
        """What is said when something went wrong at our end, with a button to begin again."""
        book = self._book_in(language)
        return Reply(text=book.asides["trouble"], rows=((Option(turns.AGAIN, book.words.start_again),),))
