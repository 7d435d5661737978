"""The simulator: a man in a test, with a state that is saved and read back after every turn."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest

from dialogs import simulator
from dialogs.book import Book
from dialogs.engine import EngineError, Show, State
from dialogs.simulator import NotOffered, SimulationError, Simulator, area, card
from tests.support.walking import LIFELINES

LEEDS = area("E08000035", "Leeds", "West Yorkshire", "England")
NEWPORT = area("W06000022", "Newport", None, "Wales")


@pytest.fixture
def man(book: Book) -> Simulator:
    return Simulator(book, LIFELINES)


def at_the_services(man: Simulator) -> Simulator:
    man.taps("Talk to someone", "England")
    return man


def test_the_example_in_its_docstring_is_true() -> None:
    assert doctest.testmod(simulator, optionflags=doctest.ELLIPSIS).failed == 0


def test_he_begins_as_a_stranger_who_has_just_written(man: Simulator) -> None:
    assert man.at == "main/hello"
    assert "What would help most?" in man.text
    assert man.text.startswith("Hello, and thank you for writing to us now.")
    assert man.labels[0] == ["Talk to someone"]


def test_he_taps_labels_and_types_words(man: Simulator) -> None:
    man.taps("Somewhere to stay", "Pets", "Children")
    assert list(man.state.place.ticks) == ["children", "pets"]
    man.taps("Pets")
    assert list(man.state.place.ticks) == ["children"]
    man.taps("Done")
    assert man.at == "main/where"
    man.types("wales")
    assert man.state.answer("where") == ("W92000004",)


def test_a_label_that_is_not_on_offer_is_an_error_that_names_what_is(man: Simulator) -> None:
    with pytest.raises(NotOffered) as caught:
        man.taps("Monye")
    assert caught.value.label == "Monye"
    assert "Money" in caught.value.offered
    assert "not on offer at main/hello" in str(caught.value)
    assert str(caught.value).endswith("Did you mean `Money`?")


def test_where_there_are_no_buttons_the_error_says_so() -> None:
    assert str(NotOffered("Yes", (), "main/hello")) == "`Yes` is not on offer at main/hello. There are no buttons."


def test_a_typed_place_is_looked_up_by_the_test(man: Simulator) -> None:
    man.taps("Talk to someone")
    man.types("newport")
    man.located(NEWPORT, LEEDS)
    assert man.labels[0] == ["Newport, Wales"]
    man.types("nowhere")
    man.located()
    assert "I do not know that place." in man.text
    man.types("leeds")
    man.located(LEEDS)
    assert man.state.answer("where") == ("E08000035",)


def test_the_test_says_what_the_directory_finds(man: Simulator) -> None:
    at_the_services(man).finds("widened", [card(1, name="The Shed")], area="England", wider="the UK")
    assert "these cover the UK" in man.text
    assert "The Shed" in man.text
    assert man.offered[0] == "More"


def test_more_about_a_service_leaves_the_question_above_it_standing(man: Simulator) -> None:
    at_the_services(man).finds(cards=2)
    question = man.offered
    man.taps("More")
    assert "A person answers." in man.text
    assert set(man.offered) == set(question)
    man.taps("More")
    man.taps(question[-1])


def test_a_service_that_was_withdrawn_meanwhile_is_gone(man: Simulator) -> None:
    at_the_services(man).finds("found")
    man.withdrawn()
    man.taps("More")
    assert "no longer listed" in man.text


@pytest.mark.parametrize("outcome", ["none", "unavailable"])
def test_where_nothing_is_shown_there_are_no_cards(man: Simulator, outcome: simulator.Outcome) -> None:
    at_the_services(man).finds(outcome, area="England")
    assert "More" not in man.offered


def test_nothing_can_be_tapped_while_services_are_looked_for(man: Simulator) -> None:
    at_the_services(man)
    with pytest.raises(SimulationError, match=r"Before he taps `Yes`, .* has to be told the services"):
        man.taps("Yes")
    with pytest.raises(SimulationError, match="No place is being looked up"):
        man.located(LEEDS)


def test_nothing_can_be_typed_while_a_place_is_looked_up(man: Simulator) -> None:
    man.taps("Talk to someone")
    man.types("leeds")
    with pytest.raises(SimulationError, match="where the place is that he typed"):
        man.types("leeds")
    with pytest.raises(SimulationError, match="No services are being looked for"):
        man.finds()


def test_danger_is_answered_wherever_he_is(man: Simulator) -> None:
    man.taps("Talk to someone")
    man.danger("suicide")
    assert man.at.startswith("thoughts/")


def test_a_danger_that_nothing_answers_is_an_error_that_names_those_answered(man: Simulator, book: Book) -> None:
    with pytest.raises(SimulationError, match=r"No flow answers the danger `boredom`\. Answered: .*`suicide`"):
        man.danger("boredom")
    calm = Simulator(replace(book, interrupts={}), LIFELINES)
    with pytest.raises(SimulationError, match="Answered: no danger at all"):
        calm.danger("suicide")


def test_a_language_that_is_not_offered_is_an_error(book: Book) -> None:
    with pytest.raises(SimulationError, match="not offered in the language `fr`"):
        Simulator(book, LIFELINES, language="fr")


def test_he_talks_in_another_language_when_it_is_offered(book: Book) -> None:
    welsh = Simulator(replace(book, tongues={"cy": book}), LIFELINES, language="cy")
    assert welsh.state.language == "cy"


def test_the_channel_decides_what_is_said(book: Book) -> None:
    typing = Simulator(book, LIFELINES, channel="terminal")
    typing.taps("Money")
    assert "You are typing." in typing.text


def test_a_state_that_would_be_lost_between_two_messages_is_lost_here_too(
    man: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = State.from_bytes
    monkeypatch.setattr(State, "from_bytes", lambda data: kept(data)._replace(serial=0))
    with pytest.raises(SimulationError, match="not the same once it is saved and read back"):
        man.taps("Money")


def test_a_flow_that_cannot_be_stepped_is_an_error_as_anywhere(book: Book) -> None:
    with pytest.raises(EngineError):
        Simulator(book, {})


def test_anything_else_the_engine_takes_can_be_given(man: Simulator) -> None:
    man.gives(Show())
    assert man.at == "main/hello"
