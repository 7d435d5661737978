"""Dirt out of what sources write: markup, odd spaces, numbers in the wrong place, ids that are none. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

import phonenumbers

from service_directory.numbers import NumberError, read_number

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
#: What is looked at of one value. Nobody writes more of a service; only somebody who wants to keep us busy.
_LONGEST_VALUE = 20_000
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]")
_SPACES = re.compile(r"\s+")
_SAYS_NOTHING = frozenset(
    {"", "-", "--", ".", "n/a", "na", "none", "null", "nil", "nan", "undefined", "tbc", "unknown"}
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_URL = re.compile(
    r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?::\d+)?(?:[/?#][^\s<>\"]*)?", re.IGNORECASE
)
_BARE_URL = re.compile(r"(?:www\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?:/[^\s<>\"]*)?")
_BROKEN_SCHEME = re.compile(r"(https?)(?::/*|//)(?=[A-Za-z0-9])", re.IGNORECASE)
_TRUNK_IN_BRACKETS = re.compile(r"(\+44|0044)\s*\(0\)")
_DAYS = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_UK_DAYS = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
#: Names under which our own ids of other people's rows are made.
_NAMESPACE = uuid.UUID("6d2c6e0a-3f0e-5a53-9b62-2b8b7c6f0a11")
#: What cp1252 makes of UTF-8 that was read as cp1252 before it reached us.
_MOJIBAKE = re.compile(
    "[ÂÃâ][\u0080-\u00bf\u2018-\u203a\u20ac\u2122\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc]"
)


class _TextOnly(HTMLParser):
    """The words of a piece of HTML, with a space where an element begins or ends."""

    _SILENT = frozenset({"script", "style", "template", "noscript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        self._apart(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT and self._silent > 0
        self._apart(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    def _apart(self, tag: str) -> None:
        # A word may be half bold; a line or a list item is never half a word.
        if tag not in ("b", "strong", "i", "em", "u", "span", "a", "font", "small", "sub", "sup"):
            self.words.append(" ")


def clean(value: Any) -> str:
    """A value as one line of plain text: no markup, entities, odd or doubled spaces, or unseen characters.

    Empty for what says nothing: null, "n/a", "-", lists and objects.
    """
    if value is None or isinstance(value, bool | list | dict | tuple):
        return ""
    text = str(value)[:_LONGEST_VALUE]
    if "&" in text or "<" in text:
        # Twice, because some sources escape what is already escaped.
        text = html.unescape(html.unescape(text)) if "&amp;" in text else html.unescape(text)
        if _TAG.search(text):
            parser = _TextOnly()
            parser.feed(text)
            parser.close()
            text = "".join(parser.words)
    text = _unmangled(text)
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text).replace("\u2028", " ").replace("\u2029", " "))
    line = _SPACES.sub(" ", text).strip()
    return "" if line.casefold() in _SAYS_NOTHING else line


def fitted(text: str, longest: int) -> str:
    """A text of at most so many characters, cut after a sentence where one ends, or else after a word."""
    if len(text) <= longest:
        return text
    head = text[: longest + 1]
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)", head)]
    if ends and ends[-1] >= longest // 3:
        return head[: ends[-1]]
    return head[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "…"


def own_id(source_id: str, *hints: str) -> tuple[str, bool]:
    """Our id for a source's: the same where it is a UUID, or else one that always comes out alike. True when kept.

    Anything but a UUID is told apart by the hints (the source, and where there is no id the name): ids such as "1"
    are everybody's, and no source may come upon an id that a steward has given.
    """
    plain = source_id.strip().strip("{}").lower()
    if _UUID.fullmatch(plain):
        return plain, True
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((plain, *(hint.casefold() for hint in hints))))), False


def whole_number(value: Any, *, least: int, most: int) -> int | None:
    """A whole number within limits, or None: 18, "18", "18.0", "18+", "18 years"."""
    if isinstance(value, bool) or value is None:
        return None
    found = re.match(r"\s*(\d{1,4})(?:\.0+)?\s*(?:\+|years?|yrs?)?\s*$", str(value), re.IGNORECASE)
    number = int(found.group(1)) if found else None
    return number if number is not None and least <= number <= most else None


def day(value: Any) -> date | None:
    """A date in any usual way of writing it, day before month; None for what is none."""
    text = clean(value)
    if found := _DAYS.match(text):
        year, month, number = map(int, found.groups())
    elif found := _UK_DAYS.match(text):
        number, month, year = map(int, found.groups())
    else:
        return _worded_day(text)
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _worded_day(text: str) -> date | None:
    for shape in ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%Y%m%d"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            continue
    return None


def email(value: Any) -> str:
    """An email address; empty for what is none."""
    text = clean(value).removeprefix("mailto:").strip(" <>.,;").replace(" ", "")
    return text.lower() if _EMAIL.fullmatch(text) and ".." not in text else ""


def web_address(value: Any) -> str:
    """A web address that can be opened, with its scheme put right; empty for what is none."""
    text = clean(value).strip(" <>\"'")
    if "@" in text.partition("/")[0] or " " in text:
        return ""
    text = _BROKEN_SCHEME.sub(lambda found: f"{found.group(1).lower()}://", text, count=1)
    if "://" not in text and _BARE_URL.fullmatch(text):
        text = f"https://{text}"
    if not _URL.fullmatch(text) or len(text) > 500:
        return ""
    scheme, _, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}"


def numbers_in(text: str) -> Iterator[tuple[str, str]]:
    """The telephone numbers in a text: each as it was written and as E.164 or a short code; only working ones."""
    plain = _TRUNK_IN_BRACKETS.sub(r"\1 ", text)
    for written in _pieces(plain):
        try:
            yield written, read_number(written, example=False).value
        except NumberError:
            continue


def number_of(value: Any) -> tuple[str, str]:
    """The one number that a field for numbers holds, and why not when it holds none.

    Words around it ("Tel: 0113 496 0000 (office)") do no harm; several numbers are taken apart by the caller.
    """
    text = clean(value)
    if not text:
        return "", "is empty"
    plain = _TRUNK_IN_BRACKETS.sub(r"\1 ", text)
    pieces = list(_pieces(plain)) or [plain]
    try:
        return read_number(pieces[0], example=False).value, ""
    except NumberError as error:
        return "", str(error)


def _pieces(text: str) -> Iterator[str]:
    """Runs of digits that may be numbers, with their extensions."""
    short = re.fullmatch(r"\D*(\d{3}|\d{3}[ -]\d{3}|\d{5,6})\D*", text)
    if short:
        yield short.group(1)
        return
    for found in phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE):
        yield found.raw_string


def pence(value: Any) -> int | None:
    """An amount of money in pence: "12.50", "£1,200", 3; None for what is none."""
    text = clean(value).lstrip("£").replace(",", "").strip()
    found = re.fullmatch(r"(\d{1,7})(?:\.(\d{1,2})\d*)?", text)
    return int(found.group(1)) * 100 + int((found.group(2) or "0").ljust(2, "0")) if found else None


def _unmangled(text: str) -> str:
    """UTF-8 that somebody read as Windows text on its way, put back; anything else unchanged."""
    if not _MOJIBAKE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
