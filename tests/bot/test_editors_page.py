"""The page for editors is done as it stands: every command is run, and every output held against what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.editors_page import DOCS, PAGE, PHONE, followed, picture_of
from tests.support.tutorial import Block, Ran, blocks, change

# In one process, so that the page is done once.
MAKE_AGAIN = "python -m tests.support.editors_page makes the pictures again"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("editor")


@pytest.fixture(scope="module")
def ran(folder: Path) -> list[Ran]:
    return followed(folder)


def test_every_command_prints_what_the_page_says(ran: list[Ran]) -> None:
    assert len(ran) > 12
    for command in ran:
        if not command.picture:
            assert command.agrees, f"$ {command.command}\n{command.said}"


def test_every_picture_is_of_what_the_program_does_now(ran: list[Ran], folder: Path) -> None:
    pictured = [command for command in ran if command.picture]
    assert len(pictured) == 4
    for command in pictured:
        kept = (DOCS / command.picture).read_text(encoding="utf-8")
        # The layout of a drawing is the layout library's; what stands in it is ours.
        assert words_in(kept) == words_in(picture_of(command, folder)), f"{command.picture}: {MAKE_AGAIN}"


def words_in(picture: str) -> list[str]:
    """All texts of an SVG, in no order that depends on where they stand."""
    return sorted(re.findall(r"<text[^>]*>(.*?)</text>", picture, re.DOTALL))


def test_what_the_page_shows_and_does_not_run_is_the_setting_up_alone() -> None:
    shown = [block for block in blocks(TEXT) if block.kind not in ("console", "diff") and not block.file]
    assert [block.kind for block in shown] == ["sh"]
    assert shown[0].body.startswith("git clone")


def test_every_image_and_every_page_that_it_leads_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXT)
    assert PHONE in links
    assert [link for link in links if not (DOCS / link).exists()] == []


def test_every_image_is_told_in_words_too() -> None:
    assert all(len(words.split()) > 5 for words in re.findall(r"!\[([^\]]*)\]", TEXT))


# --- How a page is followed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promised", "agrees"),
    [
        ("one\ntwo\nthree\n", True),
        ("...\nthree\n", True),
        ("one\n...\nthree\n", True),
        ("one\n...\n", True),
        ("one\ntwo\n", False),
        ("...\ntwo\n", False),
        ("one\nthree\n", False),
        ("", False),
    ],
)
def test_three_dots_stand_for_any_lines(promised: str, agrees: bool) -> None:
    assert Ran("x", "one\ntwo  \nthree\n", promised, "").agrees is agrees


def test_a_version_may_have_any_name() -> None:
    assert Ran("x", "version ace1a66d59bd\n", "version 0123456789ab\n", "").agrees


def test_the_parts_of_a_page_are_told_apart() -> None:
    page = "```console\n$ a\nb\n```\n\n![c](d.svg)\n\n```yaml e.yaml\nf\n```\n```diff g.yaml while h\n+i\n```\n"
    assert list(blocks(page)) == [
        Block("console", "", "", "$ a\nb\n", "d.svg"),
        Block("yaml", "e.yaml", "", "f\n", ""),
        Block("diff", "g.yaml", "while h", "+i\n", ""),
    ]


def test_a_change_that_does_not_fit_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one\ntwo\n")
    change(file, " one\n-two\n+three\n")
    assert file.read_text() == "one\nthree\n"
    with pytest.raises(AssertionError, match="does not have these lines once"):
        change(file, "-two\n+four\n")
