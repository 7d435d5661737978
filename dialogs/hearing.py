"""What his words mean where he stands, and what is said when they mean no one option for certain."""

from __future__ import annotations

from collections.abc import Collection

from dialogs.book import Book
from dialogs.exchange import Locate
from dialogs.languages import NAMES
from dialogs.pieces import Option
from dialogs.rendering import Piece, heard
from dialogs.standing import IN, Standing
from dialogs.state import State, offer
from dialogs.steps import Ask, Report
from dialogs.steps import Locate as LocateStep
from dialogs.understanding import Heard, Understood, control, is_named, normalise, understand, understand_several


def is_on_offer(book: Book, state: State, text: str) -> bool:
    """Whether the whole message is what an option on offer is called or said by, in the language of `book`."""
    at = book.step(state.place.flow, state.place.step)
    options = heard(at, book.words, state.offered) if isinstance(at, Ask | LocateStep) else ()
    return is_named(text, options, book.words)


def names_a_page(book: Book, state: State, text: str) -> bool:
    """Whether the whole message is what a button is called or said by, on a screen that asks nothing of him.

    There words stand for what he can read: "police" on the list of topics. To a question they may be a cry.
    """
    at = book.step(state.place.flow, state.place.step)
    if not isinstance(at, Ask) or not at.answerless:
        return False
    on_buttons = [option for option in heard(at, book.words, state.offered) if option.shown]
    return control(text, book.words) is None and is_named(text, on_buttons, book.words)


class Hearing(Standing):
    """A turn in the making, in which he may have typed."""

    def meaning(self, text: str) -> Understood:
        """What his words mean where he stands."""
        words, at = self.book.words, self.here()
        reserved = control(text, words)
        if reserved is not None or not isinstance(at, Ask | LocateStep):
            return Understood(reserved)
        options = self.on_offer(at)
        choices = [option for option in options if not option.id.startswith("_")]
        several = understand_several(text, choices, words) if isinstance(at, Ask) and at.many else ()
        if several:
            return Understood(several=several)
        option, close, _ = understand(text, options, words)
        if self.state.offered and not option and not close and not normalise(text).isdigit():
            # He was asked back, and says something else that the question itself knows. A number he can only mean for
            # what he sees.
            option, close, _ = understand(text, heard(at, words), words)
        # Only options can be asked back about, not the buttons for Done and None of these.
        return Understood(option or self.language_named(text), tuple(id_ for id_ in close if not id_.startswith("_")))

    def hear(self, text: str, meant: Understood, *, thanked: bool) -> None:
        """He typed words that mean no one option for certain; `thanked`: he is thanked for them already."""
        at = self.here()
        if isinstance(at, Ask) and meant.several:
            self.tick(at, {*meant.several, *self.state.place.ticks})
        elif isinstance(at, LocateStep):
            # No close calls here: "Newport, Wales" is a place, and not a slip for Wales.
            self.request = Locate(text)
        elif isinstance(at, Ask) and meant.close:
            # Asked back, he may have named others than those he was asked back about.
            labels = {option.id: option.label for option in (*heard(at, self.book.words), *self.on_offer(at))}
            self.state = self.state._replace(offered=offer([Option(id_, labels[id_]) for id_ in meant.close]))
            self.settle()
        else:
            # Asked which service it was, he is asked that again.
            if not isinstance(at, Report) or self.pending(at) is None:
                self.state = self.state._replace(offered=())
            if isinstance(at, Ask):
                self.not_understood(at, thanked=thanked)
            self.settle()

    def not_understood(self, at: Ask, *, thanked: bool) -> None:
        if at.thanks and not thanked:
            self.say(at.thanks)
        if at.unknown:
            self.say(at.unknown)
        else:
            self.pieces.append(Piece(self.book.words.not_understood))

    def on_offer(self, at: Ask | LocateStep) -> tuple[Heard, ...]:
        """What he can type here."""
        known = self.question()
        return known.heard if known is not None else heard(at, self.book.words, self.state.offered)

    def language_named(self, text: str) -> str | None:
        """The reserved option for the language that his words name, where it is offered: "Cymraeg", "Welsh"."""
        names = self.own_names() if self.written.tongues else {}
        said = normalise(text)
        known = ((code, (own, NAMES.get(code, own))) for code, own in names.items())
        return next((IN + code for code, called in known if said in map(normalise, called)), None)

    def tick(self, at: Ask, ticked: Collection[str]) -> None:
        # In the order of the options, so that the order of his taps is not remembered.
        ticks = tuple(option.id for option in at.options if option.id in ticked)
        place = self.state.place._replace(ticks=ticks)
        self.state = self.state._replace(places=(*self.state.places[:-1], place), offered=())
        self.settle()
