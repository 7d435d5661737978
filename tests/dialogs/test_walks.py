"""Random walks over the small conversation and the shipped one: whatever he does, the promises hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dialogs import engine
from dialogs.book import Book
from dialogs.engine import (
    AreaChoice,
    Begin,
    Describe,
    Described,
    Detail,
    Find,
    Found,
    Given,
    Interrupt,
    Locate,
    Located,
    Pick,
    Reply,
    Report,
    Reported,
    Show,
    State,
    Words,
    step,
)
from dialogs.loading import load_book
from dialogs.state import LARGEST
from dialogs.texts import LIFELINE, Text
from tests.dialogs.conftest import HERE
from tests.support.walking import LIFELINES, Man, card

AREAS = tuple(AreaChoice(f"E0700000{n}", f"Newport {n}", "A county with a long name", "England") for n in range(9))
RESERVED = ("_skip", "_back", "_why", "_restart", "_return", "_done", "_none", "_in_cy", "_in_en")
# Signs that are in no flow: what he typed can be told from all that is kept.
MARK = "qzx"


class Walk(RuleBasedStateMachine):
    """A man who taps and types anything, with a directory that answers anything."""

    book: ClassVar[Book]
    lifelines: ClassVar[Mapping[str, str]]

    @initialize(channel=st.sampled_from(["telegram", "web", "terminal"]))
    def begins(self, channel: str) -> None:
        self.man = Man(self.book, channel, self.lifelines)
        self.options = sorted({*_option_ids(self.book), *RESERVED, "nonsense", "E07000001"})

    @rule(data=st.data())
    def taps_a_button(self, data: st.DataObject) -> None:
        buttons = [option.id for row in self.man.reply.rows for option in row]
        before = self.man.state
        option = data.draw(st.sampled_from(buttons))
        self.turn(Pick(option), data)
        if option not in RESERVED and len(self.man.state.trail) > len(before.trail):
            self.back_undoes(before)

    @rule(data=st.data())
    def taps_any_button_old_or_forged(self, data: st.DataObject) -> None:
        self.turn(Pick(data.draw(st.sampled_from(self.options))), data)

    @rule(
        data=st.data(),
        text=st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                ["2", "1 and 2", "skip", "chat", "leeds", "monye", "welsh", f"leeds {MARK}", f"chat {MARK}"]
            ),
        ),
    )
    def types(self, data: st.DataObject, text: str) -> None:
        self.turn(Words(text), data)

    @rule(data=st.data())
    def is_in_danger(self, data: st.DataObject) -> None:
        label = data.draw(st.sampled_from(sorted(self.book.interrupts)))
        self.turn(Interrupt(label), data)
        assert self.man.state.place.flow == self.book.interrupts[label]
        assert len([p for p in self.man.state.places if p.flow in self.book.interrupts.values()]) == 1

    @rule(data=st.data())
    def is_interrupted_and_comes_back(self, data: st.DataObject) -> None:
        before = self.man.state
        if any(place.flow in self.book.interrupts.values() for place in before.places):
            return
        asked = self.man.gives(Show()).replies[-1]
        self.turn(Interrupt("suicide"), data)
        self.turn(Pick("_return"), data)
        assert self.man.state._replace(serial=0) == before._replace(serial=0, cards=False)
        assert self.man.reply == asked

    @rule(data=st.data())
    def begins_anew(self, data: st.DataObject) -> None:
        language = self.man.state.language
        self.turn(Begin(), data)
        assert (self.man.state.answers, self.man.state.language) == ((), language)

    @rule(data=st.data())
    def asks_for_more(self, data: st.DataObject) -> None:
        before = self.man.state
        request = self.man.gives(Detail("s1")).request
        assert isinstance(request, Describe)
        assert request.service_id == "s1"
        reply = self.man.gives(Described(data.draw(st.sampled_from([None, card()])))).replies
        assert len(reply) == 1
        assert self.man.state == before
        self.man.gives(Show())

    def turn(self, given: Given, data: st.DataObject) -> None:
        """One turn, and whatever the directory answers in it."""
        serial = self.man.state.serial
        said: list[Reply] = []
        out = self.steps(given)
        said.extend(out.replies)
        while out.request is not None:
            match out.request:
                case Locate():
                    several = st.integers(2, 9).map(lambda n: Located("choose", AREAS[:n]))
                    answer: Given = data.draw(
                        st.one_of(st.just(Located("unknown")), st.just(Located("area", AREAS[:1])), several)
                    )
                case Find():
                    answer = data.draw(
                        st.sampled_from(
                            [Found("none"), Found("unavailable"), Found("found", (card(), card("s2")), "X")]
                        )
                    )
                case Report():
                    answer = Reported()
                case Describe():
                    raise AssertionError("nobody asked for more")
            out = self.steps(answer)
            said.extend(out.replies)
        assert said
        assert all(reply.text for reply in said)
        assert self.man.state.serial == serial + 1

    def steps(self, given: Given) -> engine.Step:
        """A step, which is the same each time, and the same with the tables as without them."""
        state, man = self.man.state, self.man
        out = man.gives(given)
        assert step(man.book, state, given, lifelines=man.lifelines, channel=man.channel) == out
        spoken = man.book.tongues.get(state.language, man.book)
        assert engine._Turn(man.book, spoken, state, man.lifelines, man.channel).take(given) == out
        return out

    def back_undoes(self, before: State) -> None:
        undone = self.man.state
        state = self.man.gives(Pick("_back")).state
        assert state.places == before.places
        assert state.answers == before.answers
        assert before.trail[-len(state.trail) :] == state.trail or not state.trail
        self.man.state = undone

    @invariant()
    def the_state_is_small_and_fits_the_book(self) -> None:
        assert len(self.man.state.to_bytes()) <= LARGEST
        assert self.man.state.fits(self.book)

    @invariant()
    def nothing_he_typed_is_in_the_state(self) -> None:
        assert MARK.encode() not in self.man.state.to_bytes()

    @invariant()
    def showing_changes_nothing_and_says_something(self) -> None:
        before = self.man.state
        out = self.man.gives(Show())
        assert out.request is None
        assert out.state == before
        assert out.replies[-1].rows

    @invariant()
    def only_listed_answers_are_remembered(self) -> None:
        for name, values in self.man.state.answers:
            lists = [f.answers[name] for f in self.book.flows.values() if name in f.answers]
            assert lists
            assert all(known.values is None or set(values) <= set(known.values) for known in lists)


def _option_ids(book: Book) -> list[str]:
    """The ids of all options there are."""
    steps = [at for flow in book.flows.values() for at in flow.steps.values()]
    return [choice.id for at in steps for choice in getattr(at, "options", ())]


def _lifelines(book: Book) -> Mapping[str, str]:
    """A line for each lifeline that a text of the book names."""
    steps: list[Any] = [at for flow in book.flows.values() for at in flow.steps.values()]
    texts = [value for at in steps for field in fields(at) if isinstance(value := getattr(at, field.name), Text)]
    named = {slot.removeprefix(LIFELINE) for text in texts for slot in text.slots if slot.startswith(LIFELINE)}
    return {name: f"Ring {number} of our lines." for number, name in enumerate(sorted({*named, "helpline"}))}


def _small() -> Book:
    book = load_book(HERE / "book")
    return replace(book, tongues={"cy": replace(book, name="Cymraeg")})


@pytest.mark.parametrize(
    ("walked", "lifelines"),
    [pytest.param(_small(), LIFELINES, id="small"), pytest.param(load_book(), _lifelines(load_book()), id="shipped")],
)
def test_whatever_he_does_the_promises_hold(walked: Book, lifelines: Mapping[str, str]) -> None:
    machine = type("TheWalk", (Walk,), {"book": walked, "lifelines": lifelines})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=100, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
