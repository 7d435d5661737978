"""Plain text to HTML: paragraphs and lists, with telephone numbers and addresses that can be tapped.

Everything is escaped; what a text says is never read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

# A number is 10 or 11 digits that end in two together, so that "0800 83 85 87 5 days a week" does not take the 5 with
# it: a wrong number is the worst thing this page could show. 18001 is Relay UK's prefix; 0800 1111 is Childline's.
_NUMBER: Final = r"""
    (?<![\w£$+,.:/-])
    (?P<number> (?:18001[ ])? (?: (?:\+44[ ]?|0) (?:[ -]?\d){9,10} (?<=\d\d) | 0800[ ]1111 ) )
    (?!\w)
"""
_SHORT_NUMBER: Final = r"(?<![\w£$+,.:/-])(?P<short>999|111|101|116[ ]123)(?!\w|[.,:/-]\d)"
_ADDRESS: Final = r"""(?<!\w)(?P<address>https://[^\s<>"']*[^\s<>"'.,;:!?)\]])"""
_TAPPABLE: Final = re.compile(f"{_ADDRESS}|{_NUMBER}|{_SHORT_NUMBER}", re.VERBOSE)

_WORD: Final = re.compile(r"[^\W\d_]+")
_LAST_WORD: Final = re.compile(r"(?P<word>[^\W\d_]+)\s+$")
_CLAUSE_END: Final = re.compile(r"[.;!?\n]")
_BULLET: Final = re.compile(r"\s*[-•*]\s+")


@dataclass(frozen=True, slots=True)
class Verbs:
    """Words before a number that say how it is reached, in lower case: by a call, or by a text."""

    calling: Collection[str] = frozenset({"call", "ring", "phone", "dial"})
    texting: Collection[str] = frozenset({"text", "sms"})

    def scheme(self, before: str) -> str:
        """How a number is reached, by the words before it: to call a number that only takes texts is a dead end."""
        words = set(_WORD.findall(before.lower()))
        if not words.isdisjoint(self.calling):
            return "tel"
        if "whatsapp" in words:
            return ""
        return "sms" if not words.isdisjoint(self.texting) else "tel"

    def verb(self, before: str, scheme: str) -> str:
        """The end of what stands before a number, where that is a word for reaching it in this very way."""
        last = _LAST_WORD.search(before)
        ways = self.texting if scheme == "sms" else self.calling
        return last.group() if last and last["word"].lower() in ways else ""


_ENGLISH: Final = Verbs()


def to_html(text: str, *, asks: bool = False, verbs: Verbs = _ENGLISH) -> Markup:
    """The text as paragraphs: an empty line parts them, and lines that open with a dash make a list.

    When the text ``asks`` something, its last question is marked, to be found at a glance.
    """
    paragraphs = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    questions = [paragraph for paragraph in paragraphs if asks and paragraph.endswith("?")]
    parts: list[Markup] = []
    for paragraph in paragraphs:
        for is_list, lines in groupby(paragraph.split("\n"), key=lambda line: bool(_BULLET.match(line))):
            if is_list:
                items = Markup().join(
                    Markup("<li>{}</li>").format(to_line(_BULLET.sub("", line, count=1), verbs)) for line in lines
                )
                parts.append(Markup("<ul>{}</ul>").format(items))
            else:
                kind = Markup(' class="question"') if paragraph in questions[-1:] else ""
                parts.append(
                    Markup("<p{}>{}</p>").format(kind, Markup("<br>").join(to_line(line, verbs) for line in lines))
                )
    return Markup("\n").join(parts)


def to_line(text: str, verbs: Verbs = _ENGLISH) -> Markup:
    """One line, escaped, with what can be tapped made a link.

    Where the word before a number says what to do with it ("Call 0808 ..."), it is part of the link: that can be told
    by its name alone, and there is more of it to tap.
    """
    return Markup().join(_pieces(text, verbs))


def _pieces(text: str, verbs: Verbs) -> Iterator[Markup]:
    done = 0
    for found in _TAPPABLE.finditer(text):
        before = text[done : found.start()]
        yield _address(before, found.group()) if found["address"] else _number(before, found, verbs, text)
        done = found.end()
    yield escape(text[done:])


def _address(before: str, address: str) -> Markup:
    return Markup('{0}<a href="{1}" rel="noreferrer nofollow">{1}</a>').format(before, address)


def _number(before: str, found: re.Match[str], verbs: Verbs, text: str) -> Markup:
    number = found.group()
    scheme = verbs.scheme(_CLAUSE_END.split(text[: found.start()])[-1])
    if not scheme or (found["short"] and scheme != "tel"):
        return Markup('{}<span class="number">{}</span>').format(before, number)
    verb = verbs.verb(before, scheme)
    return Markup('{}<a class="number" href="{}:{}">{}</a>').format(
        before.removesuffix(verb), scheme, re.sub(r"[ -]", "", number), verb + number
    )
