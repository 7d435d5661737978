"""A plot of bars as an SVG: drawn by the server, in no colours of its own, and read out as the list that it is."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from collections.abc import Sequence

from markupsafe import Markup

_WIDE, _ROW, _BAR = 320, 44, 16
# What is left beside the longest bar for its figure.
_FIGURE = 48


def bars(numbers: Sequence[tuple[str, int]], title: str) -> Markup:
    """Bars under each other, each with its name above it and its figure beside it. Empty without numbers.

    Names may hold anything: they are written as text. The table that stands beside it says the same.
    """
    if not numbers:
        return Markup()
    longest = max(number for _, number in numbers) or 1
    high = _ROW * len(numbers)
    root = Xml.Element(
        "svg",
        {
            "class": "plot",
            "viewBox": f"0 0 {_WIDE} {high}",
            "role": "img",
            "aria-label": f"{title}: " + ", ".join(f"{name} {number}" for name, number in numbers),
        },
    )
    for nth, (name, number) in enumerate(numbers):
        top = nth * _ROW
        width = max(1.0, (_WIDE - _FIGURE) * number / longest)
        _text(root, 0, top + 14, name, "name")
        bar = {"x": "0", "y": str(top + 20), "width": f"{width:.1f}", "height": str(_BAR), "class": "bar"}
        Xml.SubElement(root, "rect", bar)
        _text(root, width + 6, top + 33, f"{number:,}", "figure")
    return Markup(Xml.tostring(root, encoding="unicode"))  # noqa: S704


def _text(root: Xml.Element, x: float, y: float, words: str, kind: str) -> None:
    Xml.SubElement(root, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": kind}).text = words
