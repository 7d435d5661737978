"""The page of what was counted: for stewards, readable on a phone and to a screen reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from service_directory.desk.counts import Counts
from tests.support.browsing import chromium
from tests.support.desk import SERVICE, DeskWorld, desk_world, violations

OCTOBER = date(2026, 10, 1)
COUNTED = {
    ("conversations", ""): 231,
    ("none:stay", "E12000003"): 31,
    ("none:stay", "W92000004"): 12,
    ("none:talk", "E12000007"): 44,
    ("signposts:talk", "E12000003"): 88,
    (f"shown:{SERVICE}", ""): 52,
    ("helped:yes", ""): 21,
    ("helped:no", ""): 9,
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeskWorld]:
    async with desk_world(tmp_path) as world:
        yield world


async def test_a_steward_reads_rounded_figures_and_nothing_under_ten(world: DeskWorld) -> None:
    steward = await world.as_steward()
    assert "nothing to show yet" in (await steward.get("/counts")).text
    await Counts(world.desk.database, world.desk.areas).add(OCTOBER, COUNTED)
    page = (await steward.get("/counts")).text
    assert "How the chat is used" in page
    for told in ("230", "Yorkshire and The Humber", "Somewhere to stay", "Leeds", "It helped", "October 2026"):
        assert told in page
    assert "Not really" not in page
    assert ">231<" not in page


async def test_nobody_else_reads_them(world: DeskWorld) -> None:
    for person in (await world.as_nobody(), await world.as_editor(), await world.as_keeper()):
        assert (await person.get("/counts")).status_code in (303, 403)
    assert (await (await world.as_lead()).get("/counts")).status_code == 200


@pytest.mark.parametrize("width", [320, 1280])
async def test_in_a_browser_it_fits_and_axe_finds_nothing(world: DeskWorld, width: int) -> None:
    await Counts(world.desk.database, world.desk.areas).add(OCTOBER, COUNTED)
    async with chromium() as browser:
        page = await world.visit(browser, await world.as_steward(), "/counts", viewport={"width": width, "height": 900})
        for summary in await page.query_selector_all("summary"):
            await summary.click()
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.context.close()
