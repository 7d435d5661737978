"""Thirty kills of the real program, under load, in every way it is run: no message is lost, none is stepped twice.

`make soak` does five hundred and more (:mod:`tests.endurance.killing.soak`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.endurance.killing.installation import COMBINATIONS, Combination
from tests.endurance.killing.nursery import nursery
from tests.endurance.killing.oracle import oracle
from tests.endurance.killing.ordeal import Outcome, Plan, ordeal
from tests.support.postgres import Server, empty_database

# All at once, in one process of the tests: mostly they wait for leases of the dead to end.
pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

PLAN = Plan(kills=4, men=3, thinks=0.2, pause=0.3)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outcomes(
    postgres_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[Combination, Outcome | BaseException]]:
    """What came of each combination."""
    folder = tmp_path_factory.mktemp("kills")
    seed = os.environ.get("SEED", "everyday")
    async with nursery() as births, oracle(folder / "oracle") as due:
        with contextlib.ExitStack() as databases:
            came = await asyncio.gather(
                *(
                    ordeal(each, folder / str(each), _store(each, postgres_server, databases), births, due, PLAN, seed)
                    for each in COMBINATIONS
                ),
                return_exceptions=True,
            )
            yield dict(zip(COMBINATIONS, came, strict=True))


def _store(combination: Combination, server: Server, databases: contextlib.ExitStack) -> str | None:
    return databases.enter_context(empty_database(server)) if combination.store == "postgresql" else None


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
async def test_every_message_is_answered_and_none_is_stepped_twice(
    combination: Combination, outcomes: dict[Combination, Outcome | BaseException]
) -> None:
    came = outcomes[combination]
    if isinstance(came, BaseException):
        raise came
    assert len(came.kills) == PLAN.kills
    assert came.turns
    assert not came.wrong, came.told()


def test_there_are_thirty() -> None:
    assert PLAN.kills * len(COMBINATIONS) >= 30
