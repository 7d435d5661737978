"""Danger is answered first, with somebody to call, and lets him go on where he was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.dialogs.proof.conversations import KNOWN, conversation, faults, played, told

MAIN = """
answers:
  need: [talk, bed]
steps:
  hello:
    ask: {text: Need?, why: So., save: need, options: [{id: talk, label: Talk, go: look}], skip: look}
  look:
    SEARCH(needs: need; go: done)
  done:
    end: {text: Bye.}
"""
DANGER = """
interrupt: [immediate_danger]
steps:
  call:
    ask: {text: 'Now: {lifeline.police}', answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
"""
LABELLED = replace(KNOWN, labels=("immediate_danger", "suicide", "privacy"), commands=("privacy",))


def test_danger_that_is_answered_at_once_and_then_let_go_of_is_sound() -> None:
    assert told(conversation(MAIN, danger=DANGER), LABELLED) == []


# --- There is a flow for it -----------------------------------------------------------------------------------


def test_where_nothing_answers_the_button_that_is_always_there_is_found() -> None:
    assert told(conversation(MAIN), LABELLED) == [("F215", None)]


def test_a_flow_for_another_danger_does_not_answer_it() -> None:
    book = conversation(MAIN, danger=DANGER.replace("immediate_danger", "suicide"))
    assert told(book, LABELLED) == [("F215", None)]


def test_where_nobody_says_which_dangers_there_are_it_is_not_missed() -> None:
    assert told(conversation(MAIN)) == []


# --- Its first message ----------------------------------------------------------------------------------------


def test_a_page_before_the_emergency_number_is_found() -> None:
    book = conversation(
        MAIN,
        danger=DANGER.replace(
            "steps:\n",
            "steps:\n  gently:\n    ask: {text: Ready?, answerless: yes, options: [{id: a, label: On, go: call}]}\n",
        ),
    )
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F214", ("(words that mean immediate_danger)",))
    assert fault.message == (
        "The first message in answer to `immediate_danger` begins at step `gently`, and does not have the emergency"
        " number."
    )
    assert fault.hint == "Put {lifeline.police} into its text."


def test_another_lifeline_is_no_emergency_number() -> None:
    book = conversation(MAIN, danger=DANGER.replace("lifeline.police", "lifeline.friend"))
    assert told(book) == [("F214", ("(words that mean immediate_danger)",))]


def test_for_another_danger_any_lifeline_will_do_and_for_a_command_none_is_needed() -> None:
    thoughts = DANGER.replace("immediate_danger", "suicide").replace("lifeline.police", "lifeline.friend")
    privacy = DANGER.replace("immediate_danger", "privacy").replace("'Now: {lifeline.police}'", "This chat.")
    assert told(conversation(MAIN, danger=DANGER, thoughts=thoughts, privacy=privacy), LABELLED) == []
    nobody = thoughts.replace("'Now: {lifeline.friend}'", "Oh.")
    book = conversation(MAIN, danger=DANGER, thoughts=nobody, privacy=privacy)
    assert told(book, LABELLED) == [("F214", ("(words that mean suicide)",))]


def test_a_page_too_early_for_some_is_found_with_the_answer_that_makes_them_some() -> None:
    danger = """
interrupt: [immediate_danger]
answers:
  need: [talk, bed]
steps:
  by_need:
    branch: {on: need, cases: {talk: gently}, else: call}
  gently:
    ask: {text: Ready?, answerless: yes, options: [{id: a, label: Read on, go: call}]}
  call:
    ask: {text: 'Now: {lifeline.police}', answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
"""
    book = conversation(
        MAIN.replace("go: done)", "go: after)").replace(
            "  done:",
            "  after:\n    ask: {text: After?, answerless: yes, options: [{id: a, label: Enough, go: done}]}\n  done:",
        ),
        danger=danger,
    )
    assert told(book) == [("F214", ("Talk", "(words that mean immediate_danger)"))]


@pytest.mark.parametrize(("none", "sound"), [("'Nothing. {lifeline.police}'", True), ("Nothing here.", False)])
def test_a_search_in_answer_to_danger_names_somebody_however_it_ends(none: str, sound: bool) -> None:
    danger = f"""
interrupt: [suicide]
answers:
  need: [talk, bed]
steps:
  look:
    SEARCH(needs: need; found: '{{helpline}}'; widened: '{{helpline}}'; none: {none}; go: after)
  after:
    ask: {{text: After., answerless: yes, options: [{{id: back, label: Carry on, go: _return}}]}}
"""
    main = """
answers:
  need: [talk, bed]
steps:
  hello:
    ask: {text: Need?, why: So., save: need, go: after, skip: after, options: [{id: talk, label: Talk}]}
  after:
    ask: {text: After?, answerless: yes, options: [{id: a, label: Enough, go: done}]}
  done:
    end: {text: Bye.}
"""
    codes = [code for code, _ in told(conversation(main, danger=danger))]
    assert codes == ([] if sound else ["F213", "F214"])


def test_what_is_said_before_a_search_is_the_first_message_alone() -> None:
    danger = """
interrupt: [suicide]
answers:
  need: [talk, bed]
steps:
  say:
    say: {text: One moment., go: look}
  look:
    SEARCH(needs: need; found: '{helpline}'; widened: '{helpline}'; go: after)
  after:
    ask: {text: 'After. {helpline}', answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
"""
    assert [code for code, _ in told(conversation(MAIN, danger=danger))] == ["F211", "F214"]


# --- It gives him back ----------------------------------------------------------------------------------------


def test_an_interrupt_that_ends_the_conversation_is_found() -> None:
    book = conversation(MAIN, danger=DANGER.replace("_return", "stop") + "  stop:\n    end: {text: Bye.}\n")
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F216", ("(words that mean immediate_danger)",))
    assert fault.message == "The flow `danger` answers `immediate_danger` and can never come back to where he was."


def test_an_interrupt_that_offers_an_end_beside_the_way_back_is_sound() -> None:
    book = conversation(
        MAIN,
        danger=DANGER.replace("go: _return}", "go: _return}, {id: stop, label: Enough for now, go: stop}")
        + "  stop:\n    end: {text: Bye.}\n",
    )
    assert told(book) == []


def test_an_interrupt_that_goes_round_in_itself_is_found() -> None:
    book = conversation(MAIN, danger=DANGER.replace("_return", "call"))
    assert {code for code, _ in told(book)} == {"F203", "F216"}


ASKS = """
interrupt: [immediate_danger]
answers:
  need: [talk, bed]
steps:
  call:
    ask:
      {text: 'Now: {lifeline.police}', why: So., save: need, options: [{id: bed, label: A bed, go: _return}],
       skip: _return}
"""


def test_an_interrupt_that_gives_an_answer_which_he_is_asked_and_which_is_read_is_found() -> None:
    main = MAIN.replace("go: look}], skip: look}", "go: ready}], skip: ready}").replace(
        "  look:",
        "  ready:\n    ask: {text: Ready?, answerless: yes, options: [{id: a, label: Ready, go: look}]}\n  look:",
    )
    (fault,) = faults(conversation(main, danger=ASKS))
    assert (fault.code, fault.replay) == ("F216", ("Talk", "(words that mean immediate_danger)", "A bed"))
    assert fault.message == (
        "Step `call` answers a danger and saves `need`, which the conversation it interrupts reads."
    )
    # He comes back to `ready`, and another bed is looked for than he had asked for.
    assert played(conversation(main, danger=ASKS), fault.replay or ()).state.answer("need") == ("bed",)


def test_an_answer_of_its_own_is_no_harm() -> None:
    danger = ASKS.replace("need", "quiet")
    main = MAIN.replace("go: look}], skip: look}", "go: ready}], skip: ready}").replace(
        "  look:",
        "  ready:\n    ask: {text: Ready?, answerless: yes, options: [{id: a, label: Ready, go: look}]}\n  look:",
    )
    assert told(conversation(main, danger=danger), replace(KNOWN, read_elsewhere=("quiet",))) == []


def test_to_skip_in_an_interrupt_forgets_too() -> None:
    danger = ASKS.replace(
        "options: [{id: bed, label: A bed, go: _return}]", "options: [{id: bed, label: A bed, go: stop}]"
    )
    book = conversation(MAIN.replace("go: done)", "go: done)"), danger=danger + "  stop:\n    end: {text: Bye.}\n")
    # Nothing asked before an answer is read is lost by an interrupt: `need` is asked anew where it comes.
    assert told(book) == []


# --- Somebody is named where nothing is found -----------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["none", "unavailable"])
def test_a_search_that_has_nothing_for_him_names_a_lifeline(outcome: str) -> None:
    book = conversation(MAIN.replace("go: done)", f"{outcome}: Nothing.; go: done)"))
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F213", ("Talk",))
    assert fault.message == f"`{outcome}` of step `look` names no lifeline."


def test_where_the_lifelines_are_not_known_none_is_missed() -> None:
    book = conversation(
        MAIN.replace("go: done)", "none: Nothing.; go: done)"), danger=DANGER.replace("{lifeline.police}", "!")
    )
    assert told(book, replace(KNOWN, lifelines=None)) == []
