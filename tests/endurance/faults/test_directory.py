"""The directory alone is away: the conversation goes on, with the helpline in the place of services."""

from __future__ import annotations

import pytest

from tests.endurance.faults.conftest import HELPLINE, Serving, is_asked_where_on_the_page, load_service, shown
from tests.support.unsteady_postgres import UnsteadyServer

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("fault", ["crashes", "hangs"])
async def test_men_are_told_and_keep_the_helpline_and_later_they_find_services_again(
    serving: Serving, unsteady: UnsteadyServer, database: str, fault: str
) -> None:
    url = unsteady.url(database)
    await (await load_service(url, "one")).close()
    async with serving("", examples=False, DIRECTORY_URL=url) as fingerpost:
        now, later = await fingerpost.browser(), await fingerpost.browser()
        await is_asked_where_on_the_page(now)
        await is_asked_where_on_the_page(later)
        if fault == "crashes":
            unsteady.crash()
        else:
            unsteady.hang()
        await now.says("leeds")
        assert "I can't reach my list just now." in shown(now)
        assert HELPLINE in shown(now)
        await fingerpost.is_found_unready()
        await now.taps("Leave this page")
        assert now.is_out
        if fault == "crashes":
            unsteady.start()
        else:
            unsteady.go_on()
        await fingerpost.gets_ready()
        await later.says("leeds")
        assert "Recorded as meeting" in shown(later)
        await fingerpost.stops()
