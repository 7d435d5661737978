"""The judge of the kills must see what it is there to see: a loss, a turn stepped twice, a repeat too many."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.endurance.killing.hearing import Diverged, Hearing, Repeats, Reply, Turn
from tests.support.longer import examples


def reply(text: str) -> Reply:
    return Reply(text, ("Yes",))


HELLO: Turn = (reply("hello"),)
SERVICES: Turn = (reply("found"), reply("one"), reply("two"), reply("what next"))
BYE: Turn = (reply("bye"),)


def heard(due: tuple[Turn, ...], *shown: str) -> Hearing:
    hearing = Hearing()
    for turn in due:
        hearing.due(turn)
    for text in shown:
        hearing.shown(reply(text))
    return hearing


def test_all_in_order_is_complete_and_has_no_repeats() -> None:
    hearing = heard((HELLO, SERVICES, BYE), "hello", "found", "one", "two", "what next", "bye")
    assert hearing.complete
    assert hearing.repeats == (Repeats((0, 0, 0)),)


def test_what_is_missing_is_not_complete() -> None:
    assert not heard((HELLO, SERVICES), "hello", "found", "one", "two").complete


@pytest.mark.parametrize("shown", [("bye",), ("hello", "bye"), ("hello", "one"), ("hello", "found", "two")])
def test_what_cannot_come_now_is_told(shown: tuple[str, ...]) -> None:
    with pytest.raises(Diverged):
        heard((HELLO, SERVICES, BYE), *shown)


def test_a_turn_stepped_twice_is_told() -> None:
    # His second "yes" taken again leads on to a question that nobody answered.
    with pytest.raises(Diverged):
        heard((HELLO, (reply("need"),)), "hello", "need", "where")


def test_an_earlier_turn_does_not_come_again() -> None:
    with pytest.raises(Diverged):
        heard((HELLO, SERVICES, BYE), "hello", "found", "hello")


def test_a_turn_that_broke_off_comes_again_from_its_first_or_second_reply() -> None:
    for second in (("found", "one"), ("one",)):
        hearing = heard((HELLO, SERVICES), "hello", "found", "one", *second, "two", "what next")
        assert hearing.complete
        assert hearing.repeats == (Repeats((0, 1)),)


def test_a_repeat_of_a_whole_turn_is_counted_even_before_the_next_turn_is_due() -> None:
    hearing = heard((HELLO,), "hello", "hello", "hello")
    assert hearing.complete
    assert hearing.repeats == (Repeats((2,)),)
    assert hearing.repeats[0].total == 2


def test_two_turns_that_say_the_same_need_no_repeat() -> None:
    assert heard((HELLO, HELLO, BYE), "hello", "hello", "bye").repeats == (Repeats((0, 0, 0)),)


def test_which_of_two_turns_that_say_the_same_was_repeated_is_left_open() -> None:
    hearing = heard((HELLO, HELLO, BYE), "hello", "hello", "hello", "bye")
    assert hearing.repeats == (Repeats((0, 1, 0)), Repeats((1, 0, 0)))


def test_a_turn_may_have_another_form_when_the_hour_has_changed() -> None:
    hearing = heard((HELLO, SERVICES), "hello")
    with pytest.raises(Diverged):
        hearing.shown(reply("open now"))
    hearing.also(1, (reply("open now"), reply("what next")))
    hearing.shown(reply("open now"))
    hearing.shown(reply("what next"))
    assert hearing.complete


def test_a_turn_that_shows_nothing_is_over_at_once() -> None:
    hearing = heard((HELLO, (), BYE), "hello")
    assert not hearing.complete
    hearing.shown(reply("bye"))
    assert hearing.complete
    assert heard((HELLO, ()), "hello").complete


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=3),
)
@examples(80)
def test_any_broken_off_attempts_are_explained_by_no_more_repeats_than_there_were(
    lengths: list[int], attempts: list[tuple[int, int]]
) -> None:
    names = itertools.count()
    turns = tuple(tuple(reply(str(next(names))) for _ in range(length)) for length in lengths)
    hearing, broken = Hearing(), 0
    for number, turn in enumerate(turns):
        hearing.due(turn)
        for of, replies in attempts:
            if of == number:
                broken += 1
                for each in turn[:replies]:
                    hearing.shown(each)
        for each in turn:
            hearing.shown(each)
    assert hearing.complete
    assert hearing.repeats[0].total == broken
    with pytest.raises(Diverged):
        hearing.shown(reply("never"))
