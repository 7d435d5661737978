"""Rehearsals are played on the real engine, and what goes another way is told by its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.book import Book
from dialogs.findings import render_text
from dialogs.loading import load_book
from dialogs.rehearsal import rehearse
from tests.dialogs.rehearsal.conftest import FILE, HEAD, Rehearse, codes, wrong
from tests.support.walking import LIFELINES

TO_SERVICES = """\
  - reads: What would help most?
  - taps: Talk to someone
    at: main/where
  - taps: England
"""
BREAKS = """\
language: 1
flow: small
title: One that names a lifeline that nobody has
review: {by: nobody yet, on: "", due: 2027-01-31}
first_step: hello
steps:
  hello:
    ask: {text: Hello, answerless: yes, options: [{id: yes_please, label: "Yes", go: bye}]}
  bye:
    end: {text: "Ring {lifeline.none}"}
"""
UNTOLD = "At main/services the conversation has to be told which services there are."


def test_a_conversation_that_goes_as_written(rehearsed: Rehearse) -> None:
    came = rehearsed(
        """\
  - reads: [Hello, What would   HELP most?]
    offered: [Talk to someone, Why?, Skip]
    not: [services, Done]
    at: main/hello
  - taps: Why?
    reads: what fits
  - types: something to do with cats
    reads: That is not on the list.
  - types: speak
    at: main/where
  - danger: suicide
    at: thoughts/here
  - taps: Carry on
    at: main/where
  - types: newport
  - place: {W06000022: "Newport, Wales", E06000046: "Newport, Isle of Wight"}
    reads: Which one do you mean?
    offered: ["Newport, Wales"]
  - types: nowhere
  - place: unknown
    reads: I do not know that place.
  - types: leeds
  - place: {E08000035: Leeds}
  - services: found
    reads: ["For Leeds:", Example service 1, Example service 2]
  - taps: More
    reads: A person answers.
"""
    )
    assert render_text(wrong(came)) == ""
    assert came.played == 1
    assert not came.failed


@pytest.mark.parametrize(
    ("outcome", "reads"),
    [
        ("found", "For England"),
        ("widened", "these cover a larger area"),
        ("none", "Nothing for England."),
        ("unavailable", "out of reach"),
    ],
)
def test_the_directory_can_answer_in_four_ways(rehearsed: Rehearse, outcome: str, reads: str) -> None:
    came = rehearsed(f"{TO_SERVICES}  - services: {outcome}\n    reads: {reads}\n")
    assert codes(came) == []


def test_a_service_can_be_gone_when_he_asks_for_more_of_it(rehearsed: Rehearse) -> None:
    came = rehearsed(
        f"{TO_SERVICES}  - services: found\n  - taps: More\n  - services: gone\n    reads: no longer listed\n"
    )
    assert codes(came) == []


def test_no_service_is_gone_of_which_nobody_asked(rehearsed: Rehearse) -> None:
    came = rehearsed(f"{TO_SERVICES}  - services: found\n  - services: gone\n")
    assert codes(came) == ["F315"]
    assert "He has not asked for more about a service" in wrong(came)[0].message


def test_words_that_are_not_read_are_shown_with_those_that_are(rehearsed: Rehearse) -> None:
    came = rehearsed("  - reads: [Hello, Goodbye for now]\n")
    assert render_text(wrong(came)) == (
        """\
rehearsals/one.yaml:4:20: error F310: He does not read `Goodbye for now`.
  4 |   - reads: [Hello, Goodbye for now]
    |                    ^^^^^^^^^^^^^^^
    = The rehearsal expects these words in this turn.
    = At main/hello he reads: Hello, and thank you for writing to us now. This is a test. Ring 0808
      157 0000. What would help most?
"""
    )


def test_what_he_reads_is_cut_where_it_is_long(book: Book) -> None:
    lines = {**LIFELINES, "helpline": "Ring us. " * 100}
    came = rehearse(book, {FILE: (HEAD + "  - reads: Goodbye\n").encode()}, lines)
    assert wrong(came)[0].hint.endswith("us. ...")


def test_words_that_should_not_be_there_are_found_in_texts_and_on_buttons(rehearsed: Rehearse) -> None:
    came = rehearsed("  - reads: Hello\n    not: [thank you, Money, weather]\n")
    assert [f.message for f in wrong(came)] == [
        "He reads `thank you`, or it is on a button.",
        "He reads `Money`, or it is on a button.",
    ]


def test_a_button_that_is_missing_is_named(rehearsed: Rehearse) -> None:
    came = rehearsed("  - offered: [Money, Moeny]\n")
    assert codes(came) == ["F312"]
    assert wrong(came)[0].column == 22
    assert "On offer at main/hello: " in wrong(came)[0].hint


def test_he_may_be_somewhere_else(rehearsed: Rehearse) -> None:
    came = rehearsed("  - reads: Hello\n  - taps: Money\n    at: main/hello\n")
    assert [f.message for f in wrong(came)] == ["He is at `main/where`, not at `main/hello`."]


def test_what_cannot_be_tapped_ends_the_rehearsal(rehearsed: Rehearse) -> None:
    came = rehearsed(
        "  - taps: Monye\n  - taps: Nothing\n    reads: Nothing\n".replace("  - ", "  - reads: Hello\n  - ", 1)
    )
    assert codes(came) == ["F314"]
    assert wrong(came)[0].hint.startswith("Did you mean `Money`? On offer at main/hello: ")


def test_a_button_unlike_any_other_is_told_from_those_there_are(rehearsed: Rehearse) -> None:
    came = rehearsed("  - reads: Hello\n  - taps: Accordion\n")
    assert wrong(came)[0].hint.startswith("On offer at main/hello: `Talk to someone`, ")


def test_a_danger_that_nothing_answers(rehearsed: Rehearse) -> None:
    assert codes(rehearsed("  - reads: Hello\n  - danger: boredom\n")) == ["F316"]


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        (TO_SERVICES, UNTOLD),
        (
            TO_SERVICES + "  - taps: More\n",
            UNTOLD,
        ),
        (
            "  - reads: Hello\n  - taps: Talk to someone\n  - types: leeds\n",
            "At main/where the conversation has to be told where the place is that he typed.",
        ),
        ("  - reads: Hello\n  - services: found\n", "No services are being looked for at main/hello."),
        ("  - reads: Hello\n  - place: unknown\n", "No place is being looked up at main/hello."),
    ],
)
def test_the_map_and_the_directory_answer_when_they_are_asked(rehearsed: Rehearse, turns: str, message: str) -> None:
    came = rehearsed(turns)
    assert [(f.code, f.message) for f in wrong(came)] == [("F315", message)]


def test_a_conversation_that_breaks_off_is_told_by_its_turn(book: Book) -> None:
    talk = (TO_SERVICES + "  - services: none\n").encode()
    came = rehearse(book, {FILE: HEAD.encode() + talk}, {"helpline": "Ring."})
    assert [(f.code, f.line) for f in wrong(came)] == [("F317", 8)]


def test_a_first_message_that_breaks_off_is_told_by_the_first_line(book: Book) -> None:
    came = rehearse(book, {FILE: (HEAD + "  - reads: Hello\n").encode()}, {})
    assert [(f.code, f.line) for f in wrong(came)] == [("F317", 1)]


def test_words_at_which_the_conversation_breaks_off(book: Book) -> None:
    talk = "  - reads: Hello\n  - taps: Talk to someone\n  - types: england\n  - services: none\n"
    came = rehearse(book, {FILE: (HEAD + talk).encode()}, {"helpline": "Ring."})
    assert [(f.code, f.line) for f in wrong(came)] == [("F317", 7)]


def test_typed_words_at_which_the_conversation_breaks_off(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(BREAKS)
    talk = b"  - reads: Hello\n  - types: yes\n"
    came = rehearse(load_book(tmp_path / "small.yaml"), {FILE: HEAD.encode() + talk}, {})
    assert [(f.code, f.line) for f in wrong(came)] == [("F317", 5)]


def test_a_rehearsal_without_turns_plays_the_first_message(rehearsed: Rehearse) -> None:
    came = rehearsed("rehearsal: 1\ntitle: One\ntalk: []\n")
    assert codes(came) == []
    assert {part.flow: part.percent for part in came.parts}["main"] > 0


def test_the_channel_decides_what_is_said(rehearsed: Rehearse) -> None:
    talk = "talk:\n  - reads: Hello\n  - taps: Money\n    reads: You are typing.\n"
    assert codes(rehearsed(f"rehearsal: 1\ntitle: One\nchannel: terminal\n{talk}")) == []
    assert codes(rehearsed(f"rehearsal: 1\ntitle: One\nchannel: web\n{talk}")) == ["F310"]


def test_a_language_is_rehearsed_when_it_is_offered(book: Book) -> None:
    text = b"rehearsal: 1\ntitle: One\nlang: cy\ntalk:\n  - reads: Hello\n"
    none = rehearse(book, {FILE: text}, LIFELINES)
    assert [(f.code, f.hint) for f in wrong(none)] == [("F302", "No other language is offered.")]
    other = rehearse(replace(book, tongues={"fr": book}), {FILE: text}, LIFELINES)
    assert [(f.code, f.hint) for f in wrong(other)] == [("F302", "Offered are: `fr`.")]
    assert codes(rehearse(replace(book, tongues={"cy": book}), {FILE: text}, LIFELINES)) == []
