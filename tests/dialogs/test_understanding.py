from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import Heard, Understood, control, is_named, normalise, understand, understand_several
from dialogs.words import Words

OPTIONS = (
    Heard("talk", "Talk to someone", ("speak", "chat", "advice")),
    Heard("stay", "Somewhere to stay", ("housing", "roof", "refuge")),
    Heard("police_legal", "Police or law", ("police", "solicitor", "court")),
    Heard("gp", "GP", ("doctor",)),
)
YES_NO = (Heard("fine", "Yes"), Heard("later", "Not now", ("no",)))


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        ("talk", "talk"),
        ("Talk to someone", "talk"),
        ("  TALK TO SOMEONE!! ", "talk"),
        ("somewhere-to-stay", "stay"),
        ("police legal", "police_legal"),
        ("police_legal", "police_legal"),
        ("gp", "gp"),
        ("G.P.", None),
        ("ｃｈａｔ", "talk"),
        ("cha\u200bt", "talk"),
        ("2", "stay"),
        (" 4. ", "gp"),
        ("housin", "stay"),
        ("solicitors", "police_legal"),
        ("somwhere to stay", "stay"),
        ("talk to some one", "talk"),
    ],
)
def test_an_option_is_understood_by_its_id_label_words_number_or_a_small_slip(typed: str, option: str | None) -> None:
    assert understand(typed, OPTIONS) == Understood(option)


@pytest.mark.parametrize(
    "typed", ["", "   ", "!!!", "\U0001f600", "0", "5", "99999999999999999999", "xyzzy", "hat", "yes", "no", "ok"]
)
def test_what_fits_nothing_is_not_guessed(typed: str) -> None:
    assert understand(typed, OPTIONS) == Understood()


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("poloce", ("police_legal",)),
        ("rofo", ("stay",)),
        ("i dont want the police", ("police_legal",)),
        ("a roof or a solicitor", ("stay", "police_legal")),
    ],
)
def test_a_close_call_is_asked_back(typed: str, close: tuple[str, ...]) -> None:
    assert understand(typed, OPTIONS) == Understood(close=close)


def test_two_options_alike_are_both_asked_back() -> None:
    options = (Heard("a", "Children at home"), Heard("b", "Children at school"))
    assert (
        understand("children at hom", (Heard("a", "Children at home"), Heard("b", "Children at hone"))).option is None
    )
    assert understand("children at", options).close == ("a", "b")


def test_words_that_two_options_carry_are_asked_back() -> None:
    options = (Heard("a", "Newport, Gwent", ("Newport",)), Heard("b", "Newport, Shropshire", ("Newport",)))
    assert understand("newport", options) == Understood(close=("a", "b"))


@pytest.mark.parametrize(
    ("typed", "option"),
    [("yes", "fine"), ("yeah", "fine"), ("OK", "fine"), ("y", "fine"), ("nope", "later"), ("n", "later")],
)
def test_yes_and_no_mean_something_where_options_carry_them(typed: str, option: str) -> None:
    assert understand(typed, YES_NO) == Understood(option)


def test_yes_means_nothing_where_two_options_carry_it() -> None:
    assert understand("yeah", (Heard("a", "Yes", ()), Heard("b", "Sure"))) == Understood()


def test_a_long_message_is_not_taken_for_a_misspelt_label() -> None:
    assert understand("word " * 500, OPTIONS) == Understood()


def test_a_message_that_mentions_everything_is_not_asked_back() -> None:
    options = tuple(Heard(name, name) for name in ("alpha", "beta", "gamma", "delta"))
    assert understand("alpha beta gamma delta and then some more of it all besides", options) == Understood()


@pytest.mark.parametrize(
    ("typed", "tap"),
    [("skip", "_skip"), ("Back!", "_back"), ("why?", "_why"), ("Start again", "_restart"), ("skip it", None)],
)
def test_controls_can_be_typed(typed: str, tap: str | None) -> None:
    assert control(typed) == tap


WELSH = Words(skip="Neidio", skip_typed=("pasio",), yes_typed=("ie",), no_typed=("na",), joining=("a", "ac"))


@pytest.mark.parametrize(
    ("typed", "tap"),
    [("NEIDIO", "_skip"), ("pasio", "_skip"), ("skip", "_skip"), ("pass", "_skip"), ("neidiwch", None)],
)
def test_controls_can_be_typed_in_his_language_and_in_english(typed: str, tap: str | None) -> None:
    assert control(typed, WELSH) == tap


@pytest.mark.parametrize("typed", ["ie", "yes"])
def test_yes_can_be_said_in_his_language_and_in_english(typed: str) -> None:
    assert understand(typed, (Heard("fine", "Iawn", ("ie", "yes")), Heard("later", "Wedyn")), WELSH).option == "fine"


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("police and housing", ("police_legal", "stay")),
        ("Housing, chat & the GP", ("stay", "talk", "gp")),
        ("1 and 3", ("talk", "police_legal")),
        ("1,3", ("talk", "police_legal")),
        ("talk to someone and a solicitor please", ("talk", "police_legal")),
        ("police or law, housing", ()),
        ("housin and solicitors", ("stay", "police_legal")),
        ("police", ()),
        ("police and solicitor", ()),
        ("1 and 9", ()),
        ("not the police, housing", ()),
        ("housing but no police", ()),
        ("housing and xyzzy", ()),
        ("housing and rofo", ()),
        ("i went to the police and they laughed", ()),
        ("and", ()),
        ("", ()),
        ("police and housing " * 10, ()),
    ],
)
def test_several_options_are_understood_only_when_nothing_else_is_said(typed: str, named: tuple[str, ...]) -> None:
    assert understand_several(typed, OPTIONS) == named


def test_a_label_with_a_joining_word_in_it_is_one_option() -> None:
    options = (Heard("law", "Law and rights"), Heard("money", "Money"), Heard("rights", "Rights at work"))
    assert understand_several("law and rights and money", options) == ("law", "money")


def test_words_that_two_options_carry_name_neither_among_several() -> None:
    options = (Heard("a", "Newport, Gwent", ("Newport",)), Heard("b", "Newport, Shropshire", ("Newport",)))
    assert understand_several("newport and newport gwent", options) == ()


def test_several_can_be_joined_in_his_language() -> None:
    assert understand_several("chat ac housing", OPTIONS, WELSH) == ("talk", "stay")


@given(st.lists(st.sampled_from([word for o in OPTIONS for word in o.words]), min_size=1, max_size=4))
def test_several_mean_exactly_what_was_named_and_nothing_with_a_not_before_them(said: list[str]) -> None:
    named = {o.id for o in OPTIONS if set(o.words) & set(said)}
    assert set(understand_several(", ".join(said), OPTIONS)) == (named if len(named) > 1 else set())
    assert not understand_several(" and ".join(["not", *said]), OPTIONS)


def test_apostrophes_and_invisible_signs_do_not_matter() -> None:
    assert normalise("I’m\u202e O'K`") == "im ok"


@given(st.text(max_size=300))
def test_anything_typed_is_understood_as_one_option_a_few_or_none(typed: str) -> None:
    understood = understand(typed, OPTIONS)
    ids = {option.id for option in OPTIONS}
    assert understood.option is None or understood.option in ids
    assert set(understood.close) <= ids
    assert understood.option is None or not understood.close
    assert len(understood.close) <= 3


@given(
    st.sampled_from([word for o in OPTIONS for word in (o.label, *o.words)]), st.sampled_from([str.upper, str.title])
)
def test_an_options_own_words_always_mean_it(phrase: str, written: object) -> None:
    assert callable(written)
    option = understand(written(phrase), OPTIONS).option
    assert option == next(o.id for o in OPTIONS if phrase in (o.label, *o.words))


@given(st.text(max_size=200))
def test_normalised_text_is_words_with_single_spaces(text: str) -> None:
    normal = normalise(text)
    assert normal == " ".join(normal.split())
    assert all(c == " " or (c.isalnum() and c != "_") for c in normal)


def test_a_whole_message_that_an_option_or_a_control_is_called_is_named_and_nothing_less() -> None:
    assert is_named("Somewhere to STAY!", OPTIONS)
    assert is_named("housing", OPTIONS)
    assert is_named("skip", OPTIONS)
    assert not is_named("i need housing", OPTIONS)
    assert not is_named("", OPTIONS)


ON_A_BUTTON_OR_ONLY_TYPED = (
    Heard("law", "Law and rights", ("police", "kids")),
    Heard("reporting", "Reporting it", ("police", "report it"), shown=False),
    Heard("accused", "They say it's me", ("tell police i hit",), shown=False),
    Heard("contact", "Seeing my children", ("take the kids", "take my kids"), shown=False),
)


def test_what_a_button_is_said_by_is_the_buttons_and_of_nothing_that_can_only_be_typed() -> None:
    assert understand("police", ON_A_BUTTON_OR_ONLY_TYPED).option == "law"
    assert understand("report it", ON_A_BUTTON_OR_ONLY_TYPED).option == "reporting"
    assert understand("the police came round", ON_A_BUTTON_OR_ONLY_TYPED).close == ("law",)


def test_a_word_inside_a_longer_phrase_is_not_what_it_is_about() -> None:
    only_typed = ON_A_BUTTON_OR_ONLY_TYPED[1:]
    assert understand("says they will tell police i hit them", only_typed).close == ("accused",)
    assert understand("the police say tell police i hit who", only_typed).close == ("reporting", "accused")


def test_a_button_is_not_hidden_by_a_longer_phrase_that_can_only_be_typed() -> None:
    assert understand("can i take the kids with me", ON_A_BUTTON_OR_ONLY_TYPED).close == ("law", "contact")
