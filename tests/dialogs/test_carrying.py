"""Whatever an editor changes, nobody who is in the middle of a conversation is left without an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from dialogs.book import Book
from dialogs.engine import (
    Begin,
    Card,
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
    Words,
    step,
)
from dialogs.findings import FlowErrors
from dialogs.known import Known
from dialogs.loading import load_published
from dialogs.proof import prove
from dialogs.simulator import area
from dialogs.source import Source
from dialogs.state import State
from dialogs.steps import Ask, End
from dialogs.steps import Locate as LocateStep
from dialogs.versions.carrying import Carried, Passage, carry
from dialogs.versions.comparing import Version, compare
from safety.lifelines import Lifelines
from tests.support.editing import edits, trees_of
from tests.support.longer import examples
from tests.support.random_flows import LIFELINES, source_of, trees

KNOWN = Known()
SHIPPED = trees_of(Source.read())
LINES = Lifelines.load().worded(datetime(2026, 11, 22, 12, tzinfo=UTC), None)
CHANNELS = ("telegram", "web", "terminal")
# What a version may not have to be published: then nothing is promised to those who come to it either.
BREAKING = frozenset({"F203", "F205", "F206"})
BACK = Pick("_back")
LEEDS = area("E08000035", "Leeds", "West Yorkshire", "England")


def version(source: Source) -> Version:
    """Raises FlowErrors for one that cannot be stepped at all."""
    book = load_published(source)
    return Version(book, prove(book, KNOWN))


OLD = version(Source.read())


def played(
    book: Book, state: State, given: Given, lines: Mapping[str, str], channel: str
) -> tuple[State, tuple[Reply, ...]]:
    """One turn, in which services are found and places are known. Raises EngineError."""
    said: tuple[Reply, ...] = ()
    while True:
        out = step(book, state, given, lifelines=lines, channel=channel)
        state, said = out.state, said + out.replies
        match out.request:
            case None:
                return State.from_bytes(state.to_bytes()), said
            case Find():
                given = Found("found", (Card("s1", lines=()),))
            case Locate():
                given = Located("area", (LEEDS,))
            case Report():
                given = Reported()
            case other:
                raise AssertionError(other)


def ways_on(book: Book, state: State) -> Iterator[Given]:
    """What he can do to get on from there."""
    at = book.step(state.place.flow, state.place.step)
    if isinstance(at, Ask | LocateStep):
        yield from (Pick(choice.id) for choice in at.options)
        yield Pick("_skip")
        yield Pick("_done")
        yield Words("leeds")


def walk(draw: st.DrawFn, book: Book, lines: Mapping[str, str], channel: str) -> State:
    """Somebody in the middle of a conversation."""
    state, _ = played(book, State.at_start(book), Begin(), lines, channel)
    for _ in range(draw(st.integers(0, 9))):
        others: list[Given] = [BACK, Pick("_why"), *map(Interrupt, sorted(book.interrupts))]
        done: Given = draw(st.sampled_from([*list(ways_on(book, state)) * 3, *others]))
        state, _ = played(book, state, done, lines, channel)
    return state


def is_never_left_alone(book: Book, state: State, lines: Mapping[str, str], channel: str) -> None:
    """Whatever he does he is answered, and an end can be reached by doing nothing but going on."""
    _, said = played(book, state, Show(again=True), lines, channel)
    assert said
    ahead, seen, ends = deque([state]), {(state.places, state.answers)}, False
    while ahead and (len(seen) < 60 or not ends):
        here = ahead.popleft()
        ends = ends or isinstance(book.step(here.place.flow, here.place.step), End)
        every: tuple[Given, ...] = (*ways_on(book, here), BACK, Pick("nothing_like_it"), Words("zzzz"), Show())
        for done in every:
            there, said = played(book, here, done, lines, channel)
            assert said, (here, done)
            key = there.places, there.answers
            if done != BACK and key not in seen:
                seen.add(key)
                ahead.append(there)
    assert ends, state


def carried_and_answered(
    passage: Passage, old: Book, new: Book, state: State, lines: Mapping[str, str], channel: str
) -> Carried | None:
    there = carry(passage, state, new)
    if there is None:
        is_never_left_alone(old, state, lines, channel)
        return None
    assert State.from_bytes(there.state.to_bytes()) == there.state
    assert there.state.fits(new)
    for flow in new.flows.values():
        for name, values in there.state.answers:
            assert name not in flow.answers or set(values) <= set(flow.answers[name].values or values)
    assert there.anew == (there.state.serial == state.serial + 1)
    is_never_left_alone(new, there.state, lines, channel)
    return there


@examples(8)
@given(st.data())
def test_after_any_edit_of_the_shipped_flows_everybody_is_answered_and_can_come_to_an_end(data: st.DataObject) -> None:
    try:
        new = version(data.draw(edits(SHIPPED)))
    except FlowErrors:
        assume(False)
    assume(not any(fault.code in BREAKING for fault in new.proof.faults))
    channel = data.draw(st.sampled_from(CHANNELS))
    state = data.draw(st.composite(lambda draw: walk(draw, OLD.book, LINES, channel))())
    passage = compare(OLD, new, KNOWN, {}).passage
    there = carried_and_answered(passage, OLD.book, new.book, state, LINES, channel)
    if there is not None and not there.anew:
        # An option that he still sees is his answer, as it would have been, or shows him where he is.
        at = new.book.step(there.state.place.flow, there.state.place.step)
        before = OLD.book.step(state.place.flow, state.place.step)
        if isinstance(at, Ask | LocateStep) and isinstance(before, Ask | LocateStep):
            for choice in before.options:
                after, said = played(new.book, there.state, Pick(choice.id), LINES, channel)
                assert said
                if all(choice.id != option.id for option in at.options):
                    assert after.place == there.state.place


@examples(100)
@given(st.data())
def test_after_any_edit_of_any_small_conversation_whoever_is_carried_can_come_to_an_end(data: st.DataObject) -> None:
    before = data.draw(trees())
    try:
        old, new = version(source_of(before)), version(data.draw(edits(before)))
    except FlowErrors:
        assume(False)
    faults = (*old.proof.faults, *new.proof.faults)
    assume(not any(fault.code in BREAKING for fault in faults))
    channel = data.draw(st.sampled_from(CHANNELS))
    passage = compare(old, new, KNOWN, {}).passage
    for _ in range(5):
        state = data.draw(st.composite(lambda draw: walk(draw, old.book, LIFELINES, channel))())
        carried_and_answered(passage, old.book, new.book, state, LIFELINES, channel)
