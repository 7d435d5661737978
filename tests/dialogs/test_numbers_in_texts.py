"""Numbers come from the lifelines, which somebody rings; none stands in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.findings import Finding
from dialogs.loading import check


def found(folder: Path, text: str) -> list[Finding]:
    (folder / "main.yaml").write_text(
        "language: 1\nflow: main\ntitle: T\nstarts: yes\nfirst_step: done\n"
        'review: {by: nobody yet, on: "", due: 2027-01-31}\n'
        f"steps:\n  done:\n    end:\n      text: |\n        {text}\n",
        encoding="utf-8",
    )
    return [finding for finding in check(folder) if finding.code == "F237"]


@pytest.mark.parametrize(
    "number",
    [
        "0300 123 4567",
        "0808-800-1170",
        "(020) 7946 0018",
        "+44 20 7946 0018",
        "02079460018",
        "0117.496.0123",
        "116 123",
    ],
)
def test_a_number_written_out_is_refused_where_it_stands(tmp_path: Path, number: str) -> None:
    (finding,) = found(tmp_path, f"You can ring {number}. They are kind.")
    assert finding.severity == "error"
    assert (finding.line, finding.column, finding.width) == (11, 22, len(number))
    assert finding.message == f"`text` of step `done` has the number `{number}`."
    assert "lifelines list" in finding.hint


@pytest.mark.parametrize(
    "text", ["Ring 999, or 18000 by text relay.", "On 2026-11-22, at 09:30.", "200 000 men, £1 000 000.", "{helpline}"]
)
def test_short_numbers_sums_dates_and_slots_may_stand(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []
