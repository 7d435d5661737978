"""Small conversations, what is proved of them, and every replay played on the real engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pytest

from dialogs.book import Book
from dialogs.engine import EngineError, Find, Locate
from dialogs.known import Known, LifelineFacts
from dialogs.loading import load_source
from dialogs.proof import Fault, Node, prove
from dialogs.proof.exploring import way_in
from dialogs.proof.ways import PLACES
from dialogs.simulator import Simulator, area
from dialogs.source import Source

LIFELINES = MappingProxyType({"helpline": "Ring 1.", "police": "Ring 999.", "friend": "Ring 2.", "any_hour": "Ring 3."})
KNOWN = Known(
    lifelines={
        key: LifelineFacts(always_open=key != "friend", emergency=key == "police", longest=len(line))
        for key, line in LIFELINES.items()
    },
    read_elsewhere=(),
)

CODES = {name: (code,) for code, name in PLACES.items()} | {"Newport": ("W06000022", "E06000046")}

# What stands in every flow. Its `first_step` is the first that is written.
_HEAD = """language: 1
flow: {name}
title: A flow of the tests
{starts}review: {{by: nobody yet, on: "", due: 2027-01-31}}
first_step: {first}
"""
_CARD = (
    "name",
    "helps",
    "phone",
    "text",
    "whatsapp",
    "webchat",
    "email",
    "website",
    "open_now",
    "open_always",
    "opens",
)
_MORE = ("hours_unknown", "why_area", "why_widened", "why_nation", "why_men_only", "why_need", "why_open", "limits_age")
_REST = ("example", "recorded", "self_assessed", "happens", "asks", "cost", "bill", "workers", "children", "languages")
_LINES = ", ".join(f"{line}: A line." for line in (*_CARD, *_MORE, *_REST, "access", "checked"))


def conversation(main: str, **flows: str) -> Book:
    """A conversation: what stands under `answers` or `steps` of each flow, and `interrupt` if it answers a danger.

    `SEARCH(go: STEP, KEY: VALUE ...)` stands for a whole find step, with texts that can be given anew.
    """
    files = {
        f"{name}.yaml": _flow(name, text, starts=name == "main").encode()
        for name, text in {"main": main, **flows}.items()
    }
    return load_source(Source(MappingProxyType(files), MappingProxyType({}), False, "flows"))


def _flow(name: str, text: str, *, starts: bool) -> str:
    text = re.sub(r"SEARCH\((.*)\)", lambda found: _search(found.group(1)), text)
    first = re.search(r"^steps:\n(?: *#.*\n)*  (\w+):", text, re.MULTILINE)
    assert first is not None
    return _HEAD.format(name=name, starts="starts: yes\n" if starts else "", first=first.group(1)) + text.lstrip("\n")


def _search(given: str) -> str:
    entries = {
        "found": "Here.",
        "widened": "Near.",
        "none": "'Nothing. {helpline}'",
        "unavailable": "'Later. {helpline}'",
        "more": "More",
    }
    entries |= dict(pair.split(": ", 1) for pair in given.split("; "))
    return "find: {" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + f", lines: {{{_LINES}}}}}"


def faults(book: Book, known: Known = KNOWN, *, also_from: Iterable[Node] = ()) -> tuple[Fault, ...]:
    """Every fault of a conversation, each of whose replays was played on the real engine."""
    found = prove(book, known, also_from=also_from).faults
    for fault in found:
        if fault.replay is not None:
            on = re.search(r"\(On (\w+)\.\)", fault.message)
            played(book, fault.replay, on.group(1) if on else "terminal", known, fails=fault.code == "F205")
    return found


def told(book: Book, known: Known = KNOWN) -> list[tuple[str, tuple[str, ...] | None]]:
    """The code and the replay of every fault."""
    return sorted(((fault.code, fault.replay) for fault in faults(book, known)), key=str)


def played(
    book: Book,
    replay: Iterable[str],
    channel: str = "terminal",
    known: Known = KNOWN,
    *,
    fails: bool = False,
    lifelines: Mapping[str, str] = LIFELINES,
) -> Simulator:
    """A man who has done all that, as ``fingerpost chat --jsonl`` takes it: a button's label, or typed words."""
    man = Simulator(book, lifelines=lifelines, channel=channel)
    _answered(man)
    *before, last = replay or ("",)
    for tap in before:
        _does(man, tap, known)
    if fails:
        with pytest.raises(EngineError):
            _does(man, last, known)
    elif last:
        _does(man, last, known)
    return man


def _does(man: Simulator, tap: str, known: Known) -> None:
    dangers = {way_in(label, known): label for label in man.book.interrupts}
    if tap in dangers:
        man.danger(dangers[tap])
    elif tap in man.offered:
        man.taps(tap)
    else:
        man.types(tap)
    _answered(man)


def _answered(man: Simulator) -> None:
    """The world answers whatever is asked of it, until he is asked something."""
    while True:
        match man.last.request:
            case Locate(words=words):
                man.located(*(area(code, words) for code in CODES.get(words, ())))
            case Find():
                man.finds(cards=3)
            case _:
                return
