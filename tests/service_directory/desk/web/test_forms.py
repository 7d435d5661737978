"""Forms as people meet them: help and an example under each label, what is wrong beside it and at the top."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from starlette.datastructures import FormData
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired

from service_directory.desk.web.forms import CheckboxesField, DeskForm, Help
from service_directory.desk.web.templating import environment, said


class Everything(DeskForm):
    """One field of each kind."""

    name = StringField("Name", [DataRequired("Write a name.")], description=Help("As men see it.", "Example Line"))
    plain = StringField("Plain", filters=[lambda value: value.upper() if value else value])
    sort = RadioField("Sort", [DataRequired("Choose one.")], choices={"a": "The first", "b": "The <second>"})
    several = CheckboxesField("Several", choices={"a": "The first", "b": "The second"}, description="Any of these.")
    one = SelectField("One", choices={"a": "The first", "b": "The second"})
    sure = BooleanField("I am sure")
    kept = HiddenField("Kept")


def shown(form: DeskForm) -> str:
    page = environment().from_string(
        '{% from "forms.html" import field, problems with context %}'
        "{{ problems(form) }}{% for one in form %}{{ field(one) }}{% endfor %}"
    )
    return page.render(form=form)


def test_a_label_its_help_its_example_and_its_input_belong_together() -> None:
    html = shown(Everything())
    assert '<label for="name">Name</label>' in html
    assert 'id="name-help">As men see it. <span class="example">Example: Example Line</span>' in html
    assert 'aria-describedby="name-help"' in html
    assert "<legend>Sort</legend>" in html
    assert "The &lt;second&gt;" in html
    assert html.count('type="checkbox"') == 3
    assert '<input id="kept" name="kept" type="hidden" value="">' in html
    assert "problem" not in html


def test_what_is_wrong_is_told_at_the_top_and_beside_the_field() -> None:
    form = Everything(FormData([("several", "b"), ("name", "  "), ("one", "a")]))
    assert not form.validate()
    form.complain("one", "Not this one.", "Nor that.")
    html = shown(form)
    assert '<a href="#name">Write a name.</a>' in html
    assert '<a href="#sort-0">Choose one.</a>' in html
    assert '<a href="#one">Nor that.</a>' in html
    assert 'aria-describedby="name-help name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="one-error"><span class="unseen">Error:</span> Not this one. Nor that.' in html


def test_spaces_around_what_is_typed_are_taken_off_before_anything_else() -> None:
    form = Everything(FormData([("plain", "  leeds ")]))
    assert form.plain.data == "LEEDS"
    assert Everything(FormData([("plain", " york")])).plain.data == "YORK", "a form is the same the second time"
    assert Everything().plain.data is None


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (date(2026, 5, 3), "3 May 2026"),
        (datetime(2026, 5, 3, 13, 5, tzinfo=UTC), "3 May 2026 at 14:05"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "31 December 2026 at 23:30"),
        (None, ""),
    ],
)
def test_days_and_moments_are_said_as_people_say_them_in_london(when: date | None, words: str) -> None:
    assert said(when) == words
