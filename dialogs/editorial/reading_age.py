"""How hard a text is to read, measured the same simple way everywhere: the Flesch-Kincaid grade.

The grade is 0.39 x (words in a sentence) + 11.8 x (syllables in a word) - 15.59 (Kincaid and others, 1975); the
reading age is about the grade plus five. It knows nothing of meaning: a low grade is needed, never enough. What is
on buttons is not graded, nor are the lines of a card, which the directory fills.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping

from dialogs.editorial.written import Written, place
from dialogs.findings import Findings, listed
from dialogs.reading import sentence

HARDEST_GRADE = 6.0
"""A reading age of about eleven."""

FEWEST_WORDS = 20
"""A shorter text is measured as if plain words filled it up to here: one long word in a line says little."""

LONG_SENTENCE = 14
"""More words than this in a sentence, and it is better split: plain words allow no more at the age of eleven."""

MOST_WORDS = 60
"""What a phone shows without scrolling: the words of one step's message, without lifelines, services and buttons."""

MOST_SENTENCES = 3
"""How many sentences of a hard text are named: the ones to mend first."""

PLAIN_WORD = 1.2
"""Syllables of a plain word: the mean of the shipped conversations."""

_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)*|\d+")
_SENTENCE = re.compile(r"\S.*?(?:[.?!:][\"'\u201d\u2019)]*(?=\s)|(?=\n)|\Z)", re.DOTALL)
_VOWELS = re.compile(r"[aeiouy]+")

# Syllables are the groups of vowels, but for these: how many more or less, and where.
_EXCEPTIONS = tuple(
    (beats, re.compile(pattern))
    for beats, pattern in (
        # time, whole, chance
        (-1, r"(?<=[aeiouy][^aeiouyl])e$|(?<=[aeiouy][^aeiouy][^aeiouyl])e$|(?<=[aeiouyl]l)e$"),
        # asked, called
        (-1, r"(?<=[^aeiouydtlr])ed$|(?<=[aeiouyrlw][lr])ed$"),
        # times, rules, halves
        (-1, r"(?<=[aeiouy][^aeiouyszxcglh])es$|(?<=[aeiouyl]l)es$|(?<=[lr]v)es$"),
        # careful, lately, movement
        (-1, r"(?<=[^aeiouyl])e(?=(?:ful|less|ness|ment|ly)(?:s|ly)?$)"),
        # something, lifeline
        (-1, r"^(?:some|life|safe|home|there|fore|before|every)(?=[bcfghkmnptvw]|li)"),
        # being, doing
        (+1, r"[aeiouy]ing"),
        # area
        (+1, r"(?<=[aeiouy][^aeiouy])eas?$"),
        # violence, serious
        (+1, r"(?<=[^tcsgxhln])i(?:a(?!ge)|o|u)"),
        # client, quiet, easier
        (+1, r"(?<=[^tcs])ien[ct]|iet|(?<=[^aeiouyd])iers?$"),
        # usual, situation
        (+1, r"(?<=[^qg])ua[lt]"),
        # isn't
        (+1, r"[^aeiour]n['\u2019]t$"),
        # sarcasm, rhythm
        (+1, r"(?:s|th)m$"),
        # anyone, suicide
        (+1, r"^any(?=one)|^suici"),
    )
)


def words(text: str) -> list[str]:
    """The words of a text; a number counts as one."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The sentences of a text. A line of its own and what a colon introduces are read as sentences."""
    return [found[0] for found in _sentences(text)]


def _sentences(text: str) -> Iterator[re.Match[str]]:
    return (found for found in _SENTENCE.finditer(text) if words(found[0]))


@functools.cache
def syllables(word: str) -> int:
    """How many beats a word has, by rule; at least one. OK, UK and NHS are spelt out; a number is one.

    Held against the 124,082 plain words of the CMU Pronouncing Dictionary on 22 November 2026, the rule is wrong
    for 8.5 % (names, mostly); of 8,800 words of running text that it was not made for, for 0.8 %.
    """
    if word.isupper() and len(word) in (2, 3):
        return len(word)
    letters = re.sub(r"['\u2019]s$", "", word.lower())
    beats = len(_VOWELS.findall(letters))
    beats += sum(more * len(pattern.findall(letters)) for more, pattern in _EXCEPTIONS)
    return max(beats, 1)


def grade(text: str, *, at_least: int = 1) -> float:
    """The Flesch-Kincaid grade; 0.0 for a text without words.

    A text of fewer words than ``at_least`` is measured as if plain words filled it up.
    """
    found = words(text)
    if not found:
        return 0.0
    missing = max(0, at_least - len(found))
    per_sentence = len(found) / len(sentences(text))
    per_word = (sum(map(syllables, found)) + missing * PLAIN_WORD) / (len(found) + missing)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def check(items: Iterable[Written], findings: Findings) -> None:
    """F230 for every text that is too hard to read, F236 for every message that is too long."""
    said: dict[tuple[str, str], dict[str, Written]] = {}
    for item in items:
        if item.kind in ("text", "first"):
            _check_grade(item, findings)
            said.setdefault((item.flow, item.step), {})[item.entry] = item
    for (_, step), texts in said.items():
        if step:
            _check_length(texts, findings)


def _check_length(texts: Mapping[str, Written], findings: Findings) -> None:
    """A question is sent with its first line; its Why, and what is said to odd words, with the question."""
    question, first = texts.get("text"), texts.get("first")
    if question is not None and _is_long(question, first, findings):
        return
    for entry, item in texts.items():
        if entry not in ("text", "first"):
            _is_long(item, question or first, findings)


def _is_long(item: Written, beside: Written | None, findings: Findings) -> bool:
    count = len(words(item.words)) + (len(words(beside.words)) if beside else 0)
    if count <= MOST_WORDS:
        return False
    findings.add(
        "F236",
        item.span,
        f"{sentence(item.what)} makes a message of {count} words.",
        hint=f"Say it in {MOST_WORDS}, or part it into two steps.",
    )
    return True


def _check_grade(item: Written, findings: Findings) -> None:
    text = item.words
    measured = grade(text, at_least=FEWEST_WORDS)
    if measured <= HARDEST_GRADE:
        return
    hard = sorted(_sentences(text), key=lambda found: _hardness(found[0]), reverse=True)[:MOST_SENTENCES]
    worst, *others = hard[:1] + [found for found in hard[1:] if _hardness(found[0]) > HARDEST_GRADE]
    findings.add(
        "F230",
        place(worst, item.span, findings.lines),
        f"{sentence(item.what)} needs a reading age of {measured + 5:.1f}; the most is {HARDEST_GRADE + 5:.0f}.",
        hint=_advice(worst[0]),
        related=[(place(found, item.span, findings.lines), _then(found[0])) for found in others],
    )


def _then(text: str) -> str:
    """The advice on a further sentence, which the place follows in the same line."""
    return "then: " + _advice(text).removesuffix(".")


def _hardness(text: str) -> float:
    return grade(text, at_least=FEWEST_WORDS)


def _advice(text: str) -> str:
    """What to do about a hard sentence: split it, or find shorter words for its longest."""
    found = words(text)
    long = sorted({word for word in found if syllables(word) > 2}, key=lambda word: (-syllables(word), word))
    advice = []
    if len(found) > LONG_SENTENCE:
        advice.append(f"Make two or three of this sentence: it has {len(found)} words.")
    if long:
        advice.append(f"Find shorter words for {listed(long[:4])}.")
    return " ".join(advice) or "Make shorter sentences of it."
