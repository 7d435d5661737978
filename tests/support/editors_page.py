"""The page for editors, followed from top to bottom; run as a program, it makes the pictures of the page again.

    python -m tests.support.editors_page

writes docs/images/editors-*.svg and, by a real browser, docs/images/editors-phone.png.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import dialogs
from bot.preview import beginning_at
from bot.rooms import opened
from bot.settings import Settings
from bot.versions import Preview
from bot.web.app import web_app
from tests.support.browsing import chromium
from tests.support.terminal_picture import terminal_picture
from tests.support.tutorial import Ran, Tutorial
from tests.support.world import served

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "editors.md"
PHONE = "images/editors-phone.png"

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""When the page is followed: what it shows depends on the hour (lines that are open) and the day (reviews)."""


@contextlib.contextmanager
def at_a_desk(folder: Path) -> Iterator[None]:
    """In a folder like a fresh clone, on the day and at the hour of the page."""
    (folder / "dialogs").symlink_to(Path(dialogs.__file__).parent)
    clocks = ("bot.chat_command.now", "bot.flow_commands.now", "bot.publish_commands.now")
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(folder))
        stack.enter_context(mock.patch.dict(os.environ, {"FINGERPOST_HOME": str(folder / "var")}))
        for clock in clocks:
            stack.enter_context(mock.patch(clock, return_value=NOON))
        yield


def followed(folder: Path) -> list[Ran]:
    """Every command of the page and what came of it, done in this empty folder."""
    with at_a_desk(folder):
        tutorial = Tutorial()
        tutorial.follow(PAGE.read_text(encoding="utf-8"))
        return tutorial.ran


def picture_of(ran: Ran, folder: Path) -> str:
    """The SVG that shows a command: what it drew, else the terminal with what it printed."""
    drawn = re.search(r"--out (\S+\.svg)", ran.command)
    if drawn:
        return (folder / drawn[1]).read_text(encoding="utf-8")
    return terminal_picture(ran.command, ran.said)


async def _on_a_phone(flows: Path, home: Path) -> bytes:
    """The menu after the services, with the new button, as a phone shows it."""
    settings = Settings.read({"FINGERPOST_HOME": str(home)})
    async with opened(settings, clock=lambda: NOON, examples=True, flows=flows) as rooms:
        assert isinstance(rooms.versions, Preview)
        rooms.versions.current = rooms.versions.current.with_book(beginning_at("main/after", rooms.book))
        app = web_app(
            rooms.conversation,
            lifelines=rooms.lifelines,
            exit_url=settings.exit_url,
            session_minutes=60,
            secure_cookies=False,
            clock=lambda: NOON,
        )
        async with served(app) as address, chromium() as browser:
            page = await browser.new_page(viewport={"width": 390, "height": 640}, device_scale_factor=2)
            await page.goto(address)
            await page.get_by_text("A dog or cat").wait_for()
            return await page.screenshot()


def main() -> None:
    """Make the pictures of the page again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures = {ran.picture: picture_of(ran, folder).encode() for ran in followed(folder) if ran.picture}
        pictures[PHONE] = asyncio.run(_on_a_phone(folder / "our-flows", folder / "phone"))
    # The program keeps what it writes to its owner; pictures are for everybody.
    os.umask(0o022)
    for name, data in pictures.items():
        (DOCS / name).unlink(missing_ok=True)
        (DOCS / name).write_bytes(data)


if __name__ == "__main__":
    main()
