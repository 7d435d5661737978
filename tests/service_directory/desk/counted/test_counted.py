"""What was counted, as a steward and a commissioner read it: released figures alone, in words, drawn and listed."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from datetime import date
from html.parser import HTMLParser

import pytest

from service_directory.areas import Areas
from service_directory.desk.counted.plotting import bars
from service_directory.desk.counted.reporting import report
from service_directory.desk.counted.telling import (
    NEEDS,
    all_in,
    as_record,
    of_service,
    parts,
    shown_in,
    unmet,
    when,
)
from service_directory.desk.releasing import Figure

AREAS = Areas.load()
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
QUARTER = (OCTOBER, NOVEMBER, DECEMBER)
YORKSHIRE, ENGLAND, WALES = "E12000003", "E92000001", "W92000004"
FIGURES = (
    Figure("conversations", "", (NOVEMBER,), 120),
    Figure("conversations", "", (OCTOBER,), 100),
    Figure("helped:yes", "", QUARTER, 15),
    Figure("none:stay", YORKSHIRE, (OCTOBER,), 25),
    Figure("none:stay", ENGLAND, QUARTER, 15, rest=True),
    Figure("none:stay", ENGLAND, (OCTOBER,), 10),
    Figure("none:talk", WALES, (OCTOBER, DECEMBER), 10),
    Figure("none:talk", "", QUARTER, 10, rest=True),
    Figure("reported:number", "", QUARTER, 10),
    Figure("shown:a-service", "", (NOVEMBER,), 60),
    Figure("signposts:any", "", (NOVEMBER,), 35),
    Figure("signposts:pets", WALES, (NOVEMBER,), 30),
)


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ((NOVEMBER,), "November 2026"),
        ((OCTOBER, NOVEMBER), "October and November 2026"),
        ((OCTOBER, DECEMBER), "October and December 2026"),
        (QUARTER, "October to December 2026"),
    ],
)
def test_months_are_said_as_people_say_them(months: tuple[date, ...], said: str) -> None:
    assert when(months) == said


def test_figures_are_told_in_parts_with_their_places_and_their_sum() -> None:
    told = parts(FIGURES, AREAS, {"a-service": "Anchor House"})
    assert [(part.key, part.total) for part in told] == [
        ("conversations", 220),
        ("none", 70),
        ("signposts", 65),
        ("reported", 10),
        ("helped", 15),
        ("shown", 60),
    ]
    nothing = next(part for part in told if part.key == "none")
    assert [(line.what, line.where, line.number) for line in nothing.lines] == [
        ("Somewhere to stay", "Yorkshire and The Humber", 25),
        ("Somewhere to stay", "Elsewhere in England", 15),
        ("Somewhere to stay", "England, no region given", 10),
        ("Talk to someone", "Wales", 10),
        ("Talk to someone", "Elsewhere in the United Kingdom", 10),
    ]
    assert nothing.bars == (("Somewhere to stay", 50), ("Talk to someone", 20))
    # Conversations are told in time, and all else by how much.
    assert told[0].bars == (("October 2026", 100), ("November 2026", 120))
    others = {line.what for part in told for line in part.lines}
    assert {"Anchor House", "It helped", "The number did not work", NEEDS["any"], "pets"} <= others


def test_what_is_not_known_by_a_name_is_told_by_its_own() -> None:
    odd = (Figure("helped:maybe", "", (NOVEMBER,), 10), Figure("reported:rude", "", (NOVEMBER,), 10))
    assert [line.what for part in parts(odd, AREAS, {}) for line in part.lines] == ["rude", "maybe"]
    assert shown_in(FIGURES) == ("a-service",)


def test_unmet_need_is_added_up_by_place() -> None:
    assert unmet(FIGURES, AREAS)[:2] == (("Yorkshire and The Humber", 25), ("Elsewhere in England", 15))


def test_a_month_shows_what_covers_it() -> None:
    assert [figure.number for figure in all_in(FIGURES, DECEMBER)] == [15, 15, 10, 10, 10]
    assert all_in(FIGURES, None) == FIGURES


def test_a_service_reads_when_and_how_often_it_was_shown() -> None:
    assert of_service([figure for figure in FIGURES if figure.kind == "shown:a-service"]) == (("November 2026", 60),)


def test_a_program_reads_the_same() -> None:
    assert as_record(FIGURES[4], AREAS) == {
        "kind": "none",
        "of": "stay",
        "place": ENGLAND,
        "where": "Elsewhere in England",
        "rest": True,
        "months": ["2026-10", "2026-11", "2026-12"],
        "number": 15,
    }


def test_a_plot_says_aloud_what_it_draws_and_writes_names_as_text() -> None:
    drawn = Xml.fromstring(str(bars([("Wales & <b>", 40), ("England", 10)], "By nation")))  # noqa: S314
    assert drawn.get("aria-label") == "By nation: Wales & <b> 40, England 10"
    assert [text.text for text in drawn if text.tag == "text"] == ["Wales & <b>", "40", "England", "10"]
    widths = [float(bar.get("width", "")) for bar in drawn if bar.tag == "rect"]
    assert widths[0] == 4 * widths[1]
    assert bars([], "Nothing") == ""


class _Fetched(HTMLParser):
    """Whatever a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe") or any(name in ("src", "href") for name, _ in attrs):
            self.found.append(tag)


def test_the_report_is_one_file_that_fetches_nothing() -> None:
    page = report(FIGURES, AREAS, helpline="The Helpline", operator=None, made_on=date(2027, 1, 2))
    looked = _Fetched()
    looked.feed(page)
    assert looked.found == []
    assert "url(" not in page
    assert "The Helpline, October 2026 to December 2026. Made on 2 January 2027." in page
    assert "About 70 times a man asked for help" in page
    assert "About 220 conversations" in page
    assert page.count("<svg") == 2


def test_the_report_of_one_month_and_of_none() -> None:
    one = report(FIGURES[:1], AREAS, helpline="H", operator="An Operator", made_on=NOVEMBER)
    assert "An Operator, November 2026." in one
    assert "<svg" not in one
    assert "nothing to report yet" in report((), AREAS, helpline="H", operator=None, made_on=NOVEMBER)
