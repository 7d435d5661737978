"""What is read was asked, and what is asked is read."""

from __future__ import annotations

from dataclasses import replace

from tests.dialogs.proof.conversations import KNOWN, conversation, faults, told

ASKED_FIRST = """
answers:
  need: [talk, bed]
  where: area
steps:
  hello:
    ask: {text: Need?, why: So., save: need, go: where, skip: where,
          options: [{id: talk, label: Talk}, {id: bed, label: Bed}]}
  where:
    locate: {text: Where?, why: So., save: where, go: by_where, skip: by_where, unknown: No., choose: Which?}
  by_where:
    branch: {on: where, cases: {E08000035: leeds}, else: look}
  leeds:
    say: {text: Leeds., go: ready}
  ready:
    ask: {text: Ready?, answerless: yes, options: [{id: a, label: Ready, go: look}]}
  look:
    SEARCH(needs: need; area: where; go: done)
  done:
    end: {text: Bye.}
"""


def test_an_answer_that_some_have_given_may_be_read_though_others_skipped() -> None:
    assert told(conversation(ASKED_FIRST)) == []


def test_a_typed_place_may_be_one_that_a_branch_asks_for_or_any_other() -> None:
    book = conversation(
        ASKED_FIRST.replace("go: leeds", "go: leeds").replace("label: Ready, go: look", "label: Ready, go: leeds")
    )
    # Only a man in Leeds comes into this ring, and the place he types is on no button.
    assert ("F203", ("Talk", "Leeds")) in told(book)


def test_a_branch_by_what_is_asked_later_is_found() -> None:
    book = conversation(
        ASKED_FIRST.replace(
            "    ask: {text: Need?",
            "    branch: {on: where, cases: {E08000035: need}, else: need}\n  need:\n    ask: {text: Need?",
        )
    )
    assert told(book) == [("F209", ())]


def test_a_find_by_what_nobody_is_asked_is_found_and_the_rest_of_it_is_not() -> None:
    book = conversation(
        ASKED_FIRST.replace("  where: area\n", "  where: area\n  age: [young, old]\n").replace(
            "area: where; go", "area: where; age: age; go"
        )
    )
    (fault,) = faults(book)
    assert (fault.code, fault.message) == ("F209", "Step `look` reads `age`, which nobody can have answered by then.")


def test_an_answer_that_is_forgotten_on_every_way_is_as_good_as_none() -> None:
    book = conversation("""
answers:
  need: [talk]
steps:
  hello:
    ask: {text: Need?, why: So., save: need, options: [{id: talk, label: Talk, go: again}], skip: again}
  again:
    ask: {text: Again?, why: So., save: need, options: [{id: talk, label: Keep, go: done}], skip: look}
  look:
    SEARCH(needs: need; go: done)
  done:
    end: {text: Bye.}
""")
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F219", ("Talk", "Skip"))
    assert fault.message == "Step `look` looks by `need`, and nobody who comes here has answered."


def test_a_find_past_every_question_has_nothing_to_look_by() -> None:
    book = conversation("""
answers:
  need: [talk]
  where: area
steps:
  look:
    SEARCH(needs: need; area: where; go: after)
  after:
    ask: {text: Need?, why: So., save: need, options: [{id: talk, label: Talk, go: more}], skip: done}
  more:
    SEARCH(needs: need; go: done)
  done:
    end: {text: Bye.}
""")
    assert told(book) == [("F219", ())]


def test_an_answer_that_nothing_reads_is_told_of_as_a_warning_unless_the_program_reads_it() -> None:
    book = conversation("""
answers:
  chat: [keep, clear]
  lost: [a]
steps:
  hello:
    ask: {text: Keep?, why: So., save: chat, go: done, skip: done,
          options: [{id: keep, label: Keep}, {id: clear, label: Clear}]}
  done:
    end: {text: Bye.}
""")
    assert [fault.message for fault in faults(book)] == [
        "The answer `chat` is asked and kept, and nothing reads it.",
        "The answer `lost` is listed, and nothing reads it.",
    ]
    assert [fault.hint for fault in faults(book, replace(KNOWN, read_elsewhere=("chat",)))] == [
        "Take it out of `answers`."
    ]
    assert faults(book, replace(KNOWN, read_elsewhere=None)) == ()
