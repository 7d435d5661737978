"""Danger in typed words: which kinds, and how to meet them.

The phrases are in lexicon/, in files that a clinician can read. A message is compared whole, its last words as
carefully as its first. Several kinds can be heard at once. When it is not clear what was meant, the response is to ask;
nothing here decides anything about a man, and no score is kept.

Two readings are compared. One forgives spelling; what he says of his own violence is looked for in the other, which
forgives none, because a near miss must never lead to a service for people who hurt others.

What no phrase foresaw may still be like danger: then the model of safety/likeness.py leads to a question, and to no
more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from safety.calling import calls_for_help
from safety.leaving import is_leaving
from safety.likeness import Heard, Likeness
from safety.phrases import BOUNDARY, Hit, Phrases
from safety.wording import Guesses, Wording
from safety.yaml_text import read_yaml

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

OWN_VIOLENCE: Final = "perpetrator_self_disclosure"

_RISING: Final[tuple[Response, ...]] = ("none", "note", "ask", "interrupt")
_FILES: Final = (*LABELS, "disclosure")


@dataclass(frozen=True, slots=True)
class Screening:
    """What a message was heard to say.

    `labels`: the kinds of danger. `response`: how to meet the gravest of them. `disclosure`: whether he told of being
    hurt, scared or controlled. `foremost`: the kind to answer first, None when there is none. `to_answer`: all kinds
    that must be answered or asked about before anything else, the gravest first. `to_ask`: those of `to_answer` that
    he may not have meant, so that he is only asked about them.

    What the model guesses is among `labels`, but at most one guess is asked about, the likeliest, and none where his
    words are answered for a danger anyway: a man is not asked about one thing after another that he did not say.
    """

    labels: frozenset[str]
    response: Response
    disclosure: bool
    foremost: str | None = None
    to_answer: tuple[str, ...] = ()
    to_ask: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a phrase of the lexicon stands for. `met`: "except" takes away, for its label or for all; "softens" makes a
    question of an interruption; a "hint" says nothing by itself and is weighed by the model only."""

    label: str | None
    met: Response | Literal["hint", "except", "softens"]
    disclosure: bool
    features: tuple[str, ...] = ()
    alone: bool = False  # counts only as the whole message


def screen(text: str) -> Screening:
    """What the words of a message say of danger. Takes time linear in the message; keeps nothing of it.

    A way of leaving ("exit") is no danger because it is like one: nobody is held back by a guess.
    """
    return screen_with(None if is_leaving(text) else _likeness(), text)


def load() -> None:
    """Read the phrases and the weights now, so that a file that cannot be read is told before anybody is served, and
    not in the first man's turn. Raises ValueError (:class:`safety.phrases.PhraseError` among them)."""
    _likeness()


def screen_with(likeness: Likeness | None, text: str) -> Screening:
    """`screen`, by another model than the shipped one, or by the phrases alone."""
    if calls_for_help(text):
        return Screening(frozenset({"immediate_danger"}), "interrupt", False, "immediate_danger", ("immediate_danger",))
    return lexicon().screen(text, likeness)


@cache
def lexicon() -> Lexicon:
    """The shipped phrases."""
    return Lexicon()


@cache
def _likeness() -> Likeness:
    return Likeness.load(lexicon().wording)


class Lexicon:
    """The phrases of lexicon/, compiled."""

    def __init__(self) -> None:
        words = _read("words")
        idioms = _read("idioms")
        names = {**words["names"], **idioms["names"]}
        kinds = [_read(name) for name in _FILES]
        for kind in kinds:
            names.update(kind.get("names", {}))
        self._nots = frozenset(words["nots"].split())
        self._between = frozenset(words["between"].split())
        self.wording = Wording(lost=words["lost"].split(), same=words["same"])
        forgiving = [(phrase, _Meaning(None, "except", False)) for phrase in idioms["phrases"]]
        forgiving += [
            (phrase, _Meaning(None, "softens", False, (f"p {phrase}", "softens"))) for phrase in idioms["softens"]
        ]
        exact = list(forgiving)
        for kind in kinds:
            (exact if kind.get("exact") else forgiving).extend(_meanings(kind))
        stoppers = {*words["stoppers"].split(), *self._nots}
        self._forgiving = Phrases(forgiving, names=names, split=self.wording.split, stoppers=stoppers)
        self._exact = Phrases(exact, names=names, split=self.wording.split, stoppers=stoppers)
        known = self._forgiving.vocabulary | stoppers | self._between
        self._guesses = Guesses(
            known, wording=self.wording, guessed=words["guessed"].split(), ordinary=words["ordinary"].split()
        )

    def read(self, text: str) -> tuple[list[str], list[Heard]]:
        """The words of a message as they were most likely meant, and the phrases in them, for the model."""
        meant, heard = self._hear(text)
        return meant, _features(heard, len(meant))

    def screen(self, text: str, likeness: Likeness | None) -> Screening:
        """What the phrases hear, and what the model thinks it is like."""
        meant, heard = self._hear(text)
        gravest: dict[str, Response] = {}
        for hit in heard:
            label, met = hit.payload.label, hit.payload.met
            if label and met != "hint" and met != "except" and met != "softens":
                gravest[label] = max(gravest.get(label, "none"), met, key=_RISING.index)
        heard_of = [label for label in LABELS if gravest.get(label) in ("interrupt", "ask")]
        guesses = likeness.asks(meant, _features(heard, len(meant))) if likeness else ()
        for kind in guesses:
            gravest[kind] = max(gravest.get(kind, "none"), "ask", key=_RISING.index)
        # Words about what he does himself are a matter apart: what is done to him or by him next is asked about too.
        if not set(heard_of) - {OWN_VIOLENCE}:
            heard_of += guesses[:1]
        to_answer = tuple(label for met in ("interrupt", "ask") for label in LABELS if gravest.get(label) == met)
        to_answer = tuple(label for label in to_answer if label in heard_of)
        response: Response = max(gravest.values(), key=_RISING.index, default="none")
        return Screening(
            labels=frozenset(gravest),
            response=response,
            # The line for a man who is hurt is not said to one who tells of his own violence.
            disclosure=OWN_VIOLENCE not in gravest
            and any(hit.payload.disclosure and hit.payload.met != "hint" for hit in heard),
            foremost=next(iter((*to_answer, *(label for label in LABELS if gravest.get(label) == response))), None),
            to_answer=to_answer,
            to_ask=frozenset(label for label in to_answer if gravest[label] == "ask"),
        )

    def _hear(self, text: str) -> tuple[list[str], list[Hit[_Meaning]]]:
        words = self.wording.split(text)
        meant = self._guesses.read(words)
        return meant, [*self._heard(self._exact, words), *self._heard(self._forgiving, meant)]

    def _heard(self, phrases: Phrases[_Meaning], words: Sequence[str]) -> list[Hit[_Meaning]]:
        """The phrases that are found, less those that an idiom covers or a "not" turns round."""
        hits = list(phrases.find(words))
        length = len(words) - (words[-1:] == [BOUNDARY])
        covers = [hit for hit in hits if hit.payload.met == "except"]
        softening = [hit for hit in hits if hit.payload.met == "softens"]
        return [
            _softened(hit) if any(_softens(softener, hit, words) for softener in softening) else hit
            for hit in hits
            if hit.payload.met != "except"
            and not (hit.payload.alone and (hit.start, hit.end) != (0, length))
            and not any(_covers(cover, hit) for cover in covers)
            and not self._denied(words, hit.start)
        ]

    def _denied(self, words: Sequence[str], start: int) -> bool:
        """Whether a "not" before the phrase reaches it: only words of wanting, thinking and being may stand between."""
        for place in range(start - 1, -1, -1):
            word = words[place]
            if word in self._nots:
                return True
            if word not in self._between:
                return False
        return False


def _covers(cover: Hit[_Meaning], hit: Hit[_Meaning]) -> bool:
    same = cover.payload.label is None or cover.payload.label == hit.payload.label
    return same and cover.start < hit.end and hit.start < cover.end


def _softens(softener: Hit[_Meaning], hit: Hit[_Meaning], words: Sequence[str]) -> bool:
    """Whether it stands in the same sentence, or in the one after."""
    if hit.payload.met != "interrupt":
        return False
    if softener.end <= hit.end:
        return BOUNDARY not in words[softener.end : hit.start]
    return words[hit.end : softener.start].count(BOUNDARY) <= 1


def _softened(hit: Hit[_Meaning]) -> Hit[_Meaning]:
    return replace(hit, payload=replace(hit.payload, met="ask"))


def _features(heard: Iterable[Hit[_Meaning]], length: int) -> list[Heard]:
    """Each phrase once for every word at which it ends. Where guesses made two words of one, it may end a little
    late."""
    return [
        (place, phrase.features)
        for place, phrase in dict.fromkeys((min(one.end, length) - 1, one.payload) for one in heard)
    ]


def _meanings(kind: Mapping[str, Any]) -> Iterable[tuple[str, _Meaning]]:
    label, disclosure = kind["label"], bool(kind["disclosure"])
    mets: tuple[Response | Literal["hint"], ...] = (*_RISING, "hint")
    for met in mets:
        for phrase in kind.get(met, ()):
            yield phrase, _Meaning(label, met, disclosure, (f"p {phrase}", f"{met} {label or 'disclosure'}"))
    for phrase in kind.get("alone", ()):
        yield phrase, _Meaning(label, "ask", disclosure, (f"p {phrase}", f"ask {label}"), alone=True)
    for phrase in kind.get("except", ()):
        yield phrase, _Meaning(label, "except", False)


def _read(name: str) -> dict[str, Any]:
    text = (files("safety") / "lexicon" / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(read_yaml(text))
