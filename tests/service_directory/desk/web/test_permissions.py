"""Who may ask for what: every page of the desk, for everybody who could ask."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from service_directory.desk.collected import COLLECTIONS
from service_directory.desk.people import ANYBODY, KEEPERS, LEADS, STEWARDS
from service_directory.desk.web.app import desk_app
from service_directory.desk.web.pages import Page, Pages
from tests.support.desk import DeskWorld
from tests.support.desk_permissions import ask, faults, filled, turned_away

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERY_PAGE = [page for collection in COLLECTIONS for page in collection.pages]


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: f"{page.method} {page.path}")
async def test_a_page_is_answered_only_for_those_who_may(world: DeskWorld, page: Page) -> None:
    assert [fault async for fault in faults(world, page)] == []


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: f"{page.method} {page.path}")
async def test_whoever_has_not_shown_the_second_factor_is_nobody(world: DeskWorld, page: Page) -> None:
    lead = await world.as_lead()
    visit = await world.desk.visits.begin("account", lead.number, world.clock())
    halfway = await world.person(visit, lead.number)
    if page.may != ANYBODY:
        assert await ask(halfway, page, filled(page.path)) == turned_away(page)


async def test_a_service_sees_its_own_entry_and_no_other(world: DeskWorld) -> None:
    """Whatever pages the desk has: the application itself compares the service in the path."""
    keeper = await world.as_keeper()
    for page in EVERY_PAGE:
        if "keeper" in page.may and "{service_id}" in page.path:
            status, _ = await ask(keeper, page, filled(page.path, service_id="example-another"))
            assert status == 404, page.path


async def test_no_address_is_served_that_is_not_in_the_table_of_pages(world: DeskWorld) -> None:
    app = desk_app(world.desk, COLLECTIONS)
    known = {(page.method, page.path) for page in EVERY_PAGE}
    for route in app.routes:
        assert isinstance(route, Route)
        methods = (route.methods or set()) - {"HEAD"}
        assert route.path.startswith("/static/") or {(method, route.path) for method in methods} <= known


async def test_a_page_without_anybody_who_may_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="somebody who may"):
        Pages().get("/secret", may=frozenset())
    with pytest.raises(ValueError, match="begins with a slash"):
        Pages().post("secret", may=LEADS)
    with pytest.raises(TypeError):
        Pages().get("/secret")  # type: ignore[call-arg]


async def test_two_pages_at_one_address_are_refused(world: DeskWorld) -> None:
    first, second = Pages(), Pages()
    for pages, may in ((first, STEWARDS), (second, KEEPERS)):
        pages.get("/twice", may=may)(lambda call: call.not_found())
    with pytest.raises(ValueError, match="two pages answer GET /twice"):
        desk_app(world.desk, [first, second])
