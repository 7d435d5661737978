"""What a browser keeps on disk of a chat that was left, and what it brings back when it is started anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, async_playwright, expect

from tests.support.browsing import FLAGS, Served, path_of_chromium, patient
from tests.support.scripted_talk import ScriptedTalk
from tests.support.visits import Visit, expect_forgotten

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

TYPED = "zqxjmarkedwords"
OF_THE_CHAT = ("Example Men's Line", "What would help", "Roughly where", "OK to chat here", TYPED)


@asynccontextmanager
async def at_home(profile: Path, **options: Any) -> Any:
    """A browser as people have it, that keeps its files; started again it brings back what was open."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=path_of_chromium(),
            args=[*FLAGS, "--restore-last-session", "--hide-crash-restore-bubble"],
            ignore_default_args=["--disable-back-forward-cache"],
            **options,
        )
        patient(context)
        try:
            yield context
        finally:
            await context.close()


async def talks_and_leaves(context: BrowserContext, site: Served, exit_url: str, talk: ScriptedTalk) -> Visit:
    page = await context.new_page()
    visit = Visit(context, page, site, exit_url)
    await page.goto(site.origin)
    await visit.tap("Go on to the chat")
    await visit.reaches_services()
    await page.get_by_role("textbox").fill(TYPED)
    await visit.tap("Send")
    await visit.sees("Thanks for writing that.")
    await page.get_by_role("textbox").fill(f"{TYPED} never sent")
    await visit.tap("Leave this page")
    await visit.has_left()
    await expect_forgotten(visit, talk)
    return visit


def addresses_kept(profile: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(profile / "Default" / "History")) as history:
        yield from history.execute("SELECT url, title FROM urls")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_its_files_hold_nothing_of_the_chat_and_started_anew_it_brings_nothing_back(
    tmp_path: Path, site: Served, exit_url: str, talk: ScriptedTalk, script: bool
) -> None:
    async with at_home(tmp_path, java_script_enabled=script) as context:
        await talks_and_leaves(context, site, exit_url, talk)
    kept = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and not file.is_symlink()}
    for words in OF_THE_CHAT:
        for way in (words.encode(), words.encode("utf-16-le")):
            assert [file.name for file, content in kept.items() if way in content] == []
    ours = {(url, title) for url, title in addresses_kept(tmp_path) if url.startswith(site.origin)}
    # Chromium gives the address the name of the neutral page that took its place.
    assert ours <= {(f"{site.origin}/", "Chat"), (f"{site.origin}/", "Weather"), (f"{site.origin}/leave", "")}
    async with at_home(tmp_path, java_script_enabled=script) as context:
        assert await context.cookies() == []
        (left,) = [page for page in context.pages if page.url == exit_url]
        for _ in range(5):
            shown = await left.content()
            assert [words for words in OF_THE_CHAT if words in shown] == []
            await left.go_back(wait_until="load")
        page = await context.new_page()
        await page.goto(site.origin)
        await expect(page.get_by_text("Before you start")).to_be_visible()
