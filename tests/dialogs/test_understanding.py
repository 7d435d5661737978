from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import Heard, Understood, control, normalise, understand

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
