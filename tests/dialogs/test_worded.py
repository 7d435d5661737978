"""What is said of how a flow reads, word for word.

After a change of wording, `python -m tests.dialogs.test_worded` writes it anew; the diff shows whether it is better.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dialogs.codes import CODES
from dialogs.findings import Finding, render_text
from dialogs.known import Known
from dialogs.loading import check

FLOW = Path(__file__).parent / "worded" / "reads_badly.yaml"


def findings() -> list[Finding]:
    found = check(FLOW, Known(today=date(2026, 11, 22)))
    return [finding for finding in found if "F230" <= finding.code < "F250"]


def told() -> str:
    return render_text(findings()).replace(f"{FLOW.parent}/", "")


def test_a_flow_that_reads_badly_is_explained_in_these_words() -> None:
    assert told() == FLOW.with_suffix(".txt").read_text(encoding="utf-8")


def test_it_shows_every_code_but_that_of_a_flow_nobody_has_reviewed() -> None:
    codes = {code for code in CODES if "F230" <= code < "F250"}
    assert codes - {finding.code for finding in findings()} == {"F241"}


if __name__ == "__main__":
    FLOW.with_suffix(".txt").write_text(told(), encoding="utf-8")
