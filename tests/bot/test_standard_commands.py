"""The standards and redaction, as an operator meets them on the command line."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from bot.cli import main
from tests.support.services import written, written_service

Line = Callable[..., Result]
SHIPPED = files("service_directory") / "data" / "standards" / "mdan-da-1.yaml"


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """The command line with a home of its own; what is typed is given as `typed`."""
    runner = CliRunner()

    def run(*arguments: str, typed: str = "") -> Result:
        return runner.invoke(main, ["directory", *arguments], input=typed, env={"FINGERPOST_HOME": str(tmp_path)})

    return run


def test_the_standards_are_listed_with_whose_words_they_are(line: Line) -> None:
    result = line("standard", "list", "--criteria")
    assert result.exit_code == 0
    assert "MDAN-DA/1: Access and delivery standards for men (counts)" in result.output
    assert "Not a quotation" in result.output
    assert "AE Access and engagement: 18, essential: AE1, AE2, AE5" in result.output
    assert "    AE1* " in result.output
    assert "AE1*" not in line("standard", "list").output


def test_an_operators_own_version_is_loaded_only_when_told_to(line: Line, tmp_path: Path) -> None:
    own = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    own |= {"version": "2", "replaces": ["1"], "wording": "Our copy."}
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(own), encoding="utf-8")
    asked = ("standard", "load", str(file), "--who", "Sam", "--why", "our copy came")
    dry = line(*asked)
    assert dry.output == "new: standard MDAN-DA/2\nNothing was written: add --apply to do it.\n"
    assert line(*asked, "--apply").output == "new: standard MDAN-DA/2\n"
    assert line(*asked, "--apply").output == "unchanged: standard MDAN-DA/2\n"
    told = line("standard", "list").output
    assert "MDAN-DA/1: Access and delivery standards for men (does not count)" in told
    assert "MDAN-DA/2: Access and delivery standards for men (counts)" in told


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"standard: 1\n", "the standard, code: is missing"), (b"\xff\xfe", "is not a text file")],
)
def test_a_standard_with_mistakes_is_refused_by_name(line: Line, tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_bytes(content)
    result = line("standard", "load", str(file), "--who", "Sam", "--why", "test", "--apply")
    assert result.exit_code != 0
    assert told in result.output


def test_words_are_taken_out_for_good_and_never_stand_on_the_command_line(line: Line, tmp_path: Path) -> None:
    document = tmp_path / "services.yaml"
    service = written_service(happens="Zebedee Featherstone answers.")
    document.write_text(yaml.safe_dump(written(service)), encoding="utf-8")
    assert line("import", str(document), "--apply").exit_code == 0
    document.unlink()
    result = line("redact", "--who", "Alex", "--why", "he asked us to", typed="zebedee featherstone\n\n")
    assert result.exit_code == 0
    assert result.output.startswith("Taken out of 2 rows: 1 in metadata, 1 in service.\n")
    assert "destroy the old ones" in result.output
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"Featherstone" not in file.read_bytes(), file
    assert line("redact", "--who", "Alex", "--why", "again", typed="Zebedee\n").output.startswith(
        "Taken out of 0 rows."
    )


def test_ids_that_hold_the_words_are_told(line: Line, tmp_path: Path) -> None:
    document = tmp_path / "services.yaml"
    service = written_service("featherstone-house", name="Featherstone House")
    document.write_text(yaml.safe_dump(written(service)), encoding="utf-8")
    line("import", str(document), "--apply")
    result = line("redact", "--who", "Alex", "--why", "test", typed="Featherstone House\n")
    assert "cannot be changed: featherstone-house" in result.output


def test_nothing_is_redacted_without_words(line: Line) -> None:
    result = line("redact", "--who", "Alex", "--why", "test")
    assert result.exit_code != 0
    assert "Say which words" in result.output
