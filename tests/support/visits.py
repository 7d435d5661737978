"""One man's browser window on the chat, for the tests of the page in a real Chromium."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, cast

from playwright.async_api import BrowserContext, Page, expect

from tests.support.browsing import Served
from tests.support.patience import PATIENCE
from tests.support.scripted_talk import ScriptedTalk


@dataclass
class Visit:
    """One man's browser window on the chat, and all it did."""

    context: BrowserContext
    page: Page
    site: Served
    exit: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def history(self) -> list[str]:
        """The addresses of the window's history, oldest first."""
        session = await self.context.new_cdp_session(self.page)
        entries = await session.send("Page.getNavigationHistory")
        return [entry["url"] for entry in cast(list[dict[str, Any]], entries["entries"])]

    async def tap(self, label: str) -> None:
        await self.page.get_by_role("button", name=label, exact=True).first.click()

    async def sees(self, text: str) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible()
        # The words may stand there while the rest of their page is still on its way.
        await self.page.wait_for_load_state("domcontentloaded")

    async def reaches_services(self) -> None:
        for label, next_words in [
            ("Yes", "What would help most right now?"),
            ("Talk to someone", "Roughly where should the help be?"),
            ("England", "Example Men's Line"),
        ]:
            await self.tap(label)
            await self.sees(next_words)

    async def has_left(self) -> None:
        await expect(self.page).to_have_url(self.exit)
        await expect(self.page.get_by_text("Light rain.")).to_be_visible()

    async def back_shows_nothing(self) -> None:
        """However often he presses Back, no answer of his comes up."""
        for _ in range(8):
            # A page that the browser kept whole fires no load event when it comes up again.
            await self.page.go_back(wait_until="commit")
            while await self.page.evaluate("document.readyState") != "complete":
                await self.page.wait_for_timeout(20)
            shown = await self.page.content()
            assert "Example Men's Line" not in shown
            assert "What would help" not in shown


Visiting = Callable[..., AbstractAsyncContextManager[Visit]]


async def expect_forgotten(visit: Visit, talk: ScriptedTalk) -> None:
    """The cookie is gone and so is the session. A beacon travels on its own: it is waited for."""
    async with asyncio.timeout(PATIENCE):
        while talk.places or await visit.context.cookies():
            await visit.page.wait_for_timeout(25)
