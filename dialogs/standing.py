"""Where he stands: going on to the next step that waits for him, and saying what is said on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dialogs import moves, words
from dialogs.book import Book
from dialogs.exchange import EngineError, Find, Request, Step
from dialogs.rendering import Piece, Waiting, merged, rows_of, say
from dialogs.spans import Ref
from dialogs.state import State
from dialogs.steps import Ask, Branch, Call, End, Locate, Say
from dialogs.steps import Find as FindStep
from dialogs.steps import Step as AnyStep
from dialogs.steps.branch import CHANNEL
from dialogs.texts import Text

MOST_STEPS = 100


@dataclass(slots=True)
class Standing:
    """A turn in the making: where he is by now, what has been said, and what has to be known."""

    book: Book
    state: State
    values: Mapping[str, str]
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
            raise EngineError("there is no such step", self.state)
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
        raise EngineError(f"{MOST_STEPS} steps without a question", self.state)

    def ask(self, at: Waiting) -> None:
        rows = rows_of(at, self.state)
        if not self.state.offered or isinstance(at, End):
            self.pieces.append(replace(say(at.text, self.values, self.state, at.first), rows=rows))
            return
        if isinstance(at, Locate):
            self.pieces.append(replace(say(at.choose, self.values, self.state, at.first), rows=rows))
        else:
            self.pieces.append(Piece(words.DID_YOU_MEAN, at.first.words or None, rows))

    def say(self, text: Text, first: Text | None = None) -> None:
        self.pieces.append(say(text, self.values, self.state, first))

    def branch(self, at: Branch) -> Ref:
        values = (self.channel,) if at.on.name == CHANNEL else self.state.answer(at.on.name)
        return next((case.go for case in at.cases if case.value.name in values), at.otherwise)

    def find_request(self, at: FindStep) -> Find:
        def one(ref: Ref) -> str | None:
            return next(iter(self.state.answer(ref.name)), None) if ref else None

        return Find(
            needs=self.state.answer(at.needs.name),
            area=one(at.area),
            language=one(at.language),
            contact=one(at.contact),
            age=one(at.age),
        )
