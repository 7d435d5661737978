"""A mistake that was found by walking can be met: the check gives the command, and the command has the conversation."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.preview import turns_of
from dialogs.findings import MOST_SHOWN, Finding, in_one_line, quoted, render_text

# From `trap` no end can be reached.
FLOW = """\
language: 1
flow: main
title: A trap
starts: yes
review: {by: nobody yet, on: "", due: 2027-01-31}
first_step: hello
steps:
  hello:
    ask:
      text: |
        Is it OK?
      why: |
        So.
      options:
        - {id: ok, label: That's fine, go: trap}
        - {id: no, label: "No; not now", go: done}
      skip: done
  trap:
    ask:
      text: |
        Here you stay.
      why: |
        So.
      options: [{id: again, label: Again, go: trap}]
      skip: trap
  done:
    end:
      text: |
        That is all.
"""


def test_the_command_of_a_finding_leads_to_where_it_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINGERPOST_HOME", str(tmp_path / "home"))
    flow = tmp_path / "main.yaml"
    flow.write_text(FLOW, encoding="utf-8")
    checked = CliRunner().invoke(main, ["flows", "check", str(flow)])
    assert checked.exit_code == 1
    command = next(iter(re.findall(r"= See it: fingerpost (chat .*)", checked.output)))
    assert command == f'chat --flow {flow} --replay "That\'s fine"'
    had = CliRunner().invoke(main, [*shlex.split(command), "--jsonl"])
    assert [json.loads(line)["step"] for line in had.output.splitlines()] == ["hello", "trap"]
    shown = CliRunner().invoke(main, shlex.split(command))
    assert "> That's fine\n" in shown.output
    assert shown.output.index("> That's fine") < shown.output.index("Here you stay.")


def test_a_talk_can_begin_at_a_step_of_a_preview_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINGERPOST_HOME", str(tmp_path / "home"))
    flow = tmp_path / "main.yaml"
    flow.write_text(FLOW, encoding="utf-8")
    begun = CliRunner().invoke(main, ["chat", "--flow", str(flow), "--at-step", "main/trap", "--jsonl"])
    assert json.loads(begun.output)["step"] == "trap"
    lost = CliRunner().invoke(main, ["chat", "--flow", str(flow), "--at-step", "main/tarp"])
    assert (lost.exit_code, "Did you mean `trap`?" in lost.output) == (1, True)
    assert CliRunner().invoke(main, ["chat", "--at-step", "main/trap"]).exit_code == 2


@pytest.mark.parametrize(
    "word", ["It's a friend; Skip", 'He said "no"', "$HOME `x`", "a\\b", "100 %", "our-flows/a.yaml"]
)
def test_what_is_to_be_typed_in_a_shell_is_quoted_for_it(word: str) -> None:
    assert shlex.split(quoted(word)) == [word]


@given(st.lists(st.from_regex(r"[a-z;'. ]*[a-z;]", fullmatch=True).map(str.strip)))
def test_a_conversation_in_one_line_is_read_as_it_was_written(turns: list[str]) -> None:
    assert turns_of(in_one_line(turns)) == turns


def finding(number: int, severity: str) -> Finding:
    return Finding("F201", severity, "main.yaml", number, 1, "Here.", "So.")  # type: ignore[arg-type]


def test_warnings_never_crowd_out_a_mistake() -> None:
    found = [*(finding(number, "warning") for number in range(1, MOST_SHOWN + 1)), finding(99, "error")]
    assert render_text(found).startswith("main.yaml:99:1: error")
    assert "... and 1 more." in render_text(found)
    assert render_text(found[1:]).startswith("main.yaml:2:1: warning")
