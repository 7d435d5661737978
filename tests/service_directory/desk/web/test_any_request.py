"""Whatever anybody sends to any page of the desk, it is answered, and nothing he wrote comes out as markup."""

from __future__ import annotations

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service_directory.desk.collected import COLLECTIONS
from tests.support.desk import DeskWorld
from tests.support.desk_fuzzing import Vocabulary, answer_to, everybody, learn, requests, somebody, whats_wrong

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def vocabulary(world: DeskWorld) -> Vocabulary:
    learnt = await learn(await everybody(world), most=25)
    assert len(learnt.names) > 30, "the pages were not reached"
    return learnt


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_no_request_fails_whoever_sends_it(world: DeskWorld, vocabulary: Vocabulary, data: st.DataObject) -> None:
    asked = data.draw(requests(COLLECTIONS, vocabulary))
    answer = await answer_to(asked, await somebody(world, asked.role))
    assert whats_wrong(answer) == "", asked
