"""Where everything on a drawing stands. The library decides; here its answer is only put into our words.

graphlay layers the boxes (Sugiyama) and leads every arrow round them in straight lines with square turns. The same
diagram gives the same coordinates every time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import graphlay

from dialogs.drawing.diagram import Arrow, Box, Diagram
from dialogs.drawing.lettering import width, wrap

NAME_SIZE, WORDS_SIZE = 14.0, 12.0
LINE = 16.0
# How far the lid of a cylinder reaches down.
LID = 14.0
_PADDING = 14.0
_WIDEST, _SMALLEST = 250.0, 120.0
_MOST_LINES = 3
_MOST_LABELS = 8
# How much shorter the way to a label is kept than the way on from it.
_CLOSE = 8.0

_OPTIONS = {
    "direction": "topbottom",
    "spacing": {"layer_gap": 30.0, "node_gap": 26.0, "dummy_gap": 22.0},
    "cycles": {"strategy": "follow_flow"},
}


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Rect:
    """The left upper corner, and the size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box, where it stands, and its words in lines that fit."""

    box: Box
    at: Rect
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlacedArrow:
    """An arrow: its corners from end to end (to its label, and on from there), and its label."""

    arrow: Arrow
    parts: tuple[tuple[Point, ...], ...]
    label: Rect | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing with a place for everything. Its left upper corner is nought."""

    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]
    width: float
    height: float


def lay_out(diagram: Diagram) -> Sheet:
    """A place for every box, arrow and label.

    A label is placed as a box of its own on its arrow, right under the question whose buttons it names: beside a
    line, one could not tell whose it is where ten lines run together.
    """
    graph = graphlay.Graph()
    lines = {box.id: wrap(box.words, WORDS_SIZE, _WIDEST - 2 * _PADDING, _MOST_LINES) for box in diagram.boxes}
    for box in diagram.boxes:
        wide, high = _size(box, lines[box.id])
        graph.node(box.id, width=wide, height=high)
    back = _leading_back(diagram)
    ways = [_add(graph, number, arrow, up=arrow in back) for number, arrow in enumerate(diagram.arrows)]
    drawn = graphlay.layout(graph, options=_OPTIONS)
    nodes = dict(zip(graph.ids, drawn.nodes, strict=True))
    placed = _Placed(drawn.bounds["min"]["x"], drawn.bounds["min"]["y"])
    low = placed.point(drawn.bounds["max"])
    return Sheet(
        tuple(PlacedBox(box, placed.rect(nodes[box.id]), lines[box.id]) for box in diagram.boxes),
        tuple(
            PlacedArrow(
                arrow,
                tuple(tuple(placed.point(corner) for corner in drawn.edges[edge]["points"]) for edge in way),
                placed.rect(nodes[number]) if number in nodes else None,
                label_lines(arrow),
            )
            for number, (arrow, way) in enumerate(zip(diagram.arrows, ways, strict=True))
        ),
        low.x,
        low.y,
    )


def label_lines(arrow: Arrow) -> tuple[str, ...]:
    """A line for each option; of very many the first, and how many more there are."""
    if len(arrow.labels) <= _MOST_LABELS:
        return arrow.labels
    return (*arrow.labels[: _MOST_LABELS - 1], f"and {len(arrow.labels) - _MOST_LABELS + 1} more")


def _add(graph: graphlay.Graph, number: int, arrow: Arrow, *, up: bool) -> tuple[int, ...]:
    """The arrow as one edge, or as two with its label between them; the library's numbers of these."""
    label = label_lines(arrow)
    if not label:
        return (graph.edge(arrow.source, arrow.target, reverse_for_ranking=up),)
    wide = max(width(line, WORDS_SIZE) for line in label) + _PADDING
    graph.node(number, width=wide, height=LINE * len(label) + 6)
    return (
        graph.edge(arrow.source, number, weight=_CLOSE),
        graph.edge(number, arrow.target, reverse_for_ranking=up),
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """The library's places, moved so that the whole begins at nought."""

    left: float
    top: float

    def point(self, at: Mapping[str, float]) -> Point:
        return Point(round(at["x"] - self.left, 1), round(at["y"] - self.top, 1))

    def rect(self, node: Mapping[str, Any]) -> Rect:
        middle, size = self.point(node["center"]), node["size"]
        wide, high = size["width"], size["height"]
        return Rect(middle.x - wide / 2, middle.y - high / 2, wide, high)


def _size(box: Box, lines: tuple[str, ...]) -> tuple[float, float]:
    widest = max((width(line, WORDS_SIZE) for line in lines), default=0.0) + 2 * _PADDING
    if not box.name:
        return widest, LINE + _PADDING
    head = width(" ".join([box.name, *box.codes]), NAME_SIZE, bold=True) + 2 * _PADDING
    lid = LID if box.kind == "find" else 0.0
    return round(max(head, widest, _SMALLEST)), LINE * (len(lines) + 1) + 2 * _PADDING - 6 + lid


def _leading_back(diagram: Diagram) -> frozenset[Arrow]:
    """The arrows that lead back to where the conversation has been: only these may point upwards."""
    out: dict[str, list[Arrow]] = {box.id: [] for box in diagram.boxes}
    for each in diagram.arrows:
        out[each.source].append(each)
    back: set[Arrow] = set()
    done: set[str] = set()
    for box in diagram.boxes:
        path = [] if box.id in done else [(box.id, iter(out[box.id]))]
        while path:
            at, ahead = path[-1]
            arrow = next(ahead, None)
            if arrow is None:
                done.add(at)
                path.pop()
            elif arrow.target in (open_ for open_, _ in path):
                back.add(arrow)
            elif arrow.target not in done:
                path.append((arrow.target, iter(out[arrow.target])))
    return frozenset(back)
