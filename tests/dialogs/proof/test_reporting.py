"""What is said of a report fits into its message, with whatever follows."""

from __future__ import annotations

from dataclasses import replace

from dialogs.known import Known
from dialogs.loading import load_source
from dialogs.proof import prove
from dialogs.source import Source

_FLOW = """\
language: 1
flow: main
title: A report
starts: yes
review: {by: nobody yet, on: "", due: 2027-02-22}
first_step: what
steps:
  what:
    report:
      text: What happened?
      why: To put it right.
      unknown: Tap one of these.
      which: WHICH
      passed_on: PASSED
      options:
        - {id: number, label: Dead number, go: done}
        - {id: other, label: Something else, saves: no, go: done}
      skip: done
  done:
    end: {text: "Bye to you, and thank you for all of that."}
"""
SHORT = replace(Known(), longest_message=100)


def faults(which: str, passed: str) -> list[str]:
    text = _FLOW.replace("WHICH", which).replace("PASSED", passed)
    book = load_source(Source({"main.yaml": text.encode()}, {}, alone=False, shown="flows"))
    return [fault.message for fault in prove(book, SHORT).faults if fault.code == "F212"]


def test_short_words_fit() -> None:
    assert faults("Which?", "It is passed on.") == []


def test_the_question_which_it_was_fits_into_a_message() -> None:
    (message,) = faults("a " * 50 + "b", "It is passed on.")
    assert message == "`which` of step `what` can have 101 characters; the most is 100."


def test_what_follows_is_said_in_the_same_message() -> None:
    (message,) = faults("Which?", "a " * 29 + "b")
    assert message == "`passed_on`, with what follows it, of step `what` can have 103 characters; the most is 100."
