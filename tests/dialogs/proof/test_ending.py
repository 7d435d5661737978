"""Every way can be brought to an end, soon, by going forwards."""

from __future__ import annotations

from tests.dialogs.proof.conversations import conversation, faults, played, told

RING = """
steps:
  one:
    ask: {text: One?, why: So., options: [{id: a, label: On, go: two}, {id: b, label: Enough, go: done}], skip: two}
  two:
    ask: {text: Two?, why: So., options: [{id: a, label: Round, go: one}], skip: one}
  done:
    end: {text: Bye.}
"""


def test_a_ring_that_can_be_left_is_sound() -> None:
    assert told(conversation(RING)) == []


def test_a_ring_that_can_only_be_left_by_starting_again_is_found_with_the_way_into_it() -> None:
    book = conversation(
        RING.replace("go: two}, {id", "go: two}, {id: c, label: Trap, go: trap}, {id")
        + "  trap:\n    ask: {text: Trap?, why: So., options: [{id: a, label: Still, go: other}], skip: other}\n"
        + "  other:\n    ask: {text: Other?, why: So., options: [{id: a, label: Here, go: trap}], skip: trap}\n"
    )
    assert told(book) == [("F203", ("Trap", "Still")), ("F203", ("Trap",))]
    assert played(book, ("Trap", "Still")).at == "main/other"


def test_an_end_that_only_those_with_another_answer_can_come_to_is_no_end() -> None:
    book = conversation("""
answers:
  leave: [now, never]
steps:
  ask:
    ask: 
      {text: Leave?, why: So., save: leave, options: [{id: now, label: Now}, {id: never, label: Never}], go: room,
       skip: room}
  room:
    ask: {text: A room., answerless: yes, options: [{id: on, label: On, go: door}]}
  door:
    branch: {on: leave, cases: {now: done}, else: room}
  done:
    end: {text: Bye.}
""")
    # The steps alone do not show it: from `room` an arrow leads to `door`, and from there to the end.
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F203", ("Never",))
    assert fault.message == "From step `room` no end can be reached."


def test_to_return_where_nothing_was_called_is_found_with_the_tap_that_fails() -> None:
    book = conversation(
        RING.replace("label: Enough, go: done}", "label: Enough, go: done}, {id: c, label: Out, go: _return}")
    )
    assert told(book) == [("F205", ("Out",))]


def test_to_skip_to_a_return_where_nothing_was_called_is_found() -> None:
    book = conversation(RING.replace("skip: one}", "skip: _return}"))
    assert told(book) == [("F205", ("On", "Skip"))]


def test_a_flow_that_returns_is_sound_wherever_it_is_called_from() -> None:
    book = conversation(
        """
steps:
  one:
    ask: {text: One?, why: So., options: [{id: a, label: Aside, call: aside}, {id: b, label: On, go: two}], skip: two}
  two:
    call: {flow: aside, go: done}
  done:
    end: {text: Bye.}
""",
        aside="""
steps:
  page:
    ask: {text: Page., answerless: yes, options: [{id: on, label: Back to it, go: _return}]}
""",
    )
    assert told(book) == []


def _pages(count: int) -> str:
    pages = "".join(
        f"  page{n}:\n    ask: {{text: Page {n}., answerless: yes,"
        f" options: [{{id: on, label: Go on, go: page{n + 1}}}]}}\n"
        for n in range(count)
    )
    return f"steps:\n{pages}  page{count}:\n    end: {{text: Bye.}}\n"


def test_an_end_within_ten_taps_is_near_enough() -> None:
    assert told(conversation(_pages(10))) == []


def test_an_end_eleven_taps_away_is_too_far() -> None:
    (fault,) = faults(conversation(_pages(11)))
    assert (fault.code, fault.replay) == ("F218", ())
    assert fault.message == "From step `page0` it takes 11 taps to come to an end."


def test_an_end_is_as_far_as_the_answers_make_it() -> None:
    # The short way out is only for those who answered; others have eleven pages before them.
    book = conversation(
        """
answers:
  short: ["on"]
steps:
  ask:
    ask: {text: Short?, why: So., save: short, options: [{id: "on", label: Short one}], go: by_short, skip: by_short}
  by_short:
    branch: {on: short, cases: {"on": page11}, else: page0}
"""
        + _pages(11).replace("steps:\n", "")
    )
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F218", ("Skip",))
