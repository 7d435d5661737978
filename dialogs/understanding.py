"""Typed words to one of the options on offer. A close call is asked back, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from rapidfuzz import fuzz

from dialogs.words import ENGLISH, Words

# Shorter words are never matched by likeness: one letter makes another word of them.
SHORTEST_LIKENESS = 4
# Longer messages are a man telling something, not a misspelt label.
LONGEST_LIKENESS = 60
LONGEST_LIST = 120
# Likeness is 0 to 100 (Indel). Above CLEAR and ahead of the next option by LEAD it is taken; above CLOSE it
# is asked back.
CLEAR = 86.0
LEAD = 10.0
CLOSE = 72.0
MOST_ASKED_BACK = 3

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4\uff07]")
_NOT_A_WORD = re.compile(r"[\W_]+")


class Heard(NamedTuple):
    """An option as it can be typed: its id, its label, and further words an editor gave it; and whether it has a
    button, so that it can be meant by its number."""

    id: str
    label: str
    words: tuple[str, ...] = ()
    shown: bool = True


class Understood(NamedTuple):
    """The option that was meant, or several that were named together; or, when it is a close call, the options to
    ask back about.
    """

    option: str | None = None
    close: tuple[str, ...] = ()
    several: tuple[str, ...] = ()


NOTHING = Understood()


def normalise(text: str) -> str:
    """Lower case, without accents of form, apostrophes, punctuation, emoji or invisible characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = _APOSTROPHES.sub("", text).casefold()
    return _NOT_A_WORD.sub(" ", text).strip()


@lru_cache
def controls(words: Words) -> Mapping[str, str]:
    """What can be typed at every question, normalised, and the reserved tap that it stands for."""
    typed = {
        "_skip": (words.skip, *words.skip_typed),
        "_back": (words.back, *words.back_typed),
        "_why": (words.why, *words.why_typed),
        "_restart": (words.start_again, *words.start_again_typed),
    }
    return MappingProxyType({normalise(said): tap for tap, sayings in typed.items() for said in sayings})


CONTROLS = controls(ENGLISH)


def control(text: str, words: Words = ENGLISH) -> str | None:
    """The reserved tap that was typed in words ("skip", "back", "why", "start again"), if one was."""
    said = normalise(text)
    return controls(words).get(said) or CONTROLS.get(said)


def understand(text: str, options: Sequence[Heard], words: Words = ENGLISH) -> Understood:
    """Which of `options` the words mean. Those with buttons are numbered from one, in the order given.

    What a button is said by is that button's, whatever else can only be typed and is said by it too.
    """
    said = normalise(text)
    if not said:
        return NOTHING
    if said.isascii() and said.isdigit():
        number = int(said) if len(said) <= 3 else 0
        numbered = [option.id for option in options if option.shown]
        return Understood(numbered[number - 1]) if 1 <= number <= len(numbered) else NOTHING
    on_buttons = frozenset().union(*(_phrases(option) for option in options if option.shown))
    phrases = [(option.id, _phrases(option) if option.shown else _phrases(option) - on_buttons) for option in options]
    exact = tuple(id_ for id_, known in phrases if said in known)
    if exact:
        return Understood(exact[0]) if len(exact) == 1 else Understood(close=exact)
    for answers in (_all(words.yes_typed, ENGLISH.yes_typed), _all(words.no_typed, ENGLISH.no_typed)):
        if said in answers:
            carrying = [id_ for id_, known in phrases if known & answers]
            return Understood(carrying[0]) if len(carrying) == 1 else NOTHING
    if len(said) < SHORTEST_LIKENESS:
        return NOTHING
    if len(said) <= LONGEST_LIKENESS:
        alike = _alike(said, phrases)
        if alike is not NOTHING:
            return alike
    return _mentioned(said, phrases, {option.id for option in options if option.shown})


def is_named(text: str, options: Sequence[Heard], words: Words = ENGLISH) -> bool:
    """Whether the whole message is what one of `options`, or a control, is called or said by."""
    said = normalise(text)
    return control(text, words) is not None or any(said in _phrases(option) for option in options)


def understand_several(text: str, options: Sequence[Heard], words: Words = ENGLISH) -> tuple[str, ...]:
    """The options of a message that names two or more and says nothing else ("police and money", "1, 3").

    None where anything in it is unclear, above all whether he wants them: `understand` then asks back.
    """
    said = normalise(text)
    spoken = said.split()
    if len(said) > LONGEST_LIST or _all(words.denying, ENGLISH.denying).intersection(spoken):
        return ()
    phrases = [(option.id, _phrases(option)) for option in options]
    named = {str(number): option.id for number, option in enumerate(options, 1)}
    for id_, known in phrases:
        named |= {phrase: "" if named.get(phrase, id_) != id_ else id_ for phrase in known}
    meant = []
    for part in _parts(spoken, named, _all(words.joining, ENGLISH.joining)):
        option = named[part] if part in named else _alike(part, phrases).option
        if not option:
            return ()
        meant.append(option)
    several = tuple(dict.fromkeys(meant))
    return several if len(several) > 1 else ()


def _parts(spoken: Sequence[str], named: Collection[str], joining: Collection[str]) -> list[str]:
    """The message cut into the longest phrases that are known, and what is left of it between joining words."""
    parts: list[str] = []
    left: list[str] = []
    at = 0
    while at < len(spoken):
        end = next((n for n in range(len(spoken), at, -1) if " ".join(spoken[at:n]) in named), at)
        if end == at and spoken[at] not in joining:
            left.append(spoken[at])
        else:
            parts += [" ".join(left)] * bool(left) + [" ".join(spoken[at:end])] * (end > at)
            left = []
        at = max(end, at + 1)
    return [*parts, " ".join(left)] if left else parts


@lru_cache
def _all(*sayings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(normalise(said) for some in sayings for said in some)


@lru_cache(4096)
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


def _mentioned(said: str, phrases: Sequence[tuple[str, frozenset[str]]], buttons: Collection[str]) -> Understood:
    """Options whose words occur in a longer message. "Not the police" mentions the police: so ask.

    A word inside a longer phrase of another option does not count, "tell police i hit" is not about the police; but
    what stands on a button is never hidden by something that can only be typed.
    """
    found = {
        id_: [(at, at + len(p)) for p in known if len(p) >= SHORTEST_LIKENESS for at in _occurrences(p, said)]
        for id_, known in phrases
    }
    on_buttons = [span for id_ in buttons for span in found[id_]]
    anywhere = [span for spans in found.values() for span in spans]
    close = [
        id_
        for id_, spans in found.items()
        if any(not _is_part(span, on_buttons if id_ in buttons else anywhere) for span in spans)
    ]
    return Understood(close=tuple(close)) if 0 < len(close) <= MOST_ASKED_BACK else NOTHING


def _occurrences(phrase: str, said: str) -> Iterator[int]:
    """Where a phrase stands in a message, as whole words."""
    padded, sought = f" {said} ", f" {phrase} "
    at = padded.find(sought)
    while at >= 0:
        yield at
        at = padded.find(sought, at + 1)


def _is_part(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether a stretch of the message is a part of a longer one."""
    return any(start <= span[0] and span[1] <= end and span != (start, end) for start, end in others)
