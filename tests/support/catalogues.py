"""Gettext catalogues for tests, reviewed or not, and a language that is made from English by turning words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from dialogs.book import Book
from dialogs.source import Source
from dialogs.translation.catalogues import NAME, REVIEWED_BY, REVIEWED_ON, Catalogue
from dialogs.translation.messages import Message, messages

Key = tuple[str, str]
_PARTS = re.compile(r"\{[^{}]*\}|[^\W\d_]+")


def turned(text: str) -> str:
    """The text in Turned, a language in which every word is written backwards. Slots, numbers and signs stay."""
    return _PARTS.sub(lambda part: part[0] if part[0].startswith("{") else part[0][::-1], text)


def in_turned(book: Book) -> dict[Key, str]:
    """A whole translation into Turned."""
    return {message.key: turned(message.source) for message in messages(book)}


def po(
    entries: Mapping[Key, str],
    *,
    name: str = "Denrut",
    by: str = "A. Reviewer",
    on: str = "2026-11-01",
    fuzzy: Iterable[Key] = (),
    **headers: str,
) -> bytes:
    """A .po file of these translations. Without `by` or `on` nobody has reviewed it."""
    header = {NAME: name, REVIEWED_BY: by, REVIEWED_ON: on, **{key.replace("_", "-"): v for key, v in headers.items()}}
    lines = ['msgid ""', 'msgstr ""', *(_quoted(f"{key}: {value}\n") for key, value in header.items()), ""]
    for (context, source), text in entries.items():
        lines += ["#, fuzzy"] if (context, source) in set(fuzzy) else []
        lines += [f"msgctxt {_quoted(context)}"] if context else []
        lines += [f"msgid {_quoted(source)}", f"msgstr {_quoted(text)}", ""]
    return "\n".join(lines).encode()


def catalogue(entries: Mapping[Key, str], language: str = "cy", **options: str) -> Catalogue:
    return Catalogue.read(language, po(entries, **options), f"{language}.po")  # type: ignore[arg-type]


def with_catalogue(source: Source, data: bytes, language: str = "cy") -> Source:
    """The same conversations with this catalogue and no other."""
    return Source(source.flows, {language: data}, source.alone, source.shown)


def the(book: Book, wanted: Callable[[Message], bool]) -> Message:
    """The first message of a kind that a test wants."""
    return next(message for message in messages(book) if wanted(message))


def _quoted(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    )
    return f'"{escaped}"'
