"""What an interrupt or a called flow answers behind a question's back is followed too."""

from __future__ import annotations

from dialogs.engine import Pick
from dialogs.proof import prove
from tests.dialogs.proof.conversations import KNOWN, conversation, faults, played

# In danger he is asked once whether he can speak; what he says is read when he is in danger again.
ASKS_ONCE = """
interrupt: [immediate_danger]
answers:
  quiet: ["yes", "no"]
steps:
  by_quiet:
    branch: {on: quiet, cases: {"yes": again, "no": again}, else: call}
  call:
    ask: {text: 'Now: {lifeline.police}', why: So., save: quiet, go: _return, skip: _return,
          options: [{id: "yes", label: Quietly}, {id: "no", label: Out loud}]}
  again:
    ask: {text: 'Again: {lifeline.police}', answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
"""
MAIN = """
steps:
  hello:
    ask: {text: Hello?, why: So., options: [{id: a, label: On, go: done}], skip: done}
  done:
    end: {text: Bye.}
"""


def test_an_answer_given_in_an_interrupt_is_there_when_the_next_one_comes() -> None:
    book = conversation(MAIN, danger=ASKS_ONCE)
    assert faults(book) == ()
    graph = prove(book, KNOWN).graph
    assert {dict(node.values)["quiet"] for node in graph.at([("main", "hello")])} == {"", "yes", "no"}
    replay = graph.nodes[graph.seen([("main", "hello")], {"quiet": ("no",)}, "web")[0]]
    assert replay == ("(words that mean immediate_danger)", "Out loud")
    assert played(book, replay).state.answer("quiet") == ("no",)


def test_what_can_be_met_only_by_going_back_after_a_called_flow_gave_an_answer_is_found_with_the_taps() -> None:
    # Whoever asked about himself at `two`, and then goes Back, stands at `one` with an answer that no way forwards
    # has there; and skipping leads him round.
    book = conversation(
        """
answers:
  seen: ["yes"]
steps:
  one:
    ask: {text: One?, why: So., options: [{id: a, label: On, go: two}], skip: by_seen}
  by_seen:
    branch: {on: seen, cases: {"yes": round}, else: done}
  round:
    ask: {text: Round., answerless: yes, options: [{id: a, label: Round, go: round}]}
  two:
    ask: {text: Two?, why: So., skip: done,
          options: [{id: a, label: About, call: about}, {id: b, label: Enough, go: done}]}
  done:
    end: {text: Bye.}
""",
        about="""
answers:
  seen: ["yes"]
steps:
  page:
    ask: {text: Seen?, why: So., save: seen, go: _return, skip: _return, options: [{id: "yes", label: I see}]}
""",
    )
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F203", ("On", "About", "I see", "Back", "Skip"))
    assert played(book, fault.replay or ()).at == "main/round"


def test_a_flow_for_danger_that_was_called_can_be_left_to_where_it_would_return() -> None:
    # He was handed over to `thoughts`; in danger meanwhile, he comes back past it, without its answer.
    book = conversation(
        """
answers:
  better: ["yes"]
steps:
  one:
    ask: {text: One?, why: So., options: [{id: a, label: Thoughts, call: thoughts, go: by_better}], skip: done}
  by_better:
    branch: {on: better, cases: {"yes": done}, else: round}
  round:
    ask: {text: Round., answerless: yes, options: [{id: a, label: Round, go: round}]}
  done:
    end: {text: Bye.}
""",
        thoughts="""
interrupt: [suicide]
answers:
  better: ["yes"]
steps:
  page:
    ask: {text: 'Better? {helpline}', answerless: yes, options: [{id: a, label: Read on, go: more}]}
  more:
    ask: {text: More., answerless: yes, options: [{id: a, label: Carry on, go: _return}]}
""",
        danger="""
interrupt: [immediate_danger]
steps:
  call:
    ask: {text: 'Now: {lifeline.police}', answerless: yes, options: [{id: a, label: Carry on, go: _return}]}
""",
    )
    graph = prove(book, KNOWN).graph
    states = set()
    for replay in (("Thoughts",), ("Thoughts", "Read on")):
        man = played(book, replay)
        man.danger("immediate_danger")
        man.gives(Pick("_return"))
        states.add(man.at)
        places = [(place.flow, place.step) for place in man.state.places]
        assert graph.seen(places, dict(man.state.answers), "terminal")
    assert states == {"main/round"}
