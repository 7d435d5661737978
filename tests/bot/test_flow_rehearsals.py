"""`fingerpost flows rehearse`: what is played, what is told of it, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

FLOW = """\
language: 1
flow: small
title: A small one
starts: yes
review: {by: nobody yet, on: "", due: 2027-01-31}
first_step: hello
steps:
  hello:
    ask:
      first: Hello there. Thanks for getting in touch.
      text: |
        What would help?
      answerless: yes
      options:
        - {id: all, label: That's all, go: done}
        - {id: more, label: Something else, go: done}
  done:
    end:
      text: |
        Come back any time.
"""
REHEARSAL = """\
rehearsal: 1
title: All of it
talk:
  - reads: What would help?
  - taps: That's all
    reads: Come back
    at: small/done
"""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["flows", "rehearse", *map(str, words)])


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(FLOW)
    return tmp_path / "small.yaml"


@pytest.fixture
def rehearsal(tmp_path: Path, flow: Path) -> Path:
    (tmp_path / "rehearsals").mkdir()
    (tmp_path / "rehearsals" / "all.yaml").write_text(REHEARSAL)
    return tmp_path / "rehearsals" / "all.yaml"


def test_the_shipped_rehearsals_are_played_and_nothing_is_missing() -> None:
    shown = run("--at-least", "100")
    assert shown.exit_code == 0, shown.output
    assert re.search("^main +100 %", shown.output, re.MULTILINE)
    assert "Never rehearsed" not in shown.output


def test_what_is_never_rehearsed_is_listed_by_file_and_line(flow: Path, rehearsal: Path) -> None:
    shown = run(rehearsal, "--flows", flow)
    assert shown.exit_code == 0
    assert shown.output == (
        f"""\
Never rehearsed:
  {flow}:16: The option `Something else` of step `hello`

small   75 %  3 of 4
1 rehearsal played; all went as written.
"""
    )


def test_too_little_fails_when_more_is_asked_for(flow: Path, rehearsal: Path) -> None:
    shown = run(rehearsal, "--flows", flow, "--at-least", "80")
    assert shown.exit_code == 1
    assert "error F319: Of `small`, 75 % is rehearsed; the least is 80 %." in shown.output
    assert "something is wrong." in shown.output


def test_rehearsals_lie_beside_the_flows_when_none_are_named(tmp_path: Path, rehearsal: Path) -> None:
    wrong = run("--flows", tmp_path)
    # The flows are checked as they are before they are used: these lack what a whole conversation needs.
    assert "F155" in wrong.output
    assert run(tmp_path / "rehearsals", "--flows", tmp_path / "small.yaml").exit_code == 0


def test_a_folder_without_rehearsals_is_an_error(tmp_path: Path, flow: Path) -> None:
    shown = run("--flows", flow)
    assert shown.exit_code == 1
    assert "F304" in shown.output
    (tmp_path / "empty").mkdir()
    assert "F304" in run(tmp_path / "empty", "--format", "json").output


def test_what_goes_another_way_fails_with_its_line(flow: Path, rehearsal: Path) -> None:
    rehearsal.write_text(REHEARSAL.replace("Come back", "Farewell"))
    shown = run(rehearsal, "--flows", flow)
    assert shown.exit_code == 1
    assert f"{rehearsal}:6:12: error F310: He does not read `Farewell`." in shown.output


def test_update_writes_what_is_read_now(flow: Path, rehearsal: Path) -> None:
    rehearsal.write_text(REHEARSAL.replace("Come back", "Farewell"))
    shown = run(rehearsal, "--flows", flow, "--update")
    assert shown.exit_code == 0
    assert f"Rewritten: {rehearsal}" in shown.output
    assert rehearsal.read_text() == REHEARSAL.replace("Come back", "Come back any time.")


def test_a_rehearsal_that_cannot_be_written_is_an_error(
    flow: Path, rehearsal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    rehearsal.write_text(REHEARSAL.replace("Come back", "Farewell"))
    monkeypatch.setattr(Path, "write_bytes", full)
    shown = run(rehearsal, "--flows", flow, "--update")
    assert shown.exit_code == 1
    assert "it cannot be written: No space left on device." in shown.output


def test_as_json_it_is_one_object_a_line(flow: Path, rehearsal: Path) -> None:
    shown = run(rehearsal, "--flows", flow, "--format", "json")
    never, small = map(json.loads, shown.output.splitlines())
    assert (never["code"], never["line"]) == ("F318", 16)
    assert small == {"flow": "small", "percent": 75, "items": 4, "met": 3}


def test_as_github_it_stands_beside_the_line(flow: Path, rehearsal: Path) -> None:
    shown = run(rehearsal, "--flows", flow, "--format", "github")
    assert shown.output.startswith(f"::warning file={flow},line=16,")
    rehearsal.write_text(REHEARSAL + "  - reads: Hello\n")
    assert "::error" in run(rehearsal, "--flows", flow, "--format", "github").output


def test_where_all_is_rehearsed_github_is_told_nothing(flow: Path, rehearsal: Path) -> None:
    (rehearsal.parent / "more.yaml").write_text(REHEARSAL.replace("That's all", "Something else"))
    assert run(rehearsal.parent, "--flows", flow, "--format", "github").output == ""
