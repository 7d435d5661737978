"""What surrounds the flows can be said in another language, and is English wherever that is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from safety import envelope
from safety.blandness import JUDGED, LONGEST, SHORTEST, is_bland
from safety.envelope import LEAVE, URGENT, Piece, surround
from safety.leaving import is_leaving
from safety.lifelines import Lifelines
from safety.risk import screen
from safety.speech import ENGLISH, Speech, filled

LIFELINES = Lifelines.load()
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
SAID = {
    "button.leave": "Gadael nawr",
    "button.urgent": "Help brys",
    "button.go_on": "Ymlaen",
    "first.opening": "Diolch am eich neges. Mae'r ateb i'w weld isod.",
    "first.waiting": "Sori am yr oedi. Tapiwch isod i fynd ymlaen.",
    "text.gate": "Iawn i sgwrsio nawr?",
    "text.footer_free": "{name}, am ddim: {number}",
    "text.beside": "Unrhyw awr: {name} {number}",
    "text.free_any_hour": "Am ddim, unrhyw awr",
    "text.hours_unknown": "Gwiriwch yr oriau agor",
    "text.free": "Am ddim. {when}",
    "serves.childline": "i unrhyw un dan 19 oed",
    "use.shout": "tecstiwch SHOUT i {number}",
    "words.emergency": "Mewn perygl nawr: ffoniwch 999.",
}
WELSH = Speech.of("cy", SAID)


def test_every_word_has_a_name_that_says_what_it_is_and_comes_back_by_it() -> None:
    named = ENGLISH.named()
    assert named["button.leave"] == "Leave now"
    assert {name.partition(".")[0] for name in named} == {"button", "first", "text"}
    assert Speech.of("", named) == ENGLISH
    assert Speech.of("cy", SAID).named() == {**ENGLISH.named(), **SAID}


def test_what_is_not_translated_is_english() -> None:
    assert WELSH.leave == "Gadael nawr"
    assert WELSH.returning == ENGLISH.returning


def test_a_turn_is_surrounded_in_his_language_with_the_tokens_that_every_language_has() -> None:
    (message,) = surround([Piece("Helo.")], lifelines=LIFELINES, at=MONDAY, speech=WELSH).messages
    assert message.first == SAID["first.opening"]
    assert message.footer == "Men's helpline, am ddim: 0808 800 1170 · Unrhyw awr: Samaritans 116 123"
    (row,) = message.rows
    assert [(button.label, button.token) for button in row] == [
        ("Help brys", URGENT.token),
        ("Gadael nawr", LEAVE.token),
    ]


def test_the_gate_and_the_late_line_are_in_his_language() -> None:
    (gate,) = envelope.gate(lifelines=LIFELINES, at=MONDAY, speech=WELSH).messages
    assert gate.body == "Iawn i sgwrsio nawr?"
    assert [button.label for row in gate.rows for button in row] == ["Ymlaen", "Help brys", "Gadael nawr"]
    (late,) = envelope.late(WELSH).messages
    assert late.text == SAID["first.waiting"]
    assert [button.label for row in late.rows for button in row] == ["Ymlaen", "Gadael nawr"]


def test_a_lifeline_is_worded_in_his_language_with_the_same_numbers() -> None:
    worded = LIFELINES.worded(MONDAY, speech=WELSH)
    assert worded["childline"] == "Childline, i unrhyw un dan 19 oed: 0800 1111. Am ddim. Gwiriwch yr oriau agor."
    assert worded["shout"] == "Shout: tecstiwch SHOUT i 85258. Any hour."
    assert worded["emergency"] == "Mewn perygl nawr: ffoniwch 999."
    assert worded["samaritans"] == "Samaritans: 116 123. Am ddim, unrhyw awr."


def test_hours_are_told_in_his_language() -> None:
    days = {f"text.{day}": f"dydd {number}" for number, day in enumerate(("monday", "tuesday", "wednesday"), 1)}
    speech = Speech.of("cy", {**days, "text.opens_on": "Ar gau, yn agor {when}", "text.before_noon": "{clock}yb"})
    checked = Lifelines.load(checks=[("stalking_helpline", MONDAY.date())])
    assert checked.worded(MONDAY + timedelta(hours=9), speech=speech)["stalking_helpline"].endswith(
        "Free. Ar gau, yn agor dydd 2 9.30yb."
    )


def test_translators_get_all_that_is_said_of_each_lifeline() -> None:
    named = LIFELINES.own_words()
    assert named["serves.childline"] == "for anyone under 19"
    assert named["words.emergency"] == "In danger now: call 999."
    assert "serves.samaritans" not in named


@pytest.mark.parametrize(
    ("minutes", "english", "welsh"),
    [(60, "an hour", "awr"), (120, "2 hours", "2 awr"), (45, "45 minutes", "45 munud"), (90, "90 minutes", "90 munud")],
)
def test_how_long_silence_lasts_is_told_in_words(minutes: int, english: str, welsh: str) -> None:
    speech = Speech.of("cy", {"text.hour": "awr", "text.hours": "{count} awr", "text.minutes": "{count} munud"})
    assert ENGLISH.lasting(minutes) == english
    assert speech.lasting(minutes) == welsh


def test_what_is_put_into_a_slot_is_never_read_for_slots() -> None:
    assert filled("{name}: {number}", name="{number}", number="1") == "{number}: 1"


@pytest.mark.parametrize(
    "line",
    [
        "Diolch am eich neges. Mae'r ateb i'w weld isod.",
        "Siŵr. Cymerwch faint fynnoch o amser i edrych o gwmpas.",
        "Thanks for that. Here is the next question.",
    ],
)
def test_a_line_that_could_be_from_anyone_is_bland_in_welsh_too(line: str) -> None:
    assert is_bland(line, "cy")


@pytest.mark.parametrize(
    "line",
    [
        "Diolch. Dyma rif yr heddlu i chi ei gadw nawr.",
        "Diolch. Dyma beth allwch ei wneud am y trais nawr.",
        "Diolch. Dyma beth i'w wneud pan fydd eich gwraig yno.",
        "Diolch. Dyma beth i'w ddweud wrth dy wraig wedyn.",
        "Iawn. Dyma sut i gadw'n ddiogel yn y tŷ heno nawr.",
        "Iawn. Dyma lloches lle gallwch chi aros am heno.",
        "Thanks. Here is what the police can do for you.",
        "Diolch.",
    ],
)
def test_a_line_that_tells_something_in_welsh_is_not_bland(line: str) -> None:
    assert not is_bland(line, "cy")


def test_welsh_is_the_only_further_language_in_which_first_lines_can_be_judged() -> None:
    assert frozenset({"cy"}) == JUDGED
    telling = "Violence conjugale: voici ce que vous pouvez faire."
    assert SHORTEST <= len(telling) <= LONGEST
    assert not is_bland(telling, "fr")


@pytest.mark.parametrize(
    "text",
    [
        "gadael",
        "Gadael nawr",
        "cau",
        "hwyl fawr",
        "mae hi'n ôl",
        "Mae hi nol!",
        "mae o adre",
        "mae'r wraig yma",
        "rhaid i fi fynd",
    ],
)
def test_welsh_panic_words_leave_whatever_language_he_picked(text: str) -> None:
    assert is_leaving(text)
    assert screen(text).response == "none"


@pytest.mark.parametrize(
    "text", ["iawn", "parhau", "wedi gorffen", "dw i eisiau iddi hi adael", "mae hi'n flin", "yn ôl"]
)
def test_welsh_words_that_answer_or_tell_something_do_not_leave(text: str) -> None:
    assert not is_leaving(text)
