"""The forms of an entry's parts: what stands in them is what is said, and what comes back unchanged changes nothing."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import FormData
from wtforms import SelectField

from service_directory.changes import Row
from service_directory.desk.entries.asking import blocks, complain, form_of, read_form, sentence
from service_directory.desk.entries.asking_hours import hours_asked, hours_form, read_hours
from service_directory.desk.entries.asking_lists import (
    Searched,
    areas_form,
    described,
    gazetteer,
    languages_form,
    read_areas,
    read_languages,
    searched,
    short_name,
)
from service_directory.desk.entries.questions import SINGLE
from service_directory.desk.entries.rewriting import Mistake, shown, without_unchanged
from service_directory.desk.web.forms import DeskForm
from service_directory.offered import is_hidden
from tests.support.entries import AREAS, entries, rows_of
from tests.support.services import written_service

ASKED = sorted(SINGLE)


def as_sent(form: DeskForm, **typed: str) -> FormData:
    """What a browser sends of a form: a list from which nothing is chosen sends its first choice."""
    pairs: list[tuple[str, str]] = []
    for field in form:
        if field.type == "BooleanField":
            pairs += [(field.name, "y")] if field.data else []
        elif field.type == "CheckboxesField":
            pairs += [(field.name, one) for one in field.data or []]
        elif field.type == "RadioField":
            pairs += [(field.name, field.data)] if field.data else []
        elif field.type == "SelectField":
            choices = [str(option.data) for option in cast(SelectField, field)]
            pairs.append((field.name, field.data if field.data in choices else choices[0]))
        else:
            pairs.append((field.name, field.data or ""))
    return FormData([*((name, value) for name, value in pairs if name not in typed), *typed.items()])


@settings(max_examples=60)
@given(entries(), st.sampled_from(ASKED))
def test_whatever_an_entry_says_opening_a_page_and_sending_it_back_unchanged_proposes_nothing(
    entry: dict[str, Any], part: str
) -> None:
    rows = rows_of(entry)
    said, hidden = shown(rows, part), is_hidden(rows)
    sent = as_sent(form_of(part, said, hidden=hidden))
    read = read_form(part, form_of(part, said, sent, hidden=hidden), said, hidden=hidden)
    assert without_unchanged(rows, {part: read.fragment}) == {}


def back(part: str, rows: tuple[Row, ...], **typed: str) -> dict[str, Any]:
    said = shown(rows, part)
    return read_form(part, form_of(part, said, as_sent(form_of(part, said), **typed)), said).fragment


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return rows_of(written_service())


def test_one_more_number_goes_to_the_end_and_one_that_is_ticked_goes_away(rows: tuple[Row, ...]) -> None:
    read = back(
        "reach",
        rows,
        **{
            "contacts-0-gone": "y",
            "contacts-2-kind": "text",
            "contacts-2-value": "07911 123456",
            "contacts-2-label": "Texts",
        },
    )
    assert [(item["row"], item["value"]) for item in read["contacts"]] == [
        ("leeds-men/email/1", "hello@leedsmen.org.uk"),
        ("", "07911 123456"),
    ]


def test_the_second_can_be_put_first_and_the_first_last(rows: tuple[Row, ...]) -> None:
    for typed in ({"contacts-1-place": "1"}, {"contacts-0-place": "2"}):
        read = back("reach", rows, **typed)
        assert [item["row"] for item in read["contacts"]] == ["leeds-men/email/1", "leeds-men/phone/1"]


def test_what_men_look_for_keeps_its_order_and_what_is_new_comes_last(rows: tuple[Row, ...]) -> None:
    said = shown(rows, "about")
    sent = as_sent(form_of("about", said))
    more = FormData([*sent.multi_items(), ("needs", "money"), ("needs", "children")])
    assert read_form("about", form_of("about", said, more), said).fragment["needs"] == [
        "talk",
        "health",
        "money",
        "children",
    ]


def test_a_mistake_stands_under_the_field_in_which_it_was_typed_whatever_was_taken_away_before_it(
    rows: tuple[Row, ...],
) -> None:
    said = shown(rows, "reach")
    form = form_of("reach", said, as_sent(form_of("reach", said), **{"contacts-0-gone": "y"}))
    places = read_form("reach", form, said).places
    mistakes = [
        Mistake("reach", "contacts 1, value", "must be an email address"),
        Mistake("reach", "contacts", "says “x”"),
        Mistake("access", "locations", "leave it out"),
    ]
    elsewhere = complain(form, mistakes, places)
    assert list(form["contacts-1-value"].errors) == ["Number or address must be an email address"]
    assert list(form["contacts-0-kind"].errors) == ["Ways to reach you: says “x”"]
    assert [one.part for one in elsewhere] == ["access"]


def test_a_page_says_each_item_of_a_list_under_its_own_title(rows: tuple[Row, ...]) -> None:
    titles = [block.title for block in blocks("reach", form_of("reach", shown(rows, "reach"), empty=2))]
    assert titles == ["Telephone", "Email", "Another way to reach you", "Another way to reach you"]


def test_of_a_service_that_hides_where_it_is_nobody_asks_it() -> None:
    hidden = rows_of(written_service(hides_address=True, access="Step-free"))
    said = shown(hidden, "access")
    form = form_of("access", said, hidden=True)
    assert [field.name for field in form] == ["access"]
    assert read_form("access", form, said, hidden=True).fragment == {"access": "Step-free", "locations": []}


def test_what_is_wrong_is_said_as_a_sentence() -> None:
    assert sentence("Name", "is missing") == "Name is missing"
    assert sentence("Hours?", "the times overlap") == "Hours?: the times overlap"


@settings(max_examples=60)
@given(entries())
def test_hours_areas_and_languages_that_are_sent_back_unchanged_propose_nothing(entry: dict[str, Any]) -> None:
    rows = rows_of(entry)
    said = shown(rows, "hours")
    ways = {}
    for way, notation in {"": said["hours"], **said["ways"]}.items():
        asked = hours_asked(notation)
        read = read_hours(asked, hours_form(asked, as_sent(hours_form(asked))))
        assert read.mistakes == {}
        ways[way] = read.notation
    fragment = {"hours": ways.pop(""), "ways": ways}
    assert without_unchanged(rows, {"hours": fragment}) == {}
    covered = shown(rows, "areas")
    sent = as_sent(areas_form(AREAS, covered, Searched()))
    assert without_unchanged(rows, {"areas": read_areas(covered, sent)}) == {}
    spoken = shown(rows, "languages")
    heard, wrong = read_languages(spoken, languages_form(spoken, as_sent(languages_form(spoken))))
    assert (without_unchanged(rows, {"languages": heard}), wrong) == ({}, "")


def test_hours_that_cannot_be_clicked_stay_until_they_are_replaced() -> None:
    asked = hours_asked("Mo[1] 10:00-12:00; PH off")
    assert asked.words == "the first Monday of the month 10:00 to 12:00; bank holidays closed"
    kept = as_sent(hours_form(asked))
    assert read_hours(asked, hours_form(asked, kept)).notation == "Mo[1] 10:00-12:00; PH off"
    typed = {"keep": "replace", "Tu-state": "all", "PH-state": "closed"}
    replaced = as_sent(hours_form(asked), **typed)
    assert read_hours(asked, hours_form(asked, replaced)).notation == "Tu 00:00-24:00; PH off"


def test_more_times_a_day_than_a_page_has_room_for_are_left_as_they_are() -> None:
    notation = "Mo 01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00"
    assert hours_asked(notation).words.startswith("Monday 01:00 to 02:00")
    assert hours_asked("Mo 01:00-02:00,03:00-04:00", least=3).spans == 3


def test_times_that_are_half_or_wrong_are_named() -> None:
    asked = hours_asked("Mo-Fr 09:00-17:00", least=2)
    for typed, name, told in (
        ({"Mo-until-0": ""}, "Mo-until-0", "Monday, first time: until: has no time"),
        ({"Mo-from-1": "16:00", "Mo-until-1": "18:00"}, "Mo-from-0", "Monday: two of the times overlap"),
        ({"Mo-from-0": "17:00"}, "Mo-from-0", "Monday: it opens and closes at the same time"),
    ):
        read = read_hours(asked, hours_form(asked, as_sent(hours_form(asked), **typed)))
        assert read.mistakes[name].startswith(told)


def test_closing_a_day_whose_times_still_stand_there_closes_it() -> None:
    asked = hours_asked("Mo-Fr 09:00-17:00")
    typed = as_sent(hours_form(asked), **{"We-state": "closed"})
    assert read_hours(asked, hours_form(asked, typed)).notation == "Mo,Tu,Th,Fr 09:00-17:00"


def test_an_area_is_described_by_what_it_covers() -> None:
    assert described(AREAS, "E08000035") == "Leeds: one council, in West Yorkshire, England"
    assert described(AREAS, "S92000003") == "Scotland (nation): 32 councils"
    assert described(AREAS, "K02000001").startswith("The whole of the United Kingdom: ")
    assert described(AREAS, "X1") == "X1: no area that is known here"
    assert (short_name(AREAS, "E08000035"), short_name(AREAS, "X1")) == ("Leeds", "X1")
    assert searched(gazetteer(), " ") == Searched()
