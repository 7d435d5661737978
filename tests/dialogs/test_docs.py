"""The pages for editors tell what the program does."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dialogs import reference
from dialogs.cards import CARD_LINES
from dialogs.codes import CODES
from dialogs.findings import render_text
from dialogs.loading import check
from dialogs.steps import STEP_TYPES, Step
from tests.support.broken_flows import broken_flows, findings_of

DOCS = Path(__file__).parents[2] / "docs"
ERRORS = (DOCS / "flow-errors.md").read_text(encoding="utf-8")
LANGUAGE = (DOCS / "flow-language.md").read_text(encoding="utf-8")

# Around an example of one step: what it can name. Steps that it leads to are added as ends.
AROUND = """\
language: 1
flow: example
title: An example
starts: yes
review: {by: nobody yet, on: "", due: 2027-01-31}
answers:
  need: [talk, stay, money]
  where: area
first_step: %s
steps:
"""
OTHER = """\
language: 1
flow: danger
title: Danger
interrupt: [immediate_danger]
review: {by: nobody yet, on: "", due: 2027-01-31}
first_step: now
steps:
  now:
    end:
      text: |
        Ring {helpline}
"""


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_heading_that_says_why_and_what_to_do(code: str) -> None:
    (section,) = re.findall(rf"^### {code} (.+?)(?=^##|\Z)", ERRORS, re.MULTILINE | re.DOTALL)
    title, why, what_to_do = section.strip().split("\n\n")
    assert title == CODES[code].title
    assert " ".join(why.split()) == CODES[code].why
    assert what_to_do


def test_no_heading_is_about_a_code_that_does_not_exist() -> None:
    assert re.findall(r"^### (F\d+)", ERRORS, re.MULTILINE) == list(CODES)


def test_the_page_of_the_language_is_the_one_that_the_program_makes() -> None:
    assert reference.page() == LANGUAGE, "python -m dialogs.reference > docs/flow-language.md"


def test_the_page_can_be_made_anew_by_one_command() -> None:
    made = subprocess.run([sys.executable, "-m", "dialogs.reference"], capture_output=True, check=True, text=True)
    assert made.stdout == LANGUAGE


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    anchors = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall("^#+ (.+)$", ERRORS, re.M)
    }
    linked = set(re.findall(r"flow-errors\.md#([^)]+)\)", LANGUAGE))
    assert linked <= anchors


def test_the_flow_on_the_page_is_a_sound_conversation(tmp_path: Path) -> None:
    (tmp_path / "short_talk.yaml").write_text(reference.EXAMPLE, encoding="utf-8")
    assert [finding.message for finding in check(tmp_path) if finding.code < "F200"] == []


def example_of(step: type[Step]) -> str:
    """The example in a step's docstring, with the lines of the card that it leaves out."""
    (example,) = re.findall(r"```yaml\n(.+?)```", inspect.getdoc(step) or "", re.DOTALL)
    further = [key for key in CARD_LINES if f"  {key}:" not in example]
    return re.sub(
        r"^( +)# and so on.*$", lambda m: "\n".join(f"{m[1]}{key}: x" for key in further), example, flags=re.M
    )


@pytest.mark.parametrize("step", STEP_TYPES.values(), ids=STEP_TYPES)
def test_the_example_of_every_kind_of_step_can_be_loaded(step: type[Step], tmp_path: Path) -> None:
    example = example_of(step)
    (name,) = re.findall(r"^(\w+):", example, re.MULTILINE)
    led_to = set(re.findall(r"(?:go|skip|else|stay|money): (\w+)", example)) - {name}
    ends = "".join(f"  {other}:\n    end: {{text: Bye.}}\n" for other in sorted(led_to))
    body = AROUND % name + "".join(f"  {line}\n" if line else "\n" for line in example.splitlines()) + ends
    (tmp_path / "example.yaml").write_text(body, encoding="utf-8")
    (tmp_path / "danger.yaml").write_text(OTHER, encoding="utf-8")
    found = [finding for finding in check(tmp_path) if finding.code < "F200"]
    assert render_text(found) == ""


def test_the_page_names_for_each_kind_of_step_the_mistakes_that_are_told_of_it() -> None:
    """Every mistake of the broken flows that lies in a step is one that the page names for its kind or for any."""
    anywhere = set(re.findall(r"\[(F\d+)\]", LANGUAGE.partition("## A flow")[0]))
    for path in broken_flows():
        for finding in findings_of(path):
            kind = kind_at(Path(finding.file), finding.line)
            if kind is not None and finding.code not in ("F103", "F104", "F106", "F107", "F108", "F110", "F150"):
                assert finding.code in anywhere | set(STEP_TYPES[kind].codes), (path.name, finding.code, kind)


def kind_at(file: Path, line: int) -> str | None:
    """The kind of the step that a line of a file stands in."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    steps = next((n for n, text in enumerate(lines) if text.startswith("steps:")), len(lines))
    for text in reversed(lines[steps + 1 : line + 1]):
        match = re.match(r"    (\w+):", text)
        if match:
            return match[1] if match[1] in STEP_TYPES else None
    return None
