"""What Telegram finds in a plain text by itself: commands, links, addresses and telephone numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_PATTERNS = (
    (
        "url",
        re.compile(r"https?://[^\s<>]+|\b(?:[a-z0-9-]+\.)+(?:uk|com|org|net|info|scot|wales)\b(?:/[^\s<>]*)?", re.I),
    ),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?(?!\w)")),
    ("phone_number", re.compile(r"(?<![\w+])\+?\(?\d[\d ()-]{5,18}\d(?!\w)")),
)


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def trimmed(text: str) -> str:
    """The text as Telegram keeps it: without white space around it; empty when nothing in it can be seen."""
    if all(unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc", "Cf"} for char in text):
        return ""
    return text.strip()


def detected(text: str) -> list[dict[str, Any]]:
    """The entities Telegram adds to a text sent without markup, in order, none overlapping another."""
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if kind == "phone_number" and not 7 <= sum(char.isdigit() for char in match[0]) <= 15:
                continue
            if kind == "url" and start and text[start - 1] == "@":
                continue
            if all(end <= other_start or start >= other_end for other_start, other_end, _ in found):
                found.append((start, end, kind))
    return [
        {"type": kind, "offset": units(text[:start]), "length": units(text[start:end])}
        for start, end, kind in sorted(found)
    ]
