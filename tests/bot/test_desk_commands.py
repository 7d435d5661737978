"""The operator lets people in, and out again, at the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

SMTP = {"SMTP_URL": "smtp://127.0.0.1:2525?from=desk@example.org"}
INVITE = ("invite", "Jo Hall", "jo@example.org", "--who", "Op")


class Line:
    """The operator's command line."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, **variables: str) -> Result:
        environment = {"FINGERPOST_HOME": str(self.home)}
        environment |= {f"FINGERPOST_{name}": value for name, value in variables.items()}
        return CliRunner().invoke(main, ("desk", *arguments), env=environment)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path / "home")


def test_without_a_mail_server_the_link_is_printed_and_works_where_people_reach_the_desk(line: Line) -> None:
    result = line(*INVITE, "--role", "lead", PUBLIC_URL="https://help.example.org")
    assert result.exit_code == 0, result.output
    assert "Give Jo Hall this link to join; it works once" in result.output
    assert re.search(r"^https://help\.example\.org/desk/link/[\w.-]{60,}$", result.output, re.MULTILINE)


def test_with_a_mail_server_the_link_is_sent_and_nobody_else_sees_it(line: Line) -> None:
    result = line(*INVITE, "--role", "lead", **SMTP)
    assert result.output == "A letter with a link to join is on its way to jo@example.org.\n"


def test_inviting_somebody_again_gives_a_new_link(line: Line) -> None:
    first = line(*INVITE, "--role", "lead", "--role", "editor").output
    again = line(*INVITE).output
    assert "to join" in again
    assert first != again
    assert line(*INVITE, "--role", "editor", "--role", "lead").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("invite", "New", "new@example.org", "--who", "Op"), "Say what this person may do"),
        (("invite", "New", "jo@example.org", "--who", "Op", "--role", "lead"), "is taken"),
        (("invite", "New", "new@", "--who", "Op", "--role", "lead"), "no email address"),
        (("invite", "Jo Hall", "other@example.org", "--who", "Op"), "known by another address: jo@example.org"),
        (("invite", "Jo Hall", "jo@example.org", "--who", "Op", "--role", "editor"), "has other roles already"),
        (("invite", "New", "new@example.org", "--who", " ", "--role", "lead"), "say it in a word or two"),
        (("close", "Nobody", "--who", "Op"), "'fingerpost desk accounts' lists them"),
        (("reset", "Nobody", "--who", "Op"), "'fingerpost desk accounts' lists them"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(line: Line, arguments: tuple[str, ...], told: str) -> None:
    line(*INVITE, "--role", "lead")
    result = line(*arguments)
    assert result.exit_code != 0
    assert told in result.output


def test_accounts_are_listed_reset_and_closed(line: Line) -> None:
    line(*INVITE, "--role", "editor", "--role", "steward")
    assert line("accounts").output == "Jo Hall  jo@example.org  steward, editor  invited\n"
    assert "has to join anew" in line("reset", "jo hall", "--who", "Op").output
    assert "is closed" in line("close", "Jo Hall", "--who", "Op").output
    assert line("accounts").output == "Jo Hall  jo@example.org  steward, editor  closed\n"
    for arguments in (("close", "Jo Hall", "--who", "Op"), ("reset", "Jo Hall", "--who", "Op"), INVITE):
        result = line(*arguments)
        assert result.exit_code != 0
        assert "closed" in result.output
