"""Serving goes on whatever fails beside it, and ends whole."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import service
from tests.support.patience import PATIENCE


class _Sweeps:
    """A conversation whose sweep fails the first time, by a fault of ours."""

    def __init__(self) -> None:
        self.times = 0
        self.twice = asyncio.Event()

    async def sweep(self) -> None:
        self.times += 1
        if self.times == 1:
            raise RuntimeError("his words")
        self.twice.set()


async def test_a_fault_in_one_sweep_ends_neither_the_sweeping_nor_the_serving(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "SWEEP_EVERY", timedelta(0))
    conversation = _Sweeps()
    sweeping = asyncio.create_task(service._sweep(conversation))  # type: ignore[arg-type]
    async with asyncio.timeout(PATIENCE):
        await conversation.twice.wait()
    assert not sweeping.done()
    assert "RuntimeError" in caplog.text
    assert "his words" not in caplog.text
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)
