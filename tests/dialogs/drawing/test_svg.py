"""The drawing itself: legible, the same every time, and made of words that stay words."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.drawing import Arrow, Box, Diagram, of_book, of_flow, svg
from dialogs.drawing.diagram import KINDS
from dialogs.drawing.layout import Rect, lay_out
from dialogs.drawing.lettering import width, wrap
from dialogs.drawing.shapes import draw_shape
from dialogs.flow import Flow
from tests.dialogs.drawing.conftest import read

NS = "{http://www.w3.org/2000/svg}"
NASTY = st.text(min_size=1, max_size=60)


def diagrams(flows: Mapping[str, Flow]) -> list[Diagram]:
    return [of_book(flows), *(of_flow(flow, flows) for flow in flows.values())]


def test_the_same_flows_give_the_same_bytes(shipped: Mapping[str, Flow]) -> None:
    assert [svg(diagram) for diagram in diagrams(shipped)] == [svg(diagram) for diagram in diagrams(shipped)]


def test_nothing_lies_on_anything_else(shipped: Mapping[str, Flow]) -> None:
    for diagram in diagrams(shipped):
        sheet = lay_out(diagram)
        rects = [box.at for box in sheet.boxes] + [arrow.label for arrow in sheet.arrows if arrow.label]
        for n, one in enumerate(rects):
            assert one.x >= -0.1
            assert one.x + one.width <= sheet.width + 0.1
            assert one.y + one.height <= sheet.height + 0.1
            assert not [other for other in rects[n + 1 :] if overlap(one, other)]


def overlap(one: Rect, other: Rect) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (beside or above)


def test_a_conversation_runs_downwards_and_only_ways_back_lead_up(shipped: Mapping[str, Flow]) -> None:
    sheet = lay_out(of_flow(shipped["main"], shipped))
    top = {placed.box.id: placed.at.y for placed in sheet.boxes}
    up = {(a.arrow.source, a.arrow.target) for a in sheet.arrows if top[a.arrow.target] < top[a.arrow.source]}
    # What he reads before he has said what would help leads back to that question.
    back = {(source, target) for source, target in up if source.startswith("need>") and target == "need"}
    assert ("need>topics>need", "need") in back
    assert {("after", "where"), ("other_need", "services"), ("other_need", "after")} <= up - back
    assert {target for _, target in up - back} <= {"it_happens", "where", "services", "after"}


def test_kinds_are_told_apart_without_colours() -> None:
    outlines = {}
    for kind in KINDS:
        parent = Xml.Element("g")
        draw_shape(parent, kind, Rect(0, 0, 100, 40))
        outlines[kind] = Xml.tostring(parent)
    # A start is filled with ink, what cannot be read is drawn in dots, a call is a flow that is handed over to.
    same = {"start": "return", "unread": "say", "call": "flow"}
    shapes = {kind: outline for kind, outline in outlines.items() if kind not in same}
    assert len(set(shapes.values())) == len(shapes)


def test_each_kind_and_each_way_on_it_is_explained_below(shipped: Mapping[str, Flow]) -> None:
    drawn = "".join(read(svg(of_flow(shipped["main"], shipped))).itertext())
    for words in ("a question with buttons", "services are looked for", "he skips the question", "the end"):
        assert words in drawn
    assert "a danger" not in drawn


def test_skips_and_dangers_are_broken_lines(shipped: Mapping[str, Flow]) -> None:
    drawn = svg(of_flow(shipped["main"], shipped))
    assert 'class="way skip"' in drawn
    assert ".way.skip { stroke: var(--skip); stroke-dasharray" in drawn
    assert 'class="way danger"' in svg(of_book(shipped))


def test_other_flows_are_links_to_their_drawings(shipped: Mapping[str, Flow]) -> None:
    root = read(svg(of_flow(shipped["main"], shipped)))
    links = {link.get("href") for link in root.iter(f"{NS}a")}
    assert {"friend.svg", "dark_thoughts.svg", "reading.svg", "contact.svg"} <= links


def test_findings_stand_in_red_at_their_step_and_are_named() -> None:
    box = Box("a", "ask", "hello", "What?", codes=("F130", "F139"))
    drawn = svg(Diagram("small", "Small", (box,), (), codes=("F117",)))
    root = read(drawn)
    assert [g.get("class") for g in root.iter(f"{NS}g") if "marked" in (g.get("class") or "")] == ["ask marked"]
    assert [code.text for code in root.iter(f"{NS}tspan")] == [" F117", " F130", " F139"]


@given(NASTY, NASTY, NASTY)
def test_whatever_is_written_stays_words(title: str, words: str, label: str) -> None:
    box = Box("a", "say", title, words)
    root = read(svg(Diagram("x", title, (box, Box("b", "end", "b")), (Arrow("a", "b", "go", (label,)),))))
    tags = {element.tag.removeprefix(NS) for element in root.iter()}
    assert tags == {"svg", "title", "style", "text", "defs", "marker", "path", "g", "rect"}


def test_of_very_many_options_the_first_are_named() -> None:
    labels = tuple(f"Option {n}" for n in range(20))
    diagram = Diagram("x", "X", (Box("a", "ask", "a"), Box("b", "end", "b")), (Arrow("a", "b", "go", labels),))
    assert "and 13 more" in svg(diagram)


@given(NASTY, st.integers(1, 4), st.integers(60, 300))
def test_words_are_cut_to_the_room_there_is(text: str, lines: int, room: int) -> None:
    wrapped = wrap(text, 12, room, lines)
    assert len(wrapped) <= lines
    assert all(width(line, 12) <= room for line in wrapped)


def test_words_are_cut_between_words_where_that_can_be() -> None:
    assert wrap("one two three four", 12, 70, 1) == ("one two…",)
    assert wrap("Donaudampfschifffahrtsgesellschaft", 12, 60, 1)[0].endswith("…")
    assert wrap("", 12, 60, 2) == ()


@pytest.mark.parametrize("bold", [True, False])
def test_wide_letters_are_wider(bold: bool) -> None:
    assert width("WWW", 12, bold=bold) > width("iii", 12, bold=bold)
