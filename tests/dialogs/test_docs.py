"""The pages for editors tell what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogs.codes import CODES
from dialogs.findings import render_text
from dialogs.flow import CARD_LINES
from dialogs.loading import check
from dialogs.steps import STEP_TYPES

DOCS = Path(__file__).parents[2] / "docs"
EDITORS = (DOCS / "editors.md").read_text(encoding="utf-8")
ERRORS = (DOCS / "flow-errors.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_heading_that_says_why_and_what_to_do(code: str) -> None:
    (section,) = re.findall(rf"^### {code} (.+?)(?=^##|\Z)", ERRORS, re.MULTILINE | re.DOTALL)
    title, why, what_to_do = section.strip().split("\n\n")
    assert title == CODES[code].title
    assert " ".join(why.split()) == CODES[code].why
    assert what_to_do


def test_no_heading_is_about_a_code_that_does_not_exist() -> None:
    assert re.findall(r"^### (F\d+)", ERRORS, re.MULTILINE) == list(CODES)


def test_the_example_for_editors_is_a_sound_conversation(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.+?)```", EDITORS, re.DOTALL)
    (tmp_path / "example.yaml").write_text(example, encoding="utf-8")
    assert render_text(check(tmp_path)) == ""


def test_every_kind_of_step_is_in_the_table_with_all_its_entries() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (?:.+?) \| (.+) \|$", EDITORS, re.MULTILINE))
    for kind, step in STEP_TYPES.items():
        required, _, optional = rows[kind].partition("(")
        schema = step.schema()
        needed = {*schema["required"], *schema.get("else", {}).get("required", ())}
        assert set(re.findall(r"`(\w+)`", required)) == needed
        assert set(re.findall(r"`(\w+)`", optional)) == set(schema["properties"]) - needed


def test_every_line_of_a_card_is_in_the_table_with_its_slots() -> None:
    for key, slots in CARD_LINES.items():
        cell = " ".join(f"`{{{slot}}}`" for slot in slots) or "-"
        assert f"| `{key}` | {cell} |\n" in EDITORS
