from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialogs.book import Book
from dialogs.engine import (
    AreaChoice,
    Begin,
    Card,
    Describe,
    Described,
    Detail,
    EngineError,
    Find,
    Found,
    Given,
    Interrupt,
    Line,
    Locate,
    Located,
    Pick,
    Place,
    Show,
    State,
    Words,
    step,
)
from dialogs.words import ENGLISH
from tests.support.walking import LIFELINES, Man, card

NEWPORTS = (
    AreaChoice("W06000022", "Newport", "Gwent", "Wales"),
    AreaChoice("E07000998", "Newport", None, "England"),
)


def unnumbered(state: State) -> State:
    """The state without what grows each turn."""
    return state._replace(serial=0)


# --- one reply ------------------------------------------------------------------------------------------------


def test_what_is_said_and_asked_in_one_turn_is_one_reply(man: Man) -> None:
    (reply,) = man.last.replies
    assert reply.text == "This is a test. Ring 0808 157 0000.\n\nWhat would help most?"
    assert reply.first == "Hello, and thank you for writing to us now."


def test_buttons_are_in_order_two_to_a_row_when_short_with_the_controls_below(man: Man) -> None:
    assert man.labels == [
        ["Talk to someone"],
        ["Somewhere to stay"],
        ["Money", "Need help now"],
        ["Read a little"],
        ["Skip", "Why?"],
    ]


def test_back_is_shown_only_where_there_is_somewhere_to_go(man: Man) -> None:
    man.taps("Talk to someone")
    assert man.labels[-1] == ["Skip", "Why?", "Back"]


def test_a_carry_on_that_leads_where_skip_would_needs_no_skip_button(man: Man) -> None:
    man.is_in("immediate_danger")
    assert man.labels == [["I cannot speak", "Carry on"], ["Back"]]
    man.types("skip")
    assert man.at == "main/hello"


def test_doubled_braces_stand_for_braces(man: Man) -> None:
    man.taps("Somewhere to stay", "Pets", "Done")
    assert man.reply.text.startswith("Pets too, and {braces}.")


# --- answering ------------------------------------------------------------------------------------------------


def test_an_option_is_kept_and_leads_on(man: Man) -> None:
    man.taps("Talk to someone")
    assert man.at == "main/where"
    assert man.state.answers == (("need", ("talk",)),)


def test_typed_words_do_what_the_tap_would(man: Man) -> None:
    man.types("CHAT!", "cymru")
    assert man.last.request == Find(needs=("talk",), area="W92000004")


def test_words_that_fit_nothing_get_the_flows_own_answer_and_the_question_again(man: Man) -> None:
    man.types("xyzzy plugh")
    assert man.reply.text == "That is not on the list.\n\nWhat would help most?"
    assert man.labels[0] == ["Talk to someone"]


def test_without_an_answer_of_its_own_the_program_says_that_it_did_not_understand(man: Man) -> None:
    man.taps("Somewhere to stay")
    man.types("xyzzy plugh")
    assert man.reply.text.startswith(ENGLISH.not_understood)


def test_a_close_call_is_asked_back_and_taken_when_confirmed(man: Man) -> None:
    man.types("i need a refuge and some cash")
    assert man.reply.text == ENGLISH.did_you_mean
    assert man.labels[:2] == [["Somewhere to stay"], ["Money"]]
    man.gives(Show())
    assert man.reply.text == ENGLISH.did_you_mean
    man.types("2")
    assert man.state.answer("need") == ("money",)
    assert man.state.offered == ()


def test_what_can_only_be_heard_has_no_button_and_no_number(man: Man) -> None:
    assert "Anything" not in [label for row in man.labels for label in row]
    man.types("6")
    assert man.reply.text.startswith("That is not on the list.")
    man.types("my dog")
    assert (man.at, man.state.answer("need")) == ("main/where", ())


def test_what_can_only_be_heard_has_a_button_while_it_is_asked_back(man: Man) -> None:
    man.types("i need a refuge that takes my dog")
    assert man.labels[:3] == [["Somewhere to stay"], ["Anything"], [ENGLISH.none_of_these]]
    man.taps("Anything")
    assert man.at == "main/where"


def test_whoever_is_asked_back_can_still_say_any_other_option(man: Man) -> None:
    man.types("i need a refuge and some cash", "my dog")
    assert man.at == "main/where"


def test_whoever_is_asked_back_can_only_mean_the_numbers_that_he_sees(man: Man) -> None:
    man.types("i need a refuge and some cash", "4")
    assert man.reply.text.startswith("That is not on the list.")


def test_whoever_is_asked_back_and_may_mean_two_others_is_asked_about_those(man: Man) -> None:
    man.types("i need a refuge and some cash", "someone to listen, and my dog")
    assert man.reply.text == ENGLISH.did_you_mean
    assert man.labels[:2] == [["Talk to someone", "Anything"], [ENGLISH.none_of_these]]
    man.taps("Talk to someone")
    assert man.state.answer("need") == ("talk",)


def test_a_question_asked_back_can_be_left_by_saying_something_else(man: Man) -> None:
    man.types("i need a refuge and some cash", "xyzzy plugh")
    assert man.reply.text.startswith("That is not on the list.")
    assert man.labels[0] == ["Talk to someone"]


def test_a_skipped_question_is_not_answered_and_an_earlier_answer_is_forgotten(man: Man) -> None:
    man.taps("Money", "England")
    man.gives(Found("none"))
    man.taps("Something else", "Skip")
    assert man.at == "main/where"
    assert man.state.answer("need") == ()


def test_why_says_why_and_asks_again_in_one_reply(man: Man) -> None:
    man.taps("Why?")
    assert man.reply.text == "So that we show you what fits.\n\nWhat would help most?"
    assert man.at == "main/hello"


def test_a_carry_on_has_no_why_to_say(man: Man) -> None:
    man.is_in("immediate_danger")
    man.types("why")
    assert man.reply.text == "Ring 999. Or ring 0808 157 0001."


@pytest.mark.parametrize("option", ["nonsense", "_done", "_return", "_back", "E92000001", ""])
def test_a_tap_that_means_nothing_here_gets_the_present_question(man: Man, option: str) -> None:
    before = unnumbered(man.state)
    man.gives(Pick(option))
    assert man.reply.text == "What would help most?"
    assert unnumbered(man.state) == before


# --- several choices ------------------------------------------------------------------------------------------


def test_several_options_are_ticked_and_unticked_until_done(man: Man) -> None:
    man.taps("Somewhere to stay", "Work")
    assert man.labels == [["Children", "Pets"], ["✓ Work"], ["Done"], ["Skip", "Why?", "Back"]]
    man.types("children", "work")
    assert man.labels[:2] == [["✓ Children", "Pets"], ["Work"]]
    assert man.state.answer("extras") == ()
    man.types("done")
    assert man.state.answer("extras") == ("children",)
    assert man.at == "main/where"


def test_done_with_nothing_ticked_is_a_skip(man: Man) -> None:
    man.taps("Somewhere to stay", "Done")
    assert man.state.answer("extras") == ()
    assert man.at == "main/where"


def test_an_interrupt_does_not_lose_the_ticks(man: Man) -> None:
    man.taps("Somewhere to stay", "Work")
    man.is_in("suicide")
    man.taps("Carry on")
    assert man.labels[1] == ["✓ Work"]


@pytest.mark.parametrize("typed", ["pets and work", "2 and 3", "2, 3", "2 3", "Pets, work", "pets work and also pets"])
def test_several_options_named_in_one_message_are_ticked_together(man: Man, typed: str) -> None:
    man.taps("Somewhere to stay")
    man.types(typed)
    assert man.labels[:2] == [["Children", "✓ Pets"], ["✓ Work"]]


def test_naming_a_ticked_option_again_among_others_leaves_it_ticked(man: Man) -> None:
    man.taps("Somewhere to stay", "Work")
    man.types("children and work")
    assert man.labels[:2] == [["✓ Children", "Pets"], ["✓ Work"]]


@pytest.mark.parametrize("typed", ["not the children", "pets but not work", "pets or work", "my work is hard"])
def test_options_that_he_may_not_want_are_asked_back_and_not_ticked(man: Man, typed: str) -> None:
    man.taps("Somewhere to stay")
    man.types(typed)
    assert man.reply.text == ENGLISH.did_you_mean
    assert man.state.place.ticks == ()


def test_what_was_asked_back_can_be_ticked_together_too(man: Man) -> None:
    man.taps("Somewhere to stay")
    man.types("pets but not work", "1 and 2")
    assert man.state.place.ticks == ("pets", "work")
    assert man.state.offered == ()


def test_none_of_these_among_others_ticks_nothing(man: Man) -> None:
    man.taps("Somewhere to stay")
    man.types("pets but not work", "pets and none")
    assert man.state.place.ticks == ()


def test_where_only_one_can_be_chosen_two_are_asked_back(man: Man) -> None:
    man.types("money and housing")
    assert man.labels[:2] == [["Somewhere to stay"], ["Money"]]


# --- branching ------------------------------------------------------------------------------------------------


def test_a_branch_follows_the_first_case_that_was_ticked(man: Man) -> None:
    man.taps("Somewhere to stay", "Children", "Pets", "Done")
    assert man.reply.text.startswith("Pets too")


@pytest.mark.parametrize(("channel", "said"), [("terminal", "You are typing.\n\n"), ("web", "")])
def test_a_branch_can_tell_channels_apart(book: Book, channel: str, said: str) -> None:
    man = Man(book, channel)
    man.taps("Money")
    assert man.reply.text == said + "Roughly where are you?"


# --- where ----------------------------------------------------------------------------------------------------


def test_a_typed_place_is_asked_for_and_its_area_kept(man: Man) -> None:
    man.taps("Talk to someone")
    asked = man.types("leeds")
    assert (asked.request, asked.replies) == (Locate("leeds"), ())
    man.gives(Located("area", (AreaChoice("E08000035", "Leeds", "West Yorkshire", "England"),)))
    assert man.state.answer("where") == ("E08000035",)
    assert man.last.request == Find(needs=("talk",), area="E08000035")


def test_a_place_of_several_areas_is_asked_back(man: Man) -> None:
    man.taps("Talk to someone")
    man.types("newport")
    man.gives(Located("choose", NEWPORTS))
    assert man.reply.text == "Which one do you mean?"
    assert man.labels == [["Newport, Gwent", "Newport, England"], ["None of these"], ["Skip", "Why?", "Back"]]


@pytest.mark.parametrize("given", [Pick("_none"), Words("none of these"), Words("no")])
def test_when_the_guess_is_wrong_the_question_stands_as_it_was_asked(man: Man, given: Given) -> None:
    man.taps("Talk to someone")
    labels, text = man.labels, man.reply.text
    man.types("newport")
    man.gives(Located("choose", NEWPORTS))
    man.gives(given)
    assert (man.labels, man.reply.text) == (labels, text)
    assert man.state.answer("where") == ()


def test_another_place_can_be_typed_instead_of_choosing(man: Man) -> None:
    man.taps("Talk to someone")
    man.types("newport")
    man.gives(Located("choose", NEWPORTS))
    man.types("cardiff")
    assert man.last.request == Locate("cardiff")


@pytest.mark.parametrize("given", [Pick("W06000022"), Words("1"), Words("Newport, Gwent"), Words("gwent")])
def test_the_area_he_meant_is_kept(man: Man, given: Given) -> None:
    man.taps("Talk to someone")
    man.types("newport")
    man.gives(Located("choose", NEWPORTS))
    man.gives(given)
    assert man.state.answer("where") == ("W06000022",)
    assert man.state.offered == ()


def test_an_unknown_place_gets_the_text_for_it_with_the_same_buttons(man: Man) -> None:
    man.taps("Talk to someone")
    man.types("atlantis")
    man.gives(Located("unknown"))
    assert man.reply.text == "I do not know that place."
    assert man.labels == [["England", "Wales"], ["Skip", "Why?", "Back"]]


def test_a_place_that_nobody_asked_for_is_an_error(man: Man) -> None:
    with pytest.raises(EngineError, match="main/hello"):
        man.gives(Located("unknown"))


@pytest.mark.parametrize(
    ("outcome", "areas"), [("area", ()), ("area", NEWPORTS), ("choose", ()), ("unknown", NEWPORTS)]
)
def test_an_outcome_and_its_areas_agree(outcome: Any, areas: tuple[AreaChoice, ...]) -> None:
    with pytest.raises(ValueError, match=outcome):
        Located(outcome, areas)


# --- services -------------------------------------------------------------------------------------------------


@pytest.fixture
def searching(man: Man) -> Man:
    man.taps("Money", "Wales")
    assert man.last.request == Find(needs=("money",), area="W92000004")
    return man


def test_services_come_as_messages_of_their_own_between_the_lead_and_the_next_question(searching: Man) -> None:
    replies = searching.gives(Found("found", (card("a"), card("b")), "Wales")).replies
    assert [reply.text for reply in replies] == [
        "For Wales:",
        "The Shed\nHelpline: 0808 157 0002",
        "The Shed\nHelpline: 0808 157 0002",
        "Anything else?",
    ]
    assert replies[0].first == "Here is what we have found for you just now."
    assert [reply.card for reply in replies] == [None, "a", "b", None]
    assert [option.id for row in replies[1].rows for option in row] == ["m.a"]
    assert searching.at == "main/after"


def test_a_card_with_nothing_more_has_no_button(searching: Man) -> None:
    replies = searching.gives(Found("found", (card(more=False),), "Wales")).replies
    assert replies[1].rows == ()


def test_a_widened_search_says_so(searching: Man) -> None:
    searching.gives(Found("widened", (card(),), "Gwent", "Wales"))
    assert searching.last.replies[0].text == "Nothing just for Gwent; these cover Wales:"


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("none", "Nothing for Wales. Or ring 0808 157 0001."),
        ("unavailable", "The list is out of reach. Ring 0808 157 0000."),
    ],
)
def test_without_services_the_text_and_the_next_question_are_one_reply(searching: Man, outcome: Any, text: str) -> None:
    (reply,) = searching.gives(Found(outcome, (), "Wales")).replies
    assert reply.text == text + "\n\nAnything else?"


def test_somebody_who_did_not_say_where_is_searched_for_everywhere(man: Man) -> None:
    man.taps("Skip", "Skip")
    assert man.last.request == Find(needs=(), area=None)
    assert man.gives(Found("none")).replies[0].text.startswith("Nothing for the UK.")


@pytest.mark.parametrize(("outcome", "cards"), [("found", ()), ("none", (card(),)), ("unavailable", (card(),))])
def test_an_outcome_and_its_cards_agree(outcome: Any, cards: tuple[Card, ...]) -> None:
    with pytest.raises(ValueError, match=outcome):
        Found(outcome, cards)


def test_services_that_nobody_asked_for_are_an_error(man: Man) -> None:
    with pytest.raises(EngineError):
        man.gives(Found("none"))


@pytest.mark.parametrize("line", [Line("shoe_size", {}), Line("phone", {"label": "Helpline"})])
def test_a_card_that_cannot_be_worded_is_an_error_and_no_half_card(searching: Man, line: Line) -> None:
    with pytest.raises(EngineError):
        searching.gives(Found("found", (Card("a", (line,)),), "Wales"))


def test_more_shows_the_whole_card_and_leaves_the_question_as_it_was(searching: Man) -> None:
    searching.gives(Found("found", (card("a"),), "Wales"))
    before = searching.state
    request = searching.gives(Detail("a")).request
    assert isinstance(request, Describe)
    assert (request.service_id, request.find.needs, request.find.area) == ("a", ("money",), "W92000004")
    (reply,) = searching.gives(Described(card("a"))).replies
    assert reply.text == "The Shed\nHelpline: 0808 157 0002\nA man answers."
    assert (reply.card, reply.rows) == ("a", ())
    assert searching.state == before


def test_more_of_a_service_that_may_not_be_shown_any_more_says_so(searching: Man) -> None:
    searching.gives(Found("found", (card("a"),), "Wales"))
    searching.gives(Detail("a"))
    assert searching.gives(Described(None)).replies[0].text == "That one is no longer listed."


def test_more_on_the_card_of_an_earlier_conversation_still_tells_more(man: Man) -> None:
    request = man.gives(Detail("a")).request
    assert isinstance(request, Describe)
    assert request.service_id == "a"
    assert man.gives(Described(card("a"))).replies[0].text.endswith("A man answers.")


def test_more_where_nothing_can_word_a_card_gets_the_question(book: Book) -> None:
    flows = {id: book.flows[id] for id in ("reading", "small_print")}
    man = Man(replace(book, flows=flows, start="reading", interrupts={}))
    man.gives(Detail("a"))
    assert man.reply.text == "A page to read."


# --- show -----------------------------------------------------------------------------------------------------


def test_showing_again_changes_nothing(man: Man) -> None:
    man.taps("Talk to someone")
    before = man.state
    man.gives(Show())
    assert man.reply.text == "Roughly where are you?"
    assert man.state == before


def test_showing_the_turn_again_brings_the_services_back(searching: Man) -> None:
    replies = searching.gives(Found("found", (card("a"),), "Wales")).replies
    state = searching.state
    assert searching.gives(Show(again=True)).request == Find(needs=("money",), area="W92000004")
    assert searching.gives(Found("found", (card("a"),), "Wales")).replies == replies
    assert searching.state == state


def test_services_are_not_shown_again_once_he_went_on(searching: Man) -> None:
    searching.gives(Found("found", (card("a"),), "Wales"))
    searching.taps("Why?")
    searching.gives(Show(again=True))
    assert searching.last.request is None
    assert [reply.text for reply in searching.last.replies] == ["Anything else?"]


def test_a_stranger_is_shown_the_first_turn_and_nothing_is_kept(book: Book) -> None:
    state = State.at_start(book)
    shown = step(book, state, Show(), lifelines=LIFELINES)
    assert shown.state == state
    assert shown.replies == step(book, state, Begin(), lifelines=LIFELINES).replies


# --- back and start again -------------------------------------------------------------------------------------


def test_back_returns_to_the_question_before_and_drops_its_answer(man: Man) -> None:
    before = unnumbered(man.state)
    man.taps("Talk to someone", "Back")
    assert man.at == "main/hello"
    assert unnumbered(man.state) == before


def test_back_goes_behind_services_to_the_question_before_them(searching: Man) -> None:
    searching.gives(Found("none"))
    searching.taps("Back")
    assert searching.at == "main/where"
    assert searching.state.answer("where") == ()


def test_back_to_several_choices_shows_them_as_they_were(man: Man) -> None:
    man.taps("Somewhere to stay", "Work", "Done", "Back")
    assert man.labels[1] == ["✓ Work"]
    assert man.state.answer("extras") == ()


def test_start_again_forgets_every_answer_but_not_the_number_of_the_turn(man: Man) -> None:
    man.taps("Talk to someone")
    serial = man.state.serial
    man.types("start again")
    assert man.state == State.at_start(man.book)._replace(places=(Place("main", "hello"),), serial=serial + 1)


def test_beginning_anew_is_starting_again(man: Man) -> None:
    man.taps("Talk to someone")
    man.gives(Begin())
    assert man.state.answers == ()
    assert man.reply.first == "Hello, and thank you for writing to us now."


def test_the_oldest_ways_back_are_forgotten_first(man: Man) -> None:
    for _ in range(8):
        man.taps("Skip", "Skip")
        man.gives(Found("none"))
        man.taps("Something else")
    assert len(man.state.trail) == 8
    for _ in range(8):
        man.taps("Back")
    assert man.at == "main/where" or man.at == "main/hello"
    assert "Back" not in man.labels[-1]


# --- ends -----------------------------------------------------------------------------------------------------


def test_after_the_end_anything_typed_gets_the_end_and_start_again(man: Man) -> None:
    man.is_in("suicide")
    man.taps("Stop here")
    for given in (Words("hello?"), Pick("nonsense"), Words("skip"), Show()):
        man.gives(given)
        assert (man.reply.text, man.labels) == ("Take care.", [["Start again"]])
    man.taps("Start again")
    assert man.at == "main/hello"


# --- other flows ----------------------------------------------------------------------------------------------


def test_an_option_that_only_calls_comes_back_to_its_question(man: Man) -> None:
    before = unnumbered(man.state)
    man.taps("Need help now")
    assert man.at == "danger/ring"
    man.taps("Carry on")
    assert unnumbered(man.state) == before


def test_an_option_that_calls_and_goes_goes_on_after_the_call(man: Man) -> None:
    man.taps("Read a little", "Carry on")
    assert man.at == "main/extras"
    assert man.state.answers == ()


def test_a_called_flow_can_call_another_that_returns_unasked(man: Man) -> None:
    man.taps("Read a little", "The small print")
    assert man.reply.text == "Small print.\n\nA page to read."
    assert man.at == "reading/page"


def test_a_call_step_goes_on_where_it_says(searching: Man) -> None:
    searching.gives(Found("none"))
    searching.types("no")
    assert searching.at == "goodbye/sure"
    searching.taps("Not yet")
    assert searching.at == "main/after"


def test_back_in_a_called_flow_leads_back_out_of_it(man: Man) -> None:
    man.taps("Read a little", "Back")
    assert man.at == "main/hello"


def test_an_interrupt_is_answered_at_once_and_returns_to_exactly_where_he_was(man: Man) -> None:
    man.taps("Talk to someone")
    before = unnumbered(man.state)
    assert man.is_in("immediate_danger").replies[0].text == "Ring 999. Or ring 0808 157 0001."
    man.taps("Carry on")
    assert man.reply.text == "Roughly where are you?"
    assert unnumbered(man.state) == before


def test_an_answer_given_in_an_interrupt_is_kept(man: Man) -> None:
    man.is_in("immediate_danger")
    man.taps("I cannot speak", "Yes")
    assert man.at == "main/hello"
    assert man.state.answers == (("quiet", ("yes_quiet",)),)
    assert "Back" not in man.labels[-1]


def test_return_can_be_tapped_anywhere_in_an_interrupt(man: Man) -> None:
    man.is_in("immediate_danger")
    man.taps("I cannot speak")
    man.gives(Pick("_return"))
    assert man.at == "main/hello"


def test_an_interrupt_inside_an_interrupt_takes_its_place(man: Man) -> None:
    man.taps("Talk to someone")
    before = unnumbered(man.state)
    man.is_in("immediate_danger")
    man.taps("I cannot speak")
    man.is_in("suicide")
    assert man.at == "thoughts/here"
    assert len(man.state.places) == 2
    man.taps("Carry on")
    assert unnumbered(man.state) == before


def test_the_same_danger_again_is_answered_from_the_beginning(man: Man) -> None:
    man.is_in("immediate_danger")
    man.taps("I cannot speak")
    man.is_in("strangulation")
    assert man.at == "danger/ring"


def test_back_out_of_an_interrupt_leads_to_where_he_was(man: Man) -> None:
    man.taps("Talk to someone")
    before = unnumbered(man.state)
    man.is_in("immediate_danger")
    man.taps("Back")
    assert unnumbered(man.state) == before


def asked_back_for_an_option(man: Man) -> None:
    man.types("i need a refuge and some cash")


def asked_back_for_a_place(man: Man) -> None:
    man.taps("Talk to someone")
    man.types("newport")
    man.gives(Located("choose", NEWPORTS))


ASKED_BACK = pytest.mark.parametrize("asked_back", [asked_back_for_an_option, asked_back_for_a_place])
AND_RETURNS = pytest.mark.parametrize("back", [Pick("_return"), Pick("_back"), Pick("on")])


@ASKED_BACK
@AND_RETURNS
def test_an_interrupt_returns_to_exactly_what_was_asked_back(man: Man, asked_back: Any, back: Given) -> None:
    asked_back(man)
    before, reply = unnumbered(man.state), man.reply
    man.is_in("suicide")
    assert man.state.offered == ()
    man.gives(back)
    assert unnumbered(man.state) == before
    assert man.reply == reply


@ASKED_BACK
def test_a_second_interrupt_returns_to_exactly_what_was_asked_back(man: Man, asked_back: Any) -> None:
    asked_back(man)
    before, reply = unnumbered(man.state), man.reply
    man.is_in("immediate_danger")
    man.types("carry on or cannot speak")
    assert man.state.offered != ()
    man.is_in("suicide")
    man.taps("Carry on")
    assert unnumbered(man.state) == before
    assert man.reply == reply


def test_however_much_he_did_before_an_interrupt_returns_to_the_same_ways_back(man: Man) -> None:
    for _ in range(6):
        man.taps("Skip", "Skip")
        man.gives(Found("none"))
        man.taps("Something else")
    before = unnumbered(man.state)
    for _ in range(6):
        man.is_in("immediate_danger")
        man.taps("I cannot speak", "Back", "I cannot speak", "Skip")
    assert unnumbered(man.state) == before


def test_an_option_that_calls_and_was_asked_back_about_comes_back_to_the_plain_question(man: Man) -> None:
    man.types("need help now and somewhere to chat")
    man.taps("Need help now", "Carry on")
    assert man.state.offered == ()


def test_a_danger_that_no_flow_answers_is_an_error(man: Man) -> None:
    with pytest.raises(EngineError, match="boredom"):
        man.gives(Interrupt("boredom"))


# --- what must never happen in silence ------------------------------------------------------------------------


def test_a_slot_that_cannot_be_filled_is_an_error(book: Book) -> None:
    with pytest.raises(EngineError, match="helpline"):
        step(book, State.at_start(book), Begin(), lifelines={})


def test_a_place_that_is_no_longer_in_the_book_is_an_error(book: Book) -> None:
    with pytest.raises(EngineError, match="main/gone"):
        step(book, State((Place("main", "gone"),)), Show(), lifelines=LIFELINES)


def test_a_return_to_nowhere_is_an_error(book: Book) -> None:
    with pytest.raises(EngineError, match="nothing to return to"):
        step(book, State((Place("small_print", "page"),)), Show(), lifelines=LIFELINES)


def test_a_loop_without_a_question_is_an_error(book: Book) -> None:
    main = book.flows["main"]
    steps: dict[str, Any] = dict(main.steps)
    steps["typed"] = replace(steps["typed"], go=replace(steps["typed"].go, name="typed"))
    looped = replace(book, flows={**book.flows, "main": replace(main, steps=steps)})
    with pytest.raises(EngineError, match="without a question"):
        step(looped, State((Place("main", "typed"),)), Show(), lifelines=LIFELINES)


def test_branches_that_lead_round_are_an_error(book: Book) -> None:
    main = book.flows["main"]
    steps: dict[str, Any] = dict(main.steps)
    for name, to in (("split", "channels"), ("channels", "split")):
        steps[name] = replace(steps[name], otherwise=replace(steps[name].otherwise, name=to))
    looped = replace(book, flows={**book.flows, "main": replace(main, steps=steps)})
    with pytest.raises(EngineError, match="without a question"):
        step(looped, State((Place("main", "hello"),)), Pick("money"), lifelines=LIFELINES)


def test_flows_handed_over_too_deep_are_an_error(book: Book) -> None:
    state = State((Place("reading", "page"),) * 8)
    with pytest.raises(EngineError, match="too deep"):
        step(book, state, Pick("deeper"), lifelines=LIFELINES)


def test_what_he_typed_is_in_no_repr() -> None:
    assert "secret" not in repr(Words("secret")) + repr(Locate("secret"))


def test_a_place_that_merely_mentions_a_button_is_looked_up(man: Man) -> None:
    man.taps("Talk to someone")
    assert man.types("newport, wales").request == Locate("newport, wales")


def test_a_slip_in_the_name_of_a_button_is_still_that_button(man: Man) -> None:
    man.taps("Talk to someone")
    assert man.types("Englnd").request == Find(needs=("talk",), area="E92000001")


# --- languages ------------------------------------------------------------------------------------------------


@pytest.fixture
def welsh(book: Book) -> Man:
    """In the middle of a book that can be had in Welsh, as far as these tests read it."""
    main = book.flows["main"]
    steps: dict[str, Any] = dict(main.steps)
    hello = steps["hello"]
    options = (replace(hello.options[0], label="Siarad", words=("sgwrsio",)), *hello.options[1:])
    steps["welcome"] = replace(steps["welcome"], text=replace(steps["welcome"].text, parts=("Prawf yw hwn.",)))
    steps["hello"] = replace(hello, options=options, text=replace(hello.text, parts=("Beth fyddai'n helpu?",)))
    steps["where"] = replace(steps["where"], text=replace(steps["where"].text, parts=("Ble ydych chi?",)))
    said = replace(ENGLISH, skip="Neidio", back="Yn ôl", skip_typed=("pasio",), did_you_mean="Un o'r rhain?")
    translated = replace(book, flows={**book.flows, "main": replace(main, steps=steps)}, name="Cymraeg", words=said)
    return Man(replace(book, tongues={"cy": translated}))


def test_without_further_languages_there_is_no_button_for_any(man: Man) -> None:
    assert "English" not in str(man.labels)
    man.gives(Pick("_in_cy"))
    assert man.state.language == ""


def test_the_languages_stand_under_the_very_first_question_only(welsh: Man) -> None:
    assert welsh.labels[-1] == ["Cymraeg"]
    welsh.taps("Talk to someone")
    assert "Cymraeg" not in str(welsh.labels)
    welsh.taps("Back")
    assert welsh.labels[-1] == ["Cymraeg"]
    welsh.is_in("suicide")
    assert "Cymraeg" not in str(welsh.labels)


def test_in_another_language_all_is_said_again_from_the_first_word_and_there_is_a_way_back(welsh: Man) -> None:
    welsh.taps("Cymraeg")
    assert welsh.reply.text == "Prawf yw hwn.\n\nBeth fyddai'n helpu?"
    assert welsh.labels[-2:] == [["Neidio", "Why?"], ["English"]]
    welsh.taps("English")
    assert welsh.reply.text.startswith("This is a test.")
    assert welsh.state.language == ""


@pytest.mark.parametrize("typed", ["Cymraeg", "welsh", "WELSH!"])
def test_the_name_of_a_language_can_be_typed_at_every_question_and_changes_nothing_else(welsh: Man, typed: str) -> None:
    welsh.taps("Talk to someone")
    before = unnumbered(welsh.state)
    welsh.types(typed)
    assert unnumbered(welsh.state) == before._replace(language="cy")
    assert welsh.reply.text == "Ble ydych chi?"
    welsh.types("English")
    assert unnumbered(welsh.state) == before


def test_in_another_language_its_own_words_are_heard_and_english_ones_too(welsh: Man) -> None:
    welsh.taps("Cymraeg")
    welsh.types("sgwrsio")
    assert welsh.state.answer("need") == ("talk",)
    welsh.types("yn ôl", "pasio")
    assert (welsh.at, welsh.state.answer("need")) == ("main/where", ())
    welsh.types("back", "skip")
    assert welsh.at == "main/where"


def test_what_was_asked_back_is_read_in_the_new_language(welsh: Man) -> None:
    welsh.types("a refuge or somebody to listen")
    assert welsh.labels[:2] == [["Talk to someone"], ["Somewhere to stay"]]
    welsh.types("cymraeg")
    assert welsh.reply.text == "Un o'r rhain?"
    assert welsh.labels[:3] == [["Siarad"], ["Somewhere to stay"], ["None of these"]]
    welsh.taps("Siarad")
    assert welsh.state.answer("need") == ("talk",)


@pytest.mark.parametrize("given", [Begin(), Pick("_restart"), Pick("_back")])
def test_the_language_is_kept_when_he_goes_back_or_starts_again(welsh: Man, given: Given) -> None:
    welsh.taps("Cymraeg", "Siarad")
    welsh.gives(given)
    assert welsh.state.language == "cy"
    assert welsh.reply.text.endswith("Beth fyddai'n helpu?")


def test_the_interrupt_comes_in_his_language(welsh: Man) -> None:
    welsh.taps("Cymraeg")
    welsh.is_in("immediate_danger")
    assert welsh.labels[-1] == ["Yn ôl"]
    welsh.taps("Carry on")
    assert welsh.reply.text == "Beth fyddai'n helpu?"


def test_a_language_that_is_no_longer_offered_is_read_in_english(welsh: Man, book: Book) -> None:
    welsh.taps("Cymraeg", "Siarad")
    welsh.book = book
    welsh.gives(Show())
    assert welsh.reply.text == "Roughly where are you?"


def test_an_option_of_the_same_name_goes_before_a_language(welsh: Man) -> None:
    main = welsh.book.flows["main"]
    steps: dict[str, Any] = dict(main.steps)
    options = (replace(steps["hello"].options[0], words=("welsh",)), *steps["hello"].options[1:])
    steps["hello"] = replace(steps["hello"], options=options)
    welsh.book = replace(welsh.book, flows={**welsh.book.flows, "main": replace(main, steps=steps)})
    welsh.types("welsh")
    assert (welsh.at, welsh.state.language) == ("main/where", "")
