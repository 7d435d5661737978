"""Two stewards change a number in their browsers, and the next man in the chat is given the new one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from service_directory.desk.accounts import Accounts
from service_directory.desk.keeping import desk_database
from service_directory.desk.people import Role
from service_directory.desk.visits import Visits
from service_directory.store import Directory, example_document
from tests.support.browsing import chromium, new_context
from tests.support.processes import free_port, running

pytestmark = [pytest.mark.browser]

SECRET = "a secret of the tests, which is long enough"
SERVICE = "example-leeds-mens-room"
NEW = "01632 960999"


async def visits_of_stewards(home: Path) -> list[str]:
    """A directory of examples, and two stewards who are signed in: what their browsers hold."""
    directory = await Directory.open(f"sqlite:///{home / 'directory.sqlite'}")
    try:
        now = datetime.now(UTC)
        await directory.load_document(example_document(), at=now, who="a test", why="to begin", apply=True)
        database = await desk_database(directory)
        accounts, visits = Accounts(database, SECRET), Visits(database, SECRET)
        tokens = []
        for name in ("Sam", "Alex"):
            account = await accounts.invite(name, f"{name}@example.org", {Role.STEWARD}, who="a test", at=now)
            tokens.append(await visits.begin("account", account.number, now, proved=True))
        return tokens
    finally:
        await directory.close()


async def at_the_desk(browser: Browser, origin: str, token: str, path: str) -> Page:
    # A phone from the corner shop: narrow, and without JavaScript.
    context = await new_context(browser, viewport={"width": 320, "height": 640}, java_script_enabled=False)
    await context.add_cookies([{"name": "desk", "value": token, "url": f"{origin}/desk"}])
    page = await context.new_page()
    await page.goto(f"{origin}/desk{path}")
    return page


async def what_a_man_is_given(browser: Browser, origin: str) -> str:
    """All that stands before a man near Leeds who wants to talk to someone."""
    context = await new_context(browser)
    page = await context.new_page()
    await page.goto(origin)
    for label in ("Go on to the chat", "Yes", "Talk to someone"):
        await page.get_by_role("button", name=label, exact=True).last.click()
    await page.get_by_text("Roughly where").last.wait_for()
    await page.get_by_role("textbox").fill("Leeds")
    await page.get_by_role("button", name="Send").last.click()
    await page.get_by_text("Recorded as meeting").last.wait_for()
    text = await page.inner_text("body")
    await context.close()
    return text


async def test_a_number_that_two_stewards_agreed_on_is_the_one_that_men_are_given(tmp_path: Path) -> None:
    first, second = await visits_of_stewards(tmp_path)
    port = str(free_port())
    origin = f"http://127.0.0.1:{port}"
    async with running(tmp_path, SECRET=SECRET, PORT=port), chromium() as browser:
        sam = await at_the_desk(browser, origin, first, "/services?q=leds+mens+rom")
        await sam.get_by_role("link", name="Example Leeds Men's Room").click()
        await sam.get_by_role("link", name="Change the entry").click()
        await sam.get_by_role("link", name="How to reach you").click()
        await sam.locator("#contacts-0-value").fill(NEW)
        await sam.get_by_label("Why").fill("they moved")
        await sam.get_by_role("button", name="Save", exact=True).click()
        await sam.get_by_text("waits for another person").wait_for()
        assert NEW not in await what_a_man_is_given(browser, origin)
        await sam.goto(f"{origin}/desk/proposals/1")
        await sam.get_by_text("You have agreed to it").wait_for()
        assert await sam.get_by_role("button", name="Approve").count() == 0

        alex = await at_the_desk(browser, origin, second, "/today")
        await alex.get_by_role("link", name="Example Leeds Men's Room").first.click()
        await alex.get_by_text(NEW).wait_for()
        await alex.get_by_label("I tried the new number or address today").check()
        await alex.get_by_role("button", name="Approve").click()
        await alex.get_by_text("Done: Example Leeds Men's Room is changed").wait_for()
        assert NEW in await what_a_man_is_given(browser, origin)
