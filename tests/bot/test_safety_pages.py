"""What docs/safety.md and docs/dpia.md say is tested is tested, where they say that code is there is code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot import session_tables
from bot.sessions import Sessions

ROOT = Path(__file__).parents[2]
PAGES = ("docs/safety.md", "docs/dpia.md")


def _tests() -> set[str]:
    """The names of all tests and of the files that hold them."""
    names = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        names.add(path.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
    return names


def _code_of(page: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", (ROOT / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page: str) -> None:
    named = {name for name in _code_of(page) if re.fullmatch(r"test_\w+(\.py)?", name)}
    assert len(named) >= 10
    assert named - _tests() == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_folder_that_is_named_exists(page: str) -> None:
    roots = ("bot/", "dialogs/", "safety/", "tests/", "service_directory/")
    named = {name for name in _code_of(page) if name.startswith(roots)}
    assert len(named) >= 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_assessment_names_every_table_and_every_key_file() -> None:
    page = (ROOT / "docs/dpia.md").read_text(encoding="utf-8")
    for table in session_tables.metadata.tables:
        assert f"table `{table}`" in page
    source = Path(Sessions.open.__code__.co_filename).read_text(encoding="utf-8")
    files = set(re.findall(r'"([\w-]+-keys\.json)"', source))
    assert len(files) == 4
    for page in ("docs/dpia.md", "docs/operators.md", "docs/decisions/0002-keys-of-the-hour.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert [name for name in files if name not in text] == []


def test_the_assessment_says_that_it_is_a_draft_and_has_every_step_of_the_template() -> None:
    page = (ROOT / "docs/dpia.md").read_text(encoding="utf-8")
    assert "DRAFT. Reviewed by nobody" in page
    for number, step in enumerate(
        (
            "Identify the need for a DPIA",
            "Describe the processing",
            "Consultation process",
            "Assess necessity and proportionality",
            "Identify and assess risks",
            "Identify measures to reduce risk",
            "Sign off and record outcomes",
        ),
        start=1,
    ):
        assert f"## Step {number}: {step}" in page
    assert "| Measures approved by | | |" in page
