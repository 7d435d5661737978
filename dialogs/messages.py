"""Every text that a man can read and every word that he can type, found by one walk over a book.

Translators get what the walk finds, and a translation is put in by the same walk: what is extracted and what is
translated cannot part.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from dialogs.book import Book
from dialogs.flow import Flow
from dialogs.spans import Ref, Span
from dialogs.steps import Choice, Step
from dialogs.texts import Slot, Text, split
from dialogs.understanding import normalise

Kind = Literal["text", "first", "button", "typed"]

# What a field holds is told by its name; all other strings (ids, values of answers) are never shown. A test holds this
# list against the fields there are.
BUTTONS = frozenset({"label", "more"})
TYPED = frozenset({"words"})
_FIRST = "first"

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


Say = Callable[[Message], str]
"""What is said for a message: its translation, or its source."""
Settle = Callable[[Step, Step], Step]
"""A last word on a step: given as it was written and as it was translated."""


def messages(book: Book) -> tuple[Message, ...]:
    """Every message of a book, in the order of the conversation; the same one several times if several places say it."""
    found: list[Message] = []

    def note(message: Message) -> str:
        found.append(message)
        return message.source

    respoken(book, note)
    return tuple(found)


def respoken(book: Book, say: Say, settle: Settle = lambda _, translated: translated) -> Book:
    """The same book with every message replaced by what `say` gives for it. `book` itself stays as it is."""
    walk = _Walk(say)
    flows = {name: _respoken_flow(flow, walk, settle) for name, flow in book.flows.items()}
    said = {name: text.words for flow in flows.values() for name, text in flow.asides.items()}
    around = {
        name: walk.string(source, _kind_of(name), name, f"around/{name}", None) for name, source in book.around.items()
    }
    return replace(
        book,
        flows=MappingProxyType(flows),
        asides=MappingProxyType({name: said.get(name, words) for name, words in book.asides.items()}),
        around=MappingProxyType(around),
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


def _respoken_flow(flow: Flow, walk: _Walk, settle: Settle) -> Flow:
    asides = walk.mapping(flow.asides, f"{flow.id}/asides")
    steps = {name: settle(step, walk.step(step, f"{flow.id}/{name}")) for name, step in flow.steps.items()}
    return replace(flow, asides=asides, steps=MappingProxyType(steps))


class _Walk:
    """Rebuilds frozen values from the inside out; what holds no words is handed back as it is."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def step(self, step: Step, place: str) -> Step:
        return self._inside(step, place)

    def mapping(self, texts: Mapping[str, Text], place: str) -> Mapping[str, Text]:
        return MappingProxyType({name: self._value(text, name, f"{place}/{name}", None) for name, text in texts.items()})

    def string(self, source: str, kind: Kind, context: str, place: str, span: Span | None) -> str:
        # Signs alone ("{name}") say nothing that could be said in another language.
        if not any(sign.isalpha() for part in split(source)[0] if isinstance(part, str) for sign in part):
            return source
        return self._say(Message(kind, source, context, place, span))

    def _value(self, value: T, name: str, place: str, owner: Any) -> T:
        result: Any = value
        if isinstance(value, Text):
            result = self._text(value, "first" if name == _FIRST else "text", place)
        elif isinstance(value, str) and name in BUTTONS and value:
            result = self.string(value, "button", _context(name, owner, place, value), place, _span(owner, name))
        elif isinstance(value, tuple) and name in TYPED and value:
            source = listed_words(value)
            context = _context(name, owner, place, getattr(owner, "label", ""))
            said = self.string(source, "typed", context, place, _span(owner, name))
            result = value if said == source else read_words(said)
        elif isinstance(value, tuple):
            result = tuple(self._value(item, name, _place_of(item, place), owner) for item in value)
        elif isinstance(value, Mapping):
            result = {key: self._value(item, key, f"{place}/{key}", owner) for key, item in value.items()}
        elif dataclasses.is_dataclass(value) and not isinstance(value, Ref | Span):
            result = self._inside(value, place)
        return result  # type: ignore[no-any-return]

    def _inside(self, owner: T, place: str) -> T:
        fields = dataclasses.fields(owner)  # type: ignore[arg-type]
        values = {
            field.name: self._value(getattr(owner, field.name), field.name, f"{place}/{field.name}", owner)
            for field in fields
        }
        return replace(owner, **values)  # type: ignore[type-var]

    def _text(self, text: Text, kind: Kind, place: str) -> Text:
        source = raw(text)
        said = self.string(source, kind, "", place, text.span) if text else source
        return text if said == source else Text(split(said)[0], text.span)


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
