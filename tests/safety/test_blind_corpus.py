"""What docs/safety.md says of sentences never seen is what is measured now."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from safety.evaluation import evaluate, read_rows
from safety.risk import LABELS

HERE = Path(__file__).parent
FILES = ("blind.csv", "blind2.csv", "blind3.csv", "blind4.csv")


@pytest.mark.parametrize("name", FILES)
def test_the_documented_figures_are_the_measured_ones(name: str) -> None:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        found = evaluate(read_rows(csv.DictReader(file)))
    scores = [found.scores[label] for label in LABELS]
    measured = [f"{score.met} of {score.sentences} ({score.named})" for score in scores]
    measured += [f"{len(found.interrupted)} of {found.harmless}", f"{len(found.asked)} of {found.harmless}"]
    row = f"| {' | '.join(measured)} |"
    page = (HERE.parents[1] / "docs" / "safety.md").read_text(encoding="utf-8")
    line = next(line for line in page.splitlines() if line.startswith(f"| `tests/safety/{name}`"))
    assert line.endswith(row), f"docs/safety.md should say of {name}: {row}"


@pytest.mark.parametrize("name", FILES)
def test_nothing_was_learned_from_them(name: str) -> None:
    """Of dangers; "hiya" and "are you a real person" are what anyone writes."""
    learned = {text for path in (HERE.parents[1] / "safety" / "training").glob("*.csv") for text in dangers(path)}
    assert {text for text in dangers(HERE / name) & learned if len(text.split()) > 4} == set()


def dangers(path: Path) -> set[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["text"].casefold().strip() for row in csv.DictReader(file) if row["risk_label"] != "none"}
