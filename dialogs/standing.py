"""Where he stands: going on to the next step that waits for him, and saying what is said on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dialogs import moves
from dialogs.book import Book
from dialogs.exchange import EngineError, Find, Request, Step
from dialogs.languages import NAMES, SOURCE_LANGUAGE
from dialogs.pieces import Option
from dialogs.rendering import Piece, Rows, Waiting, fill, merged, rows_of, slot_values
from dialogs.spans import Ref
from dialogs.state import State
from dialogs.steps import Ask, Branch, Call, Choice, End, Locate, Report, Say
from dialogs.steps import Find as FindStep
from dialogs.steps import Step as AnyStep
from dialogs.steps.branch import CHANNEL
from dialogs.tables import Question
from dialogs.texts import Text

MOST_STEPS = 100
IN = "_in_"
"""What the reserved option begins with by which he goes on in another language; its code follows."""


@dataclass(slots=True)
class Standing:
    """A turn in the making: where he is by now, what has been said, and what has to be known.

    `written` is the book in the language it is written in, with its `tongues`; `book` is it in his language.
    """

    written: Book
    book: Book
    state: State
    lifelines: Mapping[str, str]
    channel: str
    pieces: list[Piece] = field(default_factory=list)
    request: Request | None = None

    def end(self, state: State) -> Step:
        """The turn as it leaves the engine, with the state that is to be kept."""
        return Step(state, merged(self.pieces), self.request)

    def go(self, target: Ref) -> None:
        self.state = moves.to(self.state, target)

    def here(self) -> AnyStep:
        place = self.state.place
        at = self.book.step(place.flow, place.step)
        if at is None:
            raise EngineError("there is no such step", place)
        return at

    def settle(self) -> None:
        """Go on to the next step that waits for him, saying what is said on the way."""
        for _ in range(MOST_STEPS):
            at = self.here()
            match at:
                case Ask() | Locate() | End():
                    self.ask(at)
                    return
                case FindStep():
                    self.request = self.find_request(at)
                    return
                case Say():
                    self.say(at.text, at.first)
                    self.go(at.go)
                case Branch():
                    self.go(self.branch(at))
                case Call():
                    self.go(at.go)
                    self.state = moves.into(self.state, at.flow.name, self.book)
        raise EngineError(f"{MOST_STEPS} steps without a question", self.state.place)

    def ask(self, at: Waiting) -> None:
        known = self.question()
        if known is not None:
            rows = self.with_languages(known.rows[bool(self.state.trail)])
            self.pieces.append(Piece(known.said(self.lifelines), known.first, rows))
        elif not self.state.offered:
            self.say(at.text, at.first, self.rows(at))
        elif isinstance(at, Locate):
            self.say(at.choose, at.first, self.rows(at))
        elif isinstance(at, Report) and self.pending(at) is not None:
            self.say(at.which, at.first, self.rows(at))
        else:
            self.pieces.append(Piece(self.book.words.did_you_mean, at.first.words or None, self.rows(at)))

    def pending(self, at: Report) -> Choice | None:
        """What he said of a service, while it is not yet known of which or not yet passed on."""
        return next((choice for choice in at.options if choice.id in self.state.place.ticks), None)

    def question(self) -> Question | None:
        """The row of the tables for the question as it is asked at first: nothing ticked, nothing asked back."""
        known = self.book.tables.at.get(self.state.place)
        return known if isinstance(known, Question) and not self.state.offered else None

    def say(
        self, text: Text, first: Text | None = None, rows: Rows = (), more: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Say a text with its slots filled; `more` are values that it can have beside those of every text."""
        values = {**slot_values(text.slots, self.lifelines, self.book.words), **more} if text.slots else more
        self.pieces.append(Piece(fill(text, values, self.state.place), first.words if first else None, rows))

    def rows(self, at: Waiting) -> Rows:
        """The buttons under the question as it is asked now."""
        state = self.state
        rows = rows_of(at, self.book.words, back=bool(state.trail), ticks=state.place.ticks, offered=state.offered)
        return self.with_languages(rows)

    def with_languages(self, rows: Rows) -> Rows:
        """Under the very first question, a button for each language in which he can go on."""
        return (*rows, self.languages()) if self.written.tongues and self.at_first() else rows

    def at_first(self) -> bool:
        """Whether this is the very first question."""
        state = self.state
        return len(state.places) == 1 and not state.trail and state.place in self.written.tables.first

    def languages(self) -> tuple[Option, ...]:
        """A button for each language but the present one, labelled by the language's own name for itself."""
        present = self.state.language if self.state.language in self.written.tongues else SOURCE_LANGUAGE
        return tuple(Option(IN + language, name) for language, name in self.own_names().items() if language != present)

    def own_names(self) -> Mapping[str, str]:
        """What each language of the conversation calls itself, by its code."""
        others = {language: tongue.name or language for language, tongue in self.written.tongues.items()}
        return {SOURCE_LANGUAGE: NAMES[SOURCE_LANGUAGE], **others}

    def branch(self, at: Branch) -> Ref:
        values = (self.channel,) if at.on.name == CHANNEL else self.state.answer(at.on.name)
        case = at.case(values)
        return case.go if case else at.otherwise

    def find_request(self, at: FindStep) -> Find:
        def one(ref: Ref) -> str | None:
            return next(iter(self.state.answer(ref.name)), None) if ref else None

        return Find(
            needs=self.state.answer(at.needs.name),
            area=one(at.area),
            language=one(at.language),
            contact=one(at.contact),
            age=one(at.age),
            without=tuple(service for service in self.state.told if not service.startswith("_")),
        )
