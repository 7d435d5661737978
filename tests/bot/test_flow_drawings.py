"""`fingerpost flows draw`: what is drawn, and where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.dialogs.drawing.conftest import HEAD, read

BOOK = Path(__file__).parents[1] / "dialogs" / "book"


def draw(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["flows", "draw", *map(str, words)])


def test_all_flows_together_are_printed_as_mermaid() -> None:
    shown = draw(BOOK)
    assert shown.exit_code == 0
    assert shown.output.startswith('---\ntitle: "All flows"\n---\nflowchart TD\n')


def test_the_shipped_flows_are_drawn_when_no_others_are_named() -> None:
    shown = draw("--flow", "neck")
    assert shown.output.startswith('---\ntitle: "Pressure on the neck"')


def test_one_flow_can_be_printed_as_svg() -> None:
    shown = draw(BOOK, "--flow", "reading", "--format", "svg")
    assert read(shown.output).tag.endswith("svg")


@pytest.mark.parametrize(("name", "start"), [("a.svg", "<svg"), ("a.mmd", "---"), ("a.txt", "---")])
def test_a_file_says_by_its_name_what_it_is(tmp_path: Path, name: str, start: str) -> None:
    shown = draw(BOOK, "--out", tmp_path / name)
    assert shown.output == f"{tmp_path / name}\n"
    assert (tmp_path / name).read_text().startswith(start)


def test_a_folder_gets_every_flow_and_all_together(tmp_path: Path) -> None:
    shown = draw(BOOK, "--out", tmp_path / "pictures")
    assert shown.exit_code == 0
    names = {file.name for file in (tmp_path / "pictures").iterdir()}
    assert names == {"_overview.svg", *(f"{file.stem}.svg" for file in BOOK.glob("*.yaml"))}
    assert len(shown.output.splitlines()) == len(names)


def test_a_folder_can_get_one_flow_as_mermaid(tmp_path: Path) -> None:
    draw(BOOK, "--flow", "main", "--format", "mermaid", "--out", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["main.mmd"]


def test_a_file_by_itself_is_one_drawing(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(HEAD + "  hello: {end: {text: Bye.}}\n")
    assert 'title: "A small one"' in draw(tmp_path / "small.yaml").output
    draw(tmp_path / "small.yaml", "--out", tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["small.svg"]


def test_mistakes_are_marked_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(HEAD + "  hello: {say: {text: Hi., go: nowhere}}\n")
    (tmp_path / "other.yaml").write_text(HEAD.replace("small", "other") + "  hello: {end: {text: Bye.}}\n")
    assert "F130" not in draw(tmp_path, "--flow", "small").output
    assert "<b>hello F130</b>" in draw(tmp_path, "--flow", "small", "--findings").output
    assert "<b>small F130</b>" in draw(tmp_path, "--findings").output


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    shown = draw(BOOK, "--out", tmp_path / "taken" / "all.svg")
    assert shown.exit_code == 1
    assert "it cannot be written" in shown.output


def test_a_flow_that_does_not_exist_is_an_error_with_a_guess() -> None:
    shown = draw(BOOK, "--flow", "raeding")
    assert shown.exit_code == 2
    assert "There is no flow `raeding`. Did you mean `reading`?" in shown.output


def test_a_folder_without_flows_is_an_error(tmp_path: Path) -> None:
    shown = draw(tmp_path)
    assert shown.exit_code == 1
    assert "there is no flow that can be read" in shown.output
    unreadable = tmp_path / "many"
    unreadable.mkdir()
    for n in range(201):
        (unreadable / f"f{n}.yaml").write_text("")
    assert "There are 201 flows" in draw(unreadable).output
