"""What he says of a service is passed on once, of the one he means, and never holds him up."""

from __future__ import annotations

import pytest

from dialogs.engine import EngineError, Pick, Report, Reported, State, step
from dialogs.loading import load_book
from dialogs.pieces import LONGEST_NAME, Option
from dialogs.simulator import Simulator, card

LINES = {
    **dict.fromkeys(("emergency", "mens_advice_line", "any_hour", "victim_support"), "A line."),
    "helpline": "0808.",
}
BOOK = load_book()
A, B, C = card(1, name="Anchor House"), card(2, name="Beacon for Men"), card(3, name="Cedar Rooms")
ASKED = "Which one was it?"


def shown(*cards: object) -> Simulator:
    """A man with these services before him, who had no luck there."""
    man = Simulator(BOOK, lifelines=LINES)
    man.taps("Yes", "Talk to someone", "Skip")
    man.finds("found" if cards else "none", list(cards))  # type: ignore[arg-type]
    man.taps("No luck there")
    return man


def test_of_one_service_he_is_not_asked_which_it_was() -> None:
    man = shown(A)
    man.taps("Dead number")
    assert man.reports == [Report("service_1", "number")]
    assert man.at == "turned_away/dead_number"
    assert "I have passed that on" in man.text


def test_of_several_he_is_asked_by_their_names() -> None:
    man = shown(A, B, C)
    man.taps("Not for men")
    assert man.reports == []
    assert ASKED in man.text
    assert man.offered[:4] == ("Anchor House", "Beacon for Men", "Cedar Rooms", "None of these")
    man.taps("Beacon for Men")
    assert man.reports == [Report("service_2", "turned_away")]
    assert man.at == "turned_away/not_for_men"
    assert "That isn't right" in man.text


def test_he_can_type_what_he_sees() -> None:
    man = shown(A, B)
    man.types("closed down", "beacon for men")
    assert man.reports == [Report("service_2", "closed")]


def test_words_that_are_neither_ask_him_again_which_it_was() -> None:
    man = shown(A, B)
    man.taps("It has closed")
    man.types("qwrtzp")
    assert ASKED in man.text
    assert man.offered[:2] == ("Anchor House", "Beacon for Men")
    man.taps("Anchor House")
    assert man.reports == [Report("service_1", "closed")]


def test_at_that_question_he_can_still_say_another_thing_went_wrong() -> None:
    man = shown(A, B)
    man.taps("It has closed")
    man.types("wrong number")
    assert ASKED in man.text
    man.taps("Anchor House")
    assert man.reports == [Report("service_1", "number")]


def test_of_none_of_these_nothing_is_passed_on_and_he_goes_on_all_the_same() -> None:
    man = shown(A, B)
    man.taps("Dead number", "None of these")
    assert man.reports == []
    assert man.at == "turned_away/dead_number"
    assert "passed that on" not in man.text


def test_where_no_service_was_shown_nothing_is_passed_on_nor_said_to_be() -> None:
    man = shown()
    man.taps("Not for men")
    assert (man.reports, man.at) == ([], "turned_away/not_for_men")
    assert "passed that on" not in man.text


@pytest.mark.parametrize("label", ["Nobody answered", "They said no", "They doubted me", "Carry on"])
def test_what_is_nobodys_fault_is_not_passed_on(label: str) -> None:
    man = shown(A)
    man.taps(label)
    assert man.reports == []


def test_why_and_skip_stand_under_both_questions_and_back_undoes_neither() -> None:
    man = shown(A, B)
    man.taps("Dead number", "Why?")
    assert ASKED in man.text
    man.taps("Skip")
    assert (man.reports, man.at) == ([], "turned_away/no_answer")
    man.taps("Back")
    assert man.at == "turned_away/what"
    assert "What happened?" in man.text
    man.taps("Dead number", "Beacon for Men", "Back")
    assert "What happened?" in man.text
    assert man.reports == [Report("service_2", "number")]


def test_he_is_shown_others_next_and_that_one_not_again() -> None:
    man = shown(A, B)
    man.taps("Not for men", "Anchor House", "Carry on")
    request = man.last.request
    assert getattr(request, "without", None) == ("service_1",)


def test_each_service_is_passed_on_once_and_three_in_one_chat() -> None:
    man = shown(A, B, C)
    for name in ("Anchor House", "Beacon for Men", "Cedar Rooms"):
        man.taps("Dead number", name, "Carry on")
        man.finds("found", [A, B, C])
        man.taps("No luck there")
    man.taps("Dead number")
    assert man.at == "turned_away/dead_number"
    man.taps("Carry on")
    man.finds("found", [card(4)])
    man.taps("No luck there", "Dead number")
    assert [report.service_id for report in man.reports] == ["service_1", "service_2", "service_3"]


def test_what_he_said_outlives_starting_again() -> None:
    man = shown(A)
    man.taps("Dead number")
    man.gives(Pick("_restart"))
    man.taps("Yes", "Talk to someone", "Skip")
    assert getattr(man.last.request, "without", None) == ("service_1",)


def test_a_danger_that_comes_in_between_leads_back_to_which_it_was() -> None:
    man = shown(A, B)
    man.taps("Dead number")
    man.danger("immediate_danger")
    man.taps("Carry on")
    assert ASKED in man.text
    man.taps("Beacon for Men")
    assert man.reports == [Report("service_2", "number")]


def test_a_long_name_is_cut_at_a_word_and_what_cannot_be_kept_is_left_out() -> None:
    man = shown(card(1, name="The very long and winding name of a service | for men"), B)
    man.taps("Dead number")
    label = man.offered[0]
    assert label == "The very long and winding name…"
    assert len(label) <= LONGEST_NAME


def test_a_state_with_services_is_read_back_and_a_broken_one_is_not() -> None:
    state = State.at_start(BOOK)._replace(shown=(Option("a-b", "A | b".replace("|", " ")),), told=("a-b", "_chat"))
    assert State.from_bytes(state.to_bytes()) == state
    for broken in (b"||", b"|a b=x|", b"||a,,b", b"|a=x|,"):
        with pytest.raises(ValueError, match="not a state"):
            State.from_bytes(State.at_start(BOOK).to_bytes() + broken)


def test_that_something_was_passed_on_is_taken_only_where_it_was_asked_for() -> None:
    for state in (State.at_start(BOOK), shown(A).state):
        with pytest.raises(EngineError, match="nobody said"):
            step(BOOK, state, Reported(), lifelines=LINES)
