"""A turn is cancelled, killed or failed at any of its awaits; the same update again, and all is as it should be."""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.lanes import LEASE
from bot.rooms import Rooms
from tests.support.awaits import Awaits, Harm
from tests.support.failing import Moments
from tests.support.harmed_turns import HIM, MARKS, Kept, Life, kept_of, spread
from tests.support.logs import log as log
from tests.support.one_process import Process, one_process
from tests.support.world import Clock, world

HELPLINE = "0808 800 1170"
NEED = ("types /start", "taps Yes")
WHERE = (*NEED, "taps Talk to someone")

TURNS: dict[str, tuple[tuple[str, ...], str]] = {
    "a first message": ((), "types hello zanzibarquetzal"),
    "a tap": (NEED[:1], "taps Yes"),
    "a place": (WHERE, "types leeds"),
    "a card": ((*WHERE, "types leeds"), "taps More"),
    "danger": (NEED, "types she's got a knife zanzibarquetzal"),
    "leaving": (NEED, "types x"),
    "blocking": (NEED, "blocks"),
}
"""What he did before, and what he does in the turn that is harmed."""

MOST = 10
"""So many awaits of a turn are harmed in everyday runs."""


@dataclass(frozen=True)
class Outcome:
    """How it ends when nothing goes wrong: what he is told, what is kept of him, and how much could be harmed."""

    said: list[str]
    kept_before: Kept
    kept: Kept
    awaits: int
    moments: int


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    async with world(tmp_path / "lent", Clock()) as opened:
        # Matching is made ready beside the conversations; the turn that is looked at finds it so.
        await opened.signposting.take_up()
        yield opened


@pytest.fixture(params=list(TURNS))
async def before(request: pytest.FixtureRequest, rooms: Rooms, tmp_path: Path) -> Life:
    """The world just before a turn of each kind."""
    return await Life.before(tmp_path / "before", rooms, *TURNS[request.param])


@pytest.fixture
async def expected(before: Life, rooms: Rooms, tmp_path: Path) -> Outcome:
    life = before.again(tmp_path / "undisturbed")
    moments, awaits = Moments(), Awaits()
    async with one_process(life.files, rooms, life.clock, life.telegram, moments.asked) as process:
        kept_before = kept_of(await process.session(HIM))
        with moments.in_stores():
            assert await awaits.run(process.takes(life.update))
        life.clock.now += LEASE
        kept = kept_of(await process.session(HIM))
        return Outcome(life.telegram.said, kept_before, kept, awaits.reached, moments.reached)


@pytest.mark.parametrize("harm", ["cancel", "kill"])
async def test_harmed_at_any_await_he_is_told_all_and_stands_where_he_should(
    harm: Harm, before: Life, expected: Outcome, rooms: Rooms, tmp_path: Path, log: io.StringIO
) -> None:
    for at in spread(expected.awaits, MOST):
        life = before.again(tmp_path / str(at))
        try:
            await _harmed(life, rooms, expected, harm, at)
        except AssertionError as fault:
            raise AssertionError(f"{harm} at await {at} of {expected.awaits}: {fault}") from fault
        shutil.rmtree(life.files)
    _nothing_logged_of_him(log)


async def _harmed(life: Life, rooms: Rooms, expected: Outcome, harm: Harm, at: int) -> None:
    process = await Process.begin(life.files, rooms, life.clock, life.telegram)
    awaits = Awaits(harm, at)
    await awaits.run(process.takes(life.update))
    # What a process that is told to stop, or dies, has just sent may remain in the chat: the docs say so.
    may_remain = len(life.telegram.said)
    # What was on its way to the disk gets there, or does not, before another process looks.
    await process.sessions.close()
    async with one_process(life.files, rooms, life.clock, life.telegram) as other:
        await life.comes_again(other if harm == "kill" else process)
        said = life.telegram.said
        assert any(said == [*expected.said[:n], *expected.said] for n in range(len(expected.said) + 1)), said
        assert kept_of(await other.session(HIM)) == expected.kept
        await life.leaves(other, may_remain=may_remain)
    await awaits.bury()
    await process.sessions.close()


async def test_whichever_call_to_a_store_or_to_telegram_fails_he_has_the_helpline_and_can_go_on(
    before: Life, expected: Outcome, rooms: Rooms, tmp_path: Path, log: io.StringIO
) -> None:
    for at in range(1, expected.moments + 1):
        life = before.again(tmp_path / str(at))
        moments = Moments(at)
        try:
            await _failed(life, rooms, expected, moments)
        except AssertionError as fault:
            raise AssertionError(f"it failed {moments.failed} ({at} of {expected.moments}): {fault}") from fault
        shutil.rmtree(life.files)
    _nothing_logged_of_him(log)


async def _failed(life: Life, rooms: Rooms, expected: Outcome, moments: Moments) -> None:
    async with one_process(life.files, rooms, life.clock, life.telegram, moments.asked) as process:
        with moments.in_stores():
            settled = await process.takes(life.update)
        assert moments.failed
        if not settled:
            await life.comes_again(process)
        said = life.telegram.said
        told = [text for text in said if not text.startswith("All clear")]
        assert all(HELPLINE in text for text in told), told
        # The line after leaving is a courtesy; everybody else is told something.
        assert said or expected.kept is None
        # Each text of the turn at most twice, and beside them one that says that something went wrong.
        strange = [text for text in said if text not in expected.said]
        assert len(strange) <= 1, strange
        assert all(said.count(text) <= 2 * expected.said.count(text) for text in expected.said), said
        life.clock.now += LEASE
        # Who left while the store was down is forgotten when it is back.
        await process.conversation.sweep()
        assert _stands_where_he_may(kept_of(await process.session(HIM)), expected, moments, strange)
        # A message whose answer was lost stands in the chat, and nobody knows its id.
        await life.leaves(process, may_remain=int(moments.failed == "after sendMessage"))


def _stands_where_he_may(kept: Kept, expected: Outcome, moments: Moments, strange: list[str]) -> bool:
    """Where the turn leads, or, when it could not be kept, where he stood: nowhere else."""
    match moments.failed.partition(" ")[2]:
        case "find":
            return "can't reach my list" in strange[0]
        case "read" | "write" if expected.kept is not None:
            return kept in (expected.kept_before, expected.kept)
        case _:
            return kept == expected.kept


def _nothing_logged_of_him(log: io.StringIO) -> None:
    for mark in MARKS:
        assert mark not in log.getvalue()
