"""Load balancers send men only where they can be answered, and supervisors learn when that is not so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import httpx
import pytest
from starlette.applications import Starlette

from bot.operating import health
from bot.operating.health import Health


async def works() -> None:
    """A store that can be used."""


async def is_down() -> None:
    raise OSError("it holds 4200000001")


async def asked(path: str, checks: Mapping[str, Callable[[], Awaitable[object]]]) -> httpx.Response:
    app = Starlette(routes=Health(checks).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        return await client.get(path)


async def test_a_process_whose_stores_answer_is_ready() -> None:
    answer = await asked("/readyz", {"directory": works, "sessions": works})
    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_one_whose_store_is_down_is_alive_but_not_ready_and_says_which_and_no_more() -> None:
    checks = {"directory": works, "sessions": is_down}
    answer = await asked("/readyz", checks)
    assert (answer.status_code, answer.text) == (503, "cannot be used: sessions\n")
    assert (await asked("/healthz", checks)).status_code == 200


async def test_a_store_that_hangs_counts_as_one_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(health, "ANSWERS_WITHIN", 0.01)
    assert await Health({"sessions": hangs}).amiss() == ("sessions",)


async def test_however_often_it_is_asked_the_stores_are_asked_once_a_second() -> None:
    time, times = 100.0, 0

    async def counts() -> None:
        nonlocal times
        times += 1

    asked_often = Health({"sessions": counts}, clock=lambda: time)
    await asyncio.gather(*(asked_often.amiss() for _ in range(50)))
    assert times == 1
    time += 1.0
    await asked_often.amiss()
    assert times == 2
