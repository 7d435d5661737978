"""A drawing as Mermaid text, which many wikis, chats and code hosts draw by themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from dialogs.drawing.diagram import KINDS, Arrow, Box, Diagram, Kind, Way
from dialogs.drawing.layout import label_lines
from dialogs.drawing.lettering import wrap

SUFFIX = ".mmd"

# What stands before and after the words of a box decides its shape.
_SHAPES: Mapping[Kind, tuple[str, str]] = {
    "start": ("([", "])"),
    "ask": ("(", ")"),
    "report": ("[\\", "\\]"),
    "locate": ("[/", "/]"),
    "find": ("[(", ")]"),
    "say": ("[", "]"),
    "branch": ("{{", "}}"),
    "call": ("[[", "]]"),
    "flow": ("[[", "]]"),
    "return": (">", "]"),
    "end": ("([", "])"),
    "danger": ("{{", "}}"),
    "unread": ("[", "]"),
}
_ARROWS: Mapping[Way, str] = {"go": "-->", "skip": "-.->", "call": "-->", "danger": "==>"}
_SPECIAL = re.compile(r"[^\w \-.,:;!?'()…]")
_SIZE, _ROOM, _LINES = 12.0, 220.0, 3


def mermaid(diagram: Diagram, *, linked: str = SUFFIX) -> str:
    """The drawing of a diagram. `linked` is how the drawings of other flows end, for the links to them."""
    ids = {box.id: f"n{number}" for number, box in enumerate(diagram.boxes)}
    lines = ["---", f"title: {json.dumps(' '.join([diagram.title, *diagram.codes]))}", "---", "flowchart TD"]
    lines += [f"  %% {_legend(kind)}" for kind in KINDS if any(box.kind == kind for box in diagram.boxes)]
    lines += [f"  {ids[box.id]}{_box(box)}" for box in diagram.boxes]
    lines += [f"  {ids[arrow.source]} {_arrow(arrow)} {ids[arrow.target]}" for arrow in diagram.arrows]
    lines += [f'  click {ids[box.id]} href "{box.flow}{linked}"' for box in diagram.boxes if box.flow]
    ends = [ids[box.id] for box in diagram.boxes if box.kind == "end"]
    if ends:
        lines += ["  classDef end_ stroke-width:4px", f"  class {','.join(ends)} end_"]
    marked = [ids[box.id] for box in diagram.boxes if box.codes]
    if marked:
        # Broken lines beside the colour: nobody has to see red.
        lines += [
            "  classDef marked stroke:#b3001b,stroke-width:4px,stroke-dasharray:2",
            f"  class {','.join(marked)} marked",
        ]
    return "\n".join(lines) + "\n"


def _legend(kind: Kind) -> str:
    before, after = _SHAPES[kind]
    # Spaces between braces: two together would begin a directive, even in a comment.
    return f"{' '.join(before)} {' '.join(after)}  {KINDS[kind]}"


def _box(box: Box) -> str:
    before, after = _SHAPES[box.kind]
    name = [f"<b>{_escaped(' '.join([box.name, *box.codes]))}</b>"] if box.name else []
    # Cut here, broken into lines by Mermaid, which knows its font.
    words = _escaped(" ".join(wrap(box.words, _SIZE, _ROOM, _LINES)))
    return f'{before}"{"<br/>".join(filter(None, [*name, words]))}"{after}'


def _arrow(arrow: Arrow) -> str:
    label = "<br/>".join(_escaped(line) for line in label_lines(arrow))
    return f'{_ARROWS[arrow.way]}|"{label}"|' if label else _ARROWS[arrow.way]


def _escaped(text: str) -> str:
    """Words that stay words: each sign that could mean something to Mermaid or a browser is written as its number."""
    return _SPECIAL.sub(lambda sign: f"#{ord(sign[0])};", " ".join(text.split()))
