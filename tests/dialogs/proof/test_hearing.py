"""What he types means one thing, and nothing on a button leaves when it is typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.book import Book
from dialogs.proof import prove
from dialogs.steps import Ask
from tests.dialogs.proof.conversations import KNOWN, conversation, faults, played, told

LEAVING = replace(KNOWN, leaves=lambda text: text.lower() in ("bye", "stop"))


def asking(*options: str) -> Book:
    listed = ", ".join(options)
    return conversation(f"""
steps:
  hello:
    ask: {{text: Which?, why: So., options: [{listed}], skip: done}}
  other:
    say: {{text: Other., go: done}}
  done:
    end: {{text: Bye.}}
""")


def test_labels_and_words_that_are_only_themselves_are_sound() -> None:
    book = asking("{id: a, label: One, words: [first], go: done}", "{id: b, label: Two, go: other}")
    assert told(book, LEAVING) == []


@pytest.mark.parametrize(
    "option", ["{id: b, label: Stop, go: other}", "{id: b, label: Enough, words: [fine, bye], go: other}"]
)
def test_an_option_that_is_said_with_a_word_that_leaves_is_found(option: str) -> None:
    (fault,) = faults(asking("{id: a, label: One, go: done}", option), LEAVING)
    assert fault.code == "F217"
    assert fault.replay in [("stop",), ("bye",)]
    assert fault.message.endswith("and whoever types that leaves.")


def test_a_label_that_is_anothers_id_is_found() -> None:
    (fault,) = faults(asking("{id: talk, label: Chat, go: done}", "{id: b, label: Talk, go: other}"))
    assert (fault.code, fault.replay) == ("F220", ("talk",))
    assert fault.message == (
        "Whoever types what stands on the option `Talk` of step `hello` is asked back, because it means `Chat` too."
    )


def test_a_number_on_a_button_that_stands_in_another_place_is_found() -> None:
    book = asking("{id: a, label: '2', go: done}", "{id: b, label: '1', go: other}")
    assert [fault.replay for fault in faults(book)] == [("2.",), ("1.",)]
    # He typed what stands on the first button, and got the second.
    assert played(book, ("2.",)).text.startswith("Other.")


def test_a_number_that_is_no_place_is_found() -> None:
    (fault,) = faults(asking("{id: a, label: '18', go: done}", "{id: b, label: Older, go: other}"))
    assert fault.message.endswith("is not understood: numbers pick by position.")


def test_a_number_in_its_own_place_is_sound() -> None:
    assert told(asking("{id: a, label: '1', go: done}", "{id: b, label: '2', go: other}")) == []


def test_a_label_of_signs_alone_cannot_be_typed() -> None:
    (fault,) = faults(asking("{id: a, label: '???', go: done}", "{id: b, label: Two, go: other}"))
    assert (fault.code, fault.replay) == ("F220", ("???.",))


def test_every_language_that_is_offered_is_listened_to() -> None:
    book = asking("{id: a, label: One, go: done}", "{id: b, label: Two, go: other}")
    hello = book.flows["main"].steps["hello"]
    assert isinstance(hello, Ask)
    labels = [replace(choice, label=label) for choice, label in zip(hello.options, ("Stop", "2"), strict=True)]
    steps = {**book.flows["main"].steps, "hello": replace(hello, options=tuple(labels))}
    welsh = replace(book, flows={"main": replace(book.flows["main"], steps=steps)})
    (fault,) = prove(replace(book, tongues={"cy": welsh}), LEAVING).faults
    assert (fault.code, fault.message) == (
        "F217",
        "The option `Stop` of step `hello` is said `Stop` in the language `cy`, and whoever types that leaves.",
    )
