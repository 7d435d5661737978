"""Gettext catalogues: the bytes of a .po file, read and written with Babel so that Weblate and Poedit can work on them.

What is read is not trusted: a broken or hostile file raises CatalogueError and nothing else. What is written has no
dates, so that nothing changes when nothing was changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Self

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser, normalize, unescape

from dialogs.parsing import LARGEST_CATALOGUE

NAME = "X-Fingerpost-Language-Name"
REVIEWED_BY = "X-Fingerpost-Reviewed-By"
REVIEWED_ON = "X-Fingerpost-Reviewed-On"

_WIDTH = 78
_CODE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_LONGEST_NAME = 32
# It stands on a button: words of letters, and nothing that turns or hides what is beside it.
_A_NAME = re.compile(r"[^\W\d_]+([ '’-][^\W\d_]+){0,3}")
# Babel reads the `#|` lines, the English as it was when a translation was made, as comments of a translator.
_PREVIOUS = "| "

DRAFT_COMMENT = """\
# {name} for Fingerpost.
#
# DRAFT. Nobody has reviewed these words, so no man is offered them. When somebody who speaks the language and knows
# the work has read every message here: write who in X-Fingerpost-Reviewed-By and the day in X-Fingerpost-Reviewed-On
# (2027-01-31) below. docs/translating.md says what to look for."""
TEMPLATE_COMMENT = """\
# Every text that a man can read in Fingerpost and every word that he can type, for translators.
# Written by `fingerpost flows extract`; docs/translating.md says how to use it."""


class CatalogueError(Exception):
    """A catalogue that cannot be read. `line` is where, counted from one."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation. `doubtful`: the English was changed since, or a translator marked it ("fuzzy")."""

    text: str
    doubtful: bool
    line: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations into one language, by context and English source.

    `name` is what the language calls itself, for the button that offers it. `reviewed_by` and `reviewed_on` (a date as
    it is written, 2027-01-31) are empty until somebody has reviewed it. `changed_on` is the day that a translator's
    tool last noted, "" when none did. `file` is the name it is shown under.
    """

    language: str
    name: str
    reviewed_by: str
    reviewed_on: str
    changed_on: str
    entries: Mapping[tuple[str, str], Entry]
    file: str

    @classmethod
    def read(cls, language: str, data: bytes, file: str) -> Self:
        """The catalogue of a .po file. Raises CatalogueError."""
        if not _CODE.fullmatch(language):
            raise CatalogueError(f"`{language}` is not the code of a language, such as `cy`.")
        po = _parsed(data)
        headers = {name.casefold(): " ".join(value.split()) for name, value in po.headers}
        name = headers.get(NAME.casefold(), "")
        if not _A_NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
            raise CatalogueError(f"The header has no `{NAME}` of up to {_LONGEST_NAME} letters, such as `Cymraeg`.")
        entries = {
            (message.context or "", message.id): Entry(message.string or "", message.fuzzy, message.lineno or 1)
            for message in po
            if isinstance(message.id, str) and message.id and isinstance(message.string, str)
        }
        return cls(
            language=language,
            name=name,
            reviewed_by=headers.get(REVIEWED_BY.casefold(), ""),
            reviewed_on=headers.get(REVIEWED_ON.casefold(), ""),
            changed_on=headers.get("po-revision-date", "")[:10],
            entries=MappingProxyType(entries),
            file=file,
        )

    def reviewed(self, today: date | None = None) -> bool:
        """Whether somebody is recorded to have reviewed it, on a day that has come: else no man is offered it."""
        day = self.review_day
        return bool(self.reviewed_by) and day is not None and (today is None or day <= today)

    @property
    def review_day(self) -> date | None:
        return _day(self.reviewed_on)

    @property
    def changed_since_review(self) -> bool:
        """Whether a translator's tool noted a change on a later day than the review."""
        reviewed, changed = self.review_day, _day(self.changed_on)
        return reviewed is not None and changed is not None and changed > reviewed


@dataclass(frozen=True, slots=True)
class Template:
    """One message as translators get it: `notes` say what it is, `places` where it is said (file, line)."""

    source: str
    context: str
    notes: tuple[str, ...]
    places: tuple[tuple[str, int], ...]


def written_template(messages: Iterable[Template]) -> bytes:
    """The .pot file: every message, untranslated."""
    return _written(_template(messages))


def updated(existing: bytes | None, messages: Iterable[Template], *, language: str, name: str) -> bytes:
    """The .po file of a language brought up to the messages there are now; None: a new one, in which
    the language is called `name`.

    No translation is lost: where the English was changed, the translation of the old words stays beside the new ones
    and is marked as fuzzy, with the old words; what is no longer said is kept at the end. Raises CatalogueError when
    `existing` cannot be read.
    """
    template = _template(messages)
    po = _new(language, name) if existing is None else _parsed(existing)
    revived = {_key(message): message for message in po.obsolete.values()}
    for message in template:
        old = revived.get(_key(message))
        if old is not None and po.get(message.id, message.context) is None:
            po.obsolete = {key: kept for key, kept in po.obsolete.items() if kept is not old}
            po[message.id] = old
    before = {_key(message): message.previous_id for message in po}
    po.update(template, update_creation_date=False)
    for message in po:
        if message.fuzzy and not message.previous_id:
            message.previous_id = before.get(_key(message), [])
    return _written(po)


class _Po(Catalog):
    """A catalogue that keeps its header as it is. Babel's own drops entries that it does not know and dates the rest,
    and reads numbers and dates out of it that a hostile file can make anything of."""

    def __init__(self, comment: str = "", headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(fuzzy=False)
        self.headers = list(headers)
        self._comment = comment

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        *most, (name, value) = self.headers
        return [*most, (name, value + "\n")]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self.headers = [(name, str(value)) for name, value in headers]

    @property
    def header_comment(self) -> str:
        return self._comment

    @header_comment.setter
    def header_comment(self, comment: str) -> None:
        self._comment = comment


_PLAIN_HEADERS = (
    ("Project-Id-Version", "Fingerpost"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=UTF-8"),
    ("Content-Transfer-Encoding", "8bit"),
)


def _new(language: str, name: str) -> _Po:
    review = (("Language", language), (NAME, name), (REVIEWED_BY, ""), (REVIEWED_ON, ""))
    return _Po(DRAFT_COMMENT.format(name=name), (*_PLAIN_HEADERS, *review))


def _template(messages: Iterable[Template]) -> _Po:
    po = _Po(TEMPLATE_COMMENT, _PLAIN_HEADERS)
    for message in messages:
        po.add(
            message.source,
            "",
            locations=message.places,
            auto_comments=message.notes,
            context=message.context or None,
        )
    return po


def _parsed(data: bytes) -> _Po:
    if len(data) > LARGEST_CATALOGUE:
        raise CatalogueError(f"The file is longer than {LARGEST_CATALOGUE:,} bytes.")
    try:
        lines = [_without_mark(line) for line in data.decode("utf-8-sig").split("\n")]
    except UnicodeDecodeError as error:
        raise CatalogueError("This line is not UTF-8 text.", data.count(b"\n", 0, error.start) + 1) from None
    po = _Po(headers=_PLAIN_HEADERS)
    try:
        PoFileParser(po, abort_invalid=True).parse(lines)
    except PoFileError as error:
        raise CatalogueError("This is not a line of a gettext catalogue.", error.lineno + 1) from None
    except Exception:
        # On some broken files Babel's reader fails by whatever its code happens to run into (an IndexError, say).
        raise CatalogueError("This is not a gettext catalogue.") from None
    if not po.headers:
        po.headers = list(_PLAIN_HEADERS)
    for message in [*po, *po.obsolete.values()]:
        _recall_previous(message)
    return po


def _without_mark(line: str) -> str:
    """The `#~|` lines of gettext, which Babel cannot read, as the `#|` lines that they are of an obsolete message."""
    return "#|" + line[3:] if line.startswith("#~|") else line


def _recall_previous(message: Message) -> None:
    previous = [comment for comment in message.user_comments if comment.startswith(_PREVIOUS)]
    if previous:
        message.user_comments = [comment for comment in message.user_comments if comment not in previous]
        lines = [line.removeprefix(_PREVIOUS) for line in previous if not line.startswith(_PREVIOUS + "msgctxt")]
        quoted = [line.removeprefix("msgid ") for line in lines if line.endswith('"')]
        message.previous_id = ["".join(map(unescape, quoted))]


def _written(po: _Po) -> bytes:
    return "\n".join("\n".join(_lines(message, po)) + "\n" for message in (*po, *po.obsolete.values())).encode()


def _lines(message: Message, po: _Po) -> Iterator[str]:
    """A message as it stands in the file. Babel's own writer breaks long `#|` lines where gettext cannot read them."""
    if not message.id:
        yield po.header_comment
    obsolete = "" if po.get(message.id, message.context) is message or not message.id else "#~ "
    yield from (f"# {comment}".rstrip() for comment in message.user_comments)
    if not obsolete:
        yield from (f"#. {note}" for note in message.auto_comments)
        yield from (f"#: {file}:{line}" for file, line in sorted(message.locations))
    # What is doubtful stays so when it comes back.
    flags = sorted(message.flags if not obsolete else message.flags & {"fuzzy"})
    if flags:
        yield f"#, {', '.join(flags)}"
    if message.previous_id:
        mark = "#~| " if obsolete else "#| "
        yield f"{mark}msgid {normalize(message.previous_id[0], mark, _WIDTH)}"
    if message.context:
        yield f"{obsolete}msgctxt {normalize(message.context, obsolete, _WIDTH)}"
    yield f"{obsolete}msgid {normalize(str(message.id), obsolete, _WIDTH)}"
    yield f"{obsolete}msgstr {normalize(str(message.string or ''), obsolete, _WIDTH)}"


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, str(message.id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
