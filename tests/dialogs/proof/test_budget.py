"""A conversation that is too large to be walked is not called proved, and what makes it so large is named."""

from __future__ import annotations

import pytest

from dialogs.loading import load_source
from dialogs.proof import Node, answers, prove, walk
from tests.dialogs.proof.conversations import KNOWN, conversation, faults
from tests.support.many_questions import many_questions


def test_a_hundred_questions_are_few() -> None:
    proof = prove(load_source(many_questions(100)))
    assert proof.faults == ()
    assert len(proof.graph.nodes) < 5_000


def test_states_grow_with_the_questions_and_not_faster() -> None:
    few, many = (len(prove(load_source(many_questions(count))).graph.nodes) for count in (100, 400))
    assert many < 6 * few


def test_what_is_read_long_after_it_was_asked_multiplies_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_NODES", 1_000)
    asked = "".join(
        f"  q{n}:\n    ask: {{text: '{n}?', why: So., counts: 'no', save: n{n}, go: q{n + 1}, skip: q{n + 1},"
        f" options: [{{id: a, label: A{n}}}, {{id: b, label: B{n}}}]}}\n"
        for n in range(7)
    )
    read = "".join(f"  b{n}:\n    branch: {{on: n{n}, cases: {{a: b{n + 1}}}, else: b{n + 1}}}\n" for n in range(7))
    listed = "".join(f"  n{n}: [a, b]\n" for n in range(7))
    steps = f"{asked}  q7:\n    say: {{text: So., go: b0}}\n{read}  b7:\n    end: {{text: Bye.}}\n"
    (fault,) = faults(conversation(f"answers:\n{listed}steps:\n{steps}"))
    assert (fault.code, fault.replay, fault.span.line) == ("F206", None, 28)
    assert fault.message == (
        "The conversation has more than 1,000 states, too many to walk. At step `q6` of `main` these answers"
        " multiply: `n5` (3 values, read last by step `b5` of `main`), `n4` (3 values, read last by step `b4` of"
        " `main`), `n3` (3 values, read last by step `b3` of `main`), `n2` (3 values, read last by step `b2` of"
        " `main`), `n1` (3 values, read last by step `b1` of `main`), `n0` (3 values, read last by step `b0` of"
        " `main`)."
    )


def test_what_is_read_in_the_flow_that_it_comes_back_to_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_NODES", 12)
    book = conversation(
        """
answers:
  one: [a, b]
  two: [a, b]
steps:
  first:
    call: {flow: asks, go: by_one}
  by_one:
    branch: {on: one, cases: {a: by_two}, else: by_two}
  by_two:
    branch: {on: two, cases: {a: done}, else: done}
  done:
    end: {text: Bye.}
""",
        asks="""
answers:
  one: [a, b]
  two: [a, b]
steps:
  one:
    ask: {text: 1?, why: So., save: one, go: two, skip: two, options: [{id: a, label: A}, {id: b, label: B}]}
  two:
    ask: {text: 2?, why: So., save: two, go: _return, skip: _return, options: [{id: a, label: A}, {id: b, label: B}]}
""",
    )
    (fault,) = faults(book)
    assert "`one` (3 values, read last by step `by_one` of `main`)" in fault.message


def test_an_interrupt_that_reads_an_answer_of_everywhere_is_counted_in(monkeypatch: pytest.MonkeyPatch) -> None:
    main = """
answers:
  need: [a, b]
steps:
  need:
    ask: {text: Need?, why: So., save: need, go: page, skip: page, options: [{id: a, label: A}, {id: b, label: B}]}
  page:
    ask: {text: Page., answerless: yes, options: [{id: on, label: Go on, go: done}]}
  done:
    end: {text: Bye.}
"""
    danger = """
interrupt: [immediate_danger]
answers:
  need: [a, b]
steps:
  by_need:
    branch: {on: need, cases: {a: call, b: other}, else: call}
  call:
    ask: {text: 'Now: {lifeline.police}', answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
  other:
    ask: {text: 'Or: {lifeline.police}', answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
"""
    book = conversation(main, danger=danger)
    assert faults(book) == ()
    monkeypatch.setattr(walk, "MOST_NODES", 6)
    (fault,) = faults(book)
    assert "`need` (3 values, read last by step `by_need` of `danger`)" in fault.message


def test_the_channel_is_named_among_what_multiplies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_NODES", 4)
    book = conversation("""
steps:
  hello:
    ask: {text: Hello?, answerless: yes, options: [{id: on, label: Go on, go: by_channel}]}
  by_channel:
    branch: {on: channel, cases: {web: done, telegram: done}, else: done}
  done:
    end: {text: Bye.}
""")
    (fault,) = faults(book)
    assert "`channel` (2 values)" in fault.message


def test_ticks_that_make_too_many_differences_are_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_CELLS", 3)
    options = ", ".join(f"{{id: o{n}, label: Option {n}}}" for n in range(4))
    listed = ", ".join(f"o{n}" for n in range(4))
    cases = ", ".join(f"o{n}: done" for n in range(4))
    book = conversation(f"""
answers:
  extras: [{listed}]
steps:
  ask:
    ask: {{text: Extras?, why: So., save: extras, many: yes, go: by, skip: by, options: [{options}]}}
  by:
    branch: {{on: extras, cases: {{{cases}}}, else: done}}
  done:
    end: {{text: Bye.}}
""")
    (fault,) = prove(book, KNOWN).faults
    assert (fault.code, fault.message) == ("F206", "What he ticks for `extras` can make more than 3 differences.")


def test_what_was_walked_before_it_grew_too_large_is_still_a_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_NODES", 2)
    proof = prove(
        conversation(
            "steps:\n  a:\n    say: {text: A., go: b}\n  b:\n    say: {text: B., go: c}\n  c:\n    end: {text: C.}\n"
        )
    )
    (fault,) = proof.faults
    assert (fault.code, fault.message) == (
        "F206",
        "The conversation has more than 2 states, too many to walk. It is the steps that are so many, not the answers.",
    )
    first, second = (Node((("main", name),), ()) for name in "ab")
    assert dict(proof.graph.nodes) == {first: (), second: ()}
    assert [edge.to for edge in proof.graph.edges(first)] == [second]
    assert proof.graph.edges(second) == ()
    assert proof.graph.seen([("main", "c")], {}, "web") == ()
