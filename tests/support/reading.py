"""How hard a text is to read, measured the same simple way everywhere.

The Flesch-Kincaid grade is 0.39 x (words in a sentence) + 11.8 x (syllables in a word) - 15.59; the reading
age is about the grade plus five (Kincaid and others, 1975). It knows nothing of meaning: a low grade is
needed, never enough. Syllables are counted by a rule of thumb that errs by one word in ten or so, in both
directions, which a screen of fifty words evens out.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d+")
_SENTENCE_END = re.compile(r"(?<=[.?!:])[\"'”’]?\s+|\n+")
_VOWELS = re.compile(r"[aeiouy]+")


def words(text: str) -> list[str]:
    """The words of a text; a number counts as one."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The sentences of a text. A line of its own and what a colon introduces are read as sentences."""
    return [part.strip() for part in _SENTENCE_END.split(text) if words(part)]


def syllables(word: str) -> int:
    """How many beats a word has, by rule of thumb; at least one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    beats = len(_VOWELS.findall(letters))
    silent_e = letters.endswith("e") and not letters.endswith(("le", "ee", "ye", "oe", "ie"))
    silent_ed = re.search(r"[^aeiouytd]ed$", letters) is not None
    silent_es = re.search(r"[^aeiouyszxhcg]es$", letters) is not None
    if silent_e or silent_ed or silent_es:
        beats -= 1
    if letters.endswith("sm"):
        beats += 1
    return max(beats, 1)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text; 0.0 for a text without words."""
    found = words(text)
    if not found:
        return 0.0
    per_sentence = len(found) / len(sentences(text))
    per_word = sum(map(syllables, found)) / len(found)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def hardest_sentence(text: str) -> str:
    """The sentence with the highest grade: the one to mend first."""
    return max(sentences(text), key=grade, default="")
