"""The walked conversation, as those read it who compare versions or hold it against the engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.proof import ANY_OTHER, NOT_ANSWERED, WHERE_HE_WAS, Graph, Node, prove
from tests.dialogs.proof.conversations import KNOWN, conversation, played

BOOK = conversation(
    """
answers:
  need: [talk, bed, money]
  extras: [pets, work, other]
  where: area
steps:
  need:
    ask: {text: Need?, why: So., save: need, go: extras, skip: done,
          options: [{id: talk, label: Talk}, {id: bed, label: Bed}, {id: money, label: Money},
                    {id: read, label: Just reading, call: aside}]}
  extras:
    ask: {text: What else?, why: So., save: extras, many: yes, go: by_extras, skip: by_extras,
          options: [{id: pets, label: Pets}, {id: work, label: Work}, {id: other, label: Other}]}
  by_extras:
    branch: {on: extras, cases: {pets: pets, work: work}, else: where}
  pets:
    say: {text: Pets., go: where}
  work:
    say: {text: Work., go: where}
  where:
    locate: {text: Where?, why: So., save: where, go: by_need, skip: by_need, unknown: No., choose: Which?,
             options: [{id: W92000004, label: Wales, go: by_need}]}
  by_need:
    branch: {on: need, cases: {bed: look}, else: by_where}
  by_where:
    branch: {on: where, cases: {W92000004: done, E08000035: done}, else: look}
  look:
    SEARCH(needs: need; area: where; go: done)
  done:
    end: {text: Bye.}
""",
    aside="""
steps:
  page:
    ask: {text: Page., answerless: yes, options: [{id: on, label: Back to it, go: _return}]}
""",
    danger="""
interrupt: [immediate_danger]
answers:
  where: area
steps:
  call:
    ask: {text: 'Now: {lifeline.police}', answerless: yes, options: [{id: back, label: Carry on, go: lines}]}
  lines:
    branch: {on: where, cases: {W92000004: wales}, else: all}
  wales:
    ask: {text: Wales., answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
  all:
    ask: {text: All., answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
""",
)


@pytest.fixture(scope="module")
def graph() -> Graph:
    proof = prove(BOOK, KNOWN)
    assert proof.faults == ()
    return proof.graph


def at(graph: Graph, step: str, **values: str) -> Node:
    """The node on a step of the main flow with these values; there must be one alone."""
    (node,) = (node for node in graph.at([("main", step)]) if values.items() <= dict(node.values).items())
    return node


def test_a_node_holds_the_answers_that_are_still_to_be_read_and_as_much_of_them_as_is_told_apart(graph: Graph) -> None:
    values = {tuple(dict(node.values).items()) for node in graph.at([("main", "where")])}
    # Whether he wants a bed matters to a branch, any other need only to the search. `extras` are done with. What the
    # place was before it is given here matters only to danger.
    assert values == {
        (("need", "bed"), ("where", NOT_ANSWERED)),
        (("need", ANY_OTHER), ("where", NOT_ANSWERED)),
    }
    looked_for = {dict(node.values)["need"] for node in graph.at([("main", "look")])}
    assert looked_for == {ANY_OTHER}


def test_every_way_on_is_an_edge_with_what_he_taps_or_types(graph: Graph) -> None:
    where = at(graph, "where", need="bed")
    edges = [(edge.taps, edge.to and dict(edge.to.values)["where"], edge.ref.name) for edge in graph.edges(where)]
    assert edges == [
        (("Wales",), "W92000004", "by_need"),
        (("Glasgow",), ANY_OTHER, "by_need"),
        # Wales is on a button; whoever types a place in Wales goes on with those who tapped it.
        (("Cardiff",), "W92000004", "by_need"),
        (("Leeds",), "E08000035", "by_need"),
        (("Skip",), NOT_ANSWERED, "by_need"),
    ]


def test_of_several_choices_each_that_makes_a_difference_is_an_edge_with_the_fewest_taps(graph: Graph) -> None:
    edges = graph.edges(at(graph, "extras", need="bed"))
    assert [(edge.taps, edge.to and dict(edge.to.values)["extras"]) for edge in edges] == [
        (("Pets", "Done"), "pets"),
        (("Work", "Done"), "work"),
        (("Other", "Done"), ANY_OTHER),
        (("Skip",), NOT_ANSWERED),
    ]


def test_what_goes_on_by_itself_is_an_edge_without_taps_and_a_branch_takes_one(graph: Graph) -> None:
    (edge,) = graph.edges(at(graph, "by_extras", need="bed", extras="work"))
    assert (edge.taps, edge.to and edge.to.places) == ((), (("main", "work"),))


def test_a_call_stands_above_where_it_comes_back_to(graph: Graph) -> None:
    *_, call, _ = graph.edges(at(graph, "need"))
    assert call.to is not None
    assert call.to.places == (("main", "need"), ("aside", "page"))
    (back,) = graph.edges(call.to)
    assert back.to == at(graph, "need")


def test_an_interrupt_begins_above_wherever_he_was_with_the_answers_that_he_has_given(graph: Graph) -> None:
    asked = at(graph, "need")
    (edge,) = graph.interrupts(asked)
    assert edge.taps == ("(words that mean immediate_danger)",)
    assert edge.to == Node((WHERE_HE_WAS, ("danger", "call")), (("where", NOT_ANSWERED),))
    after = at(graph, "done", where="W92000004")
    (edge,) = graph.interrupts(after)
    assert edge.to is not None
    assert dict(edge.to.values) == {"where": "W92000004"}
    assert graph.interrupts(at(graph, "by_extras", need="bed", extras="work")) == ()


def test_an_interrupt_that_is_over_is_where_he_was(graph: Graph) -> None:
    (over,) = graph.edges(Node((WHERE_HE_WAS, ("danger", "wales")), (("where", "W92000004"),)))
    assert over.to == Node((WHERE_HE_WAS,), ())


def test_every_node_has_the_shortest_conversation_that_leads_to_it(graph: Graph) -> None:
    for node, replay in graph.nodes.items():
        man = played(BOOK, replay)
        if (
            man.book.step(*node.places[-1]) is not None
            and man.book.flows[node.places[-1][0]].steps[node.places[-1][1]].waits
        ):
            assert man.at == "/".join(node.places[-1])
            answers = dict(man.state.answers)
            places = [(place.flow, place.step) for place in man.state.places]
            assert node in graph.seen(places, answers, "terminal")
    assert len(graph.nodes) == len(list(graph.nodes)) == len(set(graph.nodes))


def test_the_live_answers_of_a_step_are_told_by_name(graph: Graph) -> None:
    assert graph.live("main", "by_extras") == {"need", "extras", "where"}
    assert graph.live("main", "look") == {"need", "where"}
    assert graph.live("danger", "wales") == {"where"}
    with pytest.raises(KeyError):
        graph.live("main", "nowhere")


def test_a_man_in_an_interrupt_is_found_by_where_he_stands(graph: Graph) -> None:
    places = [("main", "where"), ("danger", "wales")]
    (node,) = graph.at(places)
    assert graph.seen(places, {"where": ("W92000004",)}, "web") == (node,)
    # Nobody is shown the page of Wales who has not named it.
    assert graph.seen(places, {}, "web") == ()


def test_whom_an_interrupt_handed_over_to_a_flow_is_found_by_where_he_stands() -> None:
    book = conversation(
        """
steps:
  hello:
    ask: {text: Hello?, why: So., options: [{id: a, label: On, go: done}], skip: done}
  done:
    end: {text: Bye.}
""",
        danger="""
interrupt: [immediate_danger]
steps:
  call:
    ask: {text: 'Now: {lifeline.police}', answerless: yes, options: [{id: all, label: All, call: topics, go: _return}]}
""",
        topics="""
steps:
  all:
    ask: {text: All., answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
""",
    )
    man = played(book, ("(words that mean immediate_danger)", "All"))
    places = [(place.flow, place.step) for place in man.state.places]
    assert places == [("main", "hello"), ("topics", "all")]
    topics = Node((WHERE_HE_WAS, ("topics", "all")), ())
    graph = prove(book, KNOWN).graph
    assert graph.seen(places, {}, "terminal") == graph.at(places) == (topics,)


def test_what_is_not_in_the_graph_is_said_to_be_not_there(graph: Graph) -> None:
    nowhere = Node((("main", "nowhere"),), ())
    assert nowhere not in graph.nodes
    assert graph.at([("main", "nowhere")]) == ()
    assert graph.seen([("main", "nowhere")], {}, "web") == ()
    for node in (
        nowhere,
        Node((("main", "need"),), (("odd", "a"),)),
        replace(at(graph, "need"), values=(("where", "x"),)),
    ):
        with pytest.raises(KeyError):
            graph.edges(node)
        with pytest.raises(KeyError):
            graph.interrupts(node)
        with pytest.raises(KeyError):
            graph.nodes[node]
