"""Coming in as people do it, in a real Chromium without JavaScript on a narrow screen; and axe has nothing to say."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from service_directory.desk.links import SIGN_IN_LIFE
from service_directory.desk.people import Role
from service_directory.desk.signing.inviting import invite
from tests.service_directory.desk.signing.test_coming_and_going import last_link
from tests.support.browsing import chromium
from tests.support.desk import DeskWorld, desk_world, violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
NARROW = {"viewport": {"width": 320, "height": 700}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DeskWorld]:
    async with desk_world(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


async def is_in_order(page: Page) -> None:
    """One heading of the first level, and nothing beyond the edge of the screen."""
    await page.wait_for_load_state()
    await expect(page.locator("h1")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


async def test_somebody_joins_and_comes_back_without_javascript_on_a_phone(world: DeskWorld, browser: Browser) -> None:
    await invite(world.desk, "Jo Hall", "jo@example.org", [Role.LEAD], who="an operator", at=world.clock())
    nobody = await world.as_nobody()
    page = await world.visit(browser, nobody, last_link(world), java_script_enabled=False, **NARROW)
    try:
        await is_in_order(page)
        await page.get_by_role("button", name="Join").click()
        key = await page.locator("p.key code").inner_text()
        await is_in_order(page)
        picture = page.get_by_role("img")
        assert await picture.evaluate("image => image.naturalWidth") > 100, "the picture is drawn under our own policy"
        app = pyotp.TOTP(key.replace(" ", ""))
        await page.get_by_label("Code from your app").fill("000000")
        await page.get_by_role("button", name="Join").click()
        await expect(page.get_by_role("alert")).to_contain_text("That code is not right")
        await page.get_by_label("Code from your app").fill(app.at(world.clock()))
        await page.get_by_role("button", name="Join").click()
        await expect(page.get_by_role("status")).to_contain_text("You have joined")
        await is_in_order(page)
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("status")).to_contain_text("You are signed out")

        world.clock.forward(minutes=1)
        spent = last_link(world)
        await page.get_by_label("Email address").fill("jo@example.org")
        await page.get_by_role("button", name="Send me a link").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
        await is_in_order(page)
        # The page does not wait for the letter.
        while last_link(world) == spent:
            await page.wait_for_timeout(25)
        await page.goto(re.sub(r"/desk/.*", f"/desk{last_link(world)}", page.url))
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_label("Code from your app").fill(app.at(world.clock()))
        await is_in_order(page)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Jo Hall").first).to_be_visible()
    finally:
        await page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_has_nothing_to_say_of_any_page_of_coming_in_or_of_the_team(
    world: DeskWorld, browser: Browser, scheme: str
) -> None:
    lead, nobody = await world.as_lead(), await world.as_nobody()
    await world.as_steward()
    account = await world.desk.accounts.by_name("Sam Steward")
    assert account is not None
    token = await world.desk.links.make("sign_in", account.number, world.clock(), SIGN_IN_LIFE)
    joining = await world.desk.accounts.invite(
        f"Kim {scheme}", f"kim.{scheme}@example.org", [Role.EDITOR], who="an operator", at=world.clock()
    )
    await world.desk.second_factor.begin(joining.number)
    halfway = await world.person(await world.desk.visits.begin("account", joining.number, world.clock()))
    back = await world.person(await world.desk.visits.begin("account", account.number, world.clock()))
    pages = (
        (nobody, "/sign-in"),
        (nobody, f"/link/{token}"),
        (nobody, "/link/made-up"),
        (nobody, "/nowhere"),
        (halfway, "/join"),
        (back, "/code"),
        (lead, "/team"),
        (lead, "/team/invite"),
        (lead, f"/team/{account.number}"),
        (lead, f"/team/{account.number}/reset"),
        (lead, f"/team/{account.number}/close"),
        (lead, "/log"),
        (lead, "/me"),
    )
    # Every colour of the dark stands on these: what is wrong, a picture, buttons of each kind.
    dark = ("/join", "/nowhere", f"/team/{account.number}")
    for person, path in (one for one in pages if scheme == "light" or one[1] in dark):
        page = await world.visit(browser, person, path, color_scheme=scheme, **NARROW)
        try:
            assert await violations(page) == [], path
            await is_in_order(page)
        finally:
            await page.context.close()
