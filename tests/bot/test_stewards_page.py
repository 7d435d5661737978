"""The page for stewards is done as it stands: every command is run, every output held against what the page says."""

from __future__ import annotations

import re

import pytest

from tests.support.stewards_page import PAGE, followed
from tests.support.tutorial import Ran, blocks

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> list[Ran]:
    return followed(tmp_path_factory.mktemp("steward"))


def test_every_command_prints_what_the_page_says(ran: list[Ran]) -> None:
    assert len(ran) > 12
    for command in ran:
        assert command.agrees, f"$ {command.command}\n{command.said}"


def test_what_the_page_shows_and_does_not_run_is_the_setting_up_and_the_format_of_entries() -> None:
    shown = [block for block in blocks(TEXT) if block.kind != "console" and not block.file]
    assert [(block.kind, block.body.split("\n")[0]) for block in shown] == [
        ("sh", "export FINGERPOST_HOME=$PWD/practice"),
        ("yaml", "directory: 1                      # the format"),
    ]


def test_every_place_on_the_page_and_every_file_that_it_leads_to_is_there() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.strip("# ").lower()).replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    assert {place for place in re.findall(r"\]\(#([^)]+)\)", TEXT)} <= headings
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXT)
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
