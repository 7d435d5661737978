"""The whole way in a real Chromium, on the smallest phone, without JavaScript; and axe finds nothing on any page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from service_directory.desk.entries.parts import PARTS
from tests.service_directory.desk.keepers.conftest import ROOM
from tests.support.browsing import chromium
from tests.support.desk import DeskWorld, Person, violations

PHONE = {"width": 320, "height": 640}
PAGES = (
    "/entry",
    "/entry/change",
    *(f"/entry/change/{part}" for part in PARTS),
    f"/entry/change/hours?way={ROOM}/phone/1",
    "/entry/review",
    "/entry/standards",
    "/entry/standards/SD",
    "/entry/close",
    "/entry/colleagues",
    "/entry/more",
    "/entry/totals",
    "/entry/held",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


async def test_on_a_small_phone_without_javascript_a_service_changes_its_hours_and_sends_them_in(
    world: DeskWorld, keeper: Person, browser: Browser
) -> None:
    page = await world.visit(browser, keeper, "/entry", viewport=PHONE, java_script_enabled=False)
    await page.get_by_role("button", name="Still right").click()
    await page.get_by_text("That is all").wait_for()
    await page.get_by_role("link", name="Change something").last.click()
    await page.get_by_role("link", name="When you are open").click()
    saturday = page.get_by_role("group", name="Saturday")
    await saturday.get_by_label("At these times").check()
    await saturday.get_by_label("from").fill("9am")
    await saturday.get_by_label("until").fill("12")
    await page.get_by_role("main").get_by_role("button", name="Keep this").last.click()
    await page.get_by_text("Saturday 09:00 to 12:00").wait_for()
    await page.get_by_role("button", name="Send it to the helpline team").click()
    await page.get_by_text("is with the helpline team").wait_for()
    (sent,) = await world.desk.proposals.of_service(ROOM)
    assert [(one.field, one.after) for one in sent.fields if one.field == "opening_hours"] == [
        ("opening_hours", "Mo-Fr 10:00-20:00; Sa 09:00-12:00; PH off")
    ]
    await page.context.close()


async def test_axe_finds_nothing_and_nothing_runs_out_of_a_small_phone(
    world: DeskWorld, keeper: Person, browser: Browser
) -> None:
    await keeper.post("/entry/change/about", {"name": "Example Room", "helps": "Talks.", "needs": "talk"})
    await keeper.post("/entry/colleagues", {"email": "a-rather-long-address@a-rather-long-name.org.uk"})
    await world.keeper("example-leeds-listening")
    page = await world.visit(browser, keeper, PAGES[0], viewport=PHONE)
    origin = page.url.removesuffix(PAGES[0])
    for path in PAGES:
        await page.goto(f"{origin}{path}")
        assert await violations(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert await page.locator("h1").count() == 1, path
    await page.goto(f"{origin}/entry/close")
    await page.get_by_role("button", name="Close").click()
    await page.get_by_role("heading", name="There is a problem").wait_for()
    assert await violations(page) == []
    await page.context.close()
