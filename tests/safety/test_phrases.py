"""The language in which a clinician writes phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.phrases import BOUNDARY, Parser, PhraseError, Phrases

Elements = tuple[str, ...]

NAMES = {"they": ["she|he", "(my ex)"], "hits": ["hit|(beats up)"], "them": ["{they}|dog"]}


def split(text: str) -> list[str]:
    return [word for word in text.split() if word != "the"]


def found(phrase: str, text: str) -> list[str]:
    phrases = Phrases([(phrase, "x")], parser=Parser(NAMES, split), stoppers=["not", "but"])
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
        ("so? hit me", "so hit me", ["so hit me", "hit me"]),
        ("so? ~ hit me", "so she hit me", ["so she hit me", "hit me"]),
        ("hit ~ now?", "hit me now", ["hit", "hit me", "hit me now"]),
        ("(my ex) hit me", "my hit me", []),
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
    phrases = Phrases([("she hit me", 1), ("she hit", 2), ("she ~ me", 3)], parser=Parser({}, split), stoppers=[])

    assert sorted(hit.payload for hit in phrases.find(["she", "hit", "me"])) == [1, 2, 3]
    assert phrases.vocabulary == {"she", "hit", "me"}


@given(st.lists(st.sampled_from(["she", "hit", "me", "not", "and", BOUNDARY]), max_size=30))
def test_a_gap_is_found_exactly_where_it_should_be(words: list[str]) -> None:
    phrases = Phrases([("she ~ me", None)], parser=Parser({}, split), stoppers=["not"])
    expected = {
        (start, end + 1)
        for start, first in enumerate(words)
        for end in range(start + 1, min(start + 5, len(words)))
        if first == "she" and words[end] == "me" and not {"not", BOUNDARY} & set(words[start + 1 : end])
    }

    assert {(hit.start, hit.end) for hit in phrases.find(words)} == expected


def test_a_phrase_is_found_wherever_in_a_long_message_it_stands() -> None:
    phrases = Phrases([("she ~ me", None)], parser=Parser({}, split), stoppers=[])
    for before in (1020, 1021, 1022, 1023, 1024, 1025, 5000):
        words = ["and"] * before + ["she", "hit", "me"] + ["and"] * 2000

        assert [(hit.start, hit.end) for hit in phrases.find(words)] == [(before, before + 3)]


pieces = st.sampled_from(["she", "she|(my ex)", "hit|(beats up)", "me?", "(my ex)?", "~", "my|so", "up?"])
written = st.lists(pieces, min_size=1, max_size=5).map(tuple)
said = st.lists(st.sampled_from(["she", "my", "ex", "hit", "beats", "up", "me", "so", "not", BOUNDARY]), max_size=14)


@given(st.lists(written, max_size=4, unique=True), said)
def test_every_way_of_saying_a_phrase_is_found_and_nothing_else(drawn: list[Elements], words: list[str]) -> None:
    understood = [phrase for phrase in drawn if is_understood(" ".join(phrase))]
    phrases = Phrases([(" ".join(phrase), phrase) for phrase in understood], parser=Parser({}, split), stoppers=["not"])
    expected = {
        (start, end, phrase)
        for phrase in understood
        for start in range(len(words))
        for end in ends(phrase, words, start, begun=False)
    }

    hits = list(phrases.find(words))

    assert sorted((hit.start, hit.end, hit.payload) for hit in hits) == sorted(expected)
    assert [hit.end for hit in hits] == sorted(hit.end for hit in hits)


def is_understood(phrase: str) -> bool:
    try:
        Phrases([(phrase, None)], parser=Parser({}, split), stoppers=[])
    except PhraseError:
        return False
    return True


def ends(elements: Elements, words: list[str], place: int, *, begun: bool) -> set[int]:
    """Where the elements can end that begin at a place, by trying everything; a phrase begins with a word."""
    if not elements:
        return {place} if begun else set()
    first, rest = elements[0], elements[1:]
    found: set[int] = set()
    if first == "~" or first.endswith("?"):
        found |= ends(rest, words, place, begun=begun)
    if first == "~":
        for passed in range(place, min(place + 3, len(words))) if begun else ():
            if words[passed] in ("not", BOUNDARY):
                break
            found |= ends(rest, words, passed + 1, begun=True)
        return found
    for way in first.removesuffix("?").split("|"):
        spoken = way.strip("()").split(" ")
        if words[place : place + len(spoken)] == spoken:
            found |= ends(rest, words, place + len(spoken), begun=True)
    return found
