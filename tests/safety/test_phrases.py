"""The language in which a clinician writes phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.phrases import BOUNDARY, PhraseError, Phrases

NAMES = {"they": ["she|he", "(my ex)"], "hits": ["hit|(beats up)"], "them": ["{they}|dog"]}


def split(text: str) -> list[str]:
    return [word for word in text.split() if word != "the"]


def found(phrase: str, text: str) -> list[str]:
    phrases = Phrases([(phrase, "x")], names=NAMES, split=split, stoppers=["not", "but"])
    words = split(text)
    return [" ".join(words[hit.start : hit.end]) for hit in phrases.find(words)]


@pytest.mark.parametrize(
    ("phrase", "text", "parts"),
    [
        ("hit me", "she hit me", ["hit me"]),
        ("hit me", "hit him", []),
        ("hit me", "hit . me", []),
        ("hit|kicks me", "he kicks me and hit me", ["kicks me", "hit me"]),
        ("(beats up)|hit me", "beats up me", ["beats up me"]),
        ("hit my? son", "hit son hit my son", ["hit son", "hit my son"]),
        ("{they} {hits} me", "my ex beats up me", ["my ex beats up me"]),
        ("{them} {hits} me", "dog hit me", ["dog hit me"]),
        ("hit ~ son", "hit son", ["hit son"]),
        ("hit ~ son", "hit my own little son", ["hit my own little son"]),
        ("hit ~ son", "hit my own very little son", []),
        ("hit ~ son", "hit not son", []),
        ("hit ~ son", "hit me . my son", []),
        ("hit ~ ~ son", "hit a b c d e son", ["hit a b c d e son"]),
        ("so? hit me", "hit me", ["hit me"]),
        ("hit the son", "hit son", ["hit son"]),
    ],
)
def test_a_phrase_is_found_where_it_is_said(phrase: str, text: str, parts: list[str]) -> None:
    assert found(phrase, text.replace(".", BOUNDARY)) == parts


@pytest.mark.parametrize("phrase", ["", "the", "~ me", "hit ~", "hit?", "{nobody} hit me", "hit|the me"])
def test_a_phrase_that_means_nothing_or_anything_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError):
        found(phrase, "hit me")


def test_phrases_that_begin_alike_are_all_found() -> None:
    phrases = Phrases([("she hit me", 1), ("she hit", 2), ("she ~ me", 3)], names={}, split=split, stoppers=[])

    assert sorted(hit.payload for hit in phrases.find(["she", "hit", "me"])) == [1, 2, 3]
    assert phrases.vocabulary == {"she", "hit", "me"}


@given(st.lists(st.sampled_from(["she", "hit", "me", "not", "and", BOUNDARY]), max_size=30))
def test_a_gap_is_found_exactly_where_it_should_be(words: list[str]) -> None:
    phrases = Phrases([("she ~ me", None)], names={}, split=split, stoppers=["not"])
    expected = {
        (start, end + 1)
        for start, first in enumerate(words)
        for end in range(start + 1, min(start + 5, len(words)))
        if first == "she" and words[end] == "me" and not {"not", BOUNDARY} & set(words[start + 1 : end])
    }

    assert {(hit.start, hit.end) for hit in phrases.find(words)} == expected
