"""Every page of the stewards in a real Chromium: axe finds nothing against it, and it is no wider than a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from service_directory.changes import Change
from service_directory.desk.entries.parts import PARTS
from service_directory.desk.reports import Reports
from service_directory.importing.proposals import THE_SERVICE
from service_directory.rows import service_rows
from tests.service_directory.desk.stewards.test_recording import typed
from tests.support.browsing import Served, chromium, new_context
from tests.support.desk import DeskWorld, desk_world, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

SERVICE = "example-leeds-listening"
AT = f"/services/{SERVICE}"
ACTS = ("suspend", "resume", "checked", "still-right", "standing", "places", "organization", "keepers", "alike")
PATHS = (
    "/today",
    "/services?q=leeds&show=hidden",
    "/services/new",
    "/proposals",
    "/proposals/1",
    "/decisions/1",
    "/imports",
    "/listing",
    AT,
    f"{AT}/history",
    f"{AT}/edit",
    f"{AT}/decide/AE",
    *(f"{AT}/{act}" for act in ACTS),
    *(f"{AT}/edit/{part}" for part in PARTS),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def busy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DeskWorld]:
    """A desk on which something of every kind waits."""
    folder: Path = tmp_path_factory.mktemp("desk")
    async with desk_world(folder) as world:
        directory = world.desk.directory
        await Reports(world.desk.database).add(SERVICE, "number", world.clock())
        await world.keeper(SERVICE, "office@example.org")
        async with directory.database.read() as connection:
            rows = (await service_rows(connection, [SERVICE]))[SERVICE]
        phone = next(row for row in rows if row.table == "phone")
        change = Change("update", phone, (("number", phone.values["number"], "+441632960999"),))
        who = "the service (office@example.org)"
        await directory.propose(SERVICE, [change], at=world.clock(), who=who, why="moved", source=THE_SERVICE)
        sam = await world.as_steward()
        await sam.post(f"{AT}/decide/SD", typed())
        await sam.post(f"{AT}/standing", {"status": "paused", "published": "y", "why": "on holiday"})
        await sam.post(f"{AT}/suspend", {"why": "away", "section": ""})
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(busy: DeskWorld) -> AsyncIterator[Page]:
    """A steward's narrow window."""
    async with chromium() as browser:
        yield await _window(browser, busy)


async def _window(browser: Browser, world: DeskWorld) -> Page:
    sam = await world.as_steward()
    served = world.stack.enter_context(Served(world.app).running())
    context = await new_context(browser, viewport={"width": 320, "height": 640}, base_url=served.origin)
    for name, value in sam.client.cookies.items():
        await context.add_cookies([{"name": name, "value": value, "url": f"{served.origin}/desk"}])
    return await context.new_page()


@pytest.mark.parametrize("path", PATHS)
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_phone(page: Page, path: str) -> None:
    answer = await page.goto(f"/desk{path}")
    assert answer is not None
    assert answer.status == 200
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    assert await page.locator("h1").count() == 1


async def test_so_it_is_with_putting_back(page: Page) -> None:
    await page.goto(f"/desk{AT}/history")
    await page.get_by_role("link", name="Put the entry back to how it was then").last.click()
    await page.get_by_role("heading", name="Put it back to").wait_for()
    assert await violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_read_as_well_in_the_dark(page: Page, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto("/desk/proposals/1")
    assert await violations(page) == []


async def test_what_is_refused_is_told_first_and_leads_to_its_field(page: Page) -> None:
    await page.goto(f"/desk{AT}/suspend")
    await page.get_by_role("button", name="Suspend it now").click()
    await page.get_by_role("link", name="Say why: the history keeps it.").click()
    await expect(page.locator("#why")).to_be_focused()
    assert await violations(page) == []
