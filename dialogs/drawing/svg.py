"""A drawing as SVG: one file that needs nothing beside it, in light and dark, with text that can be selected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from xml.etree import ElementTree as Xml

from dialogs.drawing.diagram import KINDS, OVERVIEW, SKIP, WAYS, Box, Diagram, Kind, Way
from dialogs.drawing.layout import LID, LINE, PlacedArrow, PlacedBox, Rect, Sheet, lay_out
from dialogs.drawing.shapes import draw_shape, number, rounded

SUFFIX = ".svg"
_MARGIN = 28.0
_HEAD = 64.0
_LEGEND_LINE = 30.0
_LEGEND_WIDTH = 350.0
# What XML cannot hold, whatever a text says.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(diagram: Diagram, *, linked: str = SUFFIX) -> str:
    """The drawing of a diagram. `linked` is how the drawings of other flows end, for the links to them."""
    sheet = lay_out(diagram)
    kinds = [kind for kind in KINDS if any(box.kind == kind for box in diagram.boxes)]
    ways = [way for way in WAYS if any(arrow.way == way for arrow in diagram.arrows)]
    wide = max(sheet.width, _LEGEND_WIDTH * 2) + 2 * _MARGIN
    columns = int((wide - 2 * _MARGIN) // _LEGEND_WIDTH)
    legend_at = _HEAD + sheet.height + 2 * _MARGIN + 20
    high = legend_at - (-(len(kinds) + len(ways)) // columns) * _LEGEND_LINE
    root = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {number(wide)} {number(high)}",
            "width": number(wide),
            "height": number(high),
            "role": "img",
            "aria-labelledby": "title",
        },
    )
    _node(root, "title", diagram.title, {"id": "title"})
    _node(root, "style", _style())
    _heads(root)
    _words(root, diagram.title, _MARGIN, _MARGIN + 14, "title")
    what = "all flows" if diagram.name == OVERVIEW else f"flow {diagram.name}"
    sub = _words(root, f"Fingerpost, {what}", _MARGIN, _MARGIN + 36, "sub")
    _codes(sub, diagram.codes)
    middle = (wide - sheet.width) / 2
    body = Xml.SubElement(root, "g", {"transform": f"translate({number(middle)} {number(_HEAD + _MARGIN)})"})
    _body(body, sheet, linked)
    _legend(root, kinds, ways, columns, legend_at)
    return Xml.tostring(root, encoding="unicode") + "\n"


@cache
def _style() -> str:
    return resources.files("dialogs.drawing").joinpath("style.css").read_text(encoding="utf-8")


def _body(body: Xml.Element, sheet: Sheet, linked: str) -> None:
    for arrow in sheet.arrows:
        _arrow(body, arrow)
    for box in sheet.boxes:
        _box(body, box, linked)
    for arrow in sheet.arrows:
        if arrow.label is not None:
            _label(body, arrow, arrow.label)


def _box(parent: Xml.Element, placed: PlacedBox, linked: str) -> None:
    box, at = placed.box, placed.at
    group = Xml.SubElement(parent, "g", {"class": f"{box.kind} marked" if box.codes else box.kind})
    # Shown when the pointer rests on the box: the whole text.
    _node(group, "title", _tip(box))
    inside = Xml.SubElement(group, "a", {"href": f"{box.flow}{linked}"}) if box.flow else group
    draw_shape(inside, box.kind, at)
    middle = at.x + at.width / 2
    lid = LID / 2 if box.kind == "find" else 0.0
    baseline = at.y + lid + (at.height - LINE * (bool(box.name) + len(placed.lines))) / 2 + 12
    if box.name:
        _codes(_words(inside, box.name, middle, baseline, "name", "middle"), box.codes)
        baseline += LINE
    for line_number, line in enumerate(placed.lines):
        _words(inside, line, middle, baseline + line_number * LINE, "words", "middle")


def _tip(box: Box) -> str:
    return "\n\n".join(filter(None, (box.name, KINDS[box.kind], box.words)))


def _codes(parent: Xml.Element, codes: Sequence[str]) -> None:
    for code in codes:
        _node(parent, "tspan", f" {code}", {"class": "code"})


def _label(parent: Xml.Element, arrow: PlacedArrow, at: Rect) -> None:
    group = Xml.SubElement(parent, "g", {"class": f"label {arrow.arrow.way}"})
    sizes = {"x": at.x, "y": at.y, "width": at.width, "height": at.height, "rx": 9.0}
    Xml.SubElement(group, "rect", {name: number(value) for name, value in sizes.items()})
    for line_number, line in enumerate(arrow.lines):
        style = "option skip" if line == SKIP else "option"
        _words(group, line, at.x + at.width / 2, at.y + 15 + line_number * LINE, style, "middle")


def _arrow(parent: Xml.Element, placed: PlacedArrow) -> None:
    way = placed.arrow.way
    for part in placed.parts:
        path = Xml.SubElement(parent, "path", {"class": f"way {way}", "d": rounded(part)})
    path.set("marker-end", f"url(#head-{way})")


def _heads(root: Xml.Element) -> None:
    defs = Xml.SubElement(root, "defs")
    for way in WAYS:
        size = {"viewBox": "0 0 10 10", "refX": "9", "refY": "5", "markerWidth": "10", "markerHeight": "10"}
        how = {"id": f"head-{way}", "markerUnits": "userSpaceOnUse", "orient": "auto"}
        marker = Xml.SubElement(defs, "marker", how | size)
        Xml.SubElement(marker, "path", {"class": f"head {way}", "d": "M0 1 L10 5 L0 9 Z"})


def _legend(root: Xml.Element, kinds: Sequence[Kind], ways: Sequence[Way], columns: int, top: float) -> None:
    group = Xml.SubElement(root, "g", {"class": "legend"})
    rule = f"M{number(_MARGIN)} {number(top - 24)} h{number(columns * _LEGEND_WIDTH)}"
    Xml.SubElement(group, "path", {"class": "way", "d": rule})

    def place(nth: int) -> tuple[float, float]:
        return _MARGIN + nth % columns * _LEGEND_WIDTH, top + nth // columns * _LEGEND_LINE

    for nth, kind in enumerate(kinds):
        x, y = place(nth)
        draw_shape(Xml.SubElement(group, "g", {"class": kind}), kind, Rect(x + 12, y - 10, 32, 20))
        _words(group, KINDS[kind], x + 68, y + 4, "words")
    for nth, way in enumerate(ways, start=len(kinds)):
        x, y = place(nth)
        line = {"class": f"way {way}", "d": f"M{number(x + 4)} {number(y)} h48", "marker-end": f"url(#head-{way})"}
        Xml.SubElement(group, "path", line)
        _words(group, WAYS[way], x + 68, y + 4, "words")


def _words(parent: Xml.Element, text: str, x: float, y: float, style: str, anchor: str = "start") -> Xml.Element:
    return _node(parent, "text", text, {"class": style, "x": number(x), "y": number(y), "text-anchor": anchor})


def _node(parent: Xml.Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> Xml.Element:
    node = Xml.SubElement(parent, tag, attributes or {})
    node.text = _UNSPEAKABLE.sub("", text)
    return node
