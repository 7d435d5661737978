from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.book import Book
from dialogs.engine import Option, Place, State, StateError
from dialogs.pieces import label_text, name_text
from dialogs.state import DEEPEST, LARGEST, MOST_TRAIL, Past, lengthened, offer

NAMES = st.sampled_from(["a", "need", "E92000001", "Z_9", "a_name_of_24_characters_"])
VALUES = st.lists(NAMES, max_size=4).map(tuple)
PLACES = st.builds(Place, NAMES, NAMES, VALUES)
STACKS = st.lists(PLACES, min_size=1, max_size=DEEPEST).map(tuple)
OPTIONS = st.lists(st.builds(Option, NAMES, st.text(max_size=80).map(label_text)), max_size=6).map(tuple)
IDS = st.sampled_from(["a-service", "example-leeds-mens-project", "7b8c0e3e-2f0a-4d53-9a37-5b3f1d3f1b11", "_chat"])
NOTHING: st.SearchStrategy[tuple[str, ...]] = st.just(())
PASTS = st.one_of(
    st.builds(Past, STACKS, st.just(""), NOTHING, st.booleans(), st.just(())),
    st.builds(Past, STACKS, NAMES, VALUES, st.booleans(), st.just(())),
    st.builds(Past, STACKS, st.just(""), NOTHING, st.just(True), OPTIONS),
)
STATES = st.builds(
    State,
    places=STACKS,
    answers=st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=4).map(tuple), max_size=5).map(
        lambda answers: tuple(sorted(answers.items()))
    ),
    trail=st.lists(PASTS, max_size=12).map(tuple),
    serial=st.integers(0, 2**40),
    offered=OPTIONS,
    found=st.one_of(st.none(), PLACES),
    cards=st.booleans(),
    language=st.sampled_from(["", "cy", "zh_Hans"]),
    shown=st.lists(st.builds(Option, IDS, st.text(max_size=80).map(name_text)), max_size=3).map(tuple),
    told=st.lists(IDS, max_size=4).map(tuple),
)


@given(STATES)
def test_a_state_is_read_back_as_it_was_stored(state: State) -> None:
    data = state.to_bytes()
    if len(data) <= 4 * LARGEST:
        assert State.from_bytes(data) == state
        assert State.from_bytes(data).to_bytes() == data


@given(STATES)
def test_bounding_forgets_ways_back_and_nothing_else(state: State) -> None:
    bounded = state.bounded()
    assert bounded._replace(trail=state.trail) == state
    left = iter(state.trail)
    assert all(past in left for past in bounded.trail)
    assert len(bounded.to_bytes()) <= LARGEST or not bounded.trail


def walked(trail: tuple[Past, ...], *steps: str, flow: str = "main") -> tuple[Past, ...]:
    for name in steps:
        trail = lengthened(trail, Past((Place(flow, name),)))
    return trail


def steps_of(trail: tuple[Past, ...]) -> str:
    return "".join(past.places[-1].step for past in trail)


def test_the_oldest_ways_back_are_forgotten_first() -> None:
    assert steps_of(walked((), *"abcdefghij")) == "cdefghij"


def test_what_an_interrupt_comes_back_to_is_not_forgotten_for_what_is_done_in_it() -> None:
    behind = lengthened(walked((), *"abcdefgh"), Past((Place("main", "i"),), entered=True))
    assert steps_of(walked(behind, *"klmnopqrst", flow="danger")) == "abcdefghi" + "mnopqrst"


def test_when_bytes_run_out_what_an_interrupt_comes_back_to_is_forgotten_last() -> None:
    behind = lengthened(walked((), *"abcdefg"), Past((Place("main", "i"),), entered=True))
    wide = Past((Place("danger", "a_name_of_24_characters_", ("a_name_of_24_characters_",) * 10),))
    state = State((Place("main", "i"), Place("danger", "u")), trail=(*behind, *[wide] * 6)).bounded()
    assert state.trail == (*behind, *[wide] * (len(state.trail) - len(behind)))
    assert len(state.trail) > len(behind)


def test_outside_of_interrupts_there_is_room_kept_for_one() -> None:
    wide = Past((Place("main", "a_name_of_24_characters_", ("a_name_of_24_characters_",) * 3),))
    bounded = State((Place("main", "a"),), trail=(wide,) * MOST_TRAIL).bounded()
    assert len(bounded.to_bytes()) <= LARGEST - 250


@given(st.binary(max_size=300))
def test_no_bytes_but_a_state_are_read(data: bytes) -> None:
    with pytest.raises(StateError, match="not a state"):
        State.from_bytes(data)


@given(STATES, st.data())
def test_bytes_with_a_part_forged_are_refused_or_are_exactly_what_a_state_is_stored_as(
    state: State, data: st.DataObject
) -> None:
    stored = state._replace(trail=state.trail[:2]).to_bytes().decode()
    at, to = sorted(data.draw(st.tuples(*[st.integers(0, len(stored))] * 2)))
    forged = (stored[:at] + data.draw(st.text("ab.>:=,;!~|209c \u0663\n", max_size=8)) + stored[to:]).encode()
    try:
        read = State.from_bytes(forged)
    except StateError:
        return
    assert read.to_bytes() == forged


@pytest.mark.parametrize(
    "data",
    [
        "",
        "null",
        '[1,0,["a/b"],[],[],[],"",0]',
        "2|0||||||",
        "1|0|||a.b||||",
        "2|-1|||a.b||||",
        "2|01|||a.b||||",
        "2|\u0663|||a.b||||",
        "2|0|d||a.b||||",
        "2|0||C Y|a.b||||",
        "2|0|||a||||",
        "2|0|||a.b c||||",
        "2|0|||a.b>||||",
        "2|0|||" + ">".join(["a.b"] * 9) + "||||",
        "2|0|||a.b|b=x;a=x|||",
        "2|0|||a.b|a=x;a=y|||",
        "2|0|||a.b|a=|||",
        "2|0|||a.b|a=what he said|||",
        "2|0|||a.b||a.b:|||",
        "2|0|||a.b||a.b=x||",
        "2|0|||a.b|||a||",
        "2|0|||a.b|||a=" + "x" * 65 + "|",
        "2|0|||a.b||||a",
        "2|0|||a.b||||||",
        "2|0|||a.b|||",
        "2|0|||a.b||||\n",
        "2|0|||a.b||||" + " " * 5000,
    ],
)
def test_a_corrupt_row_is_refused_in_words_that_repeat_none_of_it(data: str) -> None:
    with pytest.raises(StateError) as raised:
        State.from_bytes(data.encode())
    assert str(raised.value) == "these bytes are not a state"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(StateError):
        State.from_bytes(b"2|0|||a.b|||a=\xff|")


def test_offered_labels_are_cut_to_what_can_be_kept() -> None:
    offered = offer([Option(f"a{n}", "x" * 100) for n in range(20)])
    assert len(offered) == 6
    assert {len(option.label) for option in offered} == {64}
    assert offer([Option("a", "Stoke|on;Trent~\n")])[0].label == "Stoke on Trent  "


def test_a_state_fits_only_a_book_that_has_its_places(book: Book) -> None:
    state = State.at_start(book)
    assert state.fits(book)
    assert not State((Place("main", "nowhere"),)).fits(book)
    past = Past((Place("elsewhere", "hello"),))
    assert not State(state.places, trail=(past,)).fits(book)
