"""Small conversations of which the proof, or an earlier one, once said something that trying everything refuted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dialogs.cards import CARD_LINES
from tests.support.random_flows import ANSWERS, Tree


def _flow(name: str, steps: Mapping[str, Tree], *, interrupt: Sequence[str] = ()) -> Tree:
    tree: Tree = {
        "language": "1",
        "flow": name,
        "title": name,
        "review": {"by": "nobody yet", "on": "", "due": "2027-01-31"},
        "answers": {answer: list(values) or "area" for answer, values in ANSWERS.items()},
        "first_step": next(iter(steps)),
        "steps": dict(steps),
    }
    if name == "main":
        tree["starts"] = "yes"
    return tree | ({"interrupt": list(interrupt)} if interrupt else {})


def _ask(options: Mapping[str, Tree], skip: str, **more: Any) -> Tree:
    listed = [{"id": id_, "label": f"Take {id_}", **option} for id_, option in options.items()]
    return {"ask": {"text": "Which one?", "why": "To know.", "options": listed, "skip": skip, **more}}


def _find(go: str) -> Tree:
    texts = dict.fromkeys(("found", "widened", "none", "unavailable"), "Here. {helpline}")
    return {"find": {"needs": "one", **texts, "lines": dict.fromkeys(CARD_LINES, "A line."), "more": "More", "go": go}}


def _branch(on: str, cases: Mapping[str, str], otherwise: str) -> Tree:
    return {"branch": {"on": on, "cases": dict(cases), "else": otherwise}}


_END: Tree = {"end": {"text": "That is all."}}
_DANGER = "{lifeline.emergency}"
_MENU = {"text": _DANGER, "counts": "no"}
_URGENT = ("immediate_danger",)

ONCE_WRONG: Mapping[str, Sequence[Tree]] = MappingProxyType(
    {
        "an interrupt may come before a stranger was asked anything, and then his first steps read what it keeps": (
            _flow("main", {"by_it": _branch("one", {"a": "other"}, "end"), "other": _END, "end": _END}),
            _flow(
                "danger", {"menu": _ask({"a": {"go": "_return"}}, "_return", save="one", **_MENU)}, interrupt=_URGENT
            ),
        ),
        "what is ticked in an interrupt is told apart by the interrupt that comes next": (
            _flow("main", {"ask": _ask({"x": {"go": "end"}}, "end"), "end": _END}),
            _flow(
                "danger",
                {
                    "by_it": _branch("two", {"c": "say", "d": "ticks"}, "ticks"),
                    "say": {"say": {"text": _DANGER, "go": "_return"}},
                    "ticks": {
                        "ask": {
                            "text": _DANGER,
                            "why": "To know.",
                            "many": "yes",
                            "save": "two",
                            "counts": "no",
                            "options": [{"id": id_, "label": f"Take {id_}"} for id_ in ("c", "d")],
                            "go": "_return",
                            "skip": "_return",
                        }
                    },
                },
                interrupt=_URGENT,
            ),
        ),
        "an interrupt that comes back without a word has not answered the danger": (
            _flow("main", {"ask": _ask({"x": {"go": "end"}}, "end"), "end": _END}),
            _flow(
                "danger",
                {
                    "web": _branch("channel", {"web": "_return"}, "say"),
                    "say": {"say": {"text": _DANGER, "go": "_return"}},
                },
                interrupt=_URGENT,
            ),
        ),
        "what is said before a search is a message of its own": (
            _flow(
                "main",
                {
                    "ask": _ask({"a": {"go": "say"}}, "say", save="one"),
                    "say": {"say": {"text": "Thanks.", "go": "find"}},
                    "find": _find("end"),
                    "end": _END,
                },
            ),
        ),
        "an interrupt that speaks and comes back to a search makes one turn with it": (
            _flow("main", {"find": _find("ask"), "ask": _ask({"a": {"go": "find"}}, "end", save="one"), "end": _END}),
            _flow("danger", {"say": {"say": {"text": _DANGER, "go": "_return"}}}, interrupt=_URGENT),
        ),
        "an answer that is given on a way that ends may also be typed on one that comes back": (
            _flow(
                "main",
                {
                    "first": _ask({"x": {"call": "aside", "go": "end"}}, "by_place"),
                    "by_place": _branch("where", {"E92000001": "second"}, "second"),
                    "second": _ask({"x": {"call": "aside"}}, "end"),
                    "end": _END,
                },
            ),
            _flow(
                "aside",
                {
                    "where": {
                        "locate": {
                            "text": "Where?",
                            "why": "To know.",
                            "unknown": "No such place.",
                            "choose": "Which one?",
                            "save": "where",
                            "options": [{"id": "E92000001", "label": "England", "go": "end"}],
                            "go": "_return",
                            "skip": "_return",
                        }
                    },
                    "end": _END,
                },
            ),
        ),
        "an answer that one interrupt keeps comes back with the interrupt that takes its place": (
            _flow(
                "main",
                {
                    "ask": _ask({"x": {"go": "by_it"}}, "by_it"),
                    "by_it": _branch("one", {"a": "other"}, "end"),
                    "other": _END,
                    "end": _END,
                },
            ),
            _flow("aside", {"say": {"say": {"text": _DANGER, "go": "_return"}}}, interrupt=["suicide"]),
            _flow(
                "danger",
                {
                    "menu": _ask({"x": {"go": "_return"}, "y": {"go": "keeps"}}, "_return", **_MENU),
                    "keeps": _ask({"a": {"go": "end"}}, "end", save="one", counts="no"),
                    "end": _END,
                },
                interrupt=_URGENT,
            ),
        ),
    }
)
