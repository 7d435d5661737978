"""The JSON Schema and the loader agree: an editor must not be told two things."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogs.flow import json_schema
from dialogs.steps import STEP_TYPES
from tests.dialogs.conftest import HERE

FLOWS = sorted((HERE / "book").glob("*.yaml"))


def test_the_schema_is_plain_json_that_names_its_draft() -> None:
    schema = json.loads(json.dumps(json_schema()))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    kinds = schema["properties"]["steps"]["additionalProperties"]["oneOf"]
    assert [kind["required"] for kind in kinds] == [[kind] for kind in STEP_TYPES]


def test_every_kind_of_step_is_explained_with_an_example() -> None:
    for step in STEP_TYPES.values():
        assert "```yaml" in (step.__doc__ or "")


def entries(schema: dict[str, Any], value: Any) -> None:
    """Every entry of `value` is one the schema has, and none that it requires is missing."""
    assert set(schema["required"]) <= set(value)
    assert set(value) <= set(schema["properties"])


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name)
def test_the_schema_knows_every_entry_of_a_flow_that_loads(path: Path) -> None:
    schema = json_schema()
    flow = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (builds only strings)
    entries(schema, flow)
    kinds = {next(iter(k["properties"])): k for k in schema["properties"]["steps"]["additionalProperties"]["oneOf"]}
    for body in flow["steps"].values():
        ((kind, fields),) = body.items()
        entries(kinds[kind]["properties"][kind], fields)
        for option in fields.get("options", []):
            entries(kinds[kind]["properties"][kind]["properties"]["options"]["items"], option)
