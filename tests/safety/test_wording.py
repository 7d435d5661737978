"""Typed words are read as what was most likely meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.wording import Guesses, Wording

WORDING = Wording(lost=["the", "a", "really"], same={"shes": "she is", "gonna": "going to", "any more": "anymore"})
KNOWN = {"she", "is", "has", "knife", "suicidal", "kill", "myself", "hitting", "beats", "going", "to", "anymore"}
GUESSES = Guesses(KNOWN, wording=WORDING, guessed=["suicidal", "knife", "hitting"], ordinary=["knives", "hinting"])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("She's gonna", "she is going to"),
        ("SHES the really bad", "she is bad"),
        ("she'll they've I'd we're I'm", "she will they have i would we are i am"),
        ("my wife's knife", "my wife knife"),
        ("can't don't", "cant dont"),
        ("not any more", "not anymore"),
        ("one. two!! three\nfour", "one . two . three . four"),
        ("... hi", "hi"),
        ("k!ll h3r @gain $ 5", "k!ll h3r @gain $ 5"),
        ("k.i.l.l.", "kill ."),
        ("", ""),
    ],
)
def test_messages_are_made_into_words(typed: str, words: str) -> None:
    assert " ".join(WORDING.split(typed)) == words


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("sucidal", "suicidal"),
        ("suicidle", "suicidle"),
        ("kn1fe", "knife"),
        ("k!ll", "kill"),
        ("ki11", "kill"),
        ("killl", "kill"),
        ("hittin", "hitting"),
        ("hitttting", "hitting"),
        ("shehasaknife", "she has knife"),
        ("killmyself", "kill myself"),
        ("knives", "knives"),
        ("hinting", "hinting"),
        ("beets", "beets"),
        ("she", "she"),
        (".", "."),
        ("123456", "123456"),
        ("iiiiiiiiii", "iiiiiiiiii"),
        ("isisisxisis", "isisisxisis"),
    ],
)
def test_an_unknown_word_is_guessed_only_when_it_is_near_enough(word: str, meant: str) -> None:
    assert " ".join(GUESSES.read([word])) == meant


@given(st.text(st.sampled_from("abhis '`.-_*!?\n19@$|"), max_size=60))
def test_a_message_in_plain_letters_is_made_into_the_words_of_one_with_an_invisible_mark(text: str) -> None:
    assert WORDING.split(text) == WORDING.split(f"{text}\u200b")


@given(
    st.text(st.sampled_from("aehorst19"), min_size=1, max_size=8)
    | st.sampled_from(["shes", "anymore", "gonna", "the", "reallly"])
)
def test_one_word_is_read_as_a_message_of_one_word(word: str) -> None:
    assert WORDING.split_word(word) == WORDING.split(word)


def test_a_run_as_long_as_a_message_is_read() -> None:
    assert GUESSES.read(["isto" * 1000]) == ["is", "to"] * 1000
    assert GUESSES.read(["isto" * 1000 + "q"]) == ["isto" * 1000 + "q"]
