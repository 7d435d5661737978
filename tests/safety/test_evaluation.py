"""Recall and false alarms are counted as the documentation says."""

from __future__ import annotations

import pytest

from safety.evaluation import CorpusError, evaluate, read_rows


def rows(*pairs: tuple[str, str]) -> list[dict[str, str | None]]:
    return [{"text": text, "risk_label": label, "notes": ""} for text, label in pairs]


def test_met_missed_and_false_alarms_are_told_apart() -> None:
    found = evaluate(
        read_rows(
            rows(
                ("she's got a knife", "immediate_danger"),
                ("the kettle is on", "immediate_danger"),
                ("I want to kill myself", "suicide"),
                ("she choked me and I want to die", "strangulation|suicide"),
                ("could murder a pint", "none"),
                ("he has got a knife", "none"),
            )
        )
    )
    danger = found.scores["immediate_danger"]
    assert (danger.sentences, danger.met, danger.missed) == (2, 1, (3,))
    assert found.scores["suicide"].met == found.scores["suicide"].sentences == 2
    assert (found.harmless, found.interrupted, found.asked) == (2, (7,), ())


def test_an_unknown_label_or_a_missing_column_is_told_with_its_line() -> None:
    with pytest.raises(CorpusError, match=r"Line 3: `dangr` is no label\. Labels are immediate_danger,"):
        read_rows(rows(("hello", "none"), ("help", "dangr")))
    with pytest.raises(CorpusError, match=r"Line 2: the columns `text` and `risk_label` are needed"):
        read_rows([{"words": "hello"}])
