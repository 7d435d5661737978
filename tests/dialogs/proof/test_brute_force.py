"""What is proved of a conversation, against what is found by trying everything in it on the real engine.

Both ways: nothing that can go wrong is passed over, and nothing is reported that cannot. To look at more
conversations than in everyday runs, see tests/support/longer.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType

import pytest
from hypothesis import assume, given

from dialogs.book import Book
from dialogs.loading import load_source
from dialogs.proof import Fault, Graph, Node, prove
from dialogs.spans import Span
from dialogs.steps import Ask, Branch, Find, Locate
from tests.dialogs.proof.once_wrong import ONCE_WRONG
from tests.support import brute_verdicts as brute
from tests.support.brute_force import Here, TooMany, World, worlds
from tests.support.graph_walking import INTERRUPTED, end_of_turn
from tests.support.longer import examples
from tests.support.naive_reading import Where, stack_of
from tests.support.random_flows import KNOWN, LIFELINES, Tree, books, source_of

MOST_MESSAGES = 5
MOST_TAPS = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """A conversation with what the proof says of it, by code, and all that can happen in it."""

    book: Book
    faults: Mapping[str, tuple[Fault, ...]]
    graph: Graph
    worlds: tuple[World, ...]

    def spans(self, code: str) -> frozenset[Span]:
        return frozenset(fault.span for fault in self.faults.get(code, ()))

    def steps(self, code: str) -> frozenset[Where]:
        """The steps at whose names, or at one of whose targets, a code is reported."""
        return frozenset(_owner(self.book, span) for span in self.spans(code))


def tried(book: Book) -> Tried:
    try:
        everything = worlds(book, dict(LIFELINES))
    except TooMany:
        assume(False)
    told: dict[str, tuple[Fault, ...]] = {}
    proof = prove(book, KNOWN)
    for fault in proof.faults:
        told[fault.code] = (*told.get(fault.code, ()), fault)
    return Tried(book, MappingProxyType(told), proof.graph, everything)


def _owner(book: Book, span: Span) -> Where:
    (owner,) = {
        (flow.id, step.id)
        for flow in book.flows.values()
        for step in flow.steps.values()
        if span == step.span or span in [target.ref.span for target in step.targets()]
    }
    return owner


# --- One function for each rule: what is told, and what is found by trying -----------------------------------

Compared = tuple[AbstractSet[object], AbstractSet[object]]


def unreached(it: Tried) -> Compared:
    """F201 and F207."""
    steps = frozenset((flow.id, step) for flow in it.book.flows.values() for step in flow.steps)
    flows = frozenset(at for at in steps if it.book.flows[at[0]].span in it.spans("F207"))
    return it.steps("F201") | flows, steps - brute.reached(it.worlds)


def too_many_questions(it: Tried) -> Compared:
    """F202 tells the nearest of them."""
    found = brute.sixth_questions(it.worlds)
    told = it.steps("F202")
    return told, told & found if told else found


def without_end(it: Tried) -> Compared:
    return it.steps("F203"), brute.without_end(it.worlds)


def asked_again_on_skip(it: Tried) -> Compared:
    return it.steps("F204"), brute.asked_again_on_skip(it.worlds)


def returns_to_nothing(it: Tried) -> Compared:
    return it.spans("F205"), brute.returns_to_nothing(it.worlds)


def dead_cases(it: Tried) -> Compared:
    """F208; where nobody has answered at all no case is taken, and F209 says so once."""
    taken = brute.taken(it.worlds)
    unanswered: set[Span] = set()
    dead: set[Span] = set()
    for at in {at for at, _ in taken}:
        branch = it.book.step(*at)
        assert isinstance(branch, Branch)
        cases = {case.value.name: case.value.span for case in branch.cases}
        dead |= {span for case, span in [*cases.items(), ("else", branch.otherwise.span)] if (at, case) not in taken}
        if branch.on.span in it.spans("F209"):
            unanswered |= set(cases.values())
    return it.spans("F208") | unanswered, dead


def read_in_vain(it: Tried) -> Compared:
    """F209, and F219 for a search that has nothing at all to look by."""
    by_nothing = {ref.span for at in it.steps("F219") for ref in brute.reads(it.book, at)}
    return it.spans("F209") | by_nothing, brute.read_in_vain(it.worlds)


def nothing_to_look_by(it: Tried) -> Compared:
    in_vain = brute.read_in_vain(it.worlds)
    finds = {at for at in brute.reached(it.worlds) if isinstance(it.book.step(*at), Find)}
    return it.steps("F219"), {at for at in finds if {ref.span for ref in brute.reads(it.book, at)} <= in_vain}


def too_many_messages(it: Tried) -> Compared:
    return _in_turns_that_end(it, "F211", wrong=brute.most_messages(it.worlds) > MOST_MESSAGES)


def too_long(it: Tried) -> Compared:
    return _in_turns_that_end(it, "F212", wrong=brute.longest_message(it.worlds) > KNOWN.longest_message)


def _in_turns_that_end(it: Tried, code: str, *, wrong: bool) -> Compared:
    """What would have been said in a turn that finds nothing to return to (F205) is counted too, and never said."""
    told = _if(code in it.faults)
    return told, told if "F205" in it.faults and not wrong else _if(wrong)


def danger_answered_late(it: Tried) -> Compared:
    """F214 is told in the flow that answers.

    An interrupt that comes back at once without the line is told even where every question has the line.
    """
    told = {_flow_of(it.book, span) for span in it.spans("F214")}
    emergency, other = LIFELINES["emergency"], LIFELINES["other"]
    lines = {"immediate_danger": (emergency,), "suicide": (emergency, other, LIFELINES["helpline"])}
    late = {label for label in it.book.interrupts if brute.first_words_without(it.worlds, label, lines[label])}
    at_once = {label for label in it.book.interrupts if brute.comes_back_at_once(it.worlds, label)}
    found = {it.book.interrupts[label] for label in late}
    return told, found | (told & {it.book.interrupts[label] for label in at_once})


def _flow_of(book: Book, span: Span) -> str:
    return span.file.rsplit("/", 1)[-1].removesuffix(".yaml")


def no_answer_to_danger(it: Tried) -> Compared:
    return _if("F215" in it.faults), _if("immediate_danger" not in it.book.interrupts)


def _if(wrong: bool) -> AbstractSet[object]:
    return {"wrong"} if wrong else set()


def lost_in_interrupts(it: Tried) -> Compared:
    """F216, for the answers that an interrupt changes under what it came into, and for one that never comes back.

    It is told wherever such an answer is given on a way back, though in the end it may always be what it was, or be
    read only where nobody comes.
    """
    told = {_flow_of(it.book, span) for span in it.spans("F216")}
    lost = {it.book.interrupts[label] for label, _ in brute.lost_in_interrupts(it.worlds)}
    never = {it.book.interrupts[label] for label in brute.never_back(it.worlds)}
    kept = {it.book.interrupts[label] for label, _ in brute.kept_by_interrupts(it.worlds)}
    return told, lost | never | (told & kept)


def far_from_an_end(it: Tried) -> Compared:
    """F218 tells one step of a flow."""
    far = {here.at[0] for world in it.worlds for here, taps in brute.taps_to_end(world).items() if taps > MOST_TAPS}
    return {at[0] for at in it.steps("F218")}, far


def steps_of_the_graph(it: Tried) -> Compared:
    """The nodes where he is asked something or has come to an end, and the turns that lead from one to the next."""
    waiting = [node for node in it.graph.nodes if _waits(it.book, node)]
    told = {(node, end_of_turn(it.graph, edge.to)) for node in waiting for edge in it.graph.edges(node)}
    found: set[tuple[Node | None, Node | None]] = set()
    ends: set[Node | None] = set()
    for world in it.worlds:
        seen = {here: _seen(it.graph, world, here) for here in world.moves}
        for here, moves in world.moves.items():
            at = it.book.step(*here.at)
            ends.add(seen[here])
            for move in moves:
                to = INTERRUPTED if move.home else seen[move.to] if move.to is not None else None
                if not (isinstance(at, Ask) and at.many and move.taps[0] in [choice.label for choice in at.options]):
                    found.add((seen[here], to))
    return {*told, *((node, node) for node in waiting)}, {*found, *((end, end) for end in ends)}


def _waits(book: Book, node: Node) -> bool:
    step = book.step(*node.places[-1])
    return step is not None and step.waits


def _seen(graph: Graph, world: World, here: Here) -> Node | None:
    """The node of a state; None if the proof does not know it."""
    stack = stack_of(here.state)
    interrupted = ("", ""), *stack[here.base :]
    nodes = graph.seen(stack, dict(here.state.answers), world.channel)
    return next((node for node in nodes if node.places == (interrupted if here.base else stack)), None)


Rule = Callable[[Tried], Compared]
# Faults that somebody meets, and faults that nobody comes where something is written.
MET: tuple[Rule, ...] = (
    without_end,
    asked_again_on_skip,
    returns_to_nothing,
    too_many_messages,
    too_long,
    danger_answered_late,
    lost_in_interrupts,
    far_from_an_end,
    steps_of_the_graph,
)
MISSED: tuple[Rule, ...] = (unreached, dead_cases, read_in_vain, nothing_to_look_by)
OTHER: tuple[Rule, ...] = (too_many_questions, no_answer_to_danger)


def differences(it: Tried) -> dict[str, Compared]:
    """The rules on which the two disagree.

    What an interrupt changes under what it came into is a fault of its own, F216, and the proof does not go on from
    there: where it says so, nothing else is compared. And Back can lead to a state that no way forwards leads to,
    when an answer is given in a flow that was called from a question and comes back to it. The proof counts such
    states, and trying everything does not: there the proof may know of more. So it may where an interrupt gives an
    answer that only interrupts read: it does not look what becomes of it on the way back, nor on which channel.
    """
    if any(world.first.to is None for world in it.worlds):
        # Nobody gets beyond the first message.
        dead = {world.first.ref.span for world in it.worlds if world.first.ref is not None and world.first.to is None}
        return {} if dead <= it.spans("F205") else {"first message": (it.spans("F205"), dead)}
    if "F216" in it.faults:
        return _differ(it, (lost_in_interrupts,))
    kept_in_danger = any(keeps(it.book, flow) for flow in it.book.interrupts.values())
    if not answers_change_behind_back(it.book) and not kept_in_danger:
        return _differ(it, (*MET, *MISSED, *OTHER))
    met = {rule: two for rule, two in _differ(it, MET).items() if not two[0] >= two[1]}
    missed = {rule: two for rule, two in _differ(it, MISSED).items() if not two[0] <= two[1]}
    return met | missed | _differ(it, OTHER)


def _differ(it: Tried, rules: Iterable[Rule]) -> dict[str, Compared]:
    compared = {rule.__name__: rule(it) for rule in rules}
    return {rule: (told, found) for rule, (told, found) in compared.items() if told != found}


def keeps(book: Book, flow: str) -> bool:
    """Whether the flow, or one that it hands over to, keeps an answer."""
    steps = book.flows[flow].steps.values()
    return any(getattr(step, "save", None) or any(keeps(book, ref.name) for ref in step.calls()) for step in steps)


def answers_change_behind_back(book: Book) -> bool:
    """Whether a question hands over to a flow that comes back to it, and an answer is kept on the way."""
    return any(
        choice.call and not choice.go and (step.save or keeps(book, choice.call.name))
        for flow in book.flows.values()
        for step in flow.steps.values()
        if isinstance(step, Ask | Locate)
        for choice in step.options
    )


@examples(150)
@given(books())
def test_what_is_proved_is_what_is_found_by_trying_everything(book: Book) -> None:
    assert differences(tried(book)) == {}


@pytest.mark.parametrize("flows", ONCE_WRONG.values(), ids=ONCE_WRONG.keys())
def test_what_the_proof_once_had_wrong_it_has_right(flows: Sequence[Tree]) -> None:
    assert differences(tried(load_source(source_of(flows), KNOWN))) == {}
