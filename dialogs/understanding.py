"""Typed words to one of the options on offer. A close call is asked back, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz import fuzz

# Shorter words are never matched by likeness: one letter makes another word of them.
SHORTEST_LIKENESS = 4
# Longer messages are a man telling something, not a misspelt label.
LONGEST_LIKENESS = 60
# Likeness is 0 to 100 (Indel). Above CLEAR and ahead of the next option by LEAD it is taken; above CLOSE it
# is asked back.
CLEAR = 86.0
LEAD = 10.0
CLOSE = 72.0
MOST_ASKED_BACK = 3

CONTROLS: Mapping[str, str] = MappingProxyType(
    {
        "skip": "_skip",
        "pass": "_skip",
        "rather not say": "_skip",
        "id rather not say": "_skip",
        "prefer not to say": "_skip",
        "id prefer not to say": "_skip",
        "back": "_back",
        "why": "_why",
        "start again": "_restart",
    }
)
_YES = frozenset({"yes", "y", "yeah", "yep", "yup", "aye", "sure", "ok", "okay"})
_NO = frozenset({"no", "n", "nope", "nah"})

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4\uff07]")
_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Heard:
    """An option as it can be typed: its id, its label, and further words an editor gave it."""

    id: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """The option that was meant; or, when it is a close call, the options to ask back about."""

    option: str | None = None
    close: tuple[str, ...] = ()


NOTHING = Understood()


def normalise(text: str) -> str:
    """Lower case, without accents of form, apostrophes, punctuation, emoji or invisible characters."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = _APOSTROPHES.sub("", text).casefold()
    return _NOT_A_WORD.sub(" ", text).strip()


def control(text: str) -> str | None:
    """The reserved tap that was typed in words ("skip", "back", "why", "start again"), if one was."""
    return CONTROLS.get(normalise(text))


def understand(text: str, options: Sequence[Heard]) -> Understood:
    """Which of `options` the words mean. Options are numbered from one, in the order given."""
    said = normalise(text)
    if not said:
        return NOTHING
    if said.isascii() and said.isdigit():
        number = int(said) if len(said) <= 3 else 0
        return Understood(options[number - 1].id) if 1 <= number <= len(options) else NOTHING
    phrases = [(option.id, _phrases(option)) for option in options]
    exact = tuple(id_ for id_, known in phrases if said in known)
    if exact:
        return Understood(exact[0]) if len(exact) == 1 else Understood(close=exact)
    for answers in (_YES, _NO):
        if said in answers:
            carrying = [id_ for id_, known in phrases if known & answers]
            return Understood(carrying[0]) if len(carrying) == 1 else NOTHING
    if len(said) < SHORTEST_LIKENESS:
        return NOTHING
    if len(said) <= LONGEST_LIKENESS:
        alike = _alike(said, phrases)
        if alike is not NOTHING:
            return alike
    return _mentioned(said, phrases)


def _phrases(option: Heard) -> frozenset[str]:
    return frozenset(filter(None, map(normalise, (option.id, option.label, *option.words))))


def _alike(said: str, phrases: Sequence[tuple[str, frozenset[str]]]) -> Understood:
    scored = sorted(
        (
            (max((fuzz.ratio(said, p) for p in known if len(p) >= SHORTEST_LIKENESS), default=0.0), -n, id_)
            for n, (id_, known) in enumerate(phrases)
        ),
        reverse=True,
    )
    best = scored[0][0] if scored else 0.0
    second = scored[1][0] if len(scored) > 1 else 0.0
    if best >= CLEAR and best - second >= LEAD:
        return Understood(scored[0][2])
    close = tuple(id_ for score, _, id_ in scored[:MOST_ASKED_BACK] if score >= CLOSE)
    return Understood(close=close) if close else NOTHING


def _mentioned(said: str, phrases: Sequence[tuple[str, frozenset[str]]]) -> Understood:
    """Options whose words occur in a longer message. "Not the police" mentions the police: so ask."""
    padded = f" {said} "
    close = [id_ for id_, known in phrases if any(f" {p} " in padded for p in known if len(p) >= SHORTEST_LIKENESS)]
    return Understood(close=tuple(close)) if 0 < len(close) <= MOST_ASKED_BACK else NOTHING
