"""What letters say: bland where others may look, the same in both forms, and never more than words."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.desk.post import Letter, Letters
from service_directory.desk.post.letters import FROM_NAME

LINK = "https://desk.example/desk/link/abc?x=1&y=2"
LETTERS = Letters("ManKind Initiative", "desk@directory.example")
SERVICE = "Leeds Men's Line"
LAST = date(2026, 8, 3)


def every(service: str = SERVICE, reason: str = "the number rings out") -> dict[str, Letter]:
    about = {"service": service, "link": LINK}
    return {
        "sign_in": LETTERS.sign_in(link=LINK, minutes=15),
        "invitation": LETTERS.invitation(name="Sam", invited_by="Ada", link=LINK, days=7),
        "entry_link": LETTERS.entry_link(services=[service, "York Men"], link=LINK, days=14),
        "reminder": LETTERS.reminder(entries=[(service, LAST)], link=LINK, days=14, again=False),
        "reminder_again": LETTERS.reminder(
            entries=[(service, LAST), ("York Men", LAST)], link=LINK, days=14, again=True
        ),
        "received": LETTERS.received(**about),
        "approved": LETTERS.approved(**about),
        "returned": LETTERS.returned(**about, reason=reason),
        "declined": LETTERS.declined(**about, reason=reason),
        "edited": LETTERS.edited(**about, reason=reason),
        "lapsing": LETTERS.lapsing(**about, sections=["access and engagement"], last=date(2027, 1, 2), days=14),
        "weekly": LETTERS.weekly(counts={"Changes sent in": 3}, link=LINK),
        "weekly_nothing": LETTERS.weekly(counts={}, link=LINK),
    }


def test_there_is_a_letter_for_each_template() -> None:
    folder = files("service_directory.desk") / "templates" / "letters"
    written = {one.name.removesuffix(".jinja") for one in folder.iterdir() if one.name.endswith(".jinja")}
    assert written - {"signature"} == {re.sub("_(again|nothing)$", "", name) for name in every()}


@pytest.mark.parametrize("name", every())
def test_nothing_that_shows_on_a_locked_screen_says_what_the_directory_is_about(name: str) -> None:
    letter = every()[name]
    begins = letter.plain.split("\n\n")[0].replace(SERVICE, "")
    for shown in (letter.subject, FROM_NAME, begins):
        assert not re.search(r"abuse|domestic|violen|\bm[ae]n\b|mankind|helpline|victim|refuge", shown, re.IGNORECASE)
    assert SERVICE not in letter.subject
    assert len(letter.subject) <= 50


@pytest.mark.parametrize("name", every())
def test_the_two_forms_of_a_letter_say_the_same(name: str) -> None:
    letter = every()[name]
    text = unescape(re.sub(r"<[^>]+>", " ", letter.html.partition("<body")[2]))
    for form in (text, letter.plain):
        assert "Sent by the listings desk of ManKind Initiative. Questions: desk@directory.example" in _flat(form)
    words = [paragraph for paragraph in letter.plain.split("\n\n") if LINK not in paragraph]
    for paragraph in words:
        assert _flat(paragraph).lstrip("->• ") in _flat(text)


@pytest.mark.parametrize("name", every())
def test_the_link_stands_whole_on_a_line_of_its_own(name: str) -> None:
    letter = every()[name]
    assert LINK in letter.plain.splitlines()
    assert f'href="{LINK.replace("&", "&amp;")}"' in letter.html
    assert all(len(line) <= 72 for line in letter.plain.splitlines() if LINK not in line)


def test_why_a_change_was_not_taken_is_quoted() -> None:
    assert "> the number rings out" in every()["declined"].plain
    assert "<blockquote" in every()["returned"].html


def test_the_dates_that_matter_are_told() -> None:
    assert "3 August 2026" in every()["reminder"].plain
    assert "2 January 2027" in every()["lapsing"].plain


def test_without_a_way_to_ask_none_is_told() -> None:
    assert "Questions" not in Letters("Someone").weekly(counts={}, link=LINK).plain


@given(st.text(max_size=60), st.text(max_size=200))
def test_what_people_typed_comes_into_a_letter_as_words_and_nothing_else(service: str, reason: str) -> None:
    tags = {name: set(re.findall(r"<[^>]*>", letter.html)) for name, letter in every("X", "X").items()}
    for name, letter in every(service, reason).items():
        assert set(re.findall(r"<[^>]*>", letter.html)) <= tags[name] | {""}
        assert "\n" not in letter.subject


@pytest.mark.parametrize("typed", ["{{ 7*7 }}", "<script>alert(1)</script>", "[here](https://evil.example)", "a\n\nb"])
def test_nothing_typed_is_carried_out(typed: str) -> None:
    letter = every(reason=typed)["declined"]
    assert "49" not in letter.plain
    assert "<script" not in letter.html
    assert 'href="https://evil' not in letter.html
    assert f"> {_flat(typed)}" in letter.plain


def _flat(text: str) -> str:
    return " ".join(re.sub(r"(?m)^> ?", "", text).split())
