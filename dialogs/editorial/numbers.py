"""Telephone numbers do not stand in texts: they come from the lifelines, where somebody has rung them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dialogs.editorial.written import Written, place
from dialogs.findings import Findings
from dialogs.wording import sentence

# As people set them apart: numbers of the UK begin with 0 or +, or are harmonised (116 123). Short ones (999, 18000)
# are the same everywhere and for ever.
_NUMBER = re.compile(r"(?<![\w£])(?:(?:\+\d|\(?0)(?:[ ()./-]{0,2}\d){6,}|116[ -]?\d{3})(?!\w)")


def check(items: Iterable[Written], findings: Findings) -> None:
    """F237 for every telephone number that is written out."""
    for item in items:
        for found in _NUMBER.finditer(item.words):
            findings.add(
                "F237",
                place(found, item.span, findings.lines),
                f"{sentence(item.what)} has the number `{found[0]}`.",
                hint="Write `{lifeline.NAME}` in its place; `fingerpost lifelines list` has the names. A number that "
                "is not among them is added to safety/lifelines.yaml first, with its source.",
            )
