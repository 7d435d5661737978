"""The alerts and the dashboard speak of the figures that there are, of all of them, and say what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot import conversation, stepping
from bot.operating.measures import CHANNELS, OUTCOMES, Measures
from bot.operating.watching import _LETTERS
from service_directory.duties import URGENCIES

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
SAMPLES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
OPERATORS = Path(__file__).parents[2] / "docs" / "operators.md"


def figures() -> dict[str, set[str]]:
    """The names of samples by the figure that they are of."""
    families = text_string_to_metric_families(Measures().page().decode())
    found: dict[str, set[str]] = {
        family.name: {family.name + suffix for suffix in SAMPLES[family.type]}
        for family in families
        # The library counts since when, beside each counter and histogram.
        if not family.name.endswith("_created")
    }
    return found


def named(expressions: list[str]) -> set[str]:
    return set(re.findall(r"\bfingerpost_\w+", " ".join(expressions)))


EXPRESSIONS = {
    "the alerts": [str(rule["expr"]) for rule in RULES],
    "the dashboard": [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]],
}


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_every_figure_that_is_named_exists(where: str) -> None:
    exist = {name for samples in figures().values() for name in samples}
    assert named(EXPRESSIONS[where]) <= exist


def test_every_figure_of_ours_is_on_the_dashboard() -> None:
    shown = named(EXPRESSIONS["the dashboard"])
    assert [name for name, samples in figures().items() if not samples & shown] == []


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_the_labels_and_values_that_are_asked_for_can_be_there(where: str) -> None:
    possible: dict[str, set[str]] = {
        "job": {"fingerpost"},
        "outcome": set(OUTCOMES),
        "channel": set(CHANNELS),
        "level": {"warning", "error", "critical"},
        "module": {conversation.log.name, stepping.log.name},
        "urgency": set(URGENCIES),
        "state": set(_LETTERS),
    }
    for label, values in re.findall(r'(\w+)=~?"([^"]*)"', " ".join(EXPRESSIONS[where])):
        assert set(values.split("|")) <= possible[label]


def test_every_alert_says_what_is_wrong_and_what_to_do_and_is_explained_to_operators() -> None:
    explained = OPERATORS.read_text(encoding="utf-8")
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "do"}
        assert all(rule["annotations"].values())
        assert f"`{rule['alert']}`" in explained


def test_the_panels_have_names_words_and_places_of_their_own() -> None:
    panels = DASHBOARD["panels"]
    assert all(panel["title"] and panel["description"] for panel in panels)
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(taken) == len(panels)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)
