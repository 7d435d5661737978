"""A man who taps and types anything, on the real engine: every step he takes is an edge of the proven graph.

So what is proved of the graph is true of the engine. His state is saved and read back after every turn. To let him
walk further than in everyday runs, see tests/support/longer.py.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import cache

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.flow_knowledge import known
from dialogs.book import Book
from dialogs.engine import (
    AreaChoice,
    Begin,
    Card,
    EngineError,
    Find,
    Found,
    Given,
    Interrupt,
    Line,
    Locate,
    Located,
    Option,
    Pick,
    Report,
    Reported,
    Show,
    State,
    Words,
    step,
)
from dialogs.loading import load_book
from dialogs.proof import Graph, Node, Proof, prove
from dialogs.steps import Ask
from dialogs.steps import Report as ReportStep
from safety.lifelines import Lifelines
from tests.dialogs.conftest import HERE
from tests.support import random_flows
from tests.support.brute_force import CHANNELS
from tests.support.graph_walking import INTERRUPTED, agrees, end_of_turn, turns_from
from tests.support.longer import examples
from tests.support.naive_reading import Reading, stack_of
from tests.support.walking import LIFELINES

AREAS = tuple(
    AreaChoice(code, f"Newport {n}", f"County {n}", "A nation")
    for n, code in enumerate(("E92000001", "W92000004", "S92000003", "N92000002", "E08000035", "S12000033"))
)
RESERVED = ("_skip", "_back", "_why", "_restart", "_return", "_done", "_none")
_CARDS = tuple(Card(f"s{n}", lines=(Line("example", {}),)) for n in range(3))
OUTCOMES = (Found("found", _CARDS, "Leeds"), Found("widened", _CARDS), Found("none"), Found("unavailable"))

Conversation = tuple[Book, Proof, Mapping[str, str]]


class Walk(RuleBasedStateMachine):
    """The man, the directory that answers him as it likes, and the graph beside him."""

    @abstractmethod
    def conversation(self, data: st.DataObject) -> Conversation:
        """The book, what is proved of it, and the lines of its lifelines. Each walk below is of another one."""

    @initialize(data=st.data(), channel=st.sampled_from(CHANNELS))
    def begins(self, data: st.DataObject, channel: str) -> None:
        self.book, proof, self.lifelines = self.conversation(data)
        self.graph: Graph = proof.graph
        self.reading = Reading(self.book, channel)
        self.buttons: list[Option] = []
        self.state = State.at_start(self.book)
        self.begins_anew(data)

    # --- What he does ---------------------------------------------------------------------------------------

    @rule(data=st.data())
    def begins_anew(self, data: st.DataObject) -> None:
        assume(self.turn(Begin(), data))
        self.nodes()

    @rule(data=st.data())
    def taps_an_option(self, data: st.DataObject) -> None:
        options = [button for button in self.buttons if not button.id.startswith("_") or button.id == "_skip"]
        if options:
            self.goes_on(data.draw(st.sampled_from(options)), data)

    @rule(data=st.data())
    def taps_any_button_old_or_forged(self, data: st.DataObject) -> None:
        steps = [at for flow in self.book.flows.values() for at in flow.steps.values()]
        ids = {choice.id for at in steps for choice in getattr(at, "options", ())}
        buttons = [*(button.id for button in self.buttons), *sorted(ids), *RESERVED, "nonsense"]
        self.does(Pick(data.draw(st.sampled_from(buttons))), data)

    @rule(data=st.data())
    def types(self, data: st.DataObject) -> None:
        words = ["2", "skip", "back", "why", "done", "leeds", "zzzz zzzz", *(button.label for button in self.buttons)]
        self.does(Words(data.draw(st.one_of(st.sampled_from(words), st.text(max_size=12)))), data)

    @precondition(lambda self: self.book.interrupts)
    @rule(data=st.data())
    def is_in_danger(self, data: st.DataObject) -> None:
        label = data.draw(st.sampled_from(sorted(self.book.interrupts)))
        edges = [edge for node in self.nodes() for edge in self.graph.interrupts(node) if edge.ref.name == label]
        before = self.state
        assert self.turn(Interrupt(label), data)
        self.came_to({end_of_turn(self.graph, edge.to) for edge in edges}, before)

    @precondition(lambda self: self.book.interrupts and self.reading.calm(self.state) == stack_of(self.state))
    @rule(data=st.data())
    def is_in_danger_and_carries_on(self, data: st.DataObject) -> None:
        label = data.draw(st.sampled_from(sorted(self.book.interrupts)))
        before, nodes = self.state, self.nodes()
        assert self.turn(Interrupt(label), data)
        if self.state.place.flow == self.book.interrupts[label]:
            assert self.turn(Pick("_return"), data)
            assert (self.state.places, self.state.answers) == (before.places, before.answers)
            assert self.nodes() == nodes

    @rule(data=st.data(), again=st.booleans())
    def is_shown_it_again(self, data: st.DataObject, again: bool) -> None:
        before = self.state
        assert self.turn(Show(again=again), data)
        assert (self.state.places, self.state.answers) == (before.places, before.answers)

    # --- What must follow -----------------------------------------------------------------------------------

    def goes_on(self, button: Option, data: st.DataObject) -> None:
        """An option leads along its own edge. A tick, what is asked back, and what is said of one of several services,
        leave him there or lead as any."""
        at = self.book.step(*stack_of(self.state)[-1])
        many = isinstance(at, Ask) and at.many and button.id != "_skip"
        if button in self.state.offered or many or isinstance(at, ReportStep):
            self.does(Pick(button.id), data)
            return
        before = self.state
        edges = [edge for node in self.nodes() for edge in turns_from(self.graph, node)]
        ends = {end for taps, end in edges if taps == (button.label,)}
        if self.turn(Pick(button.id), data):
            self.came_to(ends, before)
        else:
            assert None in ends

    def does(self, given: Given, data: st.DataObject) -> None:
        """Whatever else he does leaves him where he is, leads along an edge, or leads back to a node."""
        before, nodes = self.state, self.nodes()
        ends = {end for node in nodes for _, end in turns_from(self.graph, node)}
        if not self.turn(given, data):
            assert None in ends
        elif len(self.state.trail) < max(1, len(before.trail)):
            self.nodes()
        else:
            self.came_to({*ends, *nodes}, before)

    def came_to(self, ends: set[Node | None], before: State) -> None:
        """He stands at one of these nodes; or, where an interrupt is over, exactly where it came."""
        # An interrupt may have handed him over to a flow that answers no danger: what he was at is beneath that too.
        stack = stack_of(before)
        calm = {self.reading.calm(before), *(stack[:n] for n in range(1, len(stack)))}
        goes_on = any(not at.waits for at in (self.book.step(*was[-1]) for was in calm) if at is not None)
        home = INTERRUPTED in ends and (stack_of(self.state) in calm or goes_on)
        assert home or not ends.isdisjoint(self.nodes()), (before, self.state)

    def nodes(self) -> set[Node]:
        """The nodes he can be at, of which there is at least one."""
        stack, answers = stack_of(self.state), dict(self.state.answers)
        nodes = set(self.graph.seen(stack, answers, self.reading.channel))
        assert nodes, self.state
        assert nodes <= set(self.graph.at(stack))
        assert all(agrees(node, answers, self.reading.channel) for node in nodes)
        return nodes

    def turn(self, given: Given, data: st.DataObject) -> bool:
        """One turn, whatever the directory answers in it. False: there was nothing to return to."""
        state, buttons = self.state, list[Option]()
        while True:
            try:
                out = step(self.book, state, given, lifelines=self.lifelines, channel=self.reading.channel)
            except EngineError as error:
                if "nothing to return to" not in str(error):
                    raise
                return False
            state = State.from_bytes(out.state.to_bytes())
            assert state == out.state
            buttons += [option for reply in out.replies for row in reply.rows for option in row]
            match out.request:
                case None:
                    self.state, self.buttons = state, buttons
                    return True
                case Locate():
                    area = st.sampled_from(AREAS).map(lambda one: Located("area", (one,)))
                    several = st.integers(2, 6).map(lambda many: Located("choose", AREAS[:many]))
                    given = data.draw(st.one_of(st.just(Located("unknown")), area, several))
                case Find():
                    given = data.draw(st.sampled_from(OUTCOMES))
                case Report():
                    given = Reported()
                case other:
                    raise AssertionError(other)


@cache
def _shipped() -> Conversation:
    around = known(Lifelines.load())
    book = load_book(None, around)
    assert around.lifelines is not None
    return book, prove(book, around), dict.fromkeys([*around.lifelines, "helpline"], "A line.")


@cache
def _small() -> Conversation:
    book = load_book(HERE / "book")
    return book, prove(book), LIFELINES


class WalkOfShipped(Walk):
    def conversation(self, data: st.DataObject) -> Conversation:
        return _shipped()


class WalkOfSmall(Walk):
    def conversation(self, data: st.DataObject) -> Conversation:
        return _small()


class WalkOfRandom(Walk):
    def conversation(self, data: st.DataObject) -> Conversation:
        book = data.draw(random_flows.books())
        proof = prove(book, random_flows.KNOWN)
        # What an interrupt changes under what it came into is told, and not walked on.
        assume(all(fault.code != "F216" for fault in proof.faults))
        return book, proof, random_flows.LIFELINES


def test_in_the_shipped_conversations_every_step_is_an_edge() -> None:
    run_state_machine_as_test(WalkOfShipped, settings=examples(30, steps=40))


def test_in_the_small_conversation_every_step_is_an_edge() -> None:
    run_state_machine_as_test(WalkOfSmall, settings=examples(40, steps=40))


def test_in_any_conversation_every_step_is_an_edge() -> None:
    run_state_machine_as_test(WalkOfRandom, settings=examples(60, steps=20))
