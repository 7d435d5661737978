"""Texts become paragraphs with numbers that can be tapped, and nothing a text says becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.linking import to_html, to_line
from safety.lifelines import Lifelines

LINK = re.compile(r'<a class="number" href="([^"]*)">([^<]*)</a>')


def numbers(text: str) -> list[tuple[str, str]]:
    return LINK.findall(to_line(text))


@pytest.mark.parametrize(
    ("text", "href", "shown"),
    [
        ("Call 0808 800 1170 (anyone)", "tel:08088001170", "Call 0808 800 1170"),
        ("(0808 800 1170)", "tel:08088001170", "0808 800 1170"),
        ("0800 83 85 87 5 days a week", "tel:0800838587", "0800 83 85 87"),
        ("0800 83 85 87 24 hours a day", "tel:0800838587", "0800 83 85 87"),
        ("08 08 16 89 111, any day", "tel:08081689111", "08 08 16 89 111"),
        ("0800 1111 for children", "tel:08001111", "0800 1111"),
        ("+44 7700 900123", "tel:+447700900123", "+44 7700 900123"),
        ("Relay UK: 18001 0808 800 1170", "tel:1800108088001170", "18001 0808 800 1170"),
        ("020-7946-0101.", "tel:02079460101", "020-7946-0101"),
        ("Samaritans 116 123.", "tel:116123", "116 123"),
        ("Call 999. Ask for the police.", "tel:999", "Call 999"),
        ("Text 07700 900 123 (any time)", "sms:07700900123", "Text 07700 900 123"),
        ("Call or text 07700 900 123", "tel:07700900123", "07700 900 123"),
        ("No texts. Call 0808 800 1170", "tel:08088001170", "Call 0808 800 1170"),
        ("In danger: call 999.", "tel:999", "call 999"),
        ("Call, or if you cannot, text 07700 900 123", "tel:07700900123", "07700 900 123"),
    ],
)
def test_a_number_can_be_tapped_exactly_as_it_is_printed(text: str, href: str, shown: str) -> None:
    assert numbers(text) == [(href, shown)]


@pytest.mark.parametrize(
    "text",
    [
        "In 1999 or for £999 or 99955 or 999.5",
        "on 2026-11-22 and 02/03/2026",
        "the number 12025550123 is elsewhere",
        "01632 960 0123 4",
        "WhatsApp 07700 900 123",
        "text 999 after signing up",
        "0207946012345",
    ],
)
def test_what_is_no_number_to_call_is_no_link(text: str) -> None:
    assert numbers(text) == []


def test_two_numbers_in_a_row_stay_two() -> None:
    assert [href for href, _ in numbers("0808 801 0327 0808 800 1170")] == ["tel:08088010327", "tel:08088001170"]


def test_every_lifeline_we_ship_can_be_tapped_where_it_is_called() -> None:
    lifelines = Lifelines.load()
    called = [line for line in map(lifelines.lifeline, lifelines.keys()[:-1]) if line.what == "call"]
    assert len(called) > 5
    for line in called:
        digits = re.sub(r"\D", "", line.number)
        assert [href for href, _ in numbers(f"Call {line.number}.")] == [f"tel:{digits}"], line.key


def test_only_https_addresses_are_links_and_they_tell_nobody_where_he_came_from() -> None:
    html = to_line("See https://a.example/x?a=1&b=2. Not http://b.example, javascript:alert(1) or https://")
    assert html.count("<a ") == 1
    assert (
        '<a href="https://a.example/x?a=1&amp;b=2" rel="noreferrer nofollow">https://a.example/x?a=1&amp;b=2</a>.'
        in html
    )


def test_an_empty_line_parts_paragraphs_and_dashes_make_a_list() -> None:
    assert to_html("One\ntwo\n\nThree:\n- a\n- b\nend") == (
        "<p>One<br>two</p>\n<p>Three:</p>\n<ul><li>a</li><li>b</li></ul>\n<p>end</p>"
    )


def test_the_last_question_of_a_text_that_asks_is_marked() -> None:
    text = "Why?\n\nIs it OK?\n\nYou can skip this."
    assert to_html(text, asks=True) == ('<p>Why?</p>\n<p class="question">Is it OK?</p>\n<p>You can skip this.</p>')
    assert "question" not in to_html(text)
    assert "question" not in to_html("Pick one.", asks=True)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        hrefs = [value or "" for name, value in attrs if name == "href"]
        assert all(href.startswith(("tel:", "sms:", "https://")) for href in hrefs)
        assert {name for name, _ in attrs} <= {"href", "rel", "class"}

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(alphabet=st.sampled_from("<>&\"'/ :.ahtpsx0817+-\n=;jr"), max_size=80) | st.text(max_size=200))
def test_no_text_ever_becomes_markup_or_loses_a_word(text: str) -> None:
    tags = _Tags()
    tags.feed(str(to_html(text)))
    tags.close()
    assert tags.seen <= {"p", "br", "ul", "li", "a", "span"}
    letters = re.findall(r"\w", text)
    assert re.findall(r"\w", tags.text) == letters
