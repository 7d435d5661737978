"""The whole desk as it is served, the editors' pages too: who may ask for what, and any request at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk_pages import desk_pages
from service_directory.desk.web.pages import Pages
from tests.support.desk_fuzzing import Vocabulary, answer_to, everybody, learn, requests, somebody, whats_wrong
from tests.support.desk_permissions import faults
from tests.support.editors_desk import EditorsDesk

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def collections(opened: EditorsDesk) -> Sequence[Pages]:
    return desk_pages(opened.rooms)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def vocabulary(opened: EditorsDesk) -> Vocabulary:
    return await learn(await everybody(opened.world), most=12)


async def test_each_of_the_editors_pages_is_answered_only_for_those_who_may(
    opened: EditorsDesk, collections: Sequence[Pages]
) -> None:
    pages = [page for collection in collections for page in collection.pages]
    assert len(pages) > 5
    for page in pages:
        assert [fault async for fault in faults(opened.world, page)] == [], f"{page.method} {page.path}"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_no_request_to_the_editors_pages_fails_whoever_sends_it(
    opened: EditorsDesk, collections: Sequence[Pages], vocabulary: Vocabulary, data: st.DataObject
) -> None:
    asked = data.draw(requests(collections, vocabulary))
    answer = await answer_to(asked, await somebody(opened.world, asked.role))
    assert whats_wrong(answer) == "", asked
