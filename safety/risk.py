"""Danger in typed words: which kinds, and how to meet them.

The phrases are in lexicon/, in files that a clinician can read. A message is compared whole, its last words as
carefully as its first. Several kinds can be heard at once. When it is not clear what was meant, the response is to ask;
nothing here decides anything about a man, and no score is kept.

Two readings are compared. One forgives spelling; what he says of his own violence is looked for in the other, which
forgives none, because a near miss must never lead to a service for people who hurt others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import yaml

from safety.calling import calls_for_help
from safety.phrases import Hit, Phrases
from safety.wording import Guesses, Wording

Response = Literal["interrupt", "ask", "note", "none"]

LABELS: Final = (
    "immediate_danger",
    "strangulation",
    "suicide",
    "child_risk",
    "sexual_violence",
    "perpetrator_self_disclosure",
)
"""The kinds of danger, the most urgent first."""

_RISING: Final[tuple[Response, ...]] = ("none", "note", "ask", "interrupt")
_FILES: Final = (*LABELS, "disclosure")


@dataclass(frozen=True, slots=True)
class Screening:
    """What a message was heard to say.

    `labels`: the kinds of danger. `response`: how to meet the gravest of them. `disclosure`: whether he told of being
    hurt, scared or controlled. `foremost`: the kind to answer first, None when there is none. `to_answer`: all kinds
    that must be answered or asked about before anything else, the gravest first.
    """

    labels: frozenset[str]
    response: Response
    disclosure: bool
    foremost: str | None = None
    to_answer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a phrase of the lexicon stands for. Without a response it takes away, for its label or for all."""

    label: str | None
    response: Response | None
    disclosure: bool


def screen(text: str) -> Screening:
    """What the words of a message say of danger. Takes time linear in the message; keeps nothing of it."""
    if calls_for_help(text):
        return Screening(frozenset({"immediate_danger"}), "interrupt", False, "immediate_danger", ("immediate_danger",))
    return _lexicon().screen(text)


@cache
def _lexicon() -> _Lexicon:
    return _Lexicon()


class _Lexicon:
    """The files of lexicon/, compiled."""

    def __init__(self) -> None:
        words = _read("words")
        idioms = _read("idioms")
        names = {**words["names"], **idioms["names"]}
        kinds = [_read(name) for name in _FILES]
        for kind in kinds:
            names.update(kind.get("names", {}))
        self._nots = frozenset(words["nots"].split())
        self._between = frozenset(words["between"].split())
        self._wording = Wording(lost=words["lost"].split(), same=words["same"])
        forgiving = [(phrase, _Meaning(None, None, False)) for phrase in idioms["phrases"]]
        exact = list(forgiving)
        for kind in kinds:
            (exact if kind.get("exact") else forgiving).extend(_meanings(kind))
        stoppers = {*words["stoppers"].split(), *self._nots}
        self._forgiving = Phrases(forgiving, names=names, split=self._wording.split, stoppers=stoppers)
        self._exact = Phrases(exact, names=names, split=self._wording.split, stoppers=stoppers)
        known = self._forgiving.vocabulary | stoppers | self._between
        self._guesses = Guesses(
            known, wording=self._wording, guessed=words["guessed"].split(), ordinary=words["ordinary"].split()
        )

    def screen(self, text: str) -> Screening:
        words = self._wording.split(text)
        heard = [*self._heard(self._exact, words), *self._heard(self._forgiving, self._guesses.read(words))]
        gravest: dict[str, Response] = {}
        for meaning in heard:
            if meaning.label and meaning.response:
                gravest[meaning.label] = max(gravest.get(meaning.label, "none"), meaning.response, key=_RISING.index)
        response: Response = max(gravest.values(), key=_RISING.index, default="none")
        return Screening(
            labels=frozenset(gravest),
            response=response,
            disclosure=any(meaning.disclosure for meaning in heard),
            foremost=next((label for label in LABELS if gravest.get(label) == response), None),
            to_answer=tuple(label for met in ("interrupt", "ask") for label in LABELS if gravest.get(label) == met),
        )

    def _heard(self, phrases: Phrases[_Meaning], words: Sequence[str]) -> list[_Meaning]:
        """What the phrases found stand for, less those that an idiom covers or a "not" turns round."""
        hits = list(phrases.find(words))
        covers = [hit for hit in hits if hit.payload.response is None]
        return [
            hit.payload
            for hit in hits
            if hit.payload.response is not None
            and not any(_covers(cover, hit) for cover in covers)
            and not self._denied(words, hit.start)
        ]

    def _denied(self, words: Sequence[str], start: int) -> bool:
        """Whether a "not" before the phrase reaches it: only words of wanting, thinking and being may stand between."""
        for word in reversed(words[:start]):
            if word in self._nots:
                return True
            if word not in self._between:
                return False
        return False


def _covers(cover: Hit[_Meaning], hit: Hit[_Meaning]) -> bool:
    same = cover.payload.label is None or cover.payload.label == hit.payload.label
    return same and cover.start < hit.end and hit.start < cover.end


def _meanings(kind: Mapping[str, Any]) -> Iterable[tuple[str, _Meaning]]:
    for response in _RISING:
        for phrase in kind.get(response, ()):
            yield phrase, _Meaning(kind["label"], response, bool(kind["disclosure"]))
    for phrase in kind.get("except", ()):
        yield phrase, _Meaning(kind["label"], None, False)


def _read(name: str) -> dict[str, Any]:
    text = (files("safety") / "lexicon" / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))
