"""What may be said to everybody while the bot is paused: held to the rules that flows are held to.

A lead writes it in a hurry, and every man who writes meanwhile reads it. So it is short, gives nothing away on a lock
screen, promises nothing, names nobody's partner, and has no number but those of lifelines that answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dialogs.editorial.plain_words import CODES, avoided_words
from safety.blandness import telling_word
from safety.lifelines import Lifelines

LONGEST: Final = 300

_PRONOUN = re.compile(r"\b(?:s?he|her|hers|him|his|herself|himself)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?:|www\.|\S@\S|\b[\w-]+\.(?:com|org|net|info|uk|co)\b", re.IGNORECASE)
# Three digits together, or six and more with a sign between: no time of day, and no span of hours.
_NUMBER = re.compile(r"\+?\d(?:[ ()-]{0,2}\d){5,}|\d{3,}")
_REFUSED = frozenset({CODES["claim"], CODES["turns_away"]})


def tidy(message: str) -> str:
    """The message as it is kept: lines without blanks around them, and no more than one empty line in a row."""
    lines = "\n".join(" ".join(line.split()) for line in message.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


def objections(message: str, lifelines: Lifelines) -> tuple[str, ...]:
    """What speaks against a message that was made tidy, a sentence each; none when it may be said."""
    return tuple(_objections(message, lifelines))


def _objections(message: str, lifelines: Lifelines) -> Iterator[str]:
    if not message:
        yield "Write what men should read while it is paused."
        return
    if len(message) > LONGEST:
        yield f"It has {len(message)} characters; {LONGEST} is the most."
    if not message.replace("\n", "").isprintable():
        yield "It has a sign that cannot be shown. Type it instead of pasting it."
    telling = telling_word(message.partition("\n")[0])
    if telling is not None:
        yield f"Its first line says \u201c{telling}\u201d. A lock screen may show that line: say it in a later line."
    if pronoun := _PRONOUN.search(message):
        yield f"It says \u201c{pronoun[0]}\u201d. Nobody knows who reads it, or who hurts him: leave the person out."
    for entry in avoided_words():
        if entry.code in _REFUSED and "text" in entry.on and (found := entry.pattern.search(message)):
            yield f"It says \u201c{found[0]}\u201d. {entry.why} {entry.instead}"
    if address := _ADDRESS.search(message):
        yield f"It has the address \u201c{address[0]}\u201d. Leave addresses out: nobody has checked where they lead."
    open_lines = {_digits(line.number) for line in lifelines.lines() if line.key not in lifelines.closed}
    for number in _NUMBER.finditer(message):
        if _digits(number[0]) not in open_lines:
            yield f"It has the number {number[0]}. Only the numbers of lifelines that answer may stand there."


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())
