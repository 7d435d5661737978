"""A process that was told to stop ends, whatever hangs."""

from __future__ import annotations

import asyncio
import logging
import os
import threading

import pytest

from bot.service import _unless_stopped
from bot.stopping import Stopping


async def test_what_has_not_ended_by_then_is_cut_off_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended, codes = threading.Event(), []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    monkeypatch.setattr(os, "_exit", end)
    stopping = Stopping(after=0.01)
    assert not stopping.asked.is_set()
    stopping.ask()
    stopping.ask()
    assert stopping.asked.is_set()
    with caplog.at_level(logging.WARNING, "bot"):
        assert await asyncio.to_thread(ended.wait, 30)
        for clock in [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]:
            await asyncio.to_thread(clock.join)
    assert codes == [0]
    assert "cut off" in caplog.text


async def test_a_start_that_hangs_does_not_hold_up_the_end() -> None:
    stopping = Stopping(lambda: None)
    starting = asyncio.create_task(_unless_stopped(stopping, asyncio.Event().wait()))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    stopping.ask()
    async with asyncio.timeout(30):
        assert await starting is False


async def test_a_start_that_fails_says_so_and_one_that_succeeds_is_waited_for() -> None:
    async def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await _unless_stopped(Stopping(lambda: None), fails())
    assert await _unless_stopped(Stopping(lambda: None), asyncio.sleep(0))
