"""What translators get: every message of a book, with what it is, where it is said and what must stay."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dialogs.book import Book
from dialogs.findings import listed
from dialogs.source import CATALOGUE_SUFFIX
from dialogs.texts import Slot, split
from dialogs.translation.catalogues import Template, updated, written_template
from dialogs.translation.messages import Kind, Message, messages

TEMPLATE = "messages.pot"
_MOST_PLACES = 3

# What catalogues of these languages call themselves; others begin with their code, for a translator to put right.
OWN_NAMES: Mapping[str, str] = MappingProxyType(
    {"cy": "Cymraeg", "ga": "Gaeilge", "gd": "Gàidhlig", "pl": "polski", "ro": "română", "sco": "Scots"}
)

_KINDS: Mapping[Kind, str] = {
    "text": "A text.",
    "first": "First line of a message, which a lock screen shows: bland, 40 to 70 characters, about nothing.",
    "button": "A button: at most 4 words and 32 characters.",
    "typed": "Words he may type for the same, with commas between them. As many as fit; the English ones stay too.",
}


def extract(book: Book, catalogues: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files for translators, by name: the template, and each catalogue brought up to the book.

    `catalogues` has the present bytes of each language; empty ones begin a new catalogue. Raises CatalogueError for
    one that cannot be read.
    """
    wanted = templates(book)
    files = {TEMPLATE: written_template(wanted)}
    for language, data in catalogues.items():
        name = OWN_NAMES.get(language, language)
        files[language + CATALOGUE_SUFFIX] = updated(data or None, wanted, language=language, name=name)
    return files


def templates(book: Book) -> tuple[Template, ...]:
    """Each message once, with all the places that share it, in the order of the book."""
    places: dict[tuple[str, str], list[Message]] = {}
    for message in messages(book):
        places.setdefault(message.key, []).append(message)
    return tuple(_template(same) for same in places.values())


def _template(same: list[Message]) -> Template:
    first = same[0]
    where = [f"{message.span.file.rsplit('/', 1)[-1]}" for message in same if message.span is not None]
    lines = [message.span.line for message in same if message.span is not None]
    return Template(
        source=first.source,
        context=first.context,
        notes=tuple(_notes(same)),
        places=tuple(dict.fromkeys(zip(where, lines, strict=True))),
    )


def _notes(same: list[Message]) -> list[str]:
    first = same[0]
    notes = [_KINDS[kind] for kind in dict.fromkeys(message.kind for message in same)]
    slots = dict.fromkeys(f"{{{part.name}}}" for part in split(first.source)[0] if isinstance(part, Slot))
    if slots:
        notes.append(f"Filled in by the program, so keep as they are: {listed(slots).replace('`', '')}.")
    named = list(dict.fromkeys(_place(message) for message in same))
    more = f" and {len(named) - _MOST_PLACES} more places" if len(named) > _MOST_PLACES else ""
    return [*notes, "At " + ", ".join(named[:_MOST_PLACES]) + more]


def _place(message: Message) -> str:
    """The place as `flow/step` and what is said there; what is typed or tapped is told by its option."""
    return message.place.removesuffix("/label").removesuffix("/words")
