"""Small random conversations, sound and unsound, for checking what is said about conversations in general.

Each has one to three flows: `main`, where everybody starts, `aside`, and `danger`, which may answer a danger.
They ask, branch on answers and on the channel, find, say, hand over and come back, and many are faulty. What
cannot be loaded at all (a loop without a question) is left out by construction: a step at which nobody waits
leads to a later step, or to one at which he is asked something.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from dialogs.book import Book
from dialogs.cards import CARD_LINES
from dialogs.known import Known, LifelineFacts
from dialogs.loading import load_source
from dialogs.source import Source

ANSWERS = MappingProxyType({"one": ("a", "b"), "two": ("c", "d"), "where": ()})
# Areas on buttons, and those that branches name: a nation is named beside a city in it.
AREAS = ("E08000035", "W92000004")
CASES = ("E92000001", *AREAS)
LIFELINES = MappingProxyType({"helpline": "H" * 40, "emergency": "E" * 30, "other": "O" * 20})
KNOWN = Known(
    lifelines={
        "helpline": LifelineFacts(always_open=False, emergency=False, longest=40),
        "emergency": LifelineFacts(always_open=True, emergency=True, longest=30),
        "other": LifelineFacts(always_open=True, emergency=False, longest=20),
    },
    labels=("immediate_danger", "suicide"),
    longest_message=260,
)

_KINDS = ("ask", "ask", "ask", "many", "menu", "locate", "find", "say", "branch", "branch", "call", "end")
_WAITING = frozenset({"ask", "many", "menu", "locate", "end"})

Draw = Callable[[st.SearchStrategy[Any]], Any]
Tree = dict[str, Any]


def source_of(flows: Sequence[Tree]) -> Source:
    """The flows as files. JSON is YAML, and every name stands on a line of its own."""
    files = {f"flows/{flow['flow']}.yaml": json.dumps(flow, indent=1).encode() for flow in flows}
    return Source(flows=files, catalogues={}, alone=False, shown="flows")


def books() -> st.SearchStrategy[Book]:
    """Conversations that can be loaded; whether they are sound is another question."""
    return trees().map(lambda flows: load_source(source_of(flows), KNOWN))


@st.composite
def trees(draw: st.DrawFn) -> list[Tree]:
    """The same as what stands in their files."""
    names = ("main", "aside", "danger")[: draw(st.integers(1, 3))]
    return [_flow(draw, number, names) for number in range(len(names))]


def _flow(draw: Draw, number: int, names: Sequence[str]) -> Tree:
    kinds_here = _KINDS if names[number + 1 :] else tuple(kind for kind in _KINDS if kind != "call")
    kinds = draw(st.lists(st.sampled_from(kinds_here), min_size=0 if number else 2, max_size=6))
    if not number and not draw(st.integers(0, 7)):
        kinds = draw(st.lists(st.sampled_from(("ask", "ask", "locate")), min_size=5, max_size=7))
    kinds.append(draw(st.sampled_from(("end", "end", "menu") if not number else ("menu", "ask", "end"))))
    flow = _Flow(draw, tuple(kinds), tuple(names[number + 1 :]), starts=not number)
    tree: Tree = {
        "language": "1",
        "flow": names[number],
        "title": names[number],
        "review": {"by": "nobody yet", "on": "", "due": "2027-01-31"},
        "answers": {name: list(values) or "area" for name, values in ANSWERS.items()},
        "first_step": "s0",
        "steps": {f"s{at}": flow.step(at) for at in range(len(kinds))},
    }
    if not number:
        tree["starts"] = "yes"
    elif names[number] == "danger" and draw(st.integers(0, 3)):
        tree["interrupt"] = draw(st.sampled_from((["immediate_danger"], ["suicide"], ["immediate_danger", "suicide"])))
    return tree


@dataclass(frozen=True, slots=True)
class _Flow:
    draw: Draw
    kinds: tuple[str, ...]
    callable: tuple[str, ...]
    starts: bool

    def step(self, at: int) -> Tree:
        kind = self.kinds[at]
        written = {"many": "ask", "menu": "ask"}.get(kind, kind)
        return {written: getattr(self, f"_{kind}")(at)}

    def _text(self, words: str) -> str:
        parts = [words, "so " * self.draw(st.sampled_from((0, 0, 0, 20, 50)))]
        slot = self.draw(st.sampled_from(("", "", "", "{helpline}", "{lifeline.emergency}", "{lifeline.other}")))
        return " ".join(part.strip() for part in (*parts, slot) if part)

    def _target(self, at: int) -> str:
        """Mostly the next step; but it may be any, only where nobody waits no earlier one at which nobody does."""
        silent = self.kinds[at] not in _WAITING
        last = at + 1 == len(self.kinds)
        way = self.draw(st.integers(0, 49))
        # To return from the start is a fault, so it is rare there.
        if way == 49 or (way > 34 and not self.starts):
            return "_return"
        if way < 35 and not last:
            return f"s{at + 1}"
        steps = [f"s{n}" for n, kind in enumerate(self.kinds) if not silent or n > at or kind in _WAITING]
        return str(self.draw(st.sampled_from(steps)))

    def _options(self, at: int, ids: Sequence[str], *, saves: bool) -> list[Tree]:
        return [self._option(at, id_, saves=saves) for id_ in ids]

    def _option(self, at: int, id_: str, *, saves: bool) -> Tree:
        option: Tree = {"id": id_, "label": f"Take {id_}"}
        called = self.draw(st.sampled_from((None, *self.callable))) if self.callable else None
        if called:
            option["call"] = called
        if not called or self.draw(st.booleans()):
            option["go"] = self._target(at)
        if saves and not self.draw(st.integers(0, 5)):
            option["saves"] = "no"
        return option

    def _ask(self, at: int) -> Tree:
        saved = self.draw(st.sampled_from(("one", "one", "two", None)))
        ids = ANSWERS[saved] if saved else ("x", "y")
        tree: Tree = {
            "text": self._text(f"Question {at}?"),
            "why": self._text("To know."),
            "options": self._options(at, ids[: self.draw(st.integers(1, len(ids)))], saves=bool(saved)),
            "skip": self._target(at),
        }
        if saved:
            tree["save"] = saved
        if not self.draw(st.integers(0, 3)):
            tree["counts"] = "no"
        return tree

    def _many(self, at: int) -> Tree:
        saved = self.draw(st.sampled_from(("one", "two")))
        return {
            "text": self._text(f"Questions {at}?"),
            "why": self._text("To know."),
            "many": "yes",
            "save": saved,
            "options": [{"id": id_, "label": f"Take {id_}"} for id_ in ANSWERS[saved]],
            "go": self._target(at),
            "skip": self._target(at),
        }

    def _menu(self, at: int) -> Tree:
        ids = ("x", "y")[: self.draw(st.integers(1, 2))]
        tree = {
            "text": self._text(f"Menu {at}."),
            "answerless": "yes",
            "options": self._options(at, ids, saves=False),
        }
        if self.draw(st.booleans()):
            tree["skip"] = self._target(at)
        return tree

    def _locate(self, at: int) -> Tree:
        options = self._options(at, AREAS[: self.draw(st.integers(0, 2))], saves=True)
        return ({"options": options} if options else {}) | {
            "text": self._text(f"Where {at}?"),
            "why": self._text("To know."),
            "unknown": self._text("No such place."),
            "choose": self._text("Which one?"),
            "save": "where",
            "go": self._target(at),
            "skip": self._target(at),
        }

    def _find(self, at: int) -> Tree:
        tree = {"needs": self.draw(st.sampled_from(("one", "two")))}
        if self.draw(st.booleans()):
            tree["area"] = "where"
        return tree | {
            **{text: self._text(f"Here {at}.") for text in ("found", "widened", "none", "unavailable")},
            "lines": dict.fromkeys(CARD_LINES, "A line."),
            "more": "More",
            "go": self._target(at),
        }

    def _say(self, at: int) -> Tree:
        return {"text": self._text(f"So it is {at}."), "go": self._target(at)}

    def _branch(self, at: int) -> Tree:
        on = self.draw(st.sampled_from(("one", "one", "two", "where", "channel")))
        values: Sequence[str] = {"channel": ("web", "terminal"), "where": CASES}.get(on) or ANSWERS[on]
        listed = self.draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))
        return {"on": on, "cases": {value: self._target(at) for value in listed}, "else": self._target(at)}

    def _call(self, at: int) -> Tree:
        return {"flow": self.draw(st.sampled_from(self.callable)), "go": self._target(at)}

    def _end(self, at: int) -> Tree:
        return {"text": self._text(f"The end {at}.")}
