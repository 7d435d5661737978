"""Words are read as a person would read them, however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.normalising import folded, plain


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("SHE'S BACK", "shes back"),
        ("she’s  back", "shes back"),
        ("s h e", "she"),
        ("k.i.l.l me", "kill me"),
        ("k-i-l-l", "kill"),
        ("hеlр", "help"),
        ("ｈｅｌｐ", "help"),
        ("h\u200be\u200dl\u2060p", "help"),
        ("\u202ehelp\u202c", "help"),
        ("h́élp", "help"),
        ("🅷🅴🅻🅿", "help"),
        ("ʜᴇʟᴘ", "help"),
        ("heeeelp", "heelp"),
        ("straße", "strasse"),
        ("I am 46", "i am 46"),
        ("a b", "a b"),
        ("line\n\n next", "line\nnext"),
    ],
)
def test_disguised_letters_are_read(typed: str, read: str) -> None:
    assert folded(typed) == read


def test_plain_keeps_capitals_digits_and_signs() -> None:
    assert plain(" Call  me,\u00a0Dave:\t07700\u200b 900123 ") == "Call me, Dave: 07700 900123"


@given(st.text(max_size=200))
def test_reading_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(st.characters(codec=None), max_size=200))
def test_halves_of_characters_are_dropped(text: str) -> None:
    plain(text).encode()
    folded(text).encode()


@given(st.text(st.sampled_from("abik '`.-_*!?\t\n\r19"), max_size=60))
def test_a_message_in_plain_letters_is_read_like_one_with_an_invisible_mark(text: str) -> None:
    """Plain letters go a quicker way."""
    assert plain(text) == plain(f"{text}\u200b")
    assert folded(text) == folded(f"{text}\u200b")
