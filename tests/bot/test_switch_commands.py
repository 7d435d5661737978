"""Pausing from the command line, for when nobody can get to the desk: held to the same rules, told once."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

MESSAGE = "We are putting something right.  Please come back after 2pm."


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINGERPOST_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def desk(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["desk", *arguments])


def test_a_message_that_must_not_be_said_is_refused_and_nobody_is_paused(home: Path) -> None:
    said = desk("pause", "Our helpline is down.\nCall 01823 334244.", "--why", "a test", "--who", "Lee Lead")
    assert said.exit_code == 1
    assert "A lock screen may show that line" in said.output
    assert "01823 334244" in said.output
    assert desk("resume", "--who", "Lee Lead").exit_code == 1


def test_it_is_paused_once_and_goes_on_once(home: Path) -> None:
    said = desk("pause", MESSAGE, "--why", "a test", "--who", "Lee Lead")
    assert (said.exit_code, said.output) == (
        0,
        "The bot is paused. Every process that serves goes by it within five seconds.\n",
    )
    again = desk("pause", "Soon.", "--why", "again", "--who", "Max Lead")
    assert again.exit_code == 1
    assert "Men read: We are putting something right. Please come back after 2pm." in again.output
    assert desk("resume", "--who", "Lee Lead").exit_code == 0
    said = desk("resume", "--who", "Lee Lead")
    assert (said.exit_code, "It is not paused." in said.output) == (1, True)
