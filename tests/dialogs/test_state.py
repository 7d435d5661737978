from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.book import Book
from dialogs.engine import Option, Place, State, StateError
from dialogs.state import DEEPEST, LARGEST, Past, offer

NAMES = st.sampled_from(["a", "need", "E92000001", "Z_9", "a_name_of_24_characters_"])
VALUES = st.lists(NAMES, max_size=4).map(tuple)
PLACES = st.builds(Place, NAMES, NAMES, VALUES)
STACKS = st.lists(PLACES, min_size=1, max_size=DEEPEST).map(tuple)
STATES = st.builds(
    State,
    places=STACKS,
    answers=st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=4).map(tuple), max_size=5).map(
        lambda answers: tuple(sorted(answers.items()))
    ),
    trail=st.lists(st.builds(Past, STACKS, st.one_of(st.just(""), NAMES), VALUES, st.booleans()), max_size=3).map(
        tuple
    ),
    serial=st.integers(0, 2**40),
    offered=st.lists(st.builds(Option, NAMES, st.text(max_size=64)), max_size=6).map(tuple),
    found=st.one_of(st.none(), PLACES),
    cards=st.booleans(),
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
    assert (bounded.places, bounded.answers, bounded.serial) == (state.places, state.answers, state.serial)
    assert state.trail[len(state.trail) - len(bounded.trail) :] == bounded.trail
    assert len(bounded.to_bytes()) <= LARGEST or not bounded.trail


@given(st.binary(max_size=300))
def test_no_bytes_but_a_state_are_read(data: bytes) -> None:
    with pytest.raises(StateError, match="not a state"):
        State.from_bytes(data)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@given(st.integers(0, 7), JSON, STATES)
def test_a_state_with_one_part_forged_is_refused_or_still_a_state(part: int, forged: object, state: State) -> None:
    fields = json.loads(state.to_bytes())
    fields[part] = forged
    try:
        read = State.from_bytes(json.dumps(fields).encode())
    except StateError:
        return
    assert State.from_bytes(read.to_bytes()) == read


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b'[1,0,[],[],[],[],"",0]',
        b'[2,0,["a/b"],[],[],[],"",0]',
        b'[1,-1,["a/b"],[],[],[],"",0]',
        b'[1,true,["a/b"],[],[],[],"",0]',
        b'[1,0,[7],[],[],[],"",0]',
        b'[1,0,["a"],[],[],[],"",0]',
        b'[1,0,["a/b c"],[],[],[],"",0]',
        b'[1,0,["a/b"],[["b","x"],["a","x"]],[],[],"",0]',
        b'[1,0,["a/b"],[["a"]],[],[],"",0]',
        b'[1,0,["a/b"],[["a","what he said"]],[],[],"",0]',
        b'[1,0,["a/b"],[],[[0,"","x","a/b"]],[],"",0]',
        b'[1,0,["a/b"],[],[],[["a",7]],"",0]',
        b'[1,0,["a/b"],[],[],[],"",2]',
        b"[" * 1000,
        b'[1,0,["a/b"],[],[],[],"",0]' + b" " * 5000,
    ],
)
def test_a_corrupt_row_is_refused_in_words_that_repeat_none_of_it(data: bytes) -> None:
    with pytest.raises(StateError) as raised:
        State.from_bytes(data)
    assert str(raised.value) == "these bytes are not a state"


def test_offered_labels_are_cut_to_what_can_be_kept() -> None:
    offered = offer([Option(f"a{n}", "x" * 100) for n in range(20)])
    assert len(offered) == 6
    assert {len(option.label) for option in offered} == {64}


def test_a_state_fits_only_a_book_that_has_its_places(book: Book) -> None:
    state = State.at_start(book)
    assert state.fits(book)
    assert not State((Place("main", "nowhere"),)).fits(book)
    past = Past((Place("elsewhere", "hello"),))
    assert not State(state.places, trail=(past,)).fits(book)
