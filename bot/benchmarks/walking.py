"""Men who talk to the conversation in this very process: what is measured is a turn and its store, and no channel."""

from __future__ import annotations

import random
from collections.abc import Sequence
from time import perf_counter_ns
from typing import Final

from bot.arrival import Address, Arrival, Erased, Tapped, Typed
from bot.benchmarks.web_man import SAID, TURNS, TYPES_EVERY
from bot.rooms import Rooms
from bot.sealing import new_chat
from safety.envelope import LEAVE, URGENT, Turn

_FIXED: Final = frozenset({LEAVE.token, URGENT.token})


class _Out:
    """A channel that shows nobody anything, and knows what it was to show."""

    turn: Turn | None = None

    def __init__(self, number: int) -> None:
        self.number = number

    async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        self.turn = turn
        return (self.number,)

    async def erase(self, ids: Sequence[int]) -> Erased:
        return Erased(gone=len(ids))


async def walk(rooms: Rooms, seed: int, *, leaves: bool = True) -> list[int]:
    """One man's turns, from his first to his leaving, by chance but the same for a seed: how many nanoseconds each
    took. His messages can be deleted again, as in Telegram, so that they are remembered too."""
    chance = random.Random(seed)  # noqa: S311
    address = Address("telegram", new_chat())
    shown: Turn | None = await rooms.conversation.show(address)
    spent = []
    for number in range(TURNS + leaves):
        what: Tapped | Typed
        tokens = _tokens(shown)
        if number == TURNS:
            what = Tapped(LEAVE.token)
        elif number % TYPES_EVERY == TYPES_EVERY - 1 or not tokens:
            what = Typed(chance.choice(SAID))
        else:
            what = Tapped(chance.choice(tokens))
        out = _Out(number)
        began = perf_counter_ns()
        await rooms.conversation.take(Arrival(address, what, update=f"{seed}/{number}"), out)
        spent.append(perf_counter_ns() - began)
        shown = out.turn
    return spent


def _tokens(shown: Turn | None) -> list[str]:
    rows = [row for message in shown.messages for row in message.rows] if shown is not None else []
    return [button.token for row in rows for button in row if button.token not in _FIXED]
