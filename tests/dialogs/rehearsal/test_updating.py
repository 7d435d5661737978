"""Expectations are rewritten where they stand, and nothing else in the file is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialogs import parsing
from dialogs.findings import Findings
from dialogs.parsing import Scalar
from dialogs.rehearsal.updating import Edit, applied, nearest
from tests.dialogs.rehearsal.conftest import FILE, HEAD, Rehearse, codes

BEFORE = (
    HEAD
    + """\
  - reads: [Hello, What would hlep?]   # the greeting
    at: main/welcome                   # after it
    offered:
      - Talk to smoeone                # first of all
      - Money
  # He is short of money.
  - taps: Money
    reads: |
      Where are you roughly
    at: main/money
"""
)
AFTER = (
    HEAD
    + """\
  - reads: [Hello, What would help most?]   # the greeting
    at: main/hello                   # after it
    offered:
      - Talk to someone                # first of all
      - Money
  # He is short of money.
  - taps: Money
    reads: Roughly where are you?
    at: main/where
"""
)


def test_what_is_expected_becomes_what_is_and_comments_stay(rehearsed: Rehearse) -> None:
    came = rehearsed(BEFORE)
    assert codes(came) == ["F310", "F313", "F312", "F310", "F313"]
    assert came.updated[FILE].decode() == AFTER
    assert codes(rehearsed(AFTER)) == []


def test_what_goes_as_written_is_not_touched(rehearsed: Rehearse) -> None:
    assert rehearsed(AFTER).updated == {}


def test_what_he_does_is_never_rewritten(rehearsed: Rehearse) -> None:
    assert rehearsed("  - reads: Hello\n  - taps: Monye\n").updated == {}


def test_words_that_must_not_be_there_are_never_rewritten(rehearsed: Rehearse) -> None:
    came = rehearsed("  - not: Hello\n")
    assert (codes(came), came.updated) == (["F311"], {})


def test_a_button_for_which_there_is_no_other_stays_wrong(rehearsed: Rehearse) -> None:
    end = "  - reads: Hello\n  - taps: Skip\n  - taps: Skip\n  - services: none\n  - taps: Skip\n"
    came = rehearsed(end + "  - taps: Stop here\n    offered: [Start again, Something]\n")
    assert (codes(came), came.updated) == (["F312"], {})


def test_where_nothing_is_said_no_words_are_made_up() -> None:
    assert nearest("Hello", "") == ""


def test_of_what_is_said_the_most_alike_is_taken_else_the_question() -> None:
    said = "Thank you for that. I have looked.\n\nWhat would help most right now?"
    assert nearest("I hvae looked", said) == "I have looked."
    assert nearest("zebra", said) == "What would help most right now?"
    assert nearest("word", "word " * 20) == " ".join(["word"] * 8)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff")))
def test_whatever_is_written_is_read_again(words: str) -> None:
    findings = Findings()
    data = b"a: [one, two, three]\n"
    tree = parsing.parse("f", data, findings)
    assert isinstance(tree, parsing.Mapping)
    items = tree.entries[0][1]
    assert isinstance(items, parsing.Sequence)
    again = parsing.parse("f", applied(data, [Edit(items.items[1].span, words)]), findings)
    assert isinstance(again, parsing.Mapping)
    (_, sequence) = again.entries[0]
    assert isinstance(sequence, parsing.Sequence)
    assert [item.value for item in sequence.items if isinstance(item, Scalar)] == ["one", words, "three"]
