"""Bytes of unknown encoding in, text and JSON values out. Pure."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

#: How deep lists and objects may lie in one another. Real feeds need about eight.
_DEEPEST = 40


class Unreadable(ValueError):
    """A source cannot be read at all; the message says why, in plain words."""


def decode(data: bytes) -> str:
    """Text as it was most likely meant: by its byte order mark, as UTF-8, or as Windows writes it (cp1252).

    Raises Unreadable for what is no text.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise Unreadable("is not text: its first bytes say an encoding that the rest is not in") from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        # cp1252 leaves five bytes undefined; nothing legible is lost with them.
        text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Unreadable("is not text: it holds bytes that no text has")
    return text


def read_json(data: bytes) -> Any:
    """One JSON value, or the list of those that stand on lines of their own. Raises Unreadable."""
    text = decode(data).strip()
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        lines = _lines(text)
        if lines is not None:
            return lines
        raise Unreadable(f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (RecursionError, ValueError):
        raise Unreadable("is not JSON that can be read: it is too deep, or holds numbers without end") from None
    if not shallow(value):
        raise Unreadable(f"is not JSON that can be read: it lies more than {_DEEPEST} levels deep")
    return value


def shallow(value: Any) -> bool:
    """Whether a JSON value is no deeper than any that is meant for reading."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
    return False


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _lines(text: str) -> list[Any] | None:
    """Newline-delimited JSON, as feeds offer with `format=ndjson`; None when it is not that."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
        return None
    try:
        values = [json.loads(line, parse_constant=lambda _: None) for line in lines]
    except (ValueError, RecursionError):
        return None
    return values if shallow(values) else None
