"""The conversations that come with the program are rehearsed from end to end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.flow_knowledge import known
from bot.flow_rehearsals import NOON, read_rehearsals, shipped_rehearsals
from dialogs.book import Book
from dialogs.findings import render_text
from dialogs.loading import load_book
from dialogs.rehearsal import rehearse
from dialogs.rehearsal.script import ACTS, EXPECTATIONS, OUTCOMES
from dialogs.simulator import Simulator, area
from safety.lifelines import Lifelines

FILES = read_rehearsals(shipped_rehearsals())


@pytest.fixture(scope="module")
def lines() -> Mapping[str, str]:
    return Lifelines.load().worded(NOON)


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load_book(None, known(Lifelines.load()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.rsplit("/", 1)[-1])
def test_a_shipped_rehearsal_goes_as_written(shipped: Book, lines: Mapping[str, str], file: str) -> None:
    came = rehearse(shipped, {file: FILES[file]}, lines)
    assert render_text([finding for finding in came.findings if finding.severity == "error"]) == ""


def test_everything_that_is_shipped_is_rehearsed(shipped: Book, lines: Mapping[str, str]) -> None:
    came = rehearse(shipped, FILES, lines, at_least=100)
    assert render_text(came.findings) == ""
    assert {part.flow: part.percent for part in came.parts} == dict.fromkeys(shipped.flows, 100)


def test_the_examples_for_editors_and_programmers_are_true(shipped: Book, lines: Mapping[str, str]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "rehearsals.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)
    came = rehearse(shipped, {"docs/rehearsals.md": example.encode()}, lines)
    assert render_text([finding for finding in came.findings if finding.severity == "error"]) == ""
    (code,) = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    exec(code, {"Simulator": Simulator, "area": area, "book": shipped, "lines": lines})  # noqa: S102
    for word in (*ACTS, *EXPECTATIONS, *OUTCOMES):
        assert f"`{word}" in page
