"""What docs/safety.md says of identity is what is measured now, and the bar is kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from safety.evaluation import CorpusError
from safety.identity import KINDS
from safety.identity.measuring import Noticed, measure

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def blind() -> Noticed:
    with (HERE / "identity_blind.csv").open(encoding="utf-8", newline="") as file:
        return measure(csv.DictReader(file))


def test_the_documented_figures_are_the_measured_ones(blind: Noticed) -> None:
    page = (HERE.parents[1] / "docs" / "safety.md").read_text(encoding="utf-8")
    noticed = blind.sentences - len(blind.missed)
    row = f"| the rules now | {noticed} of {blind.sentences} | {len(blind.alarmed)} of {blind.harmless} |"
    assert row in page, f"docs/safety.md should say: {row}"
    row = f"| {' | '.join(f'{told} of {there}' for told, there in (blind.by_kind[kind] for kind in KINDS))} |"
    assert row in page, f"docs/safety.md should say: {row}"


def test_at_least_97_in_a_hundred_are_noticed(blind: Noticed) -> None:
    assert 1 - len(blind.missed) / blind.sentences >= 0.97


def test_what_is_told_missed_and_alarmed_is_counted() -> None:
    rows = [
        {"text": "07700 900123", "identifiers": "phone"},
        {"text": "im dave, 07700 900123", "identifiers": "phone name"},
        {"text": "the kettle", "identifiers": "name"},
        {"text": "hello", "identifiers": ""},
        {"text": "my name is dave", "identifiers": ""},
    ]
    found = measure(rows)
    assert (found.sentences, found.missed) == (3, (4,))
    assert (found.harmless, found.alarmed) == (2, (6,))
    assert found.by_kind["phone"] == (2, 2)
    assert found.by_kind["name"] == (1, 2)


def test_an_unknown_kind_or_a_missing_column_is_told_with_its_line() -> None:
    with pytest.raises(CorpusError, match=r"Line 2: `fone` is no kind\. Kinds are phone, email"):
        measure([{"text": "07700 900123", "identifiers": "fone"}])
    with pytest.raises(CorpusError, match=r"Line 2: the columns `text` and `identifiers` are needed"):
        measure([{"identifiers": "phone"}])
