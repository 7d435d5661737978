"""An editor and a lead at work in a real Chromium, on a phone: nothing axe finds against, nothing sideways."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.publications import Publication
from tests.support.browsing import chromium
from tests.support.desk import violations
from tests.support.editors_desk import EditorsDesk, small

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

SMALLEST = {"width": 320, "height": 568}
EDITOR_PAGES = [
    "/conversations",
    "/conversations/folder",
    "/conversations/folder/findings",
    "/conversations/folder/files/main.yaml",
    "/conversations/folder/drawing/main",
    "/conversations/folder/drawing/main?size=200",
    "/conversations/folder/preview?replay=To%20talk",
    "/conversations/folder/publish",
]
LEAD_PAGES = ["/switches", "/switches/pause", "/switches/lifelines/helpline"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(opened: EditorsDesk) -> EditorsDesk:
    """A desk where a small conversation was published, and another lies in the folder."""
    line = Publication(
        number=1,
        digest=small().digest,
        at=opened.clock(),
        who="Ann Editor",
        why="to begin",
        action="published",
        moves={},
        finish_old=True,
    )
    await opened.rooms.publications.add(small(), [line], {})
    await opened.rooms.versions.take_up()
    opened.lay(small("What now?"))
    return opened


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("path", EDITOR_PAGES)
async def test_every_page_of_an_editor_can_be_read_by_everybody(site: EditorsDesk, browser: Browser, path: str) -> None:
    page = await site.world.visit(browser, await site.world.as_editor(), path, viewport=SMALLEST)
    assert await violations(page) == []
    assert await fits(page)
    await page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", LEAD_PAGES)
async def test_every_page_of_a_lead_can_be_read_by_everybody(
    site: EditorsDesk, browser: Browser, path: str, scheme: str
) -> None:
    page = await site.world.visit(browser, await site.world.as_lead(), path, viewport=SMALLEST, color_scheme=scheme)
    assert await violations(page) == []
    assert await fits(page)
    await page.context.close()


async def test_pages_that_refuse_can_be_read_by_everybody(site: EditorsDesk, browser: Browser) -> None:
    site.lay(small("{nothing_such} What now?"))
    editor = await site.world.as_editor()
    for path in ("/conversations/folder/findings", "/conversations/folder/preview"):
        page = await site.world.visit(browser, editor, path, viewport=SMALLEST)
        assert await violations(page) == []
        assert await fits(page)
        await page.context.close()
    page = await site.world.visit(browser, editor, "/conversations/folder/publish", viewport=SMALLEST)
    await page.get_by_role("button", name="Publish it").click()
    await expect(page.get_by_role("alert")).to_contain_text("Say why, for the history.")
    assert await violations(page) == []
    await page.get_by_label("Why?").fill("a slip")
    await page.get_by_role("button", name="Publish it").click()
    await expect(page.get_by_role("alert")).to_contain_text("put right first what is an error")
    assert await violations(page) == []
    await page.context.close()
    site.lay(small("What now?"))


async def test_an_editor_looks_talks_publishes_and_goes_back_without_scripts(
    site: EditorsDesk, browser: Browser
) -> None:
    page = await site.world.visit(
        browser, await site.world.as_editor(), "/conversations", viewport=SMALLEST, java_script_enabled=False
    )
    await page.get_by_role("link", name=re.compile("Look at it.*The folder")).click()
    await page.get_by_role("link", name="Talk to it").click()
    await expect(page.locator(".bubble").last).to_contain_text("What now?")
    await page.get_by_role("button", name="To talk").click()
    await expect(page.locator(".his")).to_have_text(re.compile("To talk$"))
    await page.get_by_label("Type what he might type").fill("she has a knife")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".bubble").last).to_contain_text("999")
    await page.get_by_role("link", name="The folder on the server").click()
    await page.get_by_role("link", name="Publish it").click()
    await page.get_by_label("Why?").fill("A shorter question")
    await page.get_by_role("button", name="Only say what would happen").click()
    await expect(page.get_by_role("status")).to_contain_text("it was a dry run")
    await page.get_by_role("button", name="Publish it").click()
    await expect(page.get_by_role("status")).to_contain_text("is current")
    assert site.rooms.book.digest == small("What now?").digest
    await page.get_by_role("link", name=small().digest).first.click()
    await page.get_by_role("link", name="Go back to it").click()
    await page.get_by_label("Why?").fill("The old one was better")
    await page.get_by_role("button", name="Go back to it").click()
    await expect(page.get_by_role("status")).to_contain_text("is current")
    await expect(page.locator(".history li").first).to_contain_text("Rolled back")
    assert site.rooms.book.digest == small().digest
    await page.context.close()


async def test_a_lead_pauses_with_the_keyboard_alone_and_lets_it_go_on_with_one_key(
    site: EditorsDesk, browser: Browser
) -> None:
    page = await site.world.visit(browser, await site.world.as_lead(), "/switches", viewport=SMALLEST)
    await page.get_by_role("link", name="Pause the bot").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("What men read").focus()
    await page.keyboard.type("We are putting something right. Please come back after 2pm.")
    await page.keyboard.press("Tab")
    await page.keyboard.type("cards show wrong numbers")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("The bot is paused.")
    assert await violations(page) == []
    assert site.rooms.switchboard.pause is not None
    await page.get_by_role("button", name="Let the bot go on").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("The bot goes on.")
    assert site.rooms.switchboard.pause is None
    await page.context.close()
