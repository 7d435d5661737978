"""Words that a flow does not use, each with why and what to say instead: see plain_words.yaml.

A word that a flow cannot do without is allowed in that flow by `allow`, with its reason.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from dialogs.book import Book
from dialogs.editorial.written import Kind, Written, place
from dialogs.findings import Findings
from dialogs.reading import sentence
from dialogs.spans import Span

CODES = {"claim": "F231", "turns_away": "F232", "style": "F233", "telling": "F234"}
"""The code of each kind of word."""

_WORD = re.compile(r"\w+")
_HEAD = 3
_EMOJI = r"[\U0001F000-\U0001FAFF\u2600-\u27BF]"


@dataclass(frozen=True, slots=True)
class Avoided:
    """One entry of the list: what finds the words, and what to tell the editor about them.

    `heads` are the first letters of the words: a text in which no word begins so need not be searched. Empty for
    marks that are no words.
    """

    code: str
    pattern: re.Pattern[str]
    heads: frozenset[str]
    on: tuple[Kind, ...]
    why: str
    instead: str
    source: str


@functools.cache
def avoided_words() -> tuple[Avoided, ...]:
    """The list that comes with the program."""
    text = resources.files("dialogs.editorial").joinpath("plain_words.yaml").read_text(encoding="utf-8")
    # Strings as they were written: `999` is no number here.
    return tuple(_entry(entry) for entry in yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506


def _entry(entry: dict[str, Any]) -> Avoided:
    looked_for = [_word(word) for word in entry.get("words", ())]
    after = entry.get("after")
    if after:
        looked_for = [rf"(?:{'|'.join(map(_word, after))}) (?:{'|'.join(looked_for)})"]
    looked_for += [_EMOJI if sign == "emoji" else re.escape(sign) for sign in entry.get("signs", ())]
    pattern = "|".join(looked_for).replace(" ", r"\s+").replace("'", "['\u2019]")
    return Avoided(
        code=CODES[entry["kind"]],
        pattern=re.compile(pattern, re.IGNORECASE),
        heads=frozenset(next(_heads(words)) for words in after or entry.get("words", ())),
        on=("button",) if entry.get("where") == "buttons" else ("text", "first", "button", "card"),
        why=entry["why"],
        instead=entry["instead"],
        source=entry["source"],
    )


def _word(word: str) -> str:
    """A word as a pattern: nothing may stand around it, but `*` is any ending."""
    stem = re.escape(word.removesuffix("*")).replace(r"\ ", " ")
    return rf"\b{stem}\w*" if word.endswith("*") else rf"\b{stem}\b"


def check(book: Book, items: Iterable[Written], findings: Findings) -> None:
    """F231 to F234 for words that are avoided and not allowed; F235 for what is allowed and not said."""
    needed: set[tuple[str, Span]] = set()
    # An option that several questions share is told once.
    said: set[tuple[Span, str]] = set()
    for item in items:
        allowed = [(one, re.compile(_phrase(one.words), re.IGNORECASE)) for one in book.flows[item.flow].allow]
        for entry, found in _avoided_in(item):
            excuses = [one for one, pattern in allowed if _lies_within(found, pattern)]
            needed.update((item.flow, one.span) for one in excuses)
            if not excuses and (item.span, found[0].casefold()) not in said:
                said.add((item.span, found[0].casefold()))
                findings.add(
                    entry.code,
                    place(found, item.span, findings.lines),
                    f"{sentence(item.what)} says `{found[0]}`.",
                    hint=f"{entry.why} {entry.instead}",
                )
    for name, flow in book.flows.items():
        for one in flow.allow:
            if (name, one.span) not in needed:
                findings.add(
                    "F235",
                    one.span,
                    f"`{one.words}` is allowed, and nothing in this flow needs it.",
                    hint="Delete it; or write the words just as the text has them.",
                )


def _avoided_in(item: Written) -> Iterator[tuple[Avoided, re.Match[str]]]:
    heads = set(_heads(item.words))
    for entry in avoided_words():
        if item.kind in entry.on and not (entry.heads and entry.heads.isdisjoint(heads)):
            for found in entry.pattern.finditer(item.words):
                yield entry, found


def _heads(words: str) -> Iterator[str]:
    return (word[:_HEAD] for word in _WORD.findall(words.casefold()))


def _phrase(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split())).replace("'", "['\u2019]")


def _lies_within(found: re.Match[str], pattern: re.Pattern[str]) -> bool:
    return any(
        phrase.start() <= found.start() and found.end() <= phrase.end() for phrase in pattern.finditer(found.string)
    )
