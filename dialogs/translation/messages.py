"""Every text that a man can read and every word that he can type, found by one walk over a book.

Translators get what the walk finds, and a translation is put in by the same walk: what is extracted and what is
translated cannot part.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from dialogs.book import Book
from dialogs.flow import Flow
from dialogs.spans import Ref, Span
from dialogs.steps import Choice, Step
from dialogs.texts import Slot, Text, split
from dialogs.understanding import normalise
from dialogs.words import Words

Kind = Literal["text", "first", "button", "typed"]

# What a field holds is told by its name; all other strings (ids, values of answers) are never shown. A test holds this
# list against the fields there are.
BUTTONS = frozenset({"label", "more"})
TYPED = frozenset({"words"})
FIRST = "first"
# Of the engine's own words, those that are no buttons.
SENTENCES = frozenset({"not_understood", "did_you_mean", "everywhere", "silence", "unnamed"})

# An answer such as Yes is translated at each question by itself: Welsh has no one word for it.
_SAID_BY_QUESTION = frozenset({"yes", "no"})
_BETWEEN_WORDS = ", "

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """One text to translate, at one of the places where it stands.

    `context` tells texts apart that are the same in English and may not be elsewhere; "" for most. `place` names the
    place for people ("main/hello/why"). `span` is where it is written, None when it is not in a flow.
    """

    kind: Kind
    source: str
    context: str
    place: str
    span: Span | None

    @property
    def key(self) -> tuple[str, str]:
        """What a translation is found by: the same in every place that shares it."""
        return self.context, self.source


class Interpreter:
    """What a book is respoken by. This one says everything as it is written; others override what they need.

    After `say` for each message, the whole of what belongs together is handed over once more, as written and as said.
    """

    def say(self, message: Message) -> str:
        return message.source

    def words(self, written: Words, said: Words) -> Words:
        return said

    def around(self, written: Mapping[str, str], said: Mapping[str, str]) -> Mapping[str, str]:
        return said

    def step(self, written: Step, said: Step) -> Step:
        return said


class _Listener(Interpreter):
    def __init__(self) -> None:
        self.heard: list[Message] = []

    def say(self, message: Message) -> str:
        self.heard.append(message)
        return message.source


def messages(book: Book) -> tuple[Message, ...]:
    """Every message of a book, in the order in which they are written. Where several places share one, it comes once
    for each place."""
    listener = _Listener()
    respoken(book, listener)
    return tuple(listener.heard)


def respoken(book: Book, by: Interpreter) -> Book:
    """The same book with every message replaced by what `by` says for it. `book` itself stays as it is.

    The words of the engine come first, then those around the flows, then the flows.
    """
    walk = _Walk(by)
    words = by.words(book.words, walk.words(book.words))
    around = {
        name: walk.string(text, _kind_of(name), f"around {name.partition('.')[0]}", f"around/{name}")
        for name, text in book.around.items()
    }
    around_settled = by.around(book.around, MappingProxyType(around))
    flows = {name: _respoken_flow(flow, walk, by) for name, flow in book.flows.items()}
    said = {name: text.words for flow in flows.values() for name, text in flow.asides.items()}
    return replace(
        book,
        flows=MappingProxyType(flows),
        asides=MappingProxyType({name: said.get(name, aside) for name, aside in book.asides.items()}),
        words=words,
        around=around_settled,
    )


def raw(text: Text) -> str:
    """A text as it is written in a flow: slots in braces, braces doubled."""
    return "".join(
        f"{{{part.name}}}" if isinstance(part, Slot) else part.replace("{", "{{").replace("}", "}}")
        for part in text.parts
    )


def listed_words(words: tuple[str, ...]) -> str:
    """Words that can be typed, as one message: translations need not correspond one to one."""
    return _BETWEEN_WORDS.join(words)


def read_words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _kind_of(name: str) -> Kind:
    """Words from around the flows are named by what they are: `button.leave`, `first.opening`, `text.any_hour`."""
    kinds: Mapping[str, Kind] = {"button": "button", "first": "first"}
    return kinds.get(name.partition(".")[0], "text")


def _respoken_flow(flow: Flow, walk: _Walk, by: Interpreter) -> Flow:
    steps = {name: by.step(step, walk.inside(step, f"{flow.id}/{name}")) for name, step in flow.steps.items()}
    asides = {name: walk.text(text, "text", f"{flow.id}/asides/{name}") for name, text in flow.asides.items()}
    return replace(flow, asides=MappingProxyType(asides), steps=MappingProxyType(steps))


class _Walk:
    """Rebuilds frozen values from the inside out; what holds no words is handed back as it is."""

    def __init__(self, by: Interpreter) -> None:
        self._by = by

    def string(self, source: str, kind: Kind, context: str, place: str, span: Span | None = None) -> str:
        # Signs alone ("{name}") say nothing that could be said in another language.
        if not any(sign.isalpha() for part in split(source)[0] if isinstance(part, str) for sign in part):
            return source
        return self._by.say(Message(kind, source, context, place, span))

    def text(self, text: Text, kind: Kind, place: str) -> Text:
        source = raw(text)
        said = self.string(source, kind, "", place, text.span)
        return text if said == source else Text(split(said)[0], text.span)

    def words(self, words: Words) -> Words:
        """The engine's own. They stand in no flow."""
        said: dict[str, Any] = {}
        for field in dataclasses.fields(words):
            name, value = field.name, getattr(words, field.name)
            place = f"words/{name}"
            if isinstance(value, tuple):
                said[name] = self._typed(value, f"words {name}", place, None)
            else:
                kind: Kind = "text" if name in SENTENCES else "button"
                said[name] = self.string(value, kind, f"{kind} {name}", place)
        return Words(**said)

    def _typed(self, words: tuple[str, ...], context: str, place: str, span: Span | None) -> tuple[str, ...]:
        source = listed_words(words)
        said = self.string(source, "typed", context, place, span)
        return words if said == source else read_words(said)

    def _value(self, value: T, name: str, place: str, owner: Any) -> T:
        result: Any = value
        if isinstance(value, Text):
            result = self.text(value, "first" if name == FIRST else "text", place)
        elif isinstance(value, str) and name in BUTTONS:
            result = self.string(value, "button", _context(name, owner, place, value), place, _span(owner, name))
        elif isinstance(value, tuple) and name in TYPED:
            result = self._typed(value, _context(name, owner, place, owner.label), place, _span(owner, name))
        elif isinstance(value, tuple):
            result = tuple(self._value(item, name, _place_of(item, place), owner) for item in value)
        elif isinstance(value, Mapping):
            result = {key: self._value(item, key, f"{place}/{key}", owner) for key, item in value.items()}
        elif dataclasses.is_dataclass(value) and not isinstance(value, Ref | Span):
            result = self.inside(value, place)
        return result  # type: ignore[no-any-return]

    def inside(self, owner: T, place: str) -> T:
        """A step, or a part of one, with all that is said in it."""
        fields = dataclasses.fields(owner)  # type: ignore[arg-type]
        values = {
            field.name: self._value(getattr(owner, field.name), field.name, f"{place}/{field.name}", owner)
            for field in fields
        }
        return replace(owner, **values)  # type: ignore[type-var]


def _place_of(item: object, place: str) -> str:
    """An option is named by its id, whatever the list is called that it stands in."""
    return f"{place.rpartition('/')[0]}/{item.id}" if isinstance(item, Choice) else place


def _context(name: str, owner: Any, place: str, label: str) -> str:
    if not isinstance(owner, Choice):
        return f"button {name}"
    what = "option" if name in BUTTONS else "words"
    return f"{what} {place.rpartition('/')[0] if normalise(label) in _SAID_BY_QUESTION else owner.id}"


def _span(owner: Any, name: str) -> Span | None:
    """Where a string stands, as far as its owner knows."""
    found: Span | None = getattr(owner, f"{name}_span", None) or getattr(owner, "label_span", None)
    return found
