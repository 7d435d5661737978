"""The shapes of boxes: each kind of step has its own, so that no kind is told by its colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from dialogs.drawing.diagram import Kind
from dialogs.drawing.layout import LID, Point, Rect

_ROUND = 24.0
_CORNER = 10.0
_SLANT = 10.0
_TURN = 7.0


def number(value: float) -> str:
    """A coordinate in as few signs as it takes."""
    return f"{round(value, 1):g}"


def draw_shape(parent: Xml.Element, kind: Kind, at: Rect) -> None:
    """The outline of a box of this kind."""
    x, y, right, low = at.x, at.y, at.x + at.width, at.y + at.height
    middle = at.y + at.height / 2
    match kind:
        case "ask":
            _rect(parent, at, _CORNER)
        case "report":
            _rect(parent, at, _CORNER)
            _path(parent, f"M{number(right - 14)} {number(y)} L{number(right)} {number(y + 14)}", "shape inner")
        case "start" | "return":
            _rect(parent, at, _round(at))
        case "end":
            _rect(parent, at, _round(at))
            _rect(parent, Rect(x + 5, y + 5, at.width - 10, at.height - 10), _round(at) - 5, "shape inner")
        case "locate":
            _polygon(parent, (x + _SLANT, y), (right + _SLANT, y), (right - _SLANT, low), (x - _SLANT, low))
        case "branch":
            _polygon(
                parent,
                *((x + 6, y), (right - 6, y), (right + _SLANT, middle)),
                *((right - 6, low), (x + 6, low), (x - _SLANT, middle)),
            )
        case "danger":
            cut = min(12.0, at.height / 3)
            _polygon(
                parent,
                *((x + cut, y), (right - cut, y), (right, y + cut), (right, low - cut)),
                *((right - cut, low), (x + cut, low), (x, low - cut), (x, y + cut)),
            )
        case "find":
            bow = f"{number(at.width / 2)} {number(LID / 2)} 0 0"
            over, under = number(y + LID / 2), number(low - LID / 2)
            left_, right_ = number(x), number(right)
            _path(parent, f"M{left_} {over} A{bow} 1 {right_} {over} V{under} A{bow} 1 {left_} {under} Z")
            _path(parent, f"M{left_} {over} A{bow} 0 {right_} {over}", "shape inner")
        case "flow" | "call":
            _rect(parent, at, 0)
            for bar in (x + 6, right - 6):
                _path(parent, f"M{number(bar)} {number(y)} V{number(low)}", "shape inner")
        case "say" | "unread":
            _rect(parent, at, 0)


def rounded(corners: Sequence[Point]) -> str:
    """The path through these corners. It turns softly, so that turns are told from crossings."""
    parts = [f"M{number(corners[0].x)} {number(corners[0].y)}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        turn = f"Q{number(corner.x)} {number(corner.y)} {number(end.x)} {number(end.y)}"
        parts.append(f"L{number(start.x)} {number(start.y)} {turn}")
    parts.append(f"L{number(corners[-1].x)} {number(corners[-1].y)}")
    return " ".join(parts)


def _towards(corner: Point, other: Point) -> Point:
    far = abs(other.x - corner.x) + abs(other.y - corner.y)
    share = min(_TURN, far / 2) / far if far else 0.0
    return Point(corner.x + (other.x - corner.x) * share, corner.y + (other.y - corner.y) * share)


def _round(at: Rect) -> float:
    return min(at.height / 2, _ROUND)


def _rect(parent: Xml.Element, at: Rect, corner: float, style: str = "shape") -> None:
    sizes = {"x": at.x, "y": at.y, "width": at.width, "height": at.height, "rx": corner}
    Xml.SubElement(parent, "rect", {"class": style} | {name: number(value) for name, value in sizes.items()})


def _polygon(parent: Xml.Element, *corners: tuple[float, float]) -> None:
    points = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
    Xml.SubElement(parent, "polygon", {"class": "shape", "points": points})


def _path(parent: Xml.Element, path: str, style: str = "shape") -> None:
    Xml.SubElement(parent, "path", {"class": style, "d": path})
