"""What docs/safety.md says of sentences never seen is what is measured now."""

from __future__ import annotations

import csv
from pathlib import Path

from safety.evaluation import evaluate, read_rows
from safety.risk import LABELS

HERE = Path(__file__).parent


def test_the_documented_figures_are_the_measured_ones() -> None:
    with (HERE / "blind.csv").open(encoding="utf-8", newline="") as file:
        found = evaluate(read_rows(csv.DictReader(file)))
    measured = [f"{found.scores[label].met} of {found.scores[label].sentences}" for label in LABELS]
    measured += [f"{len(found.interrupted)} of {found.harmless}", f"{len(found.asked)} of {found.harmless}"]
    row = f"| {' | '.join(measured)} |"
    page = (HERE.parents[1] / "docs" / "safety.md").read_text(encoding="utf-8")
    assert row in page, f"docs/safety.md should say: {row}"
