"""Random walks over the small conversation: whatever he does, the promises hold."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

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
    Show,
    State,
    Words,
)
from dialogs.loading import load_book
from dialogs.state import LARGEST
from tests.dialogs.conftest import HERE
from tests.support.walking import Man, card

BOOK = load_book(HERE / "book")
AREAS = tuple(AreaChoice(f"E0700000{n}", f"Newport {n}", "A county with a long name", "England") for n in range(9))
RESERVED = ("_skip", "_back", "_why", "_restart", "_return", "_done")
IDS = sorted(
    {choice.id for flow in BOOK.flows.values() for at in flow.steps.values() for choice in getattr(at, "options", ())}
)


class Walk(RuleBasedStateMachine):
    """A man who taps and types anything, with a directory that answers anything."""

    @initialize(channel=st.sampled_from(["telegram", "web", "terminal"]))
    def begins(self, channel: str) -> None:
        self.man = Man(BOOK, channel)

    @rule(data=st.data())
    def taps_a_button(self, data: st.DataObject) -> None:
        buttons = [option.id for row in self.man.reply.rows for option in row]
        before = self.man.state
        option = data.draw(st.sampled_from(buttons))
        self.turn(Pick(option), data)
        if option not in RESERVED and len(self.man.state.trail) > len(before.trail):
            self.back_undoes(before)

    @rule(data=st.data(), option=st.sampled_from([*IDS, *RESERVED, "nonsense", "E07000001"]))
    def taps_any_button_old_or_forged(self, data: st.DataObject, option: str) -> None:
        self.turn(Pick(option), data)

    @rule(
        data=st.data(), text=st.one_of(st.text(max_size=20), st.sampled_from(["2", "skip", "chat", "leeds", "monye"]))
    )
    def types(self, data: st.DataObject, text: str) -> None:
        self.turn(Words(text), data)

    @rule(data=st.data(), label=st.sampled_from(sorted(BOOK.interrupts)))
    def is_in_danger(self, data: st.DataObject, label: str) -> None:
        self.turn(Interrupt(label), data)
        assert self.man.state.place.flow == BOOK.interrupts[label]
        assert len([p for p in self.man.state.places if p.flow in BOOK.interrupts.values()]) == 1

    @rule(data=st.data())
    def is_interrupted_and_comes_back(self, data: st.DataObject) -> None:
        before = self.man.state
        if any(place.flow in BOOK.interrupts.values() for place in before.places):
            return
        self.turn(Interrupt("suicide"), data)
        self.turn(Pick("_return"), data)
        assert self.man.state._replace(serial=0) == before._replace(serial=0, cards=False)

    @rule(data=st.data())
    def begins_anew(self, data: st.DataObject) -> None:
        self.turn(Begin(), data)
        assert self.man.state.answers == ()

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
        out = self.man.gives(given)
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
                case Describe():
                    raise AssertionError("nobody asked for more")
            out = self.man.gives(answer)
            said.extend(out.replies)
        assert said
        assert all(reply.text for reply in said)
        assert self.man.state.serial == serial + 1

    def back_undoes(self, before: State) -> None:
        undone = self.man.state
        state = self.man.gives(Pick("_back")).state
        assert state.places == before.places
        assert state.answers == before.answers
        assert state.trail == before.trail
        self.man.state = undone

    @invariant()
    def the_state_is_small_and_fits_the_book(self) -> None:
        assert len(self.man.state.to_bytes()) <= LARGEST
        assert self.man.state.fits(BOOK)

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
            lists = [f.answers[name] for f in BOOK.flows.values() if name in f.answers]
            assert lists
            assert all(known.values is None or set(values) <= set(known.values) for known in lists)


Walk.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestWalk = Walk.TestCase
