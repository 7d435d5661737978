"""Flows with mistakes, each with the exact words in which the mistakes are told.

After a change of wording, `python -m tests.support.broken_flows` writes the words anew; the diff shows whether
they are better.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dialogs.findings import Finding, render_text
from dialogs.known import Known, LifelineFacts
from dialogs.loading import check

BROKEN = Path(__file__).parents[1] / "dialogs" / "broken"
_LINE = LifelineFacts(always_open=True, emergency=False, longest=100)


def broken_flows() -> list[Path]:
    """The files, and the folders of several files, that have mistakes in them."""
    return [path for path in sorted(BROKEN.iterdir()) if path.suffix != ".txt"]


@cache
def findings_of(path: Path) -> tuple[Finding, ...]:
    """What reading the files finds in one of them, with every kind of outside knowledge given."""
    known = Known(
        lifelines={"samaritans": _LINE},
        labels=["suicide", "immediate_danger"],
        around={"button.leave": "Leave now", "button.urgent": "Urgent help", "button.go_on": "Go on"},
        ways_in={"immediate_danger": "Urgent help"},
        asides=["trouble", "edited"] if path.name == "asides" else None,
        bland=lambda line: "abuse" not in line and "0808" not in line,
        telling=lambda line: "abuse" if "abuse" in line else None,
    )
    return tuple(finding for finding in check(path, known) if finding.code < "F200")


def told(path: Path) -> str:
    """The mistakes as they are shown, wherever the files lie."""
    return render_text(findings_of(path)).replace(f"{BROKEN}/", "")


if __name__ == "__main__":
    for flow in broken_flows():
        flow.with_suffix(".txt").write_text(told(flow), encoding="utf-8")
