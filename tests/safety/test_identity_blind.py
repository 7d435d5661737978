"""What docs/safety.md says of identity is what is measured now, and the bar is kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from safety.evaluation import CorpusError
from safety.identity import KINDS
from safety.identity.measuring import Noticed, measure

HERE = Path(__file__).parent


def measured(name: str) -> Noticed:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return measure(csv.DictReader(file))


@pytest.fixture(scope="module")
def blind() -> Noticed:
    return measured("identity_blind.csv")


@pytest.fixture(scope="module")
def second() -> Noticed:
    """Written later, measured once (169 of 180 noticed, 7 of 180 falsely), and learned from since."""
    return measured("identity_blind2.csv")


@pytest.fixture(scope="module")
def page() -> str:
    return (HERE.parents[1] / "docs" / "safety.md").read_text(encoding="utf-8")


def row_of(called: str, found: Noticed) -> str:
    noticed = found.sentences - len(found.missed)
    return f"| {called} | {noticed} of {found.sentences} | {len(found.alarmed)} of {found.harmless} |"


def test_the_documented_figures_are_the_measured_ones(blind: Noticed, second: Noticed, page: str) -> None:
    for row in (row_of("the rules now", blind), row_of("second set, now", second)):
        assert row in page, f"docs/safety.md should say: {row}"


def test_the_first_figure_of_the_second_set_stays_on_the_page(page: str) -> None:
    assert "| second set, first measured | 169 of 180 | 7 of 180 |" in page


def test_the_documented_figures_by_kind_are_the_measured_ones(blind: Noticed, page: str) -> None:
    row = f"| {' | '.join(f'{told} of {there}' for told, there in (blind.by_kind[kind] for kind in KINDS))} |"
    assert row in page, f"docs/safety.md should say: {row}"


@pytest.mark.parametrize("name", ["identity_blind.csv", "identity_blind2.csv"])
def test_at_least_97_in_a_hundred_are_noticed_and_at_most_1_falsely(name: str) -> None:
    found = measured(name)
    assert 1 - len(found.missed) / found.sentences >= 0.97
    assert len(found.alarmed) / found.harmless <= 0.01


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
