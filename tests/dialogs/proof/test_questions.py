"""Little is asked of him before the first services, and all of it can be passed over."""

from __future__ import annotations

import pytest

from dialogs.proof.invariants import questions
from tests.dialogs.proof.conversations import conversation, faults, played, told

ASKED = """
answers:
  where: area
  need: [talk]
steps:
  need:
    ask: {text: Need?, why: So., save: need, options: [{id: talk, label: Talk}], go: MORE, skip: MORE}
{more}
  where:
    locate: {text: Where?, why: So., save: where, go: look, skip: look, unknown: No., choose: Which?}
  look:
    SEARCH(needs: need; area: where; go: done)
  done:
    end: {text: Bye.}
"""


def asked(*more: str) -> str:
    """A conversation that asks for need and place, and between them what is given, each leading to the next."""
    names = [f"q{n}" for n in range(len(more))] + ["where"]
    steps = [
        f"  {name}:\n    ask: {{text: '{name}?', {given}"
        f" options: [{{id: a, label: Answer {name}, go: {after}}}], skip: {after}}}"
        for name, given, after in zip(names, more, names[1:], strict=False)
    ]
    return ASKED.replace("MORE", names[0]).replace("{more}", "\n".join(steps))


def test_five_questions_before_the_first_services_are_few_enough() -> None:
    assert told(conversation(asked(*["why: So.,"] * 3))) == []


def test_a_sixth_is_found_with_the_conversation_that_comes_to_it() -> None:
    book = conversation(asked(*["why: So.,"] * 4))
    (fault,) = faults(book)
    assert (fault.code, fault.message) == ("F202", "Step `where` is question 6 before the first services.")
    assert fault.replay == ("Talk", "Answer q0", "Answer q1", "Answer q2", "Answer q3")
    assert played(book, fault.replay).at == "main/where"


def test_a_sixth_that_only_one_answer_leads_to_is_found_with_that_answer() -> None:
    book = conversation(
        asked(*["why: So.,"] * 3).replace(
            "options: [{id: a, label: Answer q2, go: where}]",
            "options: [{id: a, label: Answer q2, go: where}, {id: b, label: One more, go: last}]",
        )
        + "  last:\n    ask: {text: Last?, why: So., options: [{id: a, label: So be it, go: where}], skip: where}\n"
    )
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F202", ("Talk", "Answer q0", "Answer q1", "One more", "So be it"))


def test_menus_and_pages_to_read_are_not_counted() -> None:
    more = ["why: So.,"] * 3 + ["counts: 'no', why: So.,", "answerless: yes,"]
    assert told(conversation(asked(*more))) == []


def test_a_question_that_is_come_to_twice_is_counted_once() -> None:
    book = conversation(
        asked(*["why: So.,"] * 3).replace(
            "label: Answer q2, go: where}", "label: Answer q2, go: where}, {id: b, label: Again, go: q0}"
        )
    )
    assert told(book) == []


def test_questions_after_the_first_services_are_not_counted() -> None:
    after = "".join(
        f"  later{n}:\n    ask: {{text: Later {n}?, why: So.,"
        f" options: [{{id: a, label: Later, go: {to}}}], skip: {to}}}\n"
        for n, to in enumerate(("later1", "later2", "later3", "done"))
    )
    book = conversation(asked(*["why: So.,"] * 3).replace("go: done)", "go: later0)") + after)
    assert told(book) == []


def test_what_cannot_be_counted_is_not_called_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_WAYS", 3)
    (fault,) = faults(conversation(asked(*["why: So.,"] * 4)))
    assert (fault.code, fault.replay) == ("F206", None)


SKIPPED = """
steps:
  hello:
    ask: {text: Hello?, why: So., options: [{id: a, label: Go on, go: aside}], skip: SKIP}
  aside:
    say: {text: Aside., go: ASIDE}
  done:
    end: {text: Bye.}
"""


def test_to_skip_leads_on() -> None:
    assert told(conversation(SKIPPED.replace("SKIP", "aside").replace("ASIDE", "done"))) == []


@pytest.mark.parametrize("skip", ["hello", "again"])
def test_to_skip_and_be_asked_the_same_again_is_found(skip: str) -> None:
    again = "  again:\n    say: {text: Again., go: hello}\n" if skip == "again" else ""
    book = conversation(SKIPPED.replace("SKIP", skip).replace("ASIDE", "done") + again)
    assert told(book) == [("F204", ("Skip",))]
    assert played(book, ("Skip",)).at == "main/hello"


def test_to_skip_by_an_answer_is_followed_as_the_answer_has_it() -> None:
    book = conversation("""
answers:
  seen: ["yes", "no"]
steps:
  first:
    ask: 
      {text: First?, why: So., save: seen, options: [{id: "yes", label: Seen}, {id: "no", label: Unseen}], go: hello,
       skip: hello}
  hello:
    ask: {text: Hello?, why: So., options: [{id: a, label: Go on, go: done}], skip: by_seen}
  by_seen:
    branch: {on: seen, cases: {"yes": done}, else: hello}
  done:
    end: {text: Bye.}
""")
    assert told(book) == [("F204", ("Unseen", "Skip"))]


def test_to_skip_to_services_and_be_asked_again_under_them_is_no_fault() -> None:
    book = conversation("""
answers:
  need: [talk]
steps:
  need:
    ask: {text: Need?, why: So., save: need, options: [{id: talk, label: Talk, go: look}], skip: look}
  look:
    SEARCH(needs: need; go: after)
  after:
    ask: {text: After?, why: So., counts: "no", options: [{id: a, label: Enough, go: done}], skip: look}
  done:
    end: {text: Bye.}
""")
    assert told(book) == []
