"""Which of several processes does what only one may do: fetching from Telegram, which lets one fetch at a time.

A row of the lanes says who leads: a lease that the leader renews long before it ends, so that another takes over soon
after a leader died, and at once after it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.lanes import CLAIM, GIVE_BACK, lease
from bot.sealing import new_holder
from bot.session_database import SessionDatabase

LEASE: Final = timedelta(seconds=8)
"""How long a leader that does not renew its lease is still taken to be alive. A man waits so long for an answer when
the only process died and was started again."""

_FETCHING: Final = -1
"""The row's number; men's lanes count from 0."""


class Leadership:
    """One process's claim to lead. Every method raises DatabaseError when the session database fails."""

    def __init__(self, database: SessionDatabase, clock: Callable[[], datetime], lease: timedelta = LEASE) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._name = new_holder()

    async def claim(self) -> bool:
        """Begin to lead, or go on; False while another leads."""
        terms = lease(self._clock(), self._lease)
        claimed = await self._database.write(
            lambda transaction: transaction.run(CLAIM, number=_FETCHING, holder=self._name, **terms)
        )
        return bool(claimed)

    async def give_up(self) -> None:
        """Let another lead at once."""
        await self._database.write(
            lambda transaction: transaction.run(GIVE_BACK, numbers=(_FETCHING,), holder=self._name)
        )
