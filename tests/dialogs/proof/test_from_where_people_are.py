"""Where people stand while a new version is published, everything has to hold too."""

from __future__ import annotations

from dialogs.proof import NOT_ANSWERED, WHERE_HE_WAS, Node, prove
from tests.dialogs.proof.conversations import KNOWN, conversation

# Nobody comes to `old` any more, but some may stand there.
BOOK = conversation("""
answers:
  need: [talk, bed]
  short: ["yes"]
steps:
  hello:
    ask: {text: Hello?, why: So., save: need, go: ready, skip: ready,
          options: [{id: talk, label: Talk}, {id: bed, label: Bed}]}
  ready:
    ask: {text: Ready?, answerless: yes, options: [{id: a, label: Ready, go: by_need}]}
  by_need:
    branch: {on: need, cases: {bed: done}, else: look}
  look:
    SEARCH(needs: need; go: done)
  old:
    ask: {text: Old?, why: So., save: short, options: [{id: "yes", label: Short}], go: by_short, skip: by_short}
  by_short:
    branch: {on: short, cases: {"yes": done}, else: round}
  round:
    ask: {text: Round., answerless: yes, options: [{id: a, label: Round, go: round}]}
  done:
    end: {text: Bye.}
""")
OLD = Node((("main", "old"),), ())


def test_what_only_they_can_come_to_is_reached_and_what_they_meet_there_is_found_without_a_replay() -> None:
    without = {(fault.code, fault.message) for fault in prove(BOOK, KNOWN).faults}
    assert without == {("F201", f"Nothing leads to step `{step}`.") for step in ("old", "by_short", "round")}
    (fault,) = prove(BOOK, KNOWN, also_from=[OLD]).faults
    assert (fault.code, fault.replay) == ("F203", None)
    assert fault.message == ("From step `round` no end can be reached. Those can meet it who are at `main/old` now.")


def test_what_is_not_said_of_an_answer_may_be_anything() -> None:
    asked = Node((("main", "ready"),), ())
    graph = prove(BOOK, KNOWN, also_from=[asked]).graph
    assert {dict(node.values)["need"] for node in graph.at(asked.places)} == {NOT_ANSWERED, "bed", "*"}


def test_what_is_said_of_an_answer_is_taken_as_it_is_and_a_value_as_the_cell_it_is_in() -> None:
    book = conversation("""
answers:
  need: [talk, bed]
steps:
  hello:
    end: {text: Bye.}
  ready:
    ask: {text: Ready?, answerless: yes, options: [{id: a, label: Ready, go: by_need}]}
  by_need:
    branch: {on: need, cases: {bed: hello}, else: hello}
  asks:
    ask: {text: Need?, why: So., save: need, go: ready, skip: ready,
          options: [{id: talk, label: Talk}, {id: bed, label: Bed}]}
""")
    there = [Node((("main", "ready"),), (("need", value),)) for value in ("bed", "talk")]
    graph = prove(book, KNOWN, also_from=there).graph
    assert {node.values for node in graph.at([("main", "ready")])} == {(("need", "bed"),), (("need", "*"),)}
    assert graph.nodes[Node((("main", "by_need"),), (("need", "bed"),))] == ("Ready",)


def test_people_may_stand_in_an_interrupt() -> None:
    book = conversation(
        "steps:\n  done:\n    end: {text: Bye.}\n",
        danger="""
interrupt: [immediate_danger]
steps:
  call:
    ask: {text: 'Now: {lifeline.police}', answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
  old:
    ask: {text: Old., answerless: yes, options: [{id: back, label: Still here, go: old}]}
""",
    )
    there = Node((WHERE_HE_WAS, ("danger", "old")), ())
    (fault,) = prove(book, KNOWN, also_from=[there]).faults
    assert fault.message == "From step `old` no end can be reached. Those can meet it who are at `danger/old` now."
