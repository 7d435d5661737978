"""A man in a real browser, from hello to a service and away again: the whole program, with and without JavaScript."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page

from bot.rooms import Rooms
from bot.web import web_app
from tests.support.browsing import chromium, elsewhere, new_context
from tests.support.patience import PATIENCE
from tests.support.world import Clock, served, world

pytestmark = [pytest.mark.browser]


@dataclass
class Visit:
    """A man's browser on the page."""

    rooms: Rooms
    clock: Clock
    context: BrowserContext
    page: Page
    here: str
    exit: str
    requested: list[str]

    async def picks(self, label: str) -> None:
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def sees(self, words: str) -> None:
        await self.page.get_by_text(words).last.wait_for()
        # The words may stand there while the rest of their page is still on its way.
        await self.page.wait_for_load_state("domcontentloaded")

    async def has_no_cookie(self) -> None:
        """Nor will have: what tells the server that he left travels on its own, and its answer takes them away."""
        async with asyncio.timeout(PATIENCE):
            while await self.context.cookies():
                await self.page.wait_for_timeout(25)


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
async def visit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Visit]:
    clock = Clock()
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(world(tmp_path, clock))
        away = await stack.enter_async_context(served(elsewhere()))
        app = web_app(
            rooms.conversation,
            lifelines=rooms.lifelines,
            exit_url=f"{away}/weather",
            session_minutes=60,
            secure_cookies=False,
            clock=clock,
        )
        here = await stack.enter_async_context(served(app))
        browser = await stack.enter_async_context(chromium())
        context = await new_context(browser, java_script_enabled=request.param == "with JavaScript")
        stack.push_async_callback(context.close)
        requested: list[str] = []

        # Listened to, not held up: a request that is held up when its page goes can be lost with the page.
        context.on("request", lambda request: requested.append(request.url))
        page = await context.new_page()
        await page.goto(here)
        yield Visit(rooms, clock, context, page, here, f"{away}/weather", requested)


async def test_from_hello_to_a_service_and_away(visit: Visit) -> None:
    assert await visit.context.cookies() == []
    await visit.sees("Before you start")
    await visit.picks("Go on to the chat")
    await visit.sees("Is it OK to chat here now?")
    await visit.picks("Yes")
    await visit.sees("What would help most")
    await visit.picks("Talk to someone")
    await visit.sees("Roughly where")
    await visit.page.get_by_role("textbox").fill("Leeds")
    await visit.picks("Send")
    await visit.sees("Recorded as meeting the access and delivery standards")
    await visit.sees("You don't have to decide anything now.")
    assert await visit.page.get_by_text("EXAMPLE").count() >= 3
    assert await visit.page.locator('a[href^="tel:"]').count() >= 3
    await visit.page.get_by_role("button", name="More", exact=True).first.click()
    await visit.sees("These details were checked on")
    cookies = {cookie["name"]: (cookie["httpOnly"], cookie["sameSite"]) for cookie in await visit.context.cookies()}
    assert cookies == {"s": (True, "Strict"), "p": (False, "Strict")}
    assert all(url.startswith(visit.here) for url in visit.requested)
    assert await visit.page.title() not in ("", "Fingerpost")
    assert visit.page.url == f"{visit.here}/"

    await visit.page.get_by_role("button", name="Leave this page").first.click()
    await visit.page.wait_for_url(visit.exit)
    await visit.has_no_cookie()
    await visit.page.goto(visit.here)
    await visit.sees("Before you start")
    assert await visit.page.get_by_text("Leeds").count() == 0


async def test_danger_is_answered_first_and_leads_back(visit: Visit) -> None:
    await visit.picks("Go on to the chat")
    await visit.sees("Is it OK to chat here now?")
    await visit.picks("Yes")
    await visit.sees("What would help most")
    await visit.page.get_by_role("textbox").fill("shes back with a knife")
    await visit.picks("Send")
    await visit.page.locator('a[href="tel:999"]').first.wait_for()
    await visit.picks("Carry on")
    await visit.sees("What would help most")


async def test_after_ten_idle_minutes_the_page_asks_before_it_says_anything(visit: Visit) -> None:
    await visit.picks("Go on to the chat")
    await visit.sees("Is it OK to chat here now?")
    await visit.picks("Yes")
    await visit.sees("What would help most")
    visit.clock.forward(minutes=11)
    await visit.page.reload()
    await visit.sees("OK to chat now?")
    assert await visit.page.get_by_text("What would help most").count() == 0
    await visit.picks("Go on")
    await visit.sees("What would help most")
