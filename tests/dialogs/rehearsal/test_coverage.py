"""What is never rehearsed is listed, and what is passed without stopping counts as well."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from dialogs.book import Book
from dialogs.engine import (
    Begin,
    Described,
    Detail,
    Find,
    Found,
    Given,
    Interrupt,
    Locate,
    Located,
    Pick,
    Report,
    Reported,
    State,
    Step,
    Words,
    step,
)
from dialogs.rehearsal import items_of, rehearse
from dialogs.rehearsal.coverage import Followed
from dialogs.simulator import area, card
from dialogs.skipping import has_skip_button
from dialogs.steps import Ask
from dialogs.steps import Locate as AskedPlace
from dialogs.steps.branch import CHANNELS
from tests.dialogs.rehearsal.conftest import FILE, HEAD, Rehearse
from tests.support.walking import LIFELINES


def missing(came_of: Rehearse, talk: str) -> set[str]:
    return {f"{part.flow}: {item.said}" for part in came_of(talk).parts for item in part.missing}


def test_every_kind_of_thing_can_be_missing(book: Book) -> None:
    said = {f"{flow.id}: {item.said}" for flow in book.flows.values() for item in items_of(flow)}
    assert {
        "main: step `welcome`",
        "main: the option `Money` of step `hello`",
        "main: Skip of step `hello`",
        "main: Why? of step `hello`",
        "main: `unknown` of step `hello`",
        "main: Done of step `extras`",
        "main: the case `pets` of step `split`",
        "main: `else` of step `split`",
        "main: a place that is found of step `where`",
        "main: `choose` of step `where`",
        "main: `widened` of step `services`",
        "main: `gone` of step `services`",
        "thoughts: the danger `suicide`",
    } <= said


def test_a_skip_without_a_button_of_its_own_need_not_be_rehearsed(book: Book) -> None:
    said = {item.said for item in items_of(book.flows["thoughts"])}
    assert not any(words.startswith("Skip") for words in said)


def test_what_is_passed_on_the_way_counts(rehearsed: Rehearse) -> None:
    before = missing(rehearsed, "  - reads: Hello\n")
    after = missing(rehearsed, "  - reads: Hello\n  - taps: Somewhere to stay\n  - taps: Pets\n  - taps: Done\n")
    assert {
        "main: the option `Somewhere to stay` of step `hello`",
        "main: step `extras`",
        "main: the option `Pets` of step `extras`",
        "main: Done of step `extras`",
        "main: step `split`",
        "main: the case `pets` of step `split`",
        "main: step `pets`",
        "main: step `where`",
    } == before - after


def test_typed_words_count_as_the_button_they_were_taken_for(rehearsed: Rehearse) -> None:
    left = missing(rehearsed, "  - reads: Hello\n  - types: bills\n")
    assert "main: the option `Money` of step `hello`" not in left
    assert "main: the option `Talk to someone` of step `hello`" in left
    left = missing(rehearsed, "  - reads: Hello\n  - types: zzzz\n")
    assert "main: `unknown` of step `hello`" not in left


def test_a_hundred_per_cent_is_all_of_it(rehearsed: Rehearse) -> None:
    parts = {part.flow: part for part in rehearsed("  - reads: Hello\n").parts}
    assert 0 < parts["main"].percent < 10
    assert parts["danger"].percent == 0


def test_what_is_never_rehearsed_is_a_warning_at_its_line(rehearsed: Rehearse) -> None:
    came = rehearsed("  - reads: Hello\n")
    finding = next(f for f in came.findings if f.message == "The option `Money` of step `hello` is never rehearsed.")
    assert (finding.code, finding.severity) == ("F318", "warning")
    assert finding.file.endswith("book/main.yaml")
    assert finding.line > 1
    assert not came.failed


def test_too_little_is_an_error_when_more_is_asked_for(book: Book) -> None:
    files = {FILE: (HEAD + "  - reads: Hello\n").encode()}
    few = [f for f in rehearse(book, files, LIFELINES, at_least=5).findings if f.code == "F319"]
    assert [finding.message for finding in few if "danger" in finding.message] == [
        "Of `danger`, 0 % is rehearsed; the least is 5 %."
    ]
    assert not [f for f in rehearse(book, files, LIFELINES, at_least=0).findings if f.code == "F319"]


@pytest.mark.parametrize("seed", range(20))
def test_there_is_a_button_to_skip_where_the_engine_shows_one(book: Book, seed: int) -> None:
    for _, given, came in turns(book, "web", random.Random(seed)):  # noqa: S311 no secret, only variety
        at = book.step(*came.state.place[:2])
        shown = {option.id for reply in came.replies for row in reply.rows for option in row}
        if isinstance(at, Ask | AskedPlace) and came.request is None and not isinstance(given, Described):
            assert has_skip_button(at) == ("_skip" in shown)


def turns(book: Book, channel: str, chance: random.Random) -> Iterator[tuple[State, Given, Step]]:
    """A man who taps, types and is in danger at random."""
    state = State.at_start(book)
    given: Given = Begin()
    for _ in range(60):
        came = step(book, state, given, lifelines=LIFELINES, channel=channel)
        yield state, given, came
        state = came.state
        options = [option.id for reply in came.replies for row in reply.rows for option in row]
        match came.request:
            case Locate():
                leeds, cardiff = area("E08000035", "Leeds"), area("W06000015", "Cardiff")
                places = (Located("unknown"), Located("area", (leeds,)), Located("choose", (leeds, cardiff)))
                given = chance.choice(places)
            case Find():
                given = chance.choice([Found("found", (card(),)), Found("none"), Found("widened", (card(),))])
            case None:
                taps: list[Given] = [Pick(option) for option in options if not option.startswith("m.")]
                rest: list[Given] = [Words("leeds"), Words("money"), Interrupt(chance.choice(sorted(book.interrupts)))]
                given = chance.choice([*taps * 3, *rest])
            case Report():
                given = Reported()
            case _:
                given = Described(None)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_turn_is_followed_to_where_the_engine_goes(book: Book, channel: str) -> None:
    for seed in range(40):
        for before, given, after in turns(book, channel, random.Random(seed)):  # noqa: S311 no secret, only variety
            if isinstance(given, Words):
                continue
            followed = Followed(book, before, after.state, channel)
            followed.take(given)
            assert followed.places == [(place.flow, place.step) for place in after.state.places], (seed, given)


def test_more_about_a_service_meets_nothing_but_that_it_is_gone(book: Book) -> None:
    before = State.at_start(book)
    followed = Followed(book, before, before, "web")
    followed.take(Detail("s1"))
    followed.take(Described(None))
    assert not any("services" in what for _, _, what in followed.met)
