"""Drawings of flows, for the people who write and review them: as SVG, and as Mermaid text."""

from __future__ import annotations

from dialogs.drawing.diagram import OVERVIEW, Arrow, Box, Diagram, of_book, of_flow
from dialogs.drawing.mermaid import SUFFIX as MERMAID_SUFFIX
from dialogs.drawing.mermaid import mermaid
from dialogs.drawing.reading import Marks, flows_of, marks
from dialogs.drawing.svg import SUFFIX as SVG_SUFFIX
from dialogs.drawing.svg import svg

__all__ = [
    "MERMAID_SUFFIX",
    "OVERVIEW",
    "SVG_SUFFIX",
    "Arrow",
    "Box",
    "Diagram",
    "Marks",
    "flows_of",
    "marks",
    "mermaid",
    "of_book",
    "of_flow",
    "svg",
]
