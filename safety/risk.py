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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from safety.calling import calls_for_help
from safety.hearing import Meaning, Response, heard_among
from safety.leaving import is_leaving
from safety.likeness import Heard, Likeness
from safety.phrases import Hit, Parser, Phrases
from safety.wording import Guesses, Wording
from safety.yaml_text import read_yaml

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
        forgiving = [(phrase, Meaning(None, "except", False)) for phrase in idioms["phrases"]]
        forgiving += [
            (phrase, Meaning(None, "softens", False, (f"p {phrase}", "softens"))) for phrase in idioms["softens"]
        ]
        exact = list(forgiving)
        for kind in kinds:
            (exact if kind.get("exact") else forgiving).extend(_meanings(kind))
        stoppers = {*words["stoppers"].split(), *self._nots}
        parser = Parser(names, self.wording.split)
        self._forgiving = Phrases(forgiving, parser=parser, stoppers=stoppers)
        self._exact = Phrases(exact, parser=parser, stoppers=stoppers)
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
        for label, met in {(hit.payload.label, hit.payload.met) for hit in heard}:
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

    def _hear(self, text: str) -> tuple[list[str], list[Hit[Meaning]]]:
        words = self.wording.split(text)
        meant = self._guesses.read(words)
        return meant, [
            hit
            for phrases, said in ((self._exact, words), (self._forgiving, meant))
            for hit in heard_among([*phrases.find(said)], said, nots=self._nots, between=self._between)
        ]


def _features(heard: Iterable[Hit[Meaning]], length: int) -> list[Heard]:
    """Each phrase once for every word at which it ends. Where guesses made two words of one, it may end a little
    late."""
    return [
        (place, phrase.features)
        for place, phrase in dict.fromkeys((min(one.end, length) - 1, one.payload) for one in heard)
    ]


def _meanings(kind: Mapping[str, Any]) -> Iterable[tuple[str, Meaning]]:
    label, disclosure = kind["label"], bool(kind["disclosure"])
    mets: tuple[Response | Literal["hint"], ...] = (*_RISING, "hint")
    for met in mets:
        for phrase in kind.get(met, ()):
            yield phrase, Meaning(label, met, disclosure, (f"p {phrase}", f"{met} {label or 'disclosure'}"))
    for phrase in kind.get("alone", ()):
        yield phrase, Meaning(label, "ask", disclosure, (f"p {phrase}", f"ask {label}"), alone=True)
    for phrase in kind.get("except", ()):
        yield phrase, Meaning(label, "except", False)


def _read(name: str) -> dict[str, Any]:
    text = (files("safety") / "lexicon" / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(read_yaml(text))
