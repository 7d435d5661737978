"""One turn is few messages, each fits into one of the messenger's, and so do its buttons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.known import LifelineFacts
from dialogs.proof import prove
from dialogs.proof.invariants import turns
from tests.dialogs.proof.conversations import KNOWN, LIFELINES, conversation, faults, played, told

SHORT = replace(KNOWN, longest_message=100)
LONG = "so " * 30


def searching(first: str = "", after: str = "done") -> str:
    return f"""
answers:
  need: [talk]
steps:
  hello:
    ask: {{text: Need?, why: So., save: need, skip: done,
          options: [{{id: talk, label: Talk, go: {"said" if first else "look"}}}]}}
{first}
  look:
    SEARCH(needs: need; go: {after})
  more:
    SEARCH(needs: need; go: done)
  done:
    end: {{text: Bye.}}
"""


def test_a_search_with_three_services_and_a_question_under_them_is_as_much_as_one_turn_holds() -> None:
    book = conversation(searching().replace("  more:\n    SEARCH(needs: need; go: done)\n", ""))
    assert told(book) == []


def test_two_searches_in_one_turn_are_too_much() -> None:
    book = conversation(searching(after="more"))
    (fault,) = faults(book)
    assert (fault.code, fault.replay) == ("F211", ("Talk",))
    assert fault.message == "Step `more` shows services in the same turn as step `look`: up to 9 messages at once."
    # A find leaves off until it is answered: only what was said after the last is in the last turn.
    assert len(played(book, ("Talk",)).last.replies) == 5


def test_what_is_said_before_a_search_is_a_message_too_many() -> None:
    book = conversation(
        searching("  said:\n    say: {text: One moment., go: look}", after="more")
        .replace("go: more)", "go: done)")
        .split("  more:")[0]
        + "  done:\n    end: {text: Bye.}\n"
    )
    (fault,) = faults(book)
    assert fault.message == (
        "Step `said` says something in the same turn in which step `look` shows services: up to 6 messages at once."
    )


def test_what_is_said_before_he_comes_back_to_where_services_are_shown_counts_too() -> None:
    # He was handed over to `thoughts`, and danger took its place: so he comes back to the search at once.
    book = conversation(
        searching().replace("go: look}", "call: thoughts, go: look}").split("  more:")[0]
        + "  done:\n    end: {text: Bye.}\n",
        thoughts="""
interrupt: [suicide]
steps:
  page:
    ask: {text: '{helpline}', answerless: yes, options: [{id: back, label: Carry on, go: _return}]}
""",
        danger="""
interrupt: [immediate_danger]
steps:
  call:
    ask: {text: '{lifeline.police}', answerless: yes, options: [{id: back, label: Carry on, go: wish}]}
  wish:
    say: {text: Take care., go: _return}
""",
    )
    (fault,) = prove(book, KNOWN).faults
    assert (fault.code, fault.message) == (
        "F211",
        "After step `wish` he comes back to where services are shown: up to 6 messages at once.",
    )


def _silent(count: int) -> str:
    steps = "".join(
        f"  s{n}:\n    branch: {{on: channel, cases: {{web: s{n + 1}}}, else: s{n + 1}}}\n" for n in range(count)
    )
    return f"steps:\n{steps}  s{count}:\n    end: {{text: Bye.}}\n"


def test_steps_that_go_on_for_longer_than_the_engine_follows_are_found() -> None:
    book = conversation(_silent(turns.MOST_STEPS))
    codes = {fault.code: fault for fault in prove(book, KNOWN).faults}
    assert codes["F211"].message == "More than 90 steps follow each other without a question, up to step `s90`."


def test_fewer_steps_than_that_are_followed() -> None:
    assert "F211" not in {fault.code for fault in prove(conversation(_silent(turns.MOST_STEPS - 1)), KNOWN).faults}


# --- Messages that are too long ------------------------------------------------------------------------------

SAID_TOGETHER = f"""
steps:
  hello:
    say: {{text: {LONG}, go: by_channel}}
  by_channel:
    branch: {{on: channel, cases: {{web: web}}, else: done}}
  web:
    say: {{text: {LONG}, go: done}}
  done:
    end: {{text: Bye.}}
"""


def test_texts_that_are_said_in_one_message_fit_into_it() -> None:
    assert told(conversation(SAID_TOGETHER), replace(KNOWN, longest_message=200)) == []


def test_texts_that_fit_by_themselves_and_not_together_are_found_on_the_channel_that_has_them() -> None:
    (fault,) = faults(conversation(SAID_TOGETHER), SHORT)
    assert (fault.code, fault.replay) == ("F212", ())
    assert fault.message == (
        "The message that begins at step `hello` can have 186 characters; the most is 100. (On web.)"
    )


def test_a_text_is_as_long_as_the_longest_line_that_is_put_into_it() -> None:
    book = conversation("steps:\n  done:\n    end: {text: 'So ring. {lifeline.friend}'}\n")
    assert told(book, SHORT) == []
    assert KNOWN.lifelines is not None
    longer = LifelineFacts(always_open=False, emergency=False, longest=95)
    (fault,) = faults(book, replace(SHORT, lifelines={**KNOWN.lifelines, "friend": longer}))
    assert (fault.code, fault.message) == ("F212", "The text of step `done` can have 104 characters; the most is 100.")


@pytest.mark.parametrize(
    ("entry", "replay"),
    [("why: LONG", ("Why?",)), ("why: So., unknown: LONG", ("qwrtzp",))],
)
def test_what_is_said_again_with_the_question_is_one_message_with_it(entry: str, replay: tuple[str, ...]) -> None:
    step = (
        f"ask: {{text: {LONG}, {entry.replace('LONG', LONG)}, options: [{{id: a, label: On, go: done}}], skip: done}}"
    )
    book = conversation(f"steps:\n  hello:\n    {step}\n  done:\n    end: {{text: Bye.}}\n")
    (fault,) = faults(book, SHORT)
    assert (fault.code, fault.replay) == ("F212", replay)
    assert len(played(book, replay).reply.text) > SHORT.longest_message


def test_words_that_are_not_understood_are_answered_in_one_message_with_the_question() -> None:
    step = f"ask: {{text: {LONG}, why: So., options: [{{id: a, label: On, go: done}}], skip: done}}"
    book = conversation(f"steps:\n  hello:\n    {step}\n  done:\n    end: {{text: Bye.}}\n")
    (fault,) = faults(book, replace(KNOWN, longest_message=120))
    assert (fault.code, fault.replay) == ("F212", ("qwrtzp",))


@pytest.mark.parametrize(("entry", "typed"), [("unknown", "qwrtzp"), ("choose", "Newport")])
def test_what_is_said_of_a_typed_place_fits_too(entry: str, typed: str) -> None:
    texts = {"unknown": "No.", "choose": "Which?", entry: LONG + LONG}
    said = ", ".join(f"{key}: {text}" for key, text in texts.items())
    book = conversation(
        f"""
answers:
  where: area
steps:
  where:
    locate: {{text: Where?, why: So., save: where, go: look, skip: look, {said}}}
  look:
    SEARCH(needs: need; area: where; go: done)
  done:
    end: {{text: Bye.}}
""".replace("answers:\n", "answers:\n  need: [talk]\n").replace("needs: need; ", "needs: need; ")
    )
    assert ("F212", (typed,)) in told(book, SHORT)
    assert len(played(book, (typed,)).reply.text) > SHORT.longest_message


@pytest.mark.parametrize("outcome", ["found", "widened", "none", "unavailable", "gone"])
def test_every_outcome_of_a_search_fits(outcome: str) -> None:
    long = f"'{LONG}{LONG}{{helpline}}'"
    book = conversation(
        searching()
        .replace("  more:\n    SEARCH(needs: need; go: done)\n", "")
        .replace("go: done)", f"{outcome}: {long}; go: done)")
    )
    found = [fault.message for fault in faults(book, SHORT)]
    assert found == [
        f"`{outcome}` of step `look` can have {180 + len(LIFELINES['helpline'])} characters; the most is 100."
    ]


# --- Buttons --------------------------------------------------------------------------------------------------


def _options(count: int) -> str:
    options = ", ".join(f"{{id: o{n}, label: Option {n} is this, go: done}}" for n in range(count))
    return f"""
steps:
  hello:
    ask: {{text: Which?, why: So., options: [{options}], skip: done}}
  done:
    end: {{text: Bye.}}
"""


def test_ninety_five_options_fit_under_a_message_with_what_stands_under_every_question() -> None:
    assert told(conversation(_options(95))) == []


def test_one_more_does_not() -> None:
    (fault,) = faults(conversation(_options(96)))
    assert (fault.code, fault.replay) == ("F212", ())
    assert fault.message.endswith("that makes 101 buttons; the most is 100.")


def test_an_id_too_long_to_travel_on_a_button_is_found_however_it_came_into_the_book() -> None:
    book = conversation(_options(1))
    flow = book.flows["main"]
    step = flow.steps["hello"]
    options = (replace(step.options[0], id="o" * 60),)  # type: ignore[attr-defined]
    steps = {**flow.steps, "hello": replace(step, options=options)}  # type: ignore[type-var]
    changed = replace(book, flows={"main": replace(flow, steps=steps)})
    assert [(fault.code, fault.hint) for fault in prove(changed, KNOWN).faults] == [("F212", "Choose a shorter one.")]
