"""Whether a translation may be said in place of its English: what could mislead or hurt a man is not said."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialogs.entries import LONGEST_FIRST, LONGEST_LABEL, MOST_LABEL_WORDS, SHORTEST_FIRST
from dialogs.findings import listed
from dialogs.reading import LONGEST_TEXT
from dialogs.texts import Slot, split
from dialogs.translation.messages import Message, read_words
from dialogs.understanding import Heard, normalise, understand

LONGEST_TYPED = 60
"""The longest word or phrase that he can be expected to type, in characters."""

_NUMBER = re.compile(r"\d+")
# Control signs, marks that turn the direction of writing (a number could be read backwards), halves and private signs.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# The line break, and what some scripts need to join and part letters.
_WANTED = frozenset("\n\u200c\u200d\u200e\u200f")


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a translation is not said: a code of dialogs.codes, and one sentence."""

    code: str
    message: str


def unfit(
    message: Message, said: str, *, bland: Callable[[str], bool] | None, leaves: Callable[[str], bool] | None
) -> Unfit | None:
    """What is wrong with one translation by itself; None when it may be said.

    `bland` judges first lines in this language, None when nobody can. `leaves` says whether a message as a whole is a
    way of leaving.
    """
    if unwanted := next(
        (sign for sign in said if unicodedata.category(sign) in _UNWANTED and sign not in _WANTED), None
    ):
        return Unfit("F259", f"The translation has the invisible sign U+{ord(unwanted):04X}.")
    if message.kind == "typed":
        return _unfit_typed(said, leaves)
    if "\n" in said and "\n" not in message.source:
        return Unfit("F259", "The translation has several lines, and the English has one.")
    if message.kind == "button" and leaves is not None and leaves(said):
        return Unfit("F258", f"`{said}` is a way of leaving.")
    return (
        _unfit_slots(message, said)
        or _unfit_numbers(message, said)
        or _unfit_length(message, said)
        or _unfit_first(message, said, bland)
    )


class Said(Protocol):
    """What can be tapped by a label and typed in further words: an option, or a control of every question."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def shown(self) -> bool: ...


def clash(options: Sequence[Said], taken: Collection[str]) -> str:
    """What two of the options can both be said by, or one of them and something `taken`; "" when all differ.

    `taken` are words as they are compared (dialogs.understanding.normalise). The words of what has a button go before
    those of what can only be heard, so that there only a label clashes.
    """
    sounds: dict[tuple[bool, str], str] = {}
    on_buttons = {sound for option in options if option.shown for sound in sounds_of(option)}
    for option in options:
        for sound in sounds_of(option):
            hidden = not option.shown and sound in on_buttons
            if sound in taken or (hidden and sound == normalise(option.label)):
                return sound
            if not hidden and sounds.setdefault((option.shown, sound), option.id) != option.id:
                return sound
    return ""


def misheard(options: Sequence[Said]) -> str:
    """The first label that is heard as another option, or as none, when it is typed; "" when there is none."""
    heard = [Heard(option.id, option.label, option.words, option.shown) for option in options]
    return next((option.label for option in options if understand(option.label, heard).option != option.id), "")


def sounds_of(option: Said) -> tuple[str, ...]:
    """All that an option can be said by, as it is compared."""
    return tuple(dict.fromkeys(filter(None, map(normalise, (option.label, *option.words)))))


def english_too(options: Sequence[Said], written: Sequence[Said], taken: Collection[str]) -> list[tuple[str, ...]]:
    """The words of each translated option, and after them its English ones: he may well type those.

    Left out is what another option, or something `taken`, is already said by.
    """
    others = {sound: option.id for option in options for sound in sounds_of(option)}
    result = []
    for option, before in zip(options, written, strict=True):
        own = set(sounds_of(option))
        further = [
            word
            for word in (before.label, *before.words)
            if normalise(word) not in own and normalise(word) not in taken and normalise(word) not in others
        ]
        result.append((*option.words, *dict.fromkeys(further)))
    return result


def _unfit_typed(said: str, leaves: Callable[[str], bool] | None) -> Unfit | None:
    words = read_words(said)
    for word in words:
        if len(word) > LONGEST_TYPED or not normalise(word):
            return Unfit("F255", f"Nobody types `{word[:LONGEST_TYPED]}`.")
        if leaves is not None and leaves(word):
            return Unfit("F258", f"`{word}` is a way of leaving.")
    return None if words else Unfit("F255", "The translation has no words.")


def _unfit_slots(message: Message, said: str) -> Unfit | None:
    parts, bad = split(said)
    if bad:
        return Unfit("F253", f"`{bad[0].written}` in the translation is not a slot.")
    wanted, found = _slots(split(message.source)[0]), _slots(parts)
    if lost := wanted - found:
        return Unfit("F253", f"The translation has lost {listed(sorted(lost))}.")
    if added := found - wanted:
        return Unfit("F253", f"The translation has added {listed(sorted(added))}.")
    return None


def _slots(parts: tuple[str | Slot, ...]) -> Counter[str]:
    return Counter(f"{{{part.name}}}" for part in parts if isinstance(part, Slot))


def _unfit_numbers(message: Message, said: str) -> Unfit | None:
    wanted, found = (Counter(_NUMBER.findall(text)) for text in (message.source, said))
    if wanted == found:
        return None
    differing = sorted((wanted - found) + (found - wanted))
    return Unfit("F254", f"The translation has other numbers than the English: look at {listed(differing)}.")


def _unfit_length(message: Message, said: str) -> Unfit | None:
    if message.kind == "button":
        count = len(said.split())
        if not 1 <= count <= MOST_LABEL_WORDS or len(said) > LONGEST_LABEL:
            return Unfit("F255", f"`{said}` has {count} words and {len(said)} characters.")
    elif len(said) > LONGEST_TEXT:
        return Unfit("F259", f"The translation has {len(said):,} characters; the most is {LONGEST_TEXT:,}.")
    return None


def _unfit_first(message: Message, said: str, bland: Callable[[str], bool] | None) -> Unfit | None:
    if message.kind != "first":
        return None
    if not SHORTEST_FIRST <= len(said) <= LONGEST_FIRST:
        return Unfit("F256", f"This first line has {len(said)} characters in translation.")
    if bland is None:
        return Unfit("F256", "Whether a first line in this language gives something away cannot be told.")
    if not bland(said):
        return Unfit("F256", f"`{said}` is not bland.")
    return None
