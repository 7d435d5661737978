"""`fingerpost counts`: figures that may be told, in words, for programs, and as a report to be printed."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.rooms import open_directory
from bot.settings import Settings
from service_directory.areas import Areas
from service_directory.desk.counts import Counts
from service_directory.desk.keeping import desk_database

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
LONDON = "E12000007"


class Line:
    """The command line with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.environment = {"FINGERPOST_HOME": str(home), "FINGERPOST_HELPLINE_NAME": "The Helpline"}

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["counts", *arguments], env=self.environment)

    def count(self, month: date, counted: dict[tuple[str, str], int]) -> None:
        asyncio.run(self._count(month, counted))

    async def _count(self, month: date, counted: dict[tuple[str, str], int]) -> None:
        directory = await open_directory(Settings.read(self.environment))
        try:
            await Counts(await desk_database(directory), Areas.load()).add(month, counted)
        finally:
            await directory.close()


@pytest.fixture
def fingerpost(tmp_path: Path) -> Line:
    return Line(tmp_path / "home")


@pytest.fixture
def counted(fingerpost: Line) -> Line:
    fingerpost.count(JANUARY, {("conversations", ""): 1_204, ("none:stay", LONDON): 33, ("helped:no", ""): 9})
    fingerpost.count(FEBRUARY, {("conversations", ""): 61})
    return fingerpost


def test_where_nothing_was_counted_it_says_when_there_will_be_something(fingerpost: Line) -> None:
    result = fingerpost()
    assert (result.exit_code, result.output) == (
        0,
        "There is nothing to tell yet: a figure is released once its month is over, and from ten on.\n",
    )


def test_it_tells_each_part_with_its_sum_and_its_figures(counted: Line) -> None:
    assert counted().output.splitlines() == [
        "Conversations begun: about 1,265",
        "    1,205  Conversations, All regions, January 2026",
        "       60  Conversations, All regions, February 2026",
        "Nothing was found: about 35",
        "       35  Somewhere to stay, London, January 2026",
    ]


def test_a_month_and_a_program_are_answered_too(counted: Line) -> None:
    (line,) = counted("--json", "--month", "2026-02").output.splitlines()
    assert json.loads(line) == {
        "kind": "conversations",
        "of": "",
        "place": "",
        "where": "All regions",
        "rest": False,
        "months": ["2026-02"],
        "number": 60,
    }


@pytest.mark.parametrize("month", ["2026", "November", "2026-13"])
def test_what_is_no_month_is_said_to_be_none(fingerpost: Line, month: str) -> None:
    result = fingerpost("--month", month)
    assert result.exit_code == 2
    assert "Write it like 2026-11." in result.output


def test_the_report_is_one_file(counted: Line, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    result = counted("report", "--out", str(out))
    assert (result.exit_code, result.output) == (0, f"{out} is written.\n")
    page = out.read_text(encoding="utf-8")
    assert "The Helpline, January 2026 to February 2026." in page
    assert "Somewhere to stay" in page


def test_a_report_without_figures_says_so(fingerpost: Line, tmp_path: Path) -> None:
    assert "There is nothing to tell yet" in fingerpost("report", "--out", str(tmp_path / "report.html")).output


def test_a_report_that_cannot_be_written_is_told_plainly(fingerpost: Line, tmp_path: Path) -> None:
    result = fingerpost("report", "--out", str(tmp_path / "nowhere" / "report.html"))
    assert result.exit_code == 1
    assert "report.html cannot be written: No such file or directory." in result.output


def test_options_of_the_figures_do_not_go_with_a_further_command(fingerpost: Line, tmp_path: Path) -> None:
    result = fingerpost("--json", "report", "--out", str(tmp_path / "report.html"))
    assert result.exit_code == 2
    assert "go without a further command" in result.output
