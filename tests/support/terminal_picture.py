"""A picture of a terminal: lines of output as an SVG that looks the same wherever it is shown."""

from __future__ import annotations

import re
import textwrap
from html import escape

COLUMNS = 104
_WRAPPING = textwrap.TextWrapper(COLUMNS, drop_whitespace=False, replace_whitespace=False, expand_tabs=False)
_WIDE, _HIGH, _MARGIN = 8.0, 18, 16

_STYLE = """\
rect { fill: #101820; }
text { fill: #e6edf3; font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.typed { fill: #7ee787; }
.caret { fill: #ff9492; font-weight: bold; }
.note { fill: #79c0ff; }"""


def terminal_picture(command: str, output: str) -> str:
    """The command and what it printed, each line where it stood and long ones wrapped as a terminal wraps them."""
    lines = [f"$ {command}", *output.rstrip("\n").split("\n")]
    wrapped = [part for line in lines for part in _WRAPPING.wrap(line) or [""]]
    width = round(max(map(len, wrapped)) * _WIDE + 2 * _MARGIN)
    height = len(wrapped) * _HIGH + 2 * _MARGIN
    rows = "\n".join(_row(number, line) for number, line in enumerate(wrapped) if line.strip())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f"<style>\n{_STYLE}\n</style>\n"
        f'<rect width="{width}" height="{height}" rx="8"/>\n{rows}\n</svg>\n'
    )


def _row(number: int, line: str) -> str:
    kind = ""
    before, bar, carets = line.rpartition(" | ")
    if bar and re.fullmatch(r"\s*\^+", carets):
        return _row(number, before + bar.rstrip()) + "\n" + _row(number, " " * len(before + bar) + carets)
    if line.startswith(("$ ", "> ")):
        kind = ' class="typed"'
    elif line.strip(" ^") == "":
        kind = ' class="caret"'
    elif line.startswith("(Saved."):
        kind = ' class="note"'
    # Every line is as long as its signs say, whichever font the reader has: carets stand under what they point at.
    text = line.strip()
    x = _MARGIN + (len(line) - len(line.lstrip())) * _WIDE
    y = _MARGIN + (number + 1) * _HIGH - 5
    length = len(text) * _WIDE
    return (
        f'<text x="{x:g}" y="{y}" textLength="{length:g}"{kind} xml:space="preserve">{escape(text, quote=False)}</text>'
    )
